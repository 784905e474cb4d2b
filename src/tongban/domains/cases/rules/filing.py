"""One filing: its savings, its plan in dates, and what makes two filings the same."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.domains.cases.rules import papers
from tongban.domains.cases.rules.state import Delivery
from tongban.domains.services.rules import Item, Planned
from tongban.kernel.errors import N_, Refusal

CHOOSE_ONE = N_("Please choose one of the answers.")
HAND_IN = N_("This material is still missing: upload it, or promise it where that is offered.")
SIGN = N_("Please confirm and sign before you send it.")

CHOOSE_DELIVERY = N_("Choose how the result is to reach you.")
NOT_IN_PAPER = N_("This is given electronically only.")
WHERE_TO = N_("The post needs a name, a telephone number and an address.")

TRUSTING = frozenset({"promise", "tolerance"})
"""Ways that rest on the applicant's word, hence closed to one whose word was not kept."""

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


# ── promises ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Promise:
    """A written promise (告知承诺书) for one item, as its applicant signs it."""

    item: str
    paragraphs: tuple[str, ...]

    @property
    def text_hash(self) -> str:
        """Which version of the text was signed."""
        return hashlib.sha256("\n".join(self.paragraphs).encode()).hexdigest()


def promise(
    item: Item,
    materials: Sequence[str],
    *,
    facts: Mapping[str, Any],
    holds: Callable[[str, Mapping[str, Any]], bool],
    name: str,
) -> Promise | None:
    """The text to sign, if anything of the item is promised: its own terms, or the general ones."""
    if not materials:
        return None
    terms: Mapping[str, Any] = item.body.get("promise_terms", {})
    when = str(terms.get("when", ""))
    if not item.promise or not terms or (when and not holds(when, facts)):
        terms = {}
    return Promise(
        item.key,
        tuple(
            papers.promise(
                item=item.name,
                instead=materials,
                told=str(terms.get("told", "")),
                promised=str(terms.get("promised", "")),
                check_days=int(terms.get("check_within_days", 0)),
                name=name,
            )
        ),
    )


# ── delivery ────────────────────────────────────────────────────────────────────────────────────


def paper_results(item: Item) -> list[str]:
    """The results of an item that exist on paper too (`paper = true`)."""
    return [str(row["name"]) for row in item.body.get("result", ()) if row.get("paper")]


def check_delivery(way: str, to: Mapping[str, str], *, has_paper: bool) -> dict[str, list[str]]:
    """What keeps a choice of delivery from being kept, by field."""
    if way not in set(Delivery):
        return {"delivery": [CHOOSE_DELIVERY]}
    if way != Delivery.ELECTRONIC and not has_paper:
        return {"delivery": [NOT_IN_PAPER]}
    if way == Delivery.POST:
        return {
            f"deliver_{name}": [WHERE_TO]
            for name in ("name", "phone", "address")
            if not to.get(name, "").strip()
        }
    return {}


# ── investment projects ─────────────────────────────────────────────────────────────────────────


class OfAProject(Refusal):
    """A phase of an investment project has its place in the project."""

    says = N_("This is a phase of an investment project and cannot be filed by itself.")
    hint = N_("Begin it on the page of your project.")
    status = 409


class FixedByProject(Refusal):
    """What kind of project it is was said when it was registered."""

    says = N_("The kind of project was fixed when it was registered.")
    hint = N_("Go on with the form; where the kind is wrong, register the project anew.")
    status = 409


def row_of(choices: Mapping[str, Sequence[Mapping[str, Any]]], project: str) -> int | None:
    """Which of a firm's several projects has this code."""
    rows = choices.get("project", ())
    return next((n for n, row in enumerate(rows) if row.get("project_code") == project), None)
