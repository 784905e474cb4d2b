"""Loops, quantifiers and the functions written in FEEL."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.operators import arithmetic
from tongban.kernel.decisions.feel.temporal import DAY, Date, DaysTime
from tongban.kernel.decisions.feel.types import Type
from tongban.kernel.decisions.feel.values import Closure, Function, Range, Scope, Value, note

_MOST_STEPS = 1_000_000
Step = tuple[str, Closure, Closure | None]


def closure_function(
    name: str,
    names: tuple[str, ...],
    types: tuple[Type | None, ...],
    body: Closure,
    scope: Scope,
    result: Type | None = None,
) -> Function:
    """A function whose body sees the scope it was written in."""

    def run(values: Any) -> Value:
        return body({**scope, **dict(zip(names, values, strict=True))})

    return Function(name, names, run, types if any(types) else (), result)


def _bounded(steps: int) -> None:
    # One typing error in a model must not exhaust the machine.
    if steps > _MOST_STEPS:
        raise FeelError(f"A loop runs over at most {_MOST_STEPS} steps.")


def _steps(first: Value, last: Value) -> list[Value]:
    """The values of `first..last`, counting up or down."""
    if isinstance(first, Date) and isinstance(last, Date):
        sign = 1 if first.ordinal <= last.ordinal else -1
        _bounded(abs(last.ordinal - first.ordinal))
        return [
            arithmetic("+", first, DaysTime(sign * days * DAY))
            for days in range(abs(last.ordinal - first.ordinal) + 1)
        ]
    if not isinstance(first, Decimal) or not isinstance(last, Decimal):
        raise FeelError("A loop runs over a list, whole numbers or dates.")
    if first != int(first) or last != int(last):
        raise FeelError("A loop over numbers needs whole numbers.")
    low, high = int(first), int(last)
    _bounded(abs(high - low))
    numbers = range(low, high + 1) if low <= high else range(low, high - 1, -1)
    return [Decimal(each) for each in numbers]


def _values(step: Step, scope: Scope) -> list[Value]:
    _, source, last = step
    value = source(scope)
    if last is not None:
        return _steps(value, last(scope))
    if isinstance(value, list):
        return value
    if value is None:
        raise FeelError("A loop runs over a list, not null.")
    if not isinstance(value, Range):
        return [value]
    values = _steps(value.start, value.end)
    return values[0 if value.start_included else 1 : None if value.end_included else -1]


def _scopes(steps: list[Step], scope: dict[str, Value]) -> Iterator[dict[str, Value]]:
    step, *rest = steps
    for value in _values(step, scope):
        inner = {**scope, step[0]: value}
        if rest:
            yield from _scopes(rest, inner)
        else:
            yield inner


def for_loop(steps: list[Step], body: Closure, shows_partial: bool = True) -> Closure:
    """`for`: the results so far are visible as `partial`."""

    def loop(scope: Scope) -> Value:
        partial: list[Value] = []
        try:
            for inner in _scopes(steps, dict(scope)):
                # A copy: a body may keep the list it was shown.
                inner["partial"] = list(partial) if shows_partial else partial
                partial.append(body(inner))
        except FeelError as error:
            return note(scope, str(error))
        return partial

    return loop


def quantified(steps: list[Step], body: Closure, some: bool) -> Closure:
    """`some` and `every`, in three-valued logic."""

    def loop(scope: Scope) -> Value:
        unknown = False
        try:
            for inner in _scopes(steps, dict(scope)):
                found = body(inner)
                if found is some:
                    return some
                unknown = unknown or not isinstance(found, bool)
        except FeelError as error:
            return note(scope, str(error))
        if unknown:
            return note(scope, "A condition of some or every is neither true nor false.")
        return not some

    return loop
