"""Dates, times and durations of FEEL.

Python's datetime stops at year 9999 and at microseconds and cannot hold a time with a zone name;
FEEL has none of these limits, so the types are our own.
"""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR_LIMIT = 999_999_999
_OFFSET_LIMIT = 18 * 3600

_DATE = re.compile(r"(-?)([1-9]\d{4,8}|\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([\w+/-]+))?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_DAYS = re.compile(
    r"(-?)P(?=[\dT])(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?", re.ASCII
)


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, for any year."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    leap_days = year_of_era // 4 - year_of_era // 100
    return era * 146097 + year_of_era * 365 + leap_days + day_of_year - 719468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """The inverse of days_from_civil."""
    days += 719468
    era = days // 146097
    day_of_era = days - era * 146097
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        return days_from_civil(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        return (self.ordinal + 3) % 7 + 1

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, with nothing, an offset in seconds or a zone name."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str | None = None

    @property
    def local(self) -> int:
        """Nanoseconds since midnight on the clock face."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + self.nano

    @property
    def zoned(self) -> bool:
        return self.offset is not None or self.zone is not None

    def offset_at(self, days: int = 0) -> int | None:
        """Seconds east of Greenwich on a day (for zones that change their clocks)."""
        return self.offset if self.zone is None else zone_offset(self.zone, days, self.local)

    def __str__(self) -> str:
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
        if self.nano:
            text += f".{self.nano:09d}".rstrip("0")
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text if self.offset is None else text + offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time; the offset or zone lives in the time."""

    date: Date
    time: Time

    @property
    def local(self) -> int:
        return self.date.ordinal * DAY + self.time.local

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970 UTC; without an offset the local clock is taken as it is."""
        offset = self.time.offset_at(self.date.ordinal)
        return self.local - (offset or 0) * SECOND

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True, order=True)
class DaysTime:
    """A days and time duration, in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        sign, rest = ("-", -self.nanos) if self.nanos < 0 else ("", self.nanos)
        days, rest = divmod(rest, DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, nanos = divmod(rest, SECOND)
        fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
        time = f"{hours}H" * (hours > 0) + f"{minutes}M" * (minutes > 0)
        time += f"{seconds}{fraction}S" * (seconds > 0 or nanos > 0)
        if not days and not time:
            return "PT0S"
        return f"{sign}P" + f"{days}D" * (days > 0) + (f"T{time}" if time else "")


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        if not self.months:
            return "P0M"
        sign = "-" if self.months < 0 else ""
        return f"{sign}P" + f"{years}Y" * (years > 0) + f"{months}M" * (months > 0)


def offset_text(offset: int) -> str:
    if offset == 0:
        return "Z"
    sign = "-" if offset < 0 else "+"
    hours, rest = divmod(abs(offset), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of that name, or None; "Z" and bare offsets are not zone names."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_offset(name: str, days: int, local: int) -> int | None:
    zone = zone_named(name)
    if zone is None:
        return None
    # Outside Python's years the rules are unknown: the nearest year with the same shape will do.
    year, month, day = civil_from_days(days)
    moment = datetime.datetime(min(max(year, 2), 9998), month, min(day, 28), tzinfo=zone)
    if 2 <= year <= 9998:
        moment = datetime.datetime(year, month, day, tzinfo=zone)
    moment += datetime.timedelta(microseconds=local // 1000)
    offset = zone.utcoffset(moment)
    return None if offset is None else int(offset.total_seconds())


def make_date(year: int, month: int, day: int) -> Date | None:
    if abs(year) > YEAR_LIMIT or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def make_time(hour: int, minute: int, second: int, nano: int, offset: int | None) -> Time | None:
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return None
    if offset is not None and abs(offset) > _OFFSET_LIMIT:
        return None
    return Time(hour, minute, second, nano, offset)


@lru_cache(maxsize=4096)
def parse_date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    sign, year, month, day = match.groups()
    return make_date(-int(year) if sign else int(year), int(month), int(day))


@lru_cache(maxsize=4096)
def parse_time(text: str) -> Time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, zulu, sign, hours, minutes, seconds, zone = match.groups()
    offset: int | None = 0 if zulu else None
    if sign:
        if int(minutes) > 59 or int(seconds or 0) > 59:
            return None
        offset = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
        offset = -offset if sign == "-" else offset
    nano = int((fraction or "0")[:9].ljust(9, "0"))
    plain = make_time(int(hour), int(minute), int(second), nano, offset)
    if plain is None or zone is None:
        return plain
    if zone_named(zone) is None:
        return None
    return Time(plain.hour, plain.minute, plain.second, nano, None, zone)


@lru_cache(maxsize=4096)
def parse_date_time(text: str) -> DateTime | None:
    """A date and time; a bare date means its midnight."""
    day, found, clock = text.partition("T")
    date = parse_date(day)
    time = parse_time(clock) if found else Time(0, 0, 0)
    return None if date is None or time is None else DateTime(date, time)


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> DaysTime | YearsMonths | None:
    match = _MONTHS.fullmatch(text)
    if match is not None:
        sign, years, months = match.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearsMonths(-total if sign else total)
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    sign, days, hours, minutes, seconds, fraction = match.groups()
    nanos = int(days or 0) * DAY + int(hours or 0) * HOUR + int(minutes or 0) * MINUTE
    nanos += int(seconds or 0) * SECOND + int((fraction or "0")[:9].ljust(9, "0"))
    return DaysTime(-nanos if sign else nanos)


def parse_temporal(text: str) -> Date | Time | DateTime | DaysTime | YearsMonths | None:
    """Whatever the text after @ says."""
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def date_time_at(local: int, time: Time) -> DateTime | None:
    """The date and time with that local clock reading and the offset or zone of another."""
    days, rest = divmod(local, DAY)
    year, month, day = civil_from_days(days)
    date = make_date(year, month, day)
    if date is None:
        return None
    return DateTime(date, clock(rest, time.offset, time.zone))


def clock(nanos: int, offset: int | None, zone: str | None) -> Time:
    """The time of day that many nanoseconds after midnight."""
    seconds, nano = divmod(nanos, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nano, offset, zone)


def add_months(date: Date, months: int) -> Date | None:
    """The same day some months later, or the last day of that month."""
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return make_date(year, month, min(date.day, days_in_month(year, month)))
