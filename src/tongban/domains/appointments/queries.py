"""Questions about halls, free slots, one's own appointments and the queue; nothing here writes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet

from tongban.domains.appointments import rules
from tongban.domains.appointments.models import Appointment, Desk, Slot, Ticket
from tongban.domains.appointments.rules import Hall, Lane, Result, Span, State
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, Paper
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.workdays.calendars import WorkCalendar

__all__ = ["Appointment", "Desk", "Ticket"]

LAST_SERVED = 20
"""From how many of the last ones the waiting time is estimated."""
ON_SCREEN = 8


def halls() -> list[Hall]:
    """Every hall in force, in the order of the city's file."""
    found = catalogue.all_current("hall")
    return [catalogue.compiled(version, lambda v: rules.hall(v.body)) for version in found]


def hall(key: str) -> Hall:
    """One hall in force."""
    found = next((one for one in halls() if one.key == key), None)
    if found is None:
        raise NotFound()
    return found


def calendar_of(one: Hall) -> WorkCalendar:
    return deadlines.calendar(one.calendar)


def is_open(one: Hall, at: datetime | None = None) -> bool:
    """Whether somebody is there at a moment (now)."""
    return rules.is_open(one, at or clock.now(), calendar_of(one))


def lane(one: Hall, letter: str) -> Lane:
    found = one.lane(letter)
    if found is None:
        raise NotFound()
    return found


# What can be booked ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is handled or its result fetched (办理地点)."""

    item: Item
    hall: Hall
    lane: Lane


def item(key: str) -> Item:
    """The item as it is published today."""
    return services.item(key)[1]


def place(item: str, *, purpose: str = "item") -> Place:
    """Where to go for an item, or for its result."""
    _, found = services.item(item)
    at = rules.lane_of_address(str(found.body.get("address", "")), halls())
    if at is None:
        raise rules.NotHere()
    where, which = at
    return Place(found, where, lane(where, where.pickup_lane) if purpose == "pickup" else which)


def bookable(words: str = "") -> list[Item]:
    """The items that can be booked at some hall; those with the words in their name."""
    known, wanted = halls(), words.casefold()
    return [
        one
        for one in services.items()
        if wanted in f"{one.name} {one.name_en}".casefold()
        and rules.lane_of_address(str(one.body.get("address", "")), known)
    ]


def to_bring(item: Item) -> list[Paper]:
    """The papers of the usual situation that no register and no licence replaces."""
    usual = services.situation(item, {})
    return [paper for paper in services.papers_for(item, usual) if paper.is_asked]


@dataclass(frozen=True, slots=True)
class Free:
    """A slot that can be chosen, and how many places are left."""

    starts_at: datetime
    ends_at: datetime
    left: int


Results = Callable[[int, str], Iterable[tuple[str, str]]]
"""Person and firm -> number and item of each result that waits for them at a desk."""

_results: Results | None = None


def results_from(source: Results) -> None:
    """Say from above who knows which results wait: cases are a neighbour, and not asked here."""
    global _results
    _results = source


def results_waiting(*, by: Actor) -> list[Result]:
    """The results on paper that the one for whom the actor acts may fetch."""
    if _results is None:
        return []
    return [Result(case_no, item) for case_no, item in _results(whose(by), by.for_entity)]


def days(at: Place) -> list[date]:
    """The days that can be booked."""
    return rules.days_offered(at.hall, clock.today(), calendar_of(at.hall))


def slots(at: Place, day: date) -> list[Free]:
    """The slots of a day that have not begun; a full one is shown with nought left."""
    if day not in days(at):
        raise rules.NoSuchSlot()
    begun = clock.now()
    every = [(moment_of(day, span), span) for span in rules.spans(at.hall)]
    taken = dict(
        Slot.objects.filter(
            hall=at.hall.key, lane=at.lane.letter, starts_at__in=[when for when, _ in every]
        ).values_list("starts_at", "taken")
    )
    return [
        Free(when, ends_of(when, at.hall), max(0, at.lane.capacity - taken.get(when, 0)))
        for when, _ in every
        if when > begun
    ]


def moment_of(day: date, span: Span) -> datetime:
    return clock.moment(datetime.combine(day, span.begins))


def ends_of(starts: datetime, one: Hall) -> datetime:
    return starts + timedelta(minutes=one.slot_minutes)


# One's own ---------------------------------------------------------------------------------------


def whose(by: Actor) -> int:
    """The natural person for whom an appointment is made."""
    if by.kind == "nobody":
        raise SignInNeeded()
    found = by.for_person or by.person
    if found is None:
        raise NotFound()
    return found


def mine(*, by: Actor) -> QuerySet[Appointment]:
    """The appointments of the one for whom the actor acts, the next first."""
    return Appointment.objects.filter(person=whose(by), entity=by.for_entity).order_by("-starts_at")


def appointment(code: str, *, by: Actor) -> Appointment:
    """One of one's own."""
    found = mine(by=by).filter(code=code.upper()).first()
    if found is None:
        raise NotFound()
    return found


def by_code(code: str) -> Appointment:
    """An appointment by its code, for parts; its caller shows it to nobody but its person."""
    return Appointment.objects.get(code=code)


def on_day(day: date) -> QuerySet[Appointment]:
    """What is booked for a day."""
    begins = clock.moment(datetime.combine(day, datetime.min.time()))
    until = begins + timedelta(days=1)
    found = Appointment.objects.filter(state="booked", starts_at__gte=begins, starts_at__lt=until)
    return found.order_by("id")


