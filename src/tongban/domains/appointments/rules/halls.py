"""A hall as the city publishes it: when it is open, which lanes it has, which slots that makes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.domains.appointments.rules.booking import MissedRule
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault
from tongban.kernel.workdays.calendars import WorkCalendar

DESK = re.compile(r"([A-Z])\d{2,3} 号窗口")
LETTER = re.compile(r"[A-Z]")
MOST_DAYS = 60
OUTSIDE = N_("This must be from {least} to {most}.")


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane (窗口类别): one letter of numbers, one kind of matters, its desks."""

    letter: str
    name: str
    name_en: str
    capacity: int
    """How many may book one slot."""
    desks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when on a day, in civil time; the end is not in it."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall (办事大厅): where one goes, and when somebody is there."""

    key: str
    name: str
    name_en: str
    address: str
    organ: str
    """The key of the organ whose clerks sit there."""
    division: str
    calendar: str
    tel: str
    access: str
    hours: tuple[Span, ...]
    slot_minutes: int
    days_ahead: int
    late_minutes: int
    """So long after its begin a booking still goes ahead of the queue."""
    booked_minutes: int
    """As if one who booked had come so long before their slot."""
    first_minutes: int
    """As if an elder or a disabled person had come so long before they did."""
    first_age: int
    pickup_lane: str
    lanes: tuple[Lane, ...]
    missed: MissedRule
    source: str = ""

    def lane(self, letter: str) -> Lane | None:
        """The lane of a letter; None where the hall has none."""
        return next((lane for lane in self.lanes if lane.letter == letter), None)

    @property
    def desks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(desk for lane in self.lanes for desk in lane.desks))


def hall(body: Mapping[str, Any]) -> Hall:
    """Read a published definition."""
    rule = body["missed"]
    lanes = tuple(
        Lane(
            letter=one["letter"],
            name=one["name"],
            name_en=one.get("name_en", ""),
            capacity=int(one["capacity"]),
            desks=tuple(one["desks"]),
        )
        for one in body["lane"]
    )
    return Hall(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        address=body["address"],
        organ=body["organ"],
        division=body["division"],
        calendar=body["calendar"],
        tel=body.get("tel", ""),
        access=body.get("access", ""),
        hours=tuple(_span(*pair) for pair in body["hours"]),
        slot_minutes=int(body["slot_minutes"]),
        days_ahead=int(body["days_ahead"]),
        late_minutes=int(body["late_minutes"]),
        booked_minutes=int(body["booked_minutes"]),
        first_minutes=int(body["first_minutes"]),
        first_age=int(body["first_age"]),
        pickup_lane=body.get("pickup_lane", lanes[0].letter),
        lanes=lanes,
        missed=MissedRule(int(rule["times"]), int(rule["within_days"]), int(rule["rest_days"])),
        source=body.get("source", ""),
    )


def _span(begins: str, ends: str) -> Span:
    return Span(time.fromisoformat(begins), time.fromisoformat(ends))


NEEDED = ("key", "name", "address", "organ", "division", "calendar", "hours", "missed", "lane")
NUMBERS: Mapping[str, range] = {
    "slot_minutes": range(5, 241),
    "days_ahead": range(1, MOST_DAYS + 1),
    "late_minutes": range(0, 121),
    "booked_minutes": range(0, 481),
    "first_minutes": range(0, 481),
    "first_age": range(50, 101),
}


def check_hall(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a hall from being open: hours that overlap, a lane twice, no such number."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in NEEDED
        if not body.get(name)
    ]
    faults += [
        Fault(name, OUTSIDE, "", _ends(allowed))
        for name, allowed in NUMBERS.items()
        if not isinstance(body.get(name), int) or body[name] not in allowed
    ]
    faults += _check_hours(body.get("hours", ()))
    faults += _check_lanes(body.get("lane", ()), body.get("pickup_lane"))
    rule = body.get("missed") or {}
    faults += [
        Fault(f"missed.{name}", OUTSIDE, "", _ends(range(1, 367)))
        for name in ("times", "within_days", "rest_days")
        if rule and rule.get(name) not in range(1, 367)
    ]
    return faults


def _ends(allowed: range) -> dict[str, int]:
    return {"least": allowed[0], "most": allowed[-1]}


def _check_hours(pairs: Sequence[Sequence[str]]) -> Iterator[Fault]:
    before = ""
    for at, (begins, ends) in enumerate(pairs):
        is_read = all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", word) for word in (begins, ends))
        if not is_read or not before <= begins < ends:
            yield Fault(
                f"hours[{at}]",
                N_("These hours are not in order."),
                N_('Write them as ["09:00", "12:00"], the earlier first.'),
            )
        before = ends


def _check_lanes(lanes: Sequence[Mapping[str, Any]], pickup: str | None) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, lane in enumerate(lanes):
        letter = str(lane.get("letter", ""))
        if not LETTER.fullmatch(letter) or letter in seen:
            yield Fault(
                f"lane[{at}].letter",
                N_("A lane has one capital letter, and no other lane has it."),
                N_("Choose a letter that is free."),
            )
        seen.add(letter)
        if not isinstance(lane.get("capacity"), int) or not 1 <= lane["capacity"] <= 200:
            yield Fault(
                f"lane[{at}].capacity",
                OUTSIDE,
                "",
                _ends(range(1, 201)),
            )
        if not lane.get("name") or not lane.get("desks"):
            yield Fault(f"lane[{at}]", N_("A lane needs a name and at least one desk."))
    if pickup is not None and pickup not in seen:
        yield Fault(
            "pickup_lane", N_("The hall has no such lane."), N_("Write one of its letters.")
        )


def lane_of_address(address: str, halls: Sequence[Hall]) -> tuple[Hall, Lane] | None:
    """Where an item is handled: the hall whose address its own begins with, the lane of its desk.

    A lane that the hall does not have falls to its first; None when no hall stands there.
    """
    for one in sorted(halls, key=lambda h: len(h.address), reverse=True):
        if address.startswith(one.address):
            desk = DESK.search(address)
            lane = one.lane(desk[1]) if desk else None
            return one, lane or one.lanes[0]
    return None


def day_is_open(day: date, calendar: WorkCalendar) -> bool:
    """Open on working days: closed on holidays, open on the Saturdays that are made up."""
    return calendar.is_workday(day)


def is_open(one: Hall, at: datetime, calendar: WorkCalendar) -> bool:
    """Whether somebody is there at a civil moment."""
    inside = any(span.begins <= at.time() < span.ends for span in one.hours)
    return inside and day_is_open(at.date(), calendar)


def days_offered(one: Hall, today: date, calendar: WorkCalendar) -> list[date]:
    """The days that can be booked, today with them."""
    days = (today + timedelta(days=n) for n in range(one.days_ahead + 1))
    return [day for day in days if day_is_open(day, calendar)]


def spans(one: Hall) -> list[Span]:
    """The slots of a day: whole ones only, so that nobody is booked into the closing hour."""
    found, step = [], timedelta(minutes=one.slot_minutes)
    for span in one.hours:
        begins, last = _on(span.begins), _on(span.ends)
        while begins + step <= last:
            found.append(Span(begins.time(), (begins + step).time()))
            begins += step
    return found


def _on(at: time) -> datetime:
    return datetime.combine(date.min, at)
