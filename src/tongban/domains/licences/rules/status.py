"""When a licence holds, and what may be done to it. 行政许可法 第四十九、五十、六十九、七十条."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from tongban.kernel.errors import N_, Refusal


class Status(StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class Standing(StrEnum):
    """What a verifier is told today."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    ALTERED = "altered"


class Act(StrEnum):
    """What is done to a licence after it was issued (证照变动)."""

    CHANGE = "change"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    CANCEL = "cancel"


FROM: Final[Mapping[Act, frozenset[Status]]] = {
    Act.CHANGE: frozenset({Status.VALID}),
    Act.SUSPEND: frozenset({Status.VALID}),
    Act.RESUME: frozenset({Status.SUSPENDED}),
    Act.REVOKE: frozenset({Status.VALID, Status.SUSPENDED}),
    # What was revoked is struck off afterwards: 第七十条第四项.
    Act.CANCEL: frozenset({Status.VALID, Status.SUSPENDED, Status.REVOKED}),
}
TO: Final[Mapping[Act, Status]] = {
    Act.CHANGE: Status.REPLACED,
    Act.SUSPEND: Status.SUSPENDED,
    Act.RESUME: Status.VALID,
    Act.REVOKE: Status.REVOKED,
    Act.CANCEL: Status.CANCELLED,
}
BINDING: Final = frozenset({Standing.VALID, Standing.NOT_YET, Standing.EXPIRED})
"""Standings that dates alone decide; every other one stands in the status list."""


class AlreadyRevoked(Refusal):
    says = N_("This licence was already revoked.")
    hint = N_("Nothing more needs to be done.")


class NotPossibleNow(Refusal):
    """The licence is not in a state from which this may be done."""

    says = N_("As this licence stands now, this cannot be done to it.")
    hint = N_("Look at its standing: what was replaced, revoked or struck off stays so.")


class HasExpired(Refusal):
    """A licence whose last day has passed is not changed; it is applied for anew."""

    says = N_("This licence ran out on {day}.")
    hint = N_("A renewal is applied for before the last day; now a new licence is needed.")


class ReasonNeeded(Refusal):
    says = N_("This needs its reason and its article of law.")
    hint = N_("Write both; the holder reads them.")
    status = 422


class NothingChanged(Refusal):
    """A change that changes nothing would only make a second version of the same."""

    says = N_("Nothing on the licence would change.")
    hint = N_("Enter what is to read differently.")
    status = 422


def check_reasons(reasons: str, law: str) -> tuple[str, str]:
    """Answer both as they are kept; a decision without either is none."""
    kept = reasons.strip(), law.strip()
    if not all(kept):
        raise ReasonNeeded()
    return kept


def check_act(act: Act, status: str, *, valid_to: date | None, today: date) -> None:
    """Refuse what the licence's standing does not allow."""
    if Status(status) not in FROM[act]:
        if act is Act.REVOKE and status == Status.REVOKED:
            raise AlreadyRevoked()
        raise NotPossibleNow()
    if act in {Act.CHANGE, Act.RESUME} and valid_to is not None and valid_to < today:
        raise HasExpired(day=valid_to.isoformat())


def standing(
    *, status: str, valid_from: date, valid_to: date | None, today: date, intact: bool
) -> Standing:
    """What holds today: an altered record before everything else."""
    if not intact:
        return Standing.ALTERED
    if status != Status.VALID:
        return Standing(status)
    if today < valid_from:
        return Standing.NOT_YET
    if valid_to is not None and today > valid_to:
        return Standing.EXPIRED
    return Standing.VALID
