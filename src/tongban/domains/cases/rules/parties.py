"""What a company outside government is given, and how its answer reads; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

COMPANY = "company"
"""`party = "company"` of an item: a company does it, not an agency."""

NO_REASON = "企业答复无法办理，未说明具体原因。"
REMEDIES = (
    "对本答复有异议的，可以向企业的行业主管部门投诉，也可以拨打 12345 政务服务便民热线；"
    "因供用合同发生的争议，可以依法提起民事诉讼。"
)
"""A company is no agency: neither review nor administrative suit lies against its answer."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a company is asked to do; its id is the number of the case."""

    id: str
    service: str
    organ_key: str
    organ_name: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Differences:
    """Where our books and a company's do not agree (对账差异), each by order id."""

    missing: tuple[str, ...] = ()
    """We ordered it, and the company does not hold it."""
    unheard: tuple[str, ...] = ()
    """The company has answered, and the case is still open here."""
    strange: tuple[str, ...] = ()
    """The company holds it, and we know no such case."""

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.unheard or self.strange)


def done(reference: str) -> str:
    """How a finished order reads in the decision."""
    return f"企业已办结（业务单号 {reference}）。"


def compare(
    open_here: Collection[str], ended_here: Collection[str], there: Mapping[str, bool]
) -> Differences:
    """Compare both books; `there` is order id -> whether the company has answered it."""
    known = {*open_here, *ended_here}
    return Differences(
        missing=tuple(sorted(set(open_here) - set(there))),
        unheard=tuple(sorted(key for key in open_here if there.get(key))),
        strange=tuple(sorted(set(there) - known)),
    )
