"""String built-ins."""

from decimal import Decimal

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin
from tongban.kernel.decisions.feel.patterns import compiled, replacement


@builtin("substring", "string:string", "start position:number", "length?:number")
def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    place = int(start)
    if place == 0 or abs(place) > len(string):
        raise FeelError("substring: the start position is outside the string.")
    first = place - 1 if place > 0 else len(string) + place
    if length is None:
        return string[first:]
    if int(length) < 1:
        raise FeelError("substring: the length must be positive.")
    return string[first : first + int(length)]


@builtin("string length", "string:string")
def string_length(string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string:string")
def upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case", "string:string")
def lower_case(string: str) -> str:
    return string.lower()


@builtin("substring before", "string:string", "match:string")
def substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string:string", "match:string")
def substring_after(string: str, match: str) -> str:
    if not match:
        return string
    return string.partition(match)[2]


@builtin("contains", "string:string", "match:string")
def contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string:string", "match:string")
def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string:string", "match:string")
def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("replace", "input:string", "pattern:string", "replacement:string", "flags?:string|null")
def replace(source: str, pattern: str, new: str, flags: str | None = None) -> str:
    expression = compiled(pattern, flags or "")
    if "q" in (flags or ""):
        return expression.sub(lambda _: new, source)
    if expression.search("") is not None:
        raise FeelError("replace: the pattern must not match the empty string.")
    return expression.sub(replacement(new, expression.groups), source)


@builtin("matches", "input:string", "pattern:string", "flags?:string|null")
def matches(source: str, pattern: str, flags: str | None = None) -> bool:
    return compiled(pattern, flags or "").search(source) is not None


@builtin("split", "string:string", "delimiter:string")
def split(string: str, delimiter: str) -> list[str]:
    # re.split would put the groups into the result.
    parts = []
    place = 0
    for match in compiled(delimiter, "").finditer(string):
        parts.append(string[place : match.start()])
        place = match.end()
    return [*parts, string[place:]]
