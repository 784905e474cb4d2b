"""Equality, order, membership and arithmetic of FEEL; None stands for null."""

from decimal import Decimal, DecimalException
from typing import Any

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.temporal import (
    DAY,
    SECOND,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    add_months,
    civil_from_days,
    clock,
    date_time_at,
    make_date,
)
from tongban.kernel.decisions.feel.values import NUMBERS, Function, Range, Value, kind_of


def _moment(value: Time | DateTime) -> tuple[bool, int]:
    # Table 53 compares whole seconds: fractions do not make two times different.
    if isinstance(value, Time):
        offset = value.offset_at()
        return value.zoned, value.local // SECOND - (offset or 0)
    return value.time.zoned, value.instant // SECOND


def equal(left: Value, right: Value) -> bool | None:
    """FEEL `=`: None when the kinds differ."""
    if left is None or right is None:
        return left is right
    if left.__class__ is not right.__class__:
        return None
    if isinstance(left, list):
        return len(left) == len(right) and all(
            equal(one, two) is True for one, two in zip(left, right, strict=True)
        )
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            equal(item, right[key]) is True for key, item in left.items()
        )
    if isinstance(left, Time | DateTime):
        first, second = _moment(left), _moment(right)
        return first == second if first[0] == second[0] else None
    if isinstance(left, Range):
        return (
            left.operator == right.operator
            and left.start_included == right.start_included
            and left.end_included == right.end_included
            and equal(left.start, right.start) is True
            and equal(left.end, right.end) is True
        )
    return bool(left == right)


_ORDERED = (Decimal, str, Date, Time, DateTime, DaysTime, YearsMonths)


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None when there is no order between the two."""
    if left.__class__ is not right.__class__ or not isinstance(left, _ORDERED):
        return None
    one: Any = left
    two: Any = right
    if isinstance(left, Time | DateTime):
        (first, one), (second, two) = _moment(left), _moment(right)
        if first != second:
            return None
    elif isinstance(left, Date):
        one, two = (left.year, left.month, left.day), (right.year, right.month, right.day)
    if one == two:
        return 0
    return -1 if one < two else 1


def ordered(operator: str, left: Value, right: Value) -> bool | None:
    """FEEL `<`, `<=`, `>` and `>=`."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        sign = -1 if left < right else left > right
    else:
        found = compare(left, right)
        if found is None:
            return None
        sign = found
    if operator == "<":
        return sign < 0
    if operator == "<=":
        return sign <= 0
    return sign > 0 if operator == ">" else sign >= 0


