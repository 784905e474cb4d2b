"""The FEEL value model and its border with Python values.

Inside: Decimal, str, bool, None, list, dict, Range, Function and the temporal types.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any
from zoneinfo import ZoneInfo

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.temporal import (
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    zone_named,
)

Value = Any
Scope = Mapping[str, Any]
Closure = Callable[[Scope], Value]

# DMN 10.3.2.3.1: IEEE 754-2008 Decimal128.
NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
# Keys no FEEL name can have; they carry the run through every scope.
RUN = "\0run"
CLOCK = "now()"


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; `operator` is set for ranges written as a comparison, like (< 10)."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    operator: str = ""


@dataclass(slots=True, eq=False)
class Function:
    """Anything that can be called; `body` takes the bound arguments in parameter order."""

    name: str
    parameters: tuple[str, ...]
    body: Callable[[Sequence[Value]], Value]
    types: tuple[Any, ...] = ()
    result: Any = None
    builtin: Any = field(default=None)


def note(scope: Scope, message: str) -> Value:
    """Record why a result is null, and give the null."""
    run = scope.get(RUN)
    if run is not None:
        run.errors.append(message)
    return None


def number(value: int | float | Decimal) -> Decimal:
    """A Python number as a FEEL number."""
    try:
        result = NUMBERS.create_decimal(repr(value) if isinstance(value, float) else value)
    except DecimalException as error:
        raise FeelError(f"{value} is too large for a FEEL number.") from error
    if not result.is_finite():
        raise FeelError(f"{value} is not a FEEL number.")
    return result


def _from_time(value: datetime.time) -> Time:
    offset, zone = _zone_of(value.tzinfo, value.utcoffset())
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, offset, zone)


def _zone_of(
    tzinfo: datetime.tzinfo | None, offset: datetime.timedelta | None
) -> tuple[int | None, str | None]:
    if isinstance(tzinfo, ZoneInfo) and tzinfo.key:
        return None, tzinfo.key
    return (None, None) if offset is None else (int(offset.total_seconds()), None)


def _from_date_time(value: datetime.datetime) -> DateTime:
    offset, zone = _zone_of(value.tzinfo, value.utcoffset())
    time = Time(value.hour, value.minute, value.second, value.microsecond * 1000, offset, zone)
    return DateTime(Date(value.year, value.month, value.day), time)


def _from_duration(value: datetime.timedelta) -> DaysTime:
    micros = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    return DaysTime(micros * 1000)


_SAME = frozenset(
    {bool, str, type(None), Date, Time, DateTime, DaysTime, YearsMonths, Range, Function}
)


def to_feel(value: Any) -> Value:
    """A Python value as a FEEL value; unknown kinds are refused, never guessed."""
    kind = value.__class__
    if kind in _SAME:
        return value
    if kind is int or kind is Decimal or kind is float:
        return number(value)
    return _to_feel_slow(value)


def _to_feel_slow(value: Any) -> Value:
    if isinstance(value, Mapping):
        return {str(key): to_feel(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_feel(item) for item in value]
    if isinstance(value, bool | str):
        return str(value) if isinstance(value, str) else bool(value)
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, datetime.datetime):
        return _from_date_time(value)
    if isinstance(value, datetime.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, datetime.time):
        return _from_time(value)
    if isinstance(value, datetime.timedelta):
        return _from_duration(value)
    raise FeelError(f"A value of kind {type(value).__name__} cannot be used in a decision.")


def _timezone(time: Time) -> datetime.tzinfo | None:
    if time.zone is not None:
        return zone_named(time.zone)
    if time.offset is None:
        return None
    return datetime.timezone(datetime.timedelta(seconds=time.offset))


def to_python(value: Value) -> Any:
    """A FEEL value as a Python value; what Python cannot hold stays as it is."""
    if isinstance(value, list):
        return [to_python(item) for item in value]
    if isinstance(value, dict):
        return {key: to_python(item) for key, item in value.items()}
    if isinstance(value, Date):
        return datetime.date(value.year, value.month, value.day) if _fits(value) else value
    if isinstance(value, Time):
        return datetime.time(
            value.hour, value.minute, value.second, value.nano // 1000, _timezone(value)
        )
    if isinstance(value, DateTime):
        if not _fits(value.date):
            return value
        date = datetime.date(value.date.year, value.date.month, value.date.day)
        return datetime.datetime.combine(date, to_python(value.time))
    if isinstance(value, DaysTime) and abs(value.nanos) < 10**9 * 86400 * 10**9:
        return datetime.timedelta(microseconds=value.nanos // 1000)
    return value


def _fits(date: Date) -> bool:
    return 1 <= date.year <= 9999


def kind_of(value: Value) -> str:
    """The FEEL name of the type of a value."""
    return _KINDS.get(value.__class__, "any")


_KINDS = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysTime: "days and time duration",
    YearsMonths: "years and months duration",
    Range: "range",
    Function: "function",
    type(None): "null",
}