def rests_until(person: int, one: Hall) -> date | None:
    """From which day somebody may book again; None while they may."""
    missed = Appointment.objects.filter(person=person, state="missed").values_list(
        "starts_at", flat=True
    )
    return rules.rests_until((clock.moment(at).date() for at in missed), one.missed, clock.today())


def is_elder(person: int, one: Hall) -> bool:
    """Whether somebody's age brings them into the first lane."""
    number = identity.number_in_clear(identity.person(person))
    if len(number) != 18 or not number[6:14].isdecimal():
        return False
    born, today = date.fromisoformat(number[6:14]), clock.today()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age >= one.first_age


# The queue ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LaneNow:
    """A lane at this moment: who waits, who calls, about how long that takes."""

    lane: Lane
    waiting: int
    desks: int
    wait: timedelta | None

    @property
    def minutes(self) -> int | None:
        return None if self.wait is None else round(self.wait.total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class HallNow:
    """A hall at this moment, as anybody may see it: numbers, never names."""

    hall: Hall
    is_open: bool
    lanes: tuple[LaneNow, ...]
    called: tuple[Ticket, ...]

    @property
    def waiting(self) -> int:
        return sum(lane.waiting for lane in self.lanes)


def now(one: Hall) -> HallNow:
    """How full a hall is."""
    waiting = dict(waiting_in(one).order_by().values_list("lane").annotate(count=Count("id")))
    open_desks = list(desks(one))
    return HallNow(
        hall=one,
        is_open=is_open(one),
        lanes=tuple(
            _lane_now(one, lane, waiting.get(lane.letter, 0), open_desks) for lane in one.lanes
        ),
        called=tuple(
            tickets_of(one)
            .filter(state__in=(State.CALLED, State.SERVED), desk__isnull=False)
            .select_related("desk")
            .order_by("-called_at")[:ON_SCREEN]
        ),
    )


def _lane_now(one: Hall, lane: Lane, waiting: int, open_desks: Iterable[Desk]) -> LaneNow:
    count = sum(lane.letter in desk.lanes for desk in open_desks)
    return LaneNow(lane, waiting, count, rules.expected_wait(waiting, count, _served(one, lane)))


def _served(one: Hall, lane: Lane) -> list[timedelta]:
    rows = tickets_of(one).filter(state=State.SERVED, lane=lane.letter).order_by("-ended_at")
    return [
        ended - called
        for called, ended in rows.values_list("called_at", "ended_at")[:LAST_SERVED]
        if called and ended
    ]


def tickets_of(one: Hall, day: date | None = None) -> QuerySet[Ticket]:
    """The numbers of a day (today)."""
    return Ticket.objects.filter(hall=one.key, day=day or clock.today())


def waiting_in(one: Hall, letters: Sequence[str] | None = None) -> QuerySet[Ticket]:
    """Who waits, the next first."""
    found = tickets_of(one).filter(state=State.WAITING).order_by("order_at", "id")
    return found if letters is None else found.filter(lane__in=list(letters))


def skipped_in(one: Hall) -> QuerySet[Ticket]:
    """Who was called today and was not there."""
    return tickets_of(one).filter(state=State.SKIPPED).order_by("called_at")


def desks(one: Hall) -> QuerySet[Desk]:
    """The desks that are open now."""
    return Desk.objects.filter(hall=one.key, closed_at=None).order_by("name")


@dataclass(frozen=True, slots=True)
class TicketNow:
    """A number as its holder sees it."""

    ticket: Ticket
    hall: Hall
    lane: Lane
    ahead: int
    wait: timedelta | None

    @property
    def minutes(self) -> int | None:
        return None if self.wait is None else round(self.wait.total_seconds() / 60)


def ticket(token: str) -> TicketNow:
    """The number behind a holder's address, on its own day."""
    found = Ticket.objects.select_related("desk").filter(token=token, day=clock.today()).first()
    if found is None:
        raise NotFound()
    one = hall(found.hall)
    which = lane(one, found.lane)
    before = waiting_in(one, [found.lane]).filter(order_at__lte=found.order_at)
    ahead = sum((row.order_at, row.pk) < (found.order_at, found.pk) for row in before)
    count = sum(found.lane in desk.lanes for desk in desks(one))
    return TicketNow(
        found, one, which, ahead, rules.expected_wait(ahead, count, _served(one, which))
    )


def token_of(appointment: Appointment) -> str:
    """The address of the number that an appointment became; empty before, and after its day."""
    found = Ticket.objects.filter(appointment=appointment, day=clock.today()).first()
    return found.token if found else ""


def own_halls(*, by: Actor) -> list[Hall]:
    """The halls at which clerks of the own organ sit."""
    by.require("window.serve")
    return [one for one in halls() if identity.organ(one.organ).uscc == by.organ]


def own_hall(key: str, *, by: Actor) -> Hall:
    """One of them."""
    found = next((one for one in own_halls(by=by) if one.key == key), None)
    if found is None:
        raise NotPermitted(grant="window.serve")
    return found


def desk_of(by: Actor) -> Desk | None:
    """The desk that the clerk has open."""
    return Desk.objects.filter(clerk=by.key, closed_at=None).first()


def at_desk(desk: Desk) -> Ticket | None:
    """Whose number stands at a desk now."""
    return (
        Ticket.objects.filter(desk=desk, state=State.CALLED).select_related("appointment").first()
    )
