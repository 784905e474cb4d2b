"""Date and time built-ins; now() and today() are read from the scope, see the compiler."""

from decimal import Decimal

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin
from tongban.kernel.decisions.feel.operators import identical
from tongban.kernel.decisions.feel.temporal import Date, DateTime, YearsMonths, days_from_civil
from tongban.kernel.decisions.feel.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("is", "value1:any", "value2:any")
def same(value1: Value, value2: Value) -> bool:
    return identical(value1, value2)


@builtin("day of year", "date:date|date and time")
def day_of_year(date: Date | DateTime) -> Value:
    day = _day(date)
    return _number(day.ordinal - days_from_civil(day.year, 1, 1) + 1)


@builtin("day of week", "date:date|date and time")
def day_of_week(date: Date | DateTime) -> str:
    return _DAYS[_day(date).weekday - 1]


@builtin("month of year", "date:date|date and time")
def month_of_year(date: Date | DateTime) -> str:
    return _MONTHS[_day(date).month - 1]


@builtin("week of year", "date:date|date and time")
def week_of_year(date: Date | DateTime) -> Value:
    day = _day(date)
    # ISO 8601: the week belongs to the year of its Thursday.
    thursday = day.ordinal - day.weekday + 4
    for year in (day.year + 1, day.year, day.year - 1):
        first = days_from_civil(year, 1, 1)
        if first <= thursday < days_from_civil(year + 1, 1, 1):
            return _number((thursday - first) // 7 + 1)
    raise FeelError("week of year: the date is outside the calendar.")


@builtin("years and months duration", "from:date|date and time", "to:date|date and time")
def years_and_months_duration(start: Date | DateTime, end: Date | DateTime) -> YearsMonths:
    one, two = _day(start), _day(end)
    months = (two.year - one.year) * 12 + two.month - one.month
    first = (one.day, start.time.local if isinstance(start, DateTime) else 0)
    second = (two.day, end.time.local if isinstance(end, DateTime) else 0)
    # Only whole months count, in either direction.
    if months > 0 and second < first:
        months -= 1
    elif months < 0 and second > first:
        months += 1
    return YearsMonths(months)


def _number(value: int) -> Value:
    return Decimal(value)
