"""Conversion built-ins: string, date, time, date and time, duration."""

from decimal import Decimal

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin, integer
from tongban.kernel.decisions.feel.temporal import (
    SECOND,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    make_date,
    make_time,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    zone_named,
)
from tongban.kernel.decisions.feel.text import written
from tongban.kernel.decisions.feel.values import Value


def _found(value: Value, source: object, what: str) -> Value:
    if value is None:
        raise FeelError(f"{source!r} is not a {what}.")
    return value


@builtin("string", "from:any")
def to_string(source: Value) -> Value:
    if source is None or isinstance(source, str):
        return source
    return written(source)


@builtin("date", "from:string")
def date_from_text(source: str) -> Date:
    result: Date = _found(parse_date(source), source, "date")
    return result


@builtin("date", "from:date|date and time")
def date_from_moment(source: Date | DateTime) -> Date:
    return source.date if isinstance(source, DateTime) else source


@builtin("date", "year:number", "month:number", "day:number")
def date_from_numbers(year: Decimal, month: Decimal, day: Decimal) -> Date:
    parts = [integer(part, "A part of a date") for part in (year, month, day)]
    result: Date = _found(make_date(*parts), f"{year}-{month}-{day}", "date")
    return result


@builtin("time", "from:string")
def time_from_text(source: str) -> Time:
    result: Time = _found(parse_time(source), source, "time")
    return result


@builtin("time", "from:time|date and time|date")
def time_from_moment(source: Time | DateTime | Date) -> Time:
    if isinstance(source, Date):
        return Time(0, 0, 0, 0, 0)
    return source.time if isinstance(source, DateTime) else source


@builtin(
    "time", "hour:number", "minute:number", "second:number", "offset?:days and time duration|null"
)
def time_from_numbers(
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None = None
) -> Time:
    nanos = int(second * SECOND)
    parts = integer(hour, "The hour"), integer(minute, "The minute")
    shift = None if offset is None else offset.nanos // SECOND
    if nanos < 0:
        raise FeelError("The second must not be negative.")
    made = make_time(*parts, nanos // SECOND, nanos % SECOND, shift)
    result: Time = _found(made, f"{hour}:{minute}:{second}", "time")
    return result


@builtin("date and time", "from:string")
def date_time_from_text(source: str) -> DateTime:
    result: DateTime = _found(parse_date_time(source), source, "date and time")
    return result


@builtin("date and time", "from:date and time")
def date_time_from_moment(source: DateTime) -> DateTime:
    return source


@builtin("date and time", "date:date|date and time", "time:time")
def date_time_from_parts(date: Date | DateTime, time: Time) -> DateTime:
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


@builtin("date and time", "date:date and time", "timezone:string")
def date_time_in_zone(date: DateTime, zone: str) -> DateTime:
    if zone_named(zone) is None:
        raise FeelError(f"{zone!r} is not a time zone.")
    time = date.time
    return DateTime(date.date, Time(time.hour, time.minute, time.second, time.nano, None, zone))


_NUMBERS = (
    "year:number", "month:number", "day:number", "hour:number", "minute:number", "second:number",
)  # fmt: skip


@builtin("date and time", *_NUMBERS)
@builtin("date and time", *_NUMBERS, "offset:days and time duration|null")
def date_time_from_numbers(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysTime | None = None,
) -> DateTime:
    date = date_from_numbers(year, month, day)
    return DateTime(date, time_from_numbers(hour, minute, second, offset))


@builtin("date and time", *_NUMBERS, "timezone:string")
def date_time_from_numbers_in_zone(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    zone: str,
) -> DateTime:
    return date_time_in_zone(date_time_from_numbers(year, month, day, hour, minute, second), zone)


@builtin("duration", "from:string")
def duration_from_text(source: str) -> DaysTime | YearsMonths:
    result: DaysTime | YearsMonths = _found(parse_duration(source), source, "duration")
    return result


@builtin("duration", "from:days and time duration|years and months duration")
def duration_from_duration(source: DaysTime | YearsMonths) -> DaysTime | YearsMonths:
    return source
