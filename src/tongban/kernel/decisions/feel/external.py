"""External functions of FEEL: a closed table of well-known pure Java functions, nothing else.

Models from other tools call java.lang.Math and the like.  No code is loaded: a name that is not
in this table has no value.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.types import Type
from tongban.kernel.decisions.feel.values import Function, Value, kind_of, number

_NUMERIC = frozenset(
    [
        "byte",
        "short",
        "int",
        "long",
        "float",
        "double",
        "java.lang.Byte",
        "java.lang.Short",
        "java.lang.Integer",
        "java.lang.Long",
        "java.lang.Float",
        "java.lang.Double",
        "java.math.BigDecimal",
        "java.math.BigInteger",
        "java.lang.Number",
    ]
)
_WHOLE = frozenset(
    [
        "byte",
        "short",
        "int",
        "long",
        "java.lang.Byte",
        "java.lang.Short",
        "java.lang.Integer",
        "java.lang.Long",
    ]
)
_TEXT = frozenset(("java.lang.String", "String", "char", "java.lang.CharSequence"))


def _real(function: Callable[..., float]) -> Callable[..., Value]:
    def body(*values: Decimal) -> Value:
        return number(function(*(float(value) for value in values)))

    return body


def _format(template: str, values: list[Value]) -> str:
    if any(mark in template.replace("%s", "") for mark in ("%", "{", "}")):
        raise FeelError("Only %s is known in String.format.")
    parts = template.split("%s")
    if len(parts) - 1 > len(values):
        raise FeelError("String.format: there are more places than values.")
    shown = [str(value) for value in values[: len(parts) - 1]]
    return "".join(part + text for part, text in zip(parts, [*shown, ""], strict=True))


_MATH: dict[str, tuple[int, Callable[..., Value]]] = {
    **{
        name: (1, _real(getattr(math, name)))
        for name in ("cos", "sin", "tan", "acos", "asin", "atan", "exp", "log", "log10", "sqrt")
    },
    "abs": (1, abs),
    "ceil": (1, _real(math.ceil)),
    "floor": (1, _real(math.floor)),
    "pow": (2, _real(math.pow)),
    "hypot": (2, _real(math.hypot)),
    "max": (2, max),
    "min": (2, min),
}


def _same(value: Value) -> Value:
    return value


def _parsed(value: Value) -> Value:
    return number(Decimal(value)) if isinstance(value, str) else value


_FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
    **{f"java.lang.Math.{name}": entry for name, entry in _MATH.items()},
    "java.lang.String.valueOf": (1, lambda value: value if isinstance(value, str) else str(value)),
    **{
        f"java.lang.{kind}.valueOf": (1, _parsed)
        for kind in ("Byte", "Short", "Integer", "Long", "Float", "Double")
    },
    "java.lang.Integer.parseInt": (1, _parsed),
    "java.lang.Double.parseDouble": (1, _parsed),
    "java.lang.Integer.max": (2, max),
    "java.lang.Double.max": (2, max),
}


def _convert(value: Value, kind: str) -> Value:
    """A FEEL value as the Java parameter takes it, still as a FEEL value."""
    if kind in _NUMERIC and isinstance(value, Decimal):
        return Decimal(int(value)) if kind in _WHOLE else value
    if kind in _TEXT and isinstance(value, str):
        if kind == "char" and len(value) != 1:
            raise FeelError("A char is one character.")
        return value
    if kind in ("java.lang.Object", "Object"):
        return value
    if kind in ("boolean", "java.lang.Boolean") and isinstance(value, bool):
        return value
    raise FeelError(f"A {kind_of(value)} cannot be passed as {kind}.")


def _signature(text: str) -> tuple[str, list[str]]:
    name, _, rest = text.partition("(")
    inside = rest.rstrip().removesuffix(")")
    return name.strip(), [part.strip() for part in inside.split(",") if part.strip()]


def external_function(
    names: tuple[str, ...], types: tuple[Type | None, ...], definition: Value
) -> Function:
    """The function that `external {java: {...}}` stands for."""
    java = definition.get("java") if isinstance(definition, dict) else None
    if not isinstance(java, dict):
        raise FeelError("Only external Java functions are known.")
    owner, method, kinds = str(java.get("class")), *_signature(str(java.get("method signature")))

    def run(values: Sequence[Value]) -> Value:
        return _run(f"{owner}.{method}", kinds, list(values))

    known = tuple(kind for kind in types) if any(types) else ()
    return Function(f"{owner}.{method}", names, run, known)


def _run(name: str, kinds: list[str], values: list[Value]) -> Value:
    if name == "java.lang.String.format" and kinds[-1:] in (
        ["[Ljava.lang.Object;"],
        ["java.lang.Object..."],
        ["java.lang.Object[]"],
    ):
        rest = values[1] if len(values) == 2 and isinstance(values[1], list) else values[1:]
        return _format(str(values[0]), rest)
    arity, body = _FUNCTIONS.get(name, (-1, _same))
    if arity != len(values) or len(kinds) != len(values):
        raise FeelError(f"There is no external function {name}.")
    if name.startswith("java.lang.Math.") and any(kind not in _NUMERIC for kind in kinds):
        raise FeelError(f"There is no external function {name} for these kinds.")
    arguments = [_convert(value, kind) for value, kind in zip(values, kinds, strict=True)]
    try:
        result: Any = body(*arguments)
    except (ArithmeticError, ValueError, TypeError) as error:
        raise FeelError(f"{name} has no value for these arguments.") from error
    return result
