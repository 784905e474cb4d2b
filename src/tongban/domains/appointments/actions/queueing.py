"""Numbers: given out, called to a desk, served, skipped, sent on to another lane."""

import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.domains.appointments import queries, rules
from tongban.domains.appointments.models import Appointment, Desk, LaneDay, Ticket
from tongban.domains.appointments.rules import Hall, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def check_in(*, hall: str, code: str, by: Actor) -> Ticket:
    """Whoever booked is in the hall: their code becomes a number. The same code again, the same."""
    one = queries.hall(hall)
    found = Appointment.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound()
    if found.hall != one.key or clock.moment(found.starts_at).date() != clock.today():
        raise rules.NotToday()
    if found.state == "kept":
        return Ticket.objects.get(appointment=found)
    _check_open(one)
    if not Appointment.objects.filter(pk=found.pk, state="booked").update(
        state="kept", ended_at=clock.now()
    ):
        raise rules.NotBooked()
    made = _issue(one, found.lane, is_first=found.is_first, appointment=found, by=by)
    ledger.record(
        "appointment.kept", found, by=by, code=found.code, hall=found.hall, ticket=made.number
    )
    return made


@transaction.atomic
def take_number(*, hall: str, lane: str, by: Actor, is_first: bool = False) -> Ticket:
    """A number for somebody who came without an appointment, given out at the hall's reception."""
    one = queries.own_hall(hall, by=by)
    queries.lane(one, lane)
    _check_open(one)
    return _issue(one, lane, is_first=is_first, appointment=None, by=by)


def _check_open(one: Hall) -> None:
    if not queries.is_open(one):
        raise rules.HallClosed()


def _issue(
    one: Hall, letter: str, *, is_first: bool, appointment: Appointment | None, by: Actor
) -> Ticket:
    now = clock.now()
    row, _ = LaneDay.objects.get_or_create(hall=one.key, lane=letter, day=now.date())
    # The update holds the row until this transaction ends: no other takes the same number.
    LaneDay.objects.filter(pk=row.pk).update(given=F("given") + 1)
    row.refresh_from_db()
    booked_for = clock.moment(appointment.starts_at) if appointment else None
    made = Ticket.objects.create(
        token=secrets.token_urlsafe(16),
        hall=one.key,
        day=now.date(),
        number=rules.number(letter, row.given),
        lane=letter,
        appointment=appointment,
        is_first=is_first,
        order_at=rules.order_at(one, arrived=now, booked_for=booked_for, is_first=is_first),
        arrived_at=now,
    )
    ledger.record(
        "ticket.issued",
        made,
        by=by,
        hall=one.key,
        lane=letter,
        number=made.number,
        booked=appointment is not None,
        first=is_first,
    )
    return made


@transaction.atomic
def open_desk(*, hall: str, name: str, lanes: Iterable[str], by: Actor) -> Desk:
    """Sit down at a desk, and say which lanes are called to it."""
    one = queries.own_hall(hall, by=by)
    letters = "".join(sorted({queries.lane(one, letter).letter for letter in lanes}))
    if name not in one.desks or not letters:
        raise NotFound()
    try:
        with transaction.atomic():
            made = Desk.objects.create(
                hall=one.key, name=name, clerk=by.key, lanes=letters, opened_at=clock.now()
            )
    except IntegrityError:
        raise rules.DeskTaken() from None
    ledger.record("desk.opened", made, by=by, hall=one.key, desk=name, lanes=letters)
    return made


@transaction.atomic
def close_desk(*, by: Actor) -> Desk:
    """Get up; whoever stood there was served."""
    desk = _desk(by)
    _serve(desk, by=by)
    if not Desk.objects.filter(pk=desk.pk, closed_at=None).update(closed_at=clock.now()):
        raise rules.NoDesk()
    ledger.record("desk.closed", desk, by=by, hall=desk.hall, desk=desk.name)
    return desk


