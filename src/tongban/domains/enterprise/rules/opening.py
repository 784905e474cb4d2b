"""How long it took to open a business (企业开办一日办结), in the minutes offices work; pure.

Licence, seals, invoices, insurance, bank and housing fund are parties of one filing: it is open
when the last of them has finished.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
"""工作时间: when the offices of a city work on a working day."""

DAY = 420
"""So many minutes has a working day."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one party did of it."""

    name: str
    party: str
    minutes: int
    """From when it could begin until it had finished."""
    at: int
    """Minutes of the whole that had passed when it finished."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One business, from the filing to the last of its parties."""

    number: str
    minutes: int
    steps: Sequence[Step]

    @property
    def is_within_a_day(self) -> bool:
        return self.minutes <= DAY


def working_minutes(begun: datetime, ended: datetime, is_workday: Callable[[date], bool]) -> int:
    """The minutes between two moments of civil time in which offices worked."""
    total, day = timedelta(), begun.date()
    while day <= ended.date():
        if is_workday(day):
            for opens, closes in HOURS:
                first = max(begun, datetime.combine(day, opens, begun.tzinfo))
                last = min(ended, datetime.combine(day, closes, begun.tzinfo))
                total += max(last - first, timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds()) // 60
