"""Numeric built-ins."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin
from tongban.kernel.decisions.feel.temporal import DaysTime, YearsMonths
from tongban.kernel.decisions.feel.values import NUMBERS, Value

# The scale of a Decimal128 number (DMN 10.3.4.5).
_LOWEST_SCALE = -6111
_HIGHEST_SCALE = 6176


def rounded(number: Decimal, scale: Decimal, mode: str) -> Decimal:
    """A number cut to `scale` digits behind the point."""
    digits = int(scale)
    if not _LOWEST_SCALE <= digits <= _HIGHEST_SCALE:
        raise FeelError("The scale is out of range.")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits and number.adjusted() + digits >= 33:
        return number  # already exact, and more zeros would not fit
    if number.adjusted() + digits >= 34:
        return number
    if number.adjusted() < -digits - 1:
        up = mode == ROUND_UP or (mode == ROUND_CEILING and number > 0)
        up = up or (mode == ROUND_FLOOR and number < 0)
        if not up or number == 0:
            return Decimal(0)
        return Decimal((int(number < 0), (1,), -digits))
    return number.quantize(Decimal((0, (1,), -digits)), rounding=mode, context=NUMBERS)


@builtin("decimal", "n:number", "scale:number")
def decimal(n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n:number", "scale?:number")
def floor(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n:number", "scale?:number")
def ceiling(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return rounded(n, scale, ROUND_CEILING)


@builtin("round up", "n:number", "scale:number")
def round_up(n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_UP)


@builtin("round down", "n:number", "scale:number")
def round_down(n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up", "n:number", "scale:number")
def round_half_up(n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n:number", "scale:number")
def round_half_down(n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n:number|days and time duration|years and months duration")
def absolute(n: Value) -> Value:
    if isinstance(n, DaysTime):
        return DaysTime(abs(n.nanos))
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return NUMBERS.abs(n)


@builtin("modulo", "dividend:number", "divisor:number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if divisor == 0:
        raise FeelError("Division by zero.")
    # The sign follows the divisor: dividend - divisor * floor(dividend / divisor).
    rest = NUMBERS.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = NUMBERS.add(rest, divisor)
    return rest


@builtin("sqrt", "number:number")
def square_root(number: Decimal) -> Decimal:
    if number < 0:
        raise FeelError("A negative number has no square root.")
    return NUMBERS.sqrt(number)


@builtin("log", "number:number")
def logarithm(number: Decimal) -> Decimal:
    if number <= 0:
        raise FeelError("Only a positive number has a logarithm.")
    return NUMBERS.ln(number)


@builtin("exp", "number:number")
def exponential(number: Decimal) -> Decimal:
    return NUMBERS.exp(number)


@builtin("odd", "number:number")
def odd(number: Decimal) -> bool:
    return abs(NUMBERS.remainder(number, Decimal(2))) == 1


@builtin("even", "number:number")
def even(number: Decimal) -> bool:
    return NUMBERS.remainder(number, Decimal(2)) == 0


@builtin("not", "negand:any")
def negation(negand: Value) -> Value:
    if negand is None:
        return None
    if not isinstance(negand, bool):
        raise FeelError("not() takes true or false.")
    return not negand


@builtin("number", "from:string")
@builtin(
    "number", "from:string", "grouping separator:string|null", "decimal separator?:string|null"
)
def to_number(
    source: str, grouping: str | None = None, decimal_point: str | None = None
) -> Decimal:
    if grouping not in (None, " ", ",", ".") or decimal_point not in (None, ",", "."):
        raise FeelError("The separators are space, comma or point.")
    if grouping is not None and grouping == decimal_point:
        raise FeelError("The two separators must differ.")
    text = source.replace(grouping, "") if grouping else source
    text = text.replace(decimal_point, ".") if decimal_point else text
    if not _looks_like_number(text):
        raise FeelError(f"{source!r} is not a number.")
    return NUMBERS.create_decimal(text)


def _looks_like_number(text: str) -> bool:
    body = text[1:] if text[:1] in ("-", "+") else text
    mantissa, marker, exponent = body.replace("E", "e").partition("e")
    exponent = exponent[1:] if exponent[:1] in ("-", "+") else exponent
    if marker and not (exponent.isascii() and exponent.isdigit()):
        return False
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    return digits.isascii() and digits.isdigit()
