"""What tests of halls begin with: a free slot, a booking, a clerk at a desk."""

from datetime import datetime

from tests.given import citizen
from tongban.domains.appointments import actions, queries
from tongban.domains.appointments.models import Appointment
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity

ITEM = "social-insurance-registration"
OTHER = "medical-insurance-registration"


def slot(text: str = "2026-09-08 10:00") -> datetime:
    return clock.moment(text)


def booked(
    by: Actor | None = None, starts: str = "2026-09-08 10:00", item: str = ITEM, **more: object
) -> Appointment:
    who = by or citizen("lixiaoyun")
    return actions.book(item=item, starts=slot(starts), by=who, **more)  # type: ignore[arg-type]


def clerk(n: int = 1, organ: str = "centre") -> Actor:
    return Actor(
        kind="official",
        key=f"official:{n}@post:{n}",
        organ=identity.organ(organ).uscc,
        grants=frozenset({"window.serve"}),
    )


def letter(item: str = ITEM) -> str:
    return queries.place(item).lane.letter


def at_desk(n: int = 1, lanes: str = "") -> Actor:
    """A clerk whose desk is open."""
    by = clerk(n)
    hall = queries.hall("centre")
    actions.open_desk(hall="centre", name=hall.desks[n], lanes=lanes or letter(), by=by)
    return by
