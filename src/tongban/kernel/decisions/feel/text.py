"""FEEL text of values, and the text inside FEEL string literals."""

import re
from decimal import Decimal

from tongban.kernel.decisions.feel.lexer import split
from tongban.kernel.decisions.feel.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from tongban.kernel.decisions.feel.values import Function, Range, Value

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|[nrt\"'\\])")
_SHORT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def _unescape(match: re.Match[str]) -> str:
    body = match.group(1)
    return _SHORT[body] if body in _SHORT else chr(int(body[1:], 16))


def unquoted(literal: str) -> str:
    """The string a literal stands for; unknown escapes such as \\d stay, patterns need them."""
    body = literal[1:-1]
    if "\\" not in body:
        return body
    text = _ESCAPE.sub(_unescape, body)
    # \uD83D\uDCA9 names one character by its two UTF-16 halves.
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(value: Value) -> str:
    """A value as FEEL text, the way string() shows it inside lists and contexts."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)}: {written(item)}' for key, item in value.items())}}}"
    if isinstance(value, Range):
        return _range(value)
    if isinstance(value, Function):
        return f"function {value.name}({', '.join(value.parameters)})"
    assert isinstance(value, Date | DateTime | Time | DaysTime | YearsMonths)
    return str(value)


def _key(key: str) -> str:
    pieces = split(key)
    plain = bool(pieces) and pieces[0].kind == "IDENT"
    plain = plain and all(piece.kind in ("IDENT", "NUMBER") for piece in pieces)
    return key if plain else quoted(key)


def _range(value: Range) -> str:
    if value.operator:
        bound = value.end if value.operator in ("<", "<=") else value.start
        return f"({value.operator} {written(bound)})"
    opening = "[" if value.start_included else "("
    closing = "]" if value.end_included else ")"
    return f"{opening}{written(value.start)}..{written(value.end)}{closing}"
