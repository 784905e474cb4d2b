"""One year's days: how they are written, and what is assumed of a year without a notice."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

REST, WORK, INHERIT = "0", "1", "."
FIRST_YEAR, LAST_YEAR = 1990, 2100
NATIONAL = "national"

_DAY = timedelta(days=1)
_SATURDAY = 5


class TableFault(ValueError):
    """A calendar file or table is written wrongly; the message names the place."""


@dataclass(frozen=True, slots=True)
class YearTable:
    """The days of one year (年度日历): `0` rest, `1` work, `.` as in the layer below."""

    year: int
    days: str
    provisional: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise TableFault(f"{self.year}: calendars run from {FIRST_YEAR} to {LAST_YEAR}.")
        if len(self.days) != length(self.year):
            raise TableFault(f"{self.year} has {length(self.year)} days, not {len(self.days)}.")
        if strange := set(self.days) - {REST, WORK, INHERIT}:
            raise TableFault(f"{self.year}: a day is 0, 1 or '.', not {min(strange)!r}.")

    def is_whole(self) -> bool:
        """Whether every day is stated, so that the table can be the lowest layer."""
        return INHERIT not in self.days

    def changes(self, other: "YearTable") -> tuple[date, ...]:
        """The days on which two tables of one year differ."""
        start = date(self.year, 1, 1)
        pairs = enumerate(zip(self.days, other.days, strict=True))
        return tuple(start + at * _DAY for at, (ours, theirs) in pairs if ours != theirs)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar as a city writes it: its code, the layer it lies on, its years."""

    code: str
    name: str
    parent: str
    years: tuple[YearTable, ...]


def length(year: int) -> int:
    """How many days the year has."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def week(year: int) -> list[str]:
    """The year as the bare week has it: Saturdays and Sundays rest."""
    start = date(year, 1, 1)
    return [
        REST if (start + at * _DAY).weekday() >= _SATURDAY else WORK for at in range(length(year))
    ]


def lay(below: str, above: str) -> str:
    """Lay an overlay on the days below it."""
    return "".join(
        under if over == INHERIT else over for under, over in zip(below, above, strict=True)
    )


def read(text: str, *, where: str = "calendar") -> CalendarFile:
    """Read a calendar file: `code`, `name`, `parent`, `[years.2026]` with source, off, on."""
    try:
        body: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise TableFault(f"{where}: {fault}") from fault
    for key in ("code", "name"):
        if not isinstance(body.get(key), str) or not body[key]:
            raise TableFault(f'{where}: write {key} = "…" at the top.')
    parent = str(body.get("parent", ""))
    years = tuple(
        _year(int(number), written, overlay=bool(parent), where=f"{where}, years.{number}")
        for number, written in sorted(body.get("years", {}).items())
    )
    return CalendarFile(code=body["code"], name=body["name"], parent=parent, years=years)


def _year(year: int, written: Mapping[str, Any], *, overlay: bool, where: str) -> YearTable:
    if unknown := set(written) - {"source", "status", "off", "on"}:
        raise TableFault(f"{where}: no such key {min(unknown)!r}; use source, status, off, on.")
    status = written.get("status", "confirmed")
    if status not in {"confirmed", "provisional"}:
        raise TableFault(f'{where}: status is "confirmed" or "provisional", not {status!r}.')
    if not written.get("source"):
        raise TableFault(f'{where}: name the document in source = "…".')
    days = [INHERIT] * length(year) if overlay else week(year)
    marked: set[int] = set()
    for mark, key in ((REST, "off"), (WORK, "on")):
        for entry in written.get(key, []):
            for at in _span(year, entry, where):
                if at in marked:
                    raise TableFault(f"{where}: {entry!r} marks a day a second time.")
                marked.add(at)
                days[at] = mark
    return YearTable(year, "".join(days), status == "provisional", str(written["source"]))


def _span(year: int, entry: str, where: str) -> range:
    """The positions in the year that `MM-DD` or `MM-DD..MM-DD`, then words, stands for."""
    first, _, last = entry.split()[0].partition("..")
    try:
        start, end = (date.fromisoformat(f"{year}-{text}") for text in (first, last or first))
    except ValueError as fault:
        raise TableFault(f"{where}: {entry!r} is not MM-DD or MM-DD..MM-DD.") from fault
    if end < start:
        raise TableFault(f"{where}: {entry!r} ends before it begins.")
    base = date(year, 1, 1)
    return range((start - base).days, (end - base).days + 1)


@cache
def national() -> CalendarFile:
    """The national calendar that comes with the program."""
    return read(_data("national.toml"), where="national.toml")


@cache
def _festivals() -> dict[int, tuple[date, ...]]:
    table: dict[str, list[str]] = tomllib.loads(_data("festivals.toml"))["festivals"]
    return {
        int(year): tuple(date.fromisoformat(f"{year}-{day}") for day in days)
        for year, days in table.items()
    }


def _data(name: str) -> str:
    return (files(__package__) / "data" / name).read_text(encoding="utf-8")


@cache
def provisional(year: int) -> YearTable:
    """What may be assumed of a year before its notice: weekends and the statutory days, flagged.

    Make-up days (调休) cannot be known beforehand and are not guessed. A statutory day on a weekend
    is made up on the next working day, which the law itself demands.
    """
    days = week(year)
    base = date(year, 1, 1)
    owed = 0
    holidays = statutory(year)
    for day in holidays:
        at = (day - base).days
        owed += days[at] == REST
        days[at] = REST
        if day + _DAY not in holidays:
            # 全国年节及纪念日放假办法 (国务院令第795号) 第六条: 适逢周六、周日, 应当在工作日补假.
            while owed and at < len(days):
                if days[at] == WORK:
                    days[at] = REST
                    owed -= 1
                at += 1
    source = "全国年节及纪念日放假办法（预计，尚无通知）"
    return YearTable(year, "".join(days), provisional=True, source=source)


def statutory(year: int) -> tuple[date, ...]:
    """The days on which all citizens rest by law since 2025 (国务院令第795号), in order."""
    days = [
        date(year, 1, 1),
        *(date(year, 5, day) for day in (1, 2)),
        *(date(year, 10, day) for day in (1, 2, 3)),
    ]
    if year in _festivals():
        spring, *others = _festivals()[year]
        # 春节: 农历除夕、正月初一至初三, four days.
        days += [spring + offset * _DAY for offset in (-1, 0, 1, 2)]
        # A Mid-autumn on a National Day stands twice, so that the second is made up (as in 2020).
        days += others
    return tuple(sorted(days))


def by_year(tables: Iterable[YearTable]) -> dict[int, YearTable]:
    """One table a year, the last one given winning."""
    return {table.year: table for table in tables}
