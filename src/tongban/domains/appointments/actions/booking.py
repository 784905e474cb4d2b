"""Book, move, cancel; what nobody kept is missed when its day is over."""

import secrets
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.domains.appointments import queries, rules
from tongban.domains.appointments.models import Appointment, Slot, Ticket
from tongban.domains.appointments.queries import Place
from tongban.domains.appointments.rules import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger

# No letters or digits that are taken for each other when read out: 0 O, 1 I L, 2 Z, 5 S, 8 B.
LETTERS = "34679ACDEFGHJKMNPQRTUVWXY"


@transaction.atomic
def book(
    *,
    item: str,
    starts: datetime,
    by: Actor,
    purpose: str = "item",
    case_no: str = "",
    is_first: bool = False,
) -> Appointment:
    """Take a slot for an item, or to fetch its result, for oneself or for whom one acts.

    `starts` is the civil moment of a slot that is offered. `is_first`: one needs the first lane for
    a reason of one's own; elders have it by their age.
    """
    person = queries.whose(by)
    at = queries.place(item, purpose=purpose)
    if purpose == "pickup":
        waiting = queries.results_waiting(by=by)
        case_no = rules.to_fetch(waiting, item=item, case_no=case_no.strip())
    if until := queries.rests_until(person, at.hall):
        raise rules.BookingRests(times=at.hall.missed.times, day=until.isoformat())
    _check_offered(at, starts)
    made = Appointment(
        code="".join(secrets.choice(LETTERS) for _ in range(8)),
        slot=_claim(at, starts),
        hall=at.hall.key,
        lane=at.lane.letter,
        starts_at=starts,
        ends_at=queries.ends_of(starts, at.hall),
        purpose=purpose,
        item=item,
        case_no=case_no if purpose == "pickup" else "",
        person=person,
        booked_by=by.person or person,
        entity=by.for_entity,
        is_first=is_first or queries.is_elder(person, at.hall),
        booked_at=clock.now(),
    )
    _keep(made)
    ledger.record(
        "appointment.booked",
        made,
        by=by,
        code=made.code,
        hall=made.hall,
        lane=made.lane,
        starts=starts.isoformat(),
        purpose=purpose,
        item=item,
        person=person,
    )
    return made


@transaction.atomic
def move(*, code: str, starts: datetime, by: Actor) -> Appointment:
    """Take another slot instead; the one before is free again in the same moment."""
    found = queries.appointment(code, by=by)
    at = queries.place(found.item, purpose=found.purpose)
    _check_standing(found)
    before, starts = found.starts_at, clock.moment(starts)
    if starts == before:
        return found
    _check_offered(at, starts)
    slot, old = _claim(at, starts), found.slot_id
    found.slot, found.hall, found.lane = slot, at.hall.key, at.lane.letter
    found.starts_at, found.ends_at = starts, queries.ends_of(starts, at.hall)
    try:
        with transaction.atomic():
            won = Appointment.objects.filter(pk=found.pk, state="booked", slot=old).update(
                slot=slot,
                hall=found.hall,
                lane=found.lane,
                starts_at=found.starts_at,
                ends_at=found.ends_at,
            )
    except IntegrityError:
        raise rules.AlreadyBooked() from None
    if not won:
        raise rules.NotBooked()
    _release(old)
    ledger.record(
        "appointment.moved",
        found,
        by=by,
        code=found.code,
        hall=found.hall,
        lane=found.lane,
        starts=found.starts_at.isoformat(),
        before=clock.moment(before).isoformat(),
        person=found.person,
    )
    return found


@transaction.atomic
def cancel(*, code: str, by: Actor) -> Appointment:
    """Give a slot back before it begins; that is never held against anybody."""
    found = queries.appointment(code, by=by)
    _check_standing(found)
    _end(found, "cancelled")
    _release(found.slot_id)
    ledger.record(
        "appointment.cancelled",
        found,
        by=by,
        code=found.code,
        hall=found.hall,
        starts=clock.moment(found.starts_at).isoformat(),
        person=found.person,
    )
    return found


@transaction.atomic
def end_of_day(*, day: date, by: Actor) -> int:
    """Before `day` nothing stands open any more; answers how many appointments were missed."""
    begins = clock.moment(datetime.combine(day, datetime.min.time()))
    missed = 0
    for found in Appointment.objects.filter(state="booked", starts_at__lt=begins).order_by("id"):
        if not Appointment.objects.filter(pk=found.pk, state="booked").update(
            state="missed", ended_at=clock.now()
        ):
            continue
        missed += 1
        ledger.record(
            "appointment.missed",
            found,
            by=by,
            code=found.code,
            hall=found.hall,
            starts=clock.moment(found.starts_at).isoformat(),
            person=found.person,
        )
    open_states = (State.WAITING, State.SKIPPED)
    for ticket in Ticket.objects.filter(state__in=open_states, day__lt=day).order_by("id"):
        if Ticket.objects.filter(pk=ticket.pk, state=ticket.state).update(
            state=State.LEFT, ended_at=clock.now()
        ):
            ledger.record("ticket.left", ticket, by=by, hall=ticket.hall, number=ticket.number)
    return missed


def _check_offered(at: Place, starts: datetime) -> None:
    day = clock.moment(starts).date()
    offered = [free.starts_at for free in queries.slots(at, day)]
    rules.check_slot(clock.moment(starts), offered=offered, now=clock.now())


def _check_standing(found: Appointment) -> None:
    if found.state != "booked":
        raise rules.NotBooked()
    if found.starts_at <= clock.now():
        raise rules.TooLate()


def _claim(at: Place, starts: datetime) -> Slot:
    """One place of a slot; of two who want the last one, one gets it."""
    slot, _ = Slot.objects.get_or_create(
        hall=at.hall.key, lane=at.lane.letter, starts_at=clock.moment(starts)
    )
    won = Slot.objects.filter(pk=slot.pk, taken__lt=at.lane.capacity).update(taken=F("taken") + 1)
    if not won:
        raise rules.SlotFull()
    return slot


def _release(slot: int) -> None:
    Slot.objects.filter(pk=slot, taken__gt=0).update(taken=F("taken") - 1)


def _keep(made: Appointment) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise rules.AlreadyBooked() from None


def _end(found: Appointment, state: str) -> None:
    found.state, found.ended_at = state, clock.now()
    if not Appointment.objects.filter(pk=found.pk, state="booked").update(
        state=state, ended_at=found.ended_at
    ):
        raise rules.NotBooked()
