"""One filing: its savings, its plan in dates, and what makes two filings the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.domains.services.rules import Item, Planned
from tongban.kernel.errors import N_

CHOOSE_ONE = N_("Please choose one of the answers.")
HAND_IN = N_("This material is still missing: upload it, or promise it where that is offered.")
SIGN = N_("Please confirm and sign before you send it.")

TRUST = {"output": "A", "licence": "A", "register": "B", "upload": "C", "promise": "D"}
"""国办函〔2016〕108号: issued, checked, copied, stated."""


def savings(
    *,
    before: Mapping[str, Any],
    items: Sequence[Item],
    asked_apart: int,
    fields: int,
    typed: int,
    materials: int,
    handed_in: int,
    plan: Mapping[str, Planned],
) -> dict[str, dict[str, int]]:
    """Forms, fields, materials, visits and days: as it was, as it is; from the real filing."""
    days = max((row.finish for row in plan.values()), default=0)
    return {
        "forms": {"before": int(before.get("forms", len(items))), "after": 1},
        "fields": {
            "before": int(before.get("fields", asked_apart)),
            "after": typed,
            "shown": fields,
        },
        "materials": {"before": int(before.get("materials", materials)), "after": handed_in},
        "visits": {"before": int(before.get("visits", 0)), "after": sum(i.visits for i in items)},
        "days": {"before": int(before.get("days", 0)), "after": days},
    }


def same_as(item: str, roles: Sequence[str], subjects: Mapping[str, str], person: int) -> str:
    """What two filings of one item for the same child, or premises, share; kept as a keyed hash."""
    named = [subjects.get(role, "") for role in roles]
    if not any(named):
        named = [f"person:{person}"]
    return "\x1f".join([item, *named])


def case_number(implementing_code: str, day: str, count: int) -> str:
    """办件编号: the implementing code (31), the day (8), a running number of at least four."""
    return f"{implementing_code}{day}{count:04d}"
