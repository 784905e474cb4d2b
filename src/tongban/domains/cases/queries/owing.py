"""What is accepted without being there (容缺), and by when it is owed."""

from collections.abc import Mapping

from tongban.domains.cases.models import Case, CaseMaterial
from tongban.domains.cases.queries.rows import tolerance_asked
from tongban.domains.cases.rules import needs
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item

Owed = list[tuple[CaseMaterial, int]]
"""A material that is missing, and in how many working days it is due."""


def tolerance_days() -> int:
    """How long a material may be owed where its item says nothing: the city's own figure."""
    return int(services.city().get("tolerance_days", needs.TOLERANCE_DAYS))


def owed(case: Case, found: Item, tolerated: Mapping[str, int] | None, *, is_deemed: bool) -> Owed:
    """What is accepted without being there; refuses to overlook it.

    A case deemed accepted was accepted as it was filed: what its applicant asked to hand in later
    is owed from then on, in the days that the item publishes.
    """
    if not found.tolerance:
        return []
    missing = tolerance_asked(case)
    if is_deemed:
        names = [row.key for row in missing]
        tolerated = needs.tolerance_days(found, names, city=tolerance_days())
    if missing and tolerated is None:
        raise needs.MaterialMissing(missing="、".join(row.name for row in missing))
    return [(row, (tolerated or {})[row.key]) for row in missing]
