"""Terms (期限): a budget that runs, stops and runs on; when it is due, and when to warn.

The day on which a term starts, the day on which it stops and the day on which it runs on are not
counted: 行政许可法 第八十二条 (working days), 民法典 第二百零一条 (the first day).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tongban.kernel.workdays.calendars import WorkCalendar

YELLOW_SHARE = 5
"""A fifth of the budget, but at least one day, is left when the light turns yellow."""


class Unit(StrEnum):
    """What a budget counts: working days (工作日) or calendar days (自然日)."""

    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop (中止) of a term, from the day it stops to the day it runs on; open while it lasts."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a term shows: days used, since when it runs, when it is due and when to warn."""

    used: int
    running_since: date | None
    due_on: date | None
    yellow_on: date | None


def count(calendar: WorkCalendar, unit: Unit, a: date, b: date) -> int:
    """How many days of the unit lie in (a, b]."""
    if unit is Unit.WORKDAY:
        return calendar.between(a, b)
    return max(0, (b - a).days)


def spent(calendar: WorkCalendar, unit: Unit, start: date, stop: date) -> int:
    """The days of a running segment, neither the day it began nor the day it stopped counted."""
    return count(calendar, unit, start, stop - timedelta(days=1)) if stop > start else 0


def due(calendar: WorkCalendar, unit: Unit, start: date, left: int) -> date:
    """The last day of what is left, running since `start`; nothing left means that very day."""
    left = max(0, left)
    if unit is Unit.WORKDAY:
        return calendar.add(start, left)
    return calendar.on_or_after(start + timedelta(days=left))


def warning(budget: int) -> int:
    """How many days are left when the light turns yellow."""
    return max(1, budget // YELLOW_SHARE)


def yellow(calendar: WorkCalendar, unit: Unit, start: date, left: int, budget: int) -> date:
    """The first day on which no more than the warning is left; never before the segment began."""
    early = max(0, left - warning(budget))
    if unit is Unit.WORKDAY:
        return calendar.add(start, early)
    # A last day moved by a rest day leaves more days, so the warning moves with it.
    return max(start, due(calendar, unit, start, left) - timedelta(days=warning(budget)))


def remaining(calendar: WorkCalendar, unit: Unit, due_on: date, today: date) -> int:
    """Days left after today until due; negative by as many days as it is late."""
    if today <= due_on:
        return count(calendar, unit, today, due_on)
    return -count(calendar, unit, due_on, today)


def read(
    calendar: WorkCalendar, unit: Unit, anchor: date, budget: int, pauses: Sequence[Pause] = ()
) -> Reading:
    """Read a term from its anchor, its budget and its pauses in order."""
    used = 0
    since: date | None = anchor
    for pause in pauses:
        if since is None:
            raise ValueError("A pause follows one that has not ended.")
        used += spent(calendar, unit, since, pause.start)
        since = pause.end
    if since is None:
        # A paused term is due on no day, so it can be neither yellow nor red.
        return Reading(used, None, None, None)
    left = budget - used
    return Reading(
        used,
        since,
        due(calendar, unit, since, left),
        yellow(calendar, unit, since, left, budget),
    )
