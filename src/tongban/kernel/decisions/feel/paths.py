"""Paths (a.b) and filters (a[...])."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tongban.kernel.decisions.feel.temporal import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
)
from tongban.kernel.decisions.feel.values import Closure, Range, Scope, Value, kind_of, note


def _whole(value: int) -> Decimal:
    return Decimal(value)


def _truncated(value: int, unit: int, above: int | None = None) -> Decimal:
    size = abs(value) % above if above else abs(value)
    result = Decimal(size // unit)
    return -result if value < 0 and result else result


def _offset(time: Time, days: int) -> DaysTime | None:
    offset = time.offset_at(days)
    return None if offset is None else DaysTime(offset * SECOND)


def _second(time: Time) -> Decimal:
    # Decimal keeps 1 as 1, not 1.000000000.
    return Decimal(time.second) + (Decimal(time.nano) / SECOND if time.nano else 0)


_Reader = Callable[[Any], Value]
_DATE: dict[str, _Reader] = {
    "year": lambda date: _whole(date.year),
    "month": lambda date: _whole(date.month),
    "day": lambda date: _whole(date.day),
    "weekday": lambda date: _whole(date.weekday),
}
_TIME: dict[str, _Reader] = {
    "hour": lambda time: _whole(time.hour),
    "minute": lambda time: _whole(time.minute),
    "second": _second,
    "time offset": lambda time: _offset(time, 0),
    "timezone": lambda time: time.zone,
}


def _of(part: str, read: _Reader) -> _Reader:
    """The reader of one half of a date and time."""
    return lambda moment: read(getattr(moment, part))


PROPERTIES: dict[type, dict[str, _Reader]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: {
        **{name: _of("date", read) for name, read in _DATE.items()},
        **{name: _of("time", read) for name, read in _TIME.items()},
        "time offset": lambda moment: _offset(moment.time, moment.date.ordinal),
    },
    DaysTime: {
        "days": lambda duration: _truncated(duration.nanos, DAY),
        "hours": lambda duration: _truncated(duration.nanos, HOUR, DAY),
        "minutes": lambda duration: _truncated(duration.nanos, MINUTE, HOUR),
        "seconds": lambda duration: _truncated(duration.nanos, SECOND, MINUTE),
    },
    YearsMonths: {
        "years": lambda duration: _truncated(duration.months, 12),
        "months": lambda duration: _truncated(duration.months, 1, 12),
    },
    Range: {
        "start": lambda interval: interval.start,
        "end": lambda interval: interval.end,
        "start included": lambda interval: interval.start_included,
        "end included": lambda interval: interval.end_included,
    },
}


def member(value: Value, name: str, scope: Scope) -> Value:
    """`value.name`; on a list, of every item."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        return note(scope, f"The context has no entry {name!r}.")
    if isinstance(value, list):
        return [member(item, name, scope) for item in value]
    reader = PROPERTIES.get(value.__class__, {}).get(name)
    if reader is None:
        return note(scope, f"A {kind_of(value)} has no property {name!r}.")
    return reader(value)


def _index(items: list[Value], place: Decimal, scope: Scope) -> Value:
    if place != place.to_integral_value():
        return note(scope, "A position in a list is a whole number.")
    index = int(place)
    if index == 0 or abs(index) > len(items):
        return note(scope, f"The list has no item {index}.")
    return items[index - 1 if index > 0 else index]


def select(value: Value, condition: Closure, scope: Scope) -> Value:
    """`value[condition]`: an item by position, or the items that satisfy the condition."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    if not items:
        place = condition({**scope, "item": None})
        if isinstance(place, Decimal):
            return note(scope, "An empty list has no items.")
        return []
    kept = []
    for number, item in enumerate(items):
        inner = {**scope, "item": item}
        if isinstance(item, dict):
            inner.update(item)
        found = condition(inner)
        if found is True:
            kept.append(item)
        elif isinstance(found, Decimal) and number == 0:
            return _index(items, found, scope)
        elif found is not False and found is not None:
            return note(scope, "A filter is a position or a condition.")
    return kept
