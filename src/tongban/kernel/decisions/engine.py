"""The front door of the decision engine: load, evaluate, explain, replay."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tongban.kernel.decisions.dmn import Model, load
from tongban.kernel.decisions.feel.errors import DecisionModelError, FeelError
from tongban.kernel.decisions.feel.expressions import (
    SUBJECT,
    Compiled,
    compile_expression,
    compile_tests,
)
from tongban.kernel.decisions.feel.functions import BUILTINS
from tongban.kernel.decisions.feel.temporal import parse_date_time
from tongban.kernel.decisions.feel.values import CLOCK, to_feel, to_python
from tongban.kernel.decisions.graph import Element, Run
from tongban.kernel.decisions.grid import load_grid
from tongban.kernel.decisions.tables import recorded
from tongban.kernel.decisions.trace import (
    ENGINE,
    NearMiss,
    Reason,
    Trace,
    decode,
    encode,
    why,
    why_not,
)

__all__ = [
    "DecisionModelError",
    "Model",
    "NearMiss",
    "Reason",
    "Result",
    "Trace",
    "evaluate",
    "expression",
    "load",
    "load_grid",
    "names_in",
    "replay",
    "unary_test",
    "why",
    "why_not",
]

_PLAIN_VALUES = "Give numbers, text, true or false, dates, lists and mappings of these."


@dataclass(frozen=True, slots=True)
class Result:
    """What a decision gave: `value` in Python types, the same `feel` value, and its trace."""

    value: Any
    trace: Trace
    errors: tuple[str, ...] = ()
    feel: Any = field(default=None, repr=False)


def evaluate(
    model: Model,
    decision: str,
    inputs: Mapping[str, object],
    now: datetime.datetime | None = None,
) -> Result:
    """Evaluate a decision, or run a decision service or business knowledge model by its name.

    `now` is the moment FEEL's now() and today() give; the engine has no clock of its own.
    """
    target = _target(model, decision)
    moment = None if now is None else to_feel(now)
    try:
        run = Run(model.elements, inputs, moment)
        value = run.value(target.key) if target.kind == "decision" else run.invoke(target)
    except RecursionError as error:
        raise DecisionModelError(
            f"The decision {decision!r} calls itself without end.", "Give the recursion an end."
        ) from error
    except FeelError as error:
        raise DecisionModelError(str(error), _PLAIN_VALUES) from error
    errors = tuple(dict.fromkeys(run.errors))
    data = {
        "engine": ENGINE,
        "model": {"name": model.name, "hash": model.hash},
        "decision": decision,
        "now": None if moment is None else str(moment),
        "inputs": {name: encode(item) for name, item in run.read.items()},
        "output": encode(value),
        "errors": list(errors),
        "tables": [recorded(record, encode) for record in run.tables],
    }
    return Result(to_python(value), Trace(data), errors, value)


def _target(model: Model, name: str) -> Element:
    for elements in (model.decisions, model.services, model.knowledge):
        if name in elements:
            return elements[name]
    known = ", ".join(sorted(model.decisions)) or "none"
    raise DecisionModelError(
        f"The model {model.name!r} has no decision called {name!r}.", f"It has: {known}."
    )


def replay(trace: Trace, model: Model) -> Trace:
    """Evaluate again with what the trace recorded; the same model gives the same hash."""
    inputs = {name: decode(item) for name, item in trace.data["inputs"].items()}
    now = trace.data["now"]
    result = _again(model, trace.data["decision"], inputs, now)
    return result.trace


def _again(model: Model, decision: str, inputs: Mapping[str, Any], now: str | None) -> Result:
    moment = None if now is None else to_python(parse_date_time(now))
    return evaluate(model, decision, inputs, moment)


@lru_cache(maxsize=4096)
def _compiled(text: str, names: tuple[str, ...], unary: bool) -> tuple[Compiled, tuple[str, ...]]:
    compiled = (compile_tests if unary else compile_expression)(text, names)
    wanted = tuple(sorted(name for name in compiled.used if name != SUBJECT))
    if any(name in ("now", "today") for name in wanted):
        wanted = (*wanted, CLOCK)
    return compiled, wanted


def _scope(values: Mapping[str, object], wanted: tuple[str, ...]) -> dict[str, Any]:
    try:
        return {name: to_feel(values[name]) for name in wanted if name in values}
    except FeelError as error:
        raise DecisionModelError(str(error), _PLAIN_VALUES) from error


def names_in(text: str, names: Iterable[str] = (), unary: bool = False) -> frozenset[str]:
    """The names a text uses that are not built-in functions; local names are among them."""
    compiled, _ = _compiled(text, tuple(names), unary)
    return frozenset(compiled.used - BUILTINS.keys() - {SUBJECT, "now", "today"})


def expression(text: str, names: Iterable[str] = ()) -> Callable[[Mapping[str, object]], Any]:
    """A FEEL expression as a function of a mapping of Python values, giving a Python value.

    `names` are the names that may occur; names with spaces need not be listed unless they hold
    operators or keywords.  The key "now()" of the mapping, if there, is the moment for now().
    """
    compiled, wanted = _compiled(text, tuple(names), False)
    closure = compiled.closure

    def run(values: Mapping[str, object]) -> Any:
        return to_python(closure(_scope(values, wanted)))

    return run


def unary_test(
    text: str, names: Iterable[str] = ()
) -> Callable[[object, Mapping[str, object]], bool]:
    """The unary tests of a table cell as a function of the value tested and a mapping."""
    compiled, wanted = _compiled(text, tuple(names), True)
    closure = compiled.closure
    subjects = (*wanted, SUBJECT)

    def run(value: object, values: Mapping[str, object]) -> bool:
        return closure(_scope({**values, SUBJECT: value}, subjects)) is True

    return run
