"""Whose number is next: everyone by when they came, some as if they had come earlier.

The head start is bounded, so that whoever waits is overtaken only by those who come within it, and
nobody waits for ever.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from tongban.domains.appointments.rules.halls import Hall
from tongban.kernel.errors import N_, Refusal


class State(StrEnum):
    """Where a number stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    SKIPPED = "skipped"
    LEFT = "left"


STATES = {
    State.WAITING: (N_("waiting"), "brand"),
    State.CALLED: (N_("called"), "amber"),
    State.SERVED: (N_("served"), "green"),
    State.SKIPPED: (N_("was not there"), "red"),
    State.LEFT: (N_("not called that day"), ""),
}
"""How a state is said, and in which tone."""


class HallClosed(Refusal):
    says = N_("The hall is closed now.")
    hint = N_("Numbers are given out during opening hours, and for the same day only.")
    status = 409


class NotToday(Refusal):
    says = N_("This appointment is for another day or another hall.")
    hint = N_("Look at the place and time of your appointment.")
    status = 409


class NobodyWaits(Refusal):
    says = N_("Nobody is waiting for this desk.")
    hint = N_("The page shows who comes next as soon as a number is taken.")
    status = 404


class NoDesk(Refusal):
    says = N_("You have no open desk.")
    hint = N_("Open the desk at which you sit first.")
    status = 409


class DeskTaken(Refusal):
    says = N_("This desk is open already, or you have another one open.")
    hint = N_("Close that one first, or choose the desk at which you sit.")
    status = 409


class TicketMoved(Refusal):
    says = N_("This number is not where you saw it any more.")
    hint = N_("Look at the list again.")
    status = 409


def number(letter: str, count: int) -> str:
    """A007: the letter of the lane, and which of its day."""
    return f"{letter}{count:03d}"


def order_at(
    one: Hall, *, arrived: datetime, booked_for: datetime | None, is_first: bool
) -> datetime:
    """The moment by which a number is ordered; the earliest is called next.

    A booking counts from its slot when one is not too late for it, however early one came.
    """
    at = arrived
    if booked_for is not None and arrived <= booked_for + timedelta(minutes=one.late_minutes):
        at = booked_for - timedelta(minutes=one.booked_minutes)
    return at - timedelta(minutes=one.first_minutes) if is_first else at


def expected_wait(ahead: int, desks: int, served: Sequence[timedelta]) -> timedelta | None:
    """About how long one waits: by how long the last ones took; None when nobody can tell."""
    if ahead == 0 and desks:
        return timedelta(0)
    if not desks or not served:
        return None
    middle = sorted(served)[len(served) // 2]
    return middle * ahead / desks