def test(operator: str, left: Value, right: Value) -> bool | None:
    """Any comparison by its sign."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    return ordered(operator, left, right)


def in_range(value: Value, interval: Range) -> bool | None:
    """Whether a value lies in a range."""
    if interval.operator == "!=":
        return test("!=", value, interval.start)
    if interval.operator == "=":
        return equal(value, interval.start)
    unbounded = interval.start is None or interval.end is None
    if value is None or (unbounded and not interval.operator):
        return None
    low: bool | None = True
    high: bool | None = True
    if interval.start is not None:
        low = ordered(">=" if interval.start_included else ">", value, interval.start)
    if interval.end is not None:
        high = ordered("<=" if interval.end_included else "<", value, interval.end)
    if low is False or high is False:
        return False
    return None if low is None or high is None else True


def contains(value: Value, wanted: Value) -> bool | None:
    """FEEL `in` for one right-hand side: a range, a list of anything, or a value."""
    if isinstance(wanted, Range):
        if isinstance(value, Range):
            return equal(value, wanted)
        return in_range(value, wanted)
    if isinstance(wanted, list):
        if isinstance(value, list) and equal(value, wanted):
            return True
        for item in wanted:
            found = in_range(value, item) if isinstance(item, Range) else equal(value, item)
            if found is True:
                return True
        return False
    return equal(value, wanted)


def make_range(start: Value, end: Value, start_included: bool, end_included: bool) -> Range:
    """An interval between two values of one kind."""
    if start is None and end is None:
        raise FeelError("A range needs at least one end.")
    if (start is None and start_included) or (end is None and end_included):
        raise FeelError("An end of a range is null and so cannot be included.")
    for bound in (start, end):
        if bound is not None and not isinstance(bound, _ORDERED):
            raise FeelError(f"A {kind_of(bound)} cannot be the end of a range.")
    if start is not None and end is not None and start.__class__ is not end.__class__:
        raise FeelError(f"A range cannot go from {kind_of(start)} to {kind_of(end)}.")
    return Range(start, end, start_included, end_included)


def midnight(date: Date) -> DateTime:
    """A date as date and time: midnight UTC (DMN 10.3.2.9.4)."""
    return DateTime(date, Time(0, 0, 0, 0, 0))


def negate(value: Value) -> Value:
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, DaysTime):
        return DaysTime(-value.nanos)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    raise FeelError(f"A {kind_of(value)} cannot be negated.")


def _present(value: Value, what: str) -> Value:
    if value is None:
        raise FeelError(f"{what} is outside the calendar.")
    return value


def _shift(left: Value, right: Value) -> Value:
    """A date, time or date and time moved by a duration; None when this is not such a case."""
    if isinstance(right, DaysTime):
        if isinstance(left, Date):
            days = (left.ordinal * DAY + right.nanos) // DAY
            return _present(make_date(*civil_from_days(days)), "The date")
        if isinstance(left, DateTime):
            return _present(date_time_at(left.local + right.nanos, left.time), "The date")
        if isinstance(left, Time):
            return clock((left.local + right.nanos) % DAY, left.offset, left.zone)
    if isinstance(right, YearsMonths):
        if isinstance(left, Date):
            return _present(add_months(left, right.months), "The date")
        if isinstance(left, DateTime):
            moved = _present(add_months(left.date, right.months), "The date")
            return DateTime(moved, left.time)
    return None


def add(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, DaysTime) and isinstance(right, DaysTime):
        return DaysTime(left.nanos + right.nanos)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(left.months + right.months)
    moved = _shift(left, right)
    if moved is None:
        moved = _shift(right, left)
    if moved is None:
        raise FeelError(f"{kind_of(left)} and {kind_of(right)} cannot be added.")
    return moved


def _between(left: Value, right: Value) -> DaysTime:
    """The time from right to left."""
    one = midnight(left) if isinstance(left, Date) else left
    two = midnight(right) if isinstance(right, Date) else right
    if one.time.zoned != two.time.zoned:
        raise FeelError("A date and time with an offset cannot be compared with one without.")
    return DaysTime(one.instant - two.instant)


def subtract(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.subtract(left, right)
    if isinstance(left, Date | DateTime) and isinstance(right, Date | DateTime):
        return _between(left, right)
    if isinstance(left, Time) and isinstance(right, Time) and left.zoned == right.zoned:
        offsets = (left.offset_at() or 0) - (right.offset_at() or 0)
        return DaysTime(left.local - right.local - offsets * SECOND)
    if isinstance(left, DaysTime) and isinstance(right, DaysTime):
        return DaysTime(left.nanos - right.nanos)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(left.months - right.months)
    moved = _shift(left, negate(right)) if isinstance(right, DaysTime | YearsMonths) else None
    if moved is None or isinstance(left, DaysTime | YearsMonths):
        raise FeelError(f"{kind_of(right)} cannot be subtracted from {kind_of(left)}.")
    return moved


def multiply(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.multiply(left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    if isinstance(right, Decimal):
        if isinstance(left, DaysTime):
            return DaysTime(int(NUMBERS.multiply(Decimal(left.nanos), right)))
        if isinstance(left, YearsMonths):
            return YearsMonths(int(NUMBERS.multiply(Decimal(left.months), right)))
    raise FeelError(f"{kind_of(left)} and {kind_of(right)} cannot be multiplied.")


def divide(left: Value, right: Value) -> Value:
    if isinstance(right, Decimal):
        if right == 0:
            raise FeelError("Division by zero.")
        if isinstance(left, Decimal):
            return NUMBERS.divide(left, right)
        if isinstance(left, DaysTime):
            return DaysTime(int(NUMBERS.divide(Decimal(left.nanos), right)))
        if isinstance(left, YearsMonths):
            return YearsMonths(int(NUMBERS.divide(Decimal(left.months), right)))
    if isinstance(left, DaysTime) and isinstance(right, DaysTime) and right.nanos:
        return NUMBERS.divide(Decimal(left.nanos), Decimal(right.nanos))
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths) and right.months:
        return NUMBERS.divide(Decimal(left.months), Decimal(right.months))
    raise FeelError(f"{kind_of(left)} cannot be divided by {kind_of(right)}.")


def power(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.power(left, right)
    raise FeelError(f"{kind_of(left)} cannot be raised to {kind_of(right)}.")


def _bounded(duration: DaysTime | YearsMonths) -> None:
    size = duration.nanos if isinstance(duration, DaysTime) else duration.months
    if abs(size) > _LONGEST:
        raise FeelError("The duration is too long.")


# Twice the calendar, in nanoseconds.
_LONGEST = 2 * 366 * DAY * 10**9
_ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """Any arithmetic by its sign; raises FeelError where the result would be null."""
    try:
        result = _ARITHMETIC[sign](left, right)
        if isinstance(result, DaysTime | YearsMonths):
            _bounded(result)
        return result
    except DecimalException as error:
        raise FeelError(f"{left} {sign} {right} has no value in FEEL numbers.") from error


def identical(left: Value, right: Value) -> bool:
    """FEEL `is`: same kind and same value in the semantic domain, zones and all."""
    if left.__class__ is not right.__class__:
        return False
    if isinstance(left, Function):
        return left is right
    if isinstance(left, list):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            identical(item, right[key]) for key, item in left.items()
        )
    return bool(left == right)