@transaction.atomic
def call_next(*, by: Actor) -> Ticket:
    """Call the next number to the clerk's desk; whoever stood there was served."""
    desk = _desk(by)
    _serve(desk, by=by)
    one = queries.hall(desk.hall)
    for ticket in queries.waiting_in(one, desk.lanes)[:50]:
        won = Ticket.objects.filter(pk=ticket.pk, state=State.WAITING).update(
            state=State.CALLED, desk=desk, calls=1, called_at=clock.now()
        )
        # Another desk was faster with this one: the one behind it is ours.
        if won:
            ticket.refresh_from_db()
            _record_call(ticket, desk, by)
            return ticket
    raise rules.NobodyWaits()


@transaction.atomic
def call_again(*, by: Actor) -> Ticket:
    """Call the number at the clerk's desk once more."""
    desk = _desk(by)
    ticket = _standing(desk)
    Ticket.objects.filter(pk=ticket.pk, state=State.CALLED).update(
        calls=F("calls") + 1, called_at=clock.now()
    )
    ticket.refresh_from_db()
    _record_call(ticket, desk, by)
    return ticket


@transaction.atomic
def finish(*, by: Actor) -> Ticket:
    """Whoever stands at the clerk's desk was served; nobody is called yet."""
    served = _serve(_desk(by), by=by)
    if served is None:
        raise rules.TicketMoved()
    return served


@transaction.atomic
def skip(*, by: Actor) -> Ticket:
    """The number was called and nobody came."""
    desk = _desk(by)
    ticket = _standing(desk)
    _leave_desk(ticket, state=State.SKIPPED)
    ledger.record(
        "ticket.skipped", ticket, by=by, hall=desk.hall, number=ticket.number, desk=desk.name
    )
    return ticket


@transaction.atomic
def transfer(*, lane: str, by: Actor) -> Ticket:
    """Send whoever stands at the desk on to another lane; the place by their coming stays."""
    desk = _desk(by)
    ticket = _standing(desk)
    target = queries.lane(queries.hall(desk.hall), lane)
    before = ticket.lane
    _leave_desk(ticket, state=State.WAITING, lane=target.letter, desk=None, calls=0)
    ledger.record(
        "ticket.transferred",
        ticket,
        by=by,
        hall=desk.hall,
        number=ticket.number,
        before=before,
        lane=target.letter,
    )
    return ticket


@transaction.atomic
def put_back(*, hall: str, number: str, by: Actor) -> Ticket:
    """Whoever was skipped is there after all, and waits by when they came."""
    one = queries.own_hall(hall, by=by)
    ticket = queries.skipped_in(one).filter(number=number).first()
    if ticket is None or not Ticket.objects.filter(pk=ticket.pk, state=State.SKIPPED).update(
        state=State.WAITING, desk=None, calls=0
    ):
        raise rules.TicketMoved()
    ledger.record("ticket.returned", ticket, by=by, hall=one.key, number=number)
    return ticket


def _desk(by: Actor) -> Desk:
    by.require("window.serve")
    found = queries.desk_of(by)
    if found is None:
        raise rules.NoDesk()
    return found


def _standing(desk: Desk) -> Ticket:
    found = queries.at_desk(desk)
    if found is None:
        raise rules.TicketMoved()
    return found


def _serve(desk: Desk, *, by: Actor) -> Ticket | None:
    ticket = queries.at_desk(desk)
    if ticket is None:
        return None
    _leave_desk(ticket, state=State.SERVED, ended_at=clock.now())
    ledger.record(
        "ticket.served", ticket, by=by, hall=desk.hall, number=ticket.number, desk=desk.name
    )
    return ticket


def _leave_desk(ticket: Ticket, **changes: object) -> None:
    if not Ticket.objects.filter(pk=ticket.pk, state=State.CALLED).update(**changes):
        raise rules.TicketMoved()
    for name, value in changes.items():
        setattr(ticket, name, value)


def _record_call(ticket: Ticket, desk: Desk, by: Actor) -> None:
    ledger.record(
        "ticket.called",
        ticket,
        by=by,
        hall=desk.hall,
        number=ticket.number,
        desk=desk.name,
        calls=ticket.calls,
    )
