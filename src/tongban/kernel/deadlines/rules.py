"""What the law says of clocks: states, rungs, lights, and what a new calendar may not do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntEnum, StrEnum

from tongban.kernel.errors import N_, Invalid, NotFound, Refusal
from tongban.kernel.workdays import terms
from tongban.kernel.workdays.calendars import WorkCalendar
from tongban.kernel.workdays.terms import Pause, Unit

_DAY = timedelta(days=1)


class State(StrEnum):
    """Where a clock stands; being late is not a state."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    VOID = "void"


OPEN = (State.RUNNING, State.PAUSED)


class Rung(IntEnum):
    """How far the warnings of a clock have gone (预警级别)."""

    NONE = 0
    YELLOW = 1
    RED = 2


class Light(StrEnum):
    """What a clock shows (红黄绿灯)."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Status(StrEnum):
    """Whether a year's days rest on a notice."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"


class NoSuchCalendar(NotFound):
    """A clock was to run on a calendar that nobody wrote."""

    says = N_("There is no calendar {code}.")
    hint = N_("Take in the city's calendars first, or name one that exists.")


class ClockNotRunning(Refusal):
    """Only a running clock can be paused."""

    says = N_("This term is not running ({state}).")
    hint = N_("Look at the case again; someone else may have paused or ended it.")


class ClockNotPaused(Refusal):
    """Only a paused clock can run on."""

    says = N_("This term is not paused ({state}).")
    hint = N_("Look at the case again; someone else may have resumed or ended it.")


class ClockEnded(Refusal):
    """A met or void clock stays so."""

    says = N_("This term has already ended ({state}).")
    hint = N_("Nothing more can be done with it; a new decision starts a new term.")


class DayOutOfOrder(Refusal):
    """A clock is read forwards only."""

    says = N_("{on} lies outside {first} to {last}.")
    hint = N_("A term can stop and run on only between its last change and today.")
    status = 422


class TooLateToExtend(Refusal):
    """An extension is granted before the term is over, never after."""

    says = N_("The term ended on {due_on}; it can no longer be extended.")
    hint = N_("Decide now; the delay stays on the record.")


class BadBudget(Refusal):
    """A budget or an extension counts whole days."""

    says = N_("A term of {days} days cannot be set.")
    hint = N_("Give a whole number of days: at least 0 for a term, at least 1 for an extension.")
    status = 422


class BadDays(Invalid):
    """The days of a year are written wrongly."""

    says = N_("The days of {year} cannot be taken: {why}")
    hint = N_("Write one character a day: 0 for rest, 1 for work, '.' for as in the layer below.")


@dataclass(frozen=True, slots=True)
class Projection:
    """Where a running clock's dates fall."""

    used: int
    due_on: date
    yellow_on: date


def project(
    calendar: WorkCalendar, unit: Unit, *, since: date, used: int, budget: int
) -> Projection:
    """Where the dates of a clock fall that runs since a day with so much already used."""
    left = budget - used
    return Projection(
        used,
        terms.due(calendar, unit, since, left),
        terms.yellow(calendar, unit, since, left, budget),
    )


def used_before(calendar: WorkCalendar, unit: Unit, anchor: date, pauses: list[Pause]) -> int:
    """What the finished segments used, counted afresh from the anchor."""
    used, since = 0, anchor
    for pause in pauses:
        used += terms.spent(calendar, unit, since, pause.start)
        since = pause.end or pause.start
    return used


def rungs_owed(rung: int, due_on: date, today: date) -> Iterator[Rung]:
    """The warnings a clock owes by today, in order; after downtime that can be both at once."""
    if rung < Rung.YELLOW:
        yield Rung.YELLOW
    if rung < Rung.RED and due_on < today:
        yield Rung.RED


def next_firing(rung: int, yellow_on: date, due_on: date) -> date | None:
    """The next day on which the sweep must act: yellow itself, red the day after due."""
    if rung == Rung.NONE:
        return min(yellow_on, due_on)
    return due_on + _DAY if rung == Rung.YELLOW else None


def rung_after(rung: int, yellow_on: date, today: date) -> int:
    """The rung of a clock whose dates moved: one warned too early is warned anew."""
    return Rung.NONE if rung == Rung.YELLOW and yellow_on > today else rung


def breach_of(due_on: date, zone: tzinfo) -> datetime:
    """The first moment after the last day, whenever the sweep came to see it."""
    return datetime.combine(due_on + _DAY, time(), zone)


def bounded(calendar: WorkCalendar, old_due: date, new_due: date, today: date) -> date:
    """A due date moved by a new calendar, but never into the past (no retroactive breach)."""
    if new_due >= old_due or new_due >= today:
        return new_due
    return max(new_due, min(old_due, calendar.on_or_after(today)))


def light(state: str, due_on: date | None, yellow_on: date | None, today: date) -> Light | None:
    """What an open clock shows today; an ended one shows nothing."""
    if state not in OPEN:
        return None
    if due_on is None or yellow_on is None:
        return Light.GREY
    if today > due_on:
        return Light.RED
    return Light.YELLOW if today >= yellow_on else Light.GREEN


def check_running(state: str) -> None:
    """Refuse unless the clock runs."""
    if state != State.RUNNING:
        raise ClockNotRunning(state=state)


def check_paused(state: str) -> None:
    """Refuse unless the clock is paused."""
    if state != State.PAUSED:
        raise ClockNotPaused(state=state)


def check_open(state: str) -> None:
    """Refuse when the clock has ended."""
    if state not in OPEN:
        raise ClockEnded(state=state)


def check_order(on: date, first: date, last: date) -> None:
    """Refuse a day before the clock's last change or after today."""
    if not first <= on <= last:
        raise DayOutOfOrder(on=on, first=first, last=last)


def check_budget(days: int, *, least: int = 0) -> None:
    """Refuse a budget that no term can have."""
    if not least <= days <= 10_000:
        raise BadBudget(days=days)
