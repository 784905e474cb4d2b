"""How functions are declared, bound to arguments and called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.operators import midnight
from tongban.kernel.decisions.feel.temporal import Date, DateTime
from tongban.kernel.decisions.feel.types import coerce
from tongban.kernel.decisions.feel.values import CLOCK, Function, Scope, Value, kind_of, note


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kinds: frozenset[str]
    optional: bool
    nullable: bool
    several: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in."""

    parameters: tuple[Parameter, ...]
    body: Callable[..., Value]


_NOT_GIVEN: Any = object()
_Body = TypeVar("_Body", bound=Callable[..., Any])


def _parameter(text: str) -> Parameter:
    """Read "name:kind|kind"; a trailing ? marks optional, * several, kind null allows null."""
    name, _, kinds = text.partition(":")
    optional = name.endswith("?")
    several = name.endswith("*")
    allowed = frozenset(kinds.split("|"))
    nullable = "null" in allowed or "any" in allowed
    return Parameter(name.rstrip("?*"), allowed - {"null"}, optional, nullable, several)


BUILTINS: dict[str, Function] = {}


def builtin(name: str, *parameters: str) -> Callable[[_Body], _Body]:
    """Register one signature of a built-in function."""

    def register(body: _Body) -> _Body:
        signature = Signature(tuple(map(_parameter, parameters)), body)
        known = BUILTINS.get(name)
        if known is None:
            names = tuple(each.name for each in signature.parameters)
            BUILTINS[name] = Function(name, names, body, builtin=[signature])
        else:
            known.builtin.append(signature)
        return body

    return register


def _fit(parameter: Parameter, value: Value) -> Value:
    """The value as that parameter takes it, or _NOT_GIVEN when it does not fit."""
    kinds = parameter.kinds
    if value is None:
        return None if parameter.nullable else _NOT_GIVEN
    if "any" in kinds:
        return value
    kind = kind_of(value)
    if kind in kinds:
        return value
    if "list" in kinds:
        return [value]
    if kind == "list" and len(value) == 1 and value[0] is not None:
        return _fit(parameter, value[0])
    if "date and time" in kinds and isinstance(value, Date):
        return midnight(value)
    return _NOT_GIVEN


def _bind_positional(signature: Signature, values: Sequence[Value]) -> list[Value] | None:
    bound: list[Value] = []
    for place, parameter in enumerate(signature.parameters):
        if parameter.several:
            rest = [_fit(parameter, value) for value in values[place:]]
            return None if _NOT_GIVEN in rest or not rest else [*bound, *rest]
        if place >= len(values):
            if not parameter.optional:
                return None
            continue
        value = _fit(parameter, values[place])
        if value is _NOT_GIVEN:
            return None
        bound.append(value)
    return bound if len(values) <= len(signature.parameters) else None


def _bind_named(signature: Signature, values: Mapping[str, Value]) -> list[Value] | None:
    if not values.keys() <= {parameter.name for parameter in signature.parameters}:
        return None
    bound: list[Value] = []
    gap = False
    for parameter in signature.parameters:
        if parameter.name not in values:
            if not (parameter.optional or parameter.kinds == {"any"}):
                return None
            gap = True
            bound.append(None)
            continue
        value = _fit(parameter, values[parameter.name])
        if value is _NOT_GIVEN:
            return None
        bound.append(value)
    while gap and bound and bound[-1] is None and signature.parameters[len(bound) - 1].optional:
        bound.pop()
    return bound


def _call_builtin(function: Function, values: Any, named: bool) -> Value:
    bind: Any = _bind_named if named else _bind_positional
    for signature in function.builtin:
        bound = bind(signature, values)
        if bound is not None:
            try:
                return signature.body(*bound)
            except (DecimalException, OverflowError) as error:
                raise FeelError(f"{function.name}: the result is not a FEEL number.") from error
    given = values.values() if named else values
    kinds = ", ".join(kind_of(value) for value in given)
    raise FeelError(f"{function.name} cannot be called with ({kinds}).")


def _typed(function: Function, values: list[Value]) -> list[Value]:
    if not function.types:
        return values
    result = []
    for name, kind, value in zip(function.parameters, function.types, values, strict=True):
        fits, coerced = (True, value) if kind is None else coerce(value, kind)
        if not fits:
            raise FeelError(f"{function.name}: {name} cannot be a {kind_of(value)}.")
        result.append(coerced)
    return result


def _result(function: Function, value: Value) -> Value:
    if function.result is None:
        return value
    fits, coerced = coerce(value, function.result)
    if not fits:
        raise FeelError(f"{function.name}: the result is not of the declared type.")
    return coerced


def call(function: Value, values: Sequence[Value]) -> Value:
    """Call with positional arguments; raises FeelError where the result is null."""
    if not isinstance(function, Function):
        raise FeelError(f"A {kind_of(function)} cannot be called.")
    if function.builtin is not None:
        return _call_builtin(function, values, named=False)
    if len(values) != len(function.parameters):
        raise FeelError(
            f"{function.name} takes {len(function.parameters)} arguments, not {len(values)}."
        )
    return _result(function, function.body(_typed(function, list(values))))


def call_named(function: Value, values: Mapping[str, Value]) -> Value:
    """Call with named arguments."""
    if not isinstance(function, Function):
        raise FeelError(f"A {kind_of(function)} cannot be called.")
    if function.builtin is not None:
        return _call_builtin(function, values, named=True)
    if values.keys() != set(function.parameters):
        raise FeelError(f"{function.name} takes the arguments {', '.join(function.parameters)}.")
    ordered = [values[name] for name in function.parameters]
    return _result(function, function.body(_typed(function, ordered)))


def read_clock(scope: Scope, name: str) -> Value:
    """now() and today(): the moment the caller gave, for this code has no clock of its own."""
    moment = scope.get(CLOCK)
    if not isinstance(moment, DateTime):
        return note(scope, f"{name}() needs the moment of the decision, and none was given.")
    return moment if name == "now" else moment.date


def integer(value: Decimal, what: str) -> int:
    """A whole number, or FeelError."""
    if value != value.to_integral_value():
        raise FeelError(f"{what} must be a whole number.")
    return int(value)
