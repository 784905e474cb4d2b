"""Counting working days in O(1): rank and select over one row of days, as succinct bitmaps do."""

from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import accumulate, compress

from tongban.kernel.errors import N_, Refusal
from tongban.kernel.workdays import tables
from tongban.kernel.workdays.tables import FIRST_YEAR, LAST_YEAR, YearTable

FIRST, LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
_ORIGIN = FIRST.toordinal()


class BeyondCalendar(Refusal):
    """No calendar says which days are worked so late."""

    says = N_("{days} working days after {anchor} end beyond {last}, where the calendar ends.")
    hint = N_("Look at the date and the number of days; one of them is too large.")
    status = 422


class WorkCalendar:
    """A working-day calendar (工作日历): what counts as a working day, for 1990 to 2100.

    A day beyond the notices is answered by the statutory days and flagged by `is_provisional`.
    """

    __slots__ = ("_days", "_provisional", "_rank", "_workdays", "fingerprint")

    def __init__(self, layers: Sequence[Iterable[YearTable]]) -> None:
        """Lay each layer upon the one before it: national, province, city, closure days."""
        stacked = [tables.by_year(layer) for layer in layers]
        rows, flagged = [], set()
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            found = [layer[year] for layer in stacked if year in layer]
            if not found or not found[0].is_whole():
                found.insert(0, tables.provisional(year))
            days = found[0].days
            for table in found[1:]:
                days = tables.lay(days, table.days)
            rows.append(days)
            if any(table.provisional for table in found):
                flagged.add(year)
        row = "".join(rows)
        self._days = bytes(row, "ascii").translate(_BITS)
        # rank[i]: working days before position i. workdays[k]: position of the k-th working day.
        self._rank = array("I", accumulate(self._days, initial=0))
        self._workdays = array("I", compress(range(len(row)), self._days))
        self._provisional = frozenset(flagged)
        marks = ",".join(map(str, sorted(flagged)))
        self.fingerprint = sha256(f"{row}|{marks}".encode()).hexdigest()[:16]

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked."""
        return bool(self._days[_at(day)])

    def add(self, anchor: date, n: int) -> date:
        """The n-th working day after the anchor, which is not counted itself.

        民法典 第二百零一条: 开始的当日不计入, 自下一日开始计算. With n = 0 it is the anchor.
        Raises `BeyondCalendar` when it lies after 2100.
        """
        if n < 0:
            raise ValueError("A term cannot run backwards.")
        if n == 0:
            return anchor
        k = self._rank[_at(anchor) + 1] + n - 1
        if anchor > LAST or k >= len(self._workdays):
            # Beyond the last table there is no guess: a wrong day would bind an agency.
            raise BeyondCalendar(anchor=anchor, days=n, last=LAST)
        return date.fromordinal(_ORIGIN + self._workdays[k])

    def between(self, a: date, b: date) -> int:
        """How many working days lie in (a, b]; none when b is not after a."""
        return max(0, self._rank[_at(b) + 1] - self._rank[_at(a) + 1])

    def next_workday(self, day: date) -> date:
        """The first working day after the day."""
        return self.add(day, 1)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next that is.

        民法典 第二百零三条: 期间的最后一日是法定休假日的, 以法定休假日结束的次日为期间的最后一日.
        """
        return day if day <= LAST and self.is_workday(day) else self.next_workday(day)

    def is_provisional(self, a: date, b: date) -> bool:
        """Whether counting from a to b leans on a year without a notice (预计)."""
        return any(year in self._provisional for year in range(a.year, b.year + 1))

    def changed_days(self, other: "WorkCalendar") -> tuple[date, ...]:
        """The days on which the two calendars differ, in order."""
        if self._days == other._days:
            return ()
        pairs = enumerate(zip(self._days, other._days, strict=True))
        return tuple(
            date.fromordinal(_ORIGIN + at) for at, (ours, theirs) in pairs if ours != theirs
        )


_BITS = bytes.maketrans(b"01", b"\x00\x01")


def _at(day: date) -> int:
    return min(max(day, FIRST), LAST).toordinal() - _ORIGIN


@cache
def national() -> WorkCalendar:
    """The national calendar that comes with the program, without any city's layer."""
    return WorkCalendar([tables.national().years])
