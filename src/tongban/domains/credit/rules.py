"""How long a broken word counts, and when it may be repaired; the figures are the city's."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Refusal


class Severity(StrEnum):
    """The grades of 信用修复管理办法 (发展改革委令第36号)."""

    MINOR = "minor"
    ORDINARY = "ordinary"
    SERIOUS = "serious"


MONTHS: Mapping[Severity, range] = {
    Severity.MINOR: range(0, 4),
    Severity.ORDINARY: range(3, 13),
    Severity.SERIOUS: range(12, 37),
}
"""How many months an event of a grade may count, at least and at most."""


class SubjectKind(StrEnum):
    """Whose word it was."""

    PERSON = "person"
    ENTITY = "entity"


class Standing(StrEnum):
    """Where an event stands on a day."""

    COUNTS = "counts"
    REPAIRED = "repaired"
    OVER = "over"


STANDINGS = {
    Standing.COUNTS: (N_("counts"), "red"),
    Standing.REPAIRED: (N_("repaired"), "green"),
    Standing.OVER: (N_("counts no longer"), ""),
}
"""How a standing is said, and in which tone."""


class ReasonNeeded(Refusal):
    """Neither a note nor a repair without what it stands on."""

    says = N_("A credit event needs its reason and its article of law.")
    hint = N_("Write both; whom it is about reads them.")
    status = 422


class TooEarly(Refusal):
    """最短公示期."""

    says = N_("This may be repaired from {day} on.")
    hint = N_("The shortest period has not passed; what was owed must be done by then.")
    status = 409


class NotCounting(Refusal):
    """What does not count cannot be repaired."""

    says = N_("This credit event does not count any longer.")
    hint = N_("It was repaired, or its last day has passed; there is nothing to do.")
    status = 409


@dataclass(frozen=True, slots=True)
class CreditKind:
    """A kind of credit event (信用事件类别), as the city publishes it."""

    key: str
    name: str
    name_en: str
    severity: Severity
    months: int
    """How long it counts, in months from the day it was noted."""
    shortest: int
    """After how many months it may be repaired."""
    law: str
    source: str = ""


def kind(body: Mapping[str, Any]) -> CreditKind:
    """Read a published definition."""
    return CreditKind(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        severity=Severity(body["severity"]),
        months=int(body["months"]),
        shortest=int(body.get("shortest", 0)),
        law=body["law"],
        source=body.get("source", ""),
    )


def check_kind(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a kind from being used, or lets it count longer than the law does."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("key", "name", "law")
        if not body.get(name)
    ]
    if body.get("severity") not in set(Severity):
        return [
            *faults,
            Fault("severity", N_("There is no such grade."), N_("minor, ordinary or serious.")),
        ]
    allowed = MONTHS[Severity(body["severity"])]
    months, shortest = body.get("months"), body.get("shortest", 0)
    if not isinstance(months, int) or months not in allowed:
        faults.append(
            Fault(
                "months",
                N_("An event of this grade counts {least} to {most} months."),
                N_("See 信用修复管理办法."),
                {"least": allowed[0], "most": allowed[-1]},
            )
        )
    elif not isinstance(shortest, int) or not 0 <= shortest <= months:
        faults.append(
            Fault(
                "shortest",
                N_("The shortest period is longer than the whole."),
                N_("Write at most as many months as it counts."),
            )
        )
    return faults


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def standing(*, until: date, repaired_on: date | None, on: date) -> Standing:
    """Where an event stands on a day; its last day still counts."""
    if repaired_on is not None and repaired_on <= on:
        return Standing.REPAIRED
    return Standing.COUNTS if on <= until else Standing.OVER


def check_repair(
    *, noted_on: date, shortest: int, until: date, repaired_on: date | None, today: date
) -> None:
    """Refuse a repair of what counts no longer, or before the shortest period has passed."""
    if standing(until=until, repaired_on=repaired_on, on=today) != Standing.COUNTS:
        raise NotCounting()
    first = months_on(noted_on, shortest)
    if today < first:
        raise TooEarly(day=first.isoformat())


def check_reason(*, law: str, reason: str = "-") -> None:
    if not law.strip() or not reason.strip():
        raise ReasonNeeded()
