"""The decision requirements graph: which element needs which, and how each gets its value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.decisions.boxed import typed
from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import call_named
from tongban.kernel.decisions.feel.types import Type
from tongban.kernel.decisions.feel.values import (
    CLOCK,
    RUN,
    Closure,
    Function,
    Value,
    note,
    to_feel,
)
from tongban.kernel.decisions.tables import Record

Key = tuple[str, str]


@dataclass(slots=True)
class Element:
    """One element of the graph: input data, decision, business knowledge or decision service."""

    kind: str
    key: Key
    name: str
    type: Type | None = None
    logic: Closure | None = None
    # (name of the import it comes through, or "", and the key of the element)
    needs: list[tuple[str, Key]] = field(default_factory=list)
    outputs: list[Key] = field(default_factory=list)
    parameters: list[Key] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One evaluation: what was given, what is known so far, and what was noted."""

    elements: Mapping[Key, Element]
    given: Mapping[str, Any]
    moment: Value = None
    root: str = ""
    known: dict[Key, Value] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    tables: list[Record] = field(default_factory=list)
    read: dict[str, Value] = field(default_factory=dict)
    busy: set[Key] = field(default_factory=set)

    def value(self, key: Key) -> Value:
        """The value of an element, worked out once."""
        if key not in self.known:
            element = self.elements.get(key)
            if element is None:
                return note({RUN: self}, f"The model has no element {key[1]!r}.")
            if key in self.busy:
                return note({RUN: self}, f"{element.name} requires itself.")
            self.busy.add(key)
            self.known[key] = self._work_out(element)
            self.busy.discard(key)
        return self.known[key]

    def _work_out(self, element: Element) -> Value:
        if element.kind in ("input", "optional"):
            return self._input(element)
        if element.kind == "service":
            return self._service(element)
        scope = self.scope(element)
        if element.logic is None:
            return note(scope, f"{element.name} has no decision logic.")
        value = element.logic(scope)
        if element.kind == "knowledge":
            if isinstance(value, Function):
                # A function may call itself.
                scope[element.name] = value
                value.name = element.name
                value.result = value.result or _result_type(element)
            return value
        return typed(value, element.type, element.name, scope)

    def scope(self, element: Element) -> dict[str, Value]:
        """What the logic of an element sees."""
        scope: dict[str, Value] = {RUN: self, CLOCK: self.moment}
        for prefix, key in element.needs:
            needed = self.elements.get(key)
            if needed is None:
                note(scope, f"{element.name} requires {key[1]!r}, which is not there.")
                continue
            if needed.kind == "optional" and needed.name not in self.given:
                continue
            value = self.value(key)
            if prefix:
                scope[prefix] = {**scope.get(prefix, {}), needed.name: value}
            else:
                scope[needed.name] = value
        return scope

    def _input(self, element: Element) -> Value:
        namespace = element.key[0]
        qualified = f"{namespace}#{element.name}"
        name = qualified if qualified in self.given else element.name
        if name not in self.given:
            # Inputs of imported models may be given under the name of the import.
            ending = f".{element.name}"
            name = next((each for each in self.given if each.endswith(ending)), name)
        if name not in self.given:
            return note({RUN: self}, f"{element.name} was not given.")
        value = to_feel(self.given[name])
        self.read[name] = value
        return typed(value, element.type, element.name, {RUN: self})

    def _service(self, element: Element) -> Function:
        names = tuple(self.elements[key].name for key in element.parameters)
        types = tuple(self.elements[key].type for key in element.parameters)

        def run(values: Sequence[Value]) -> Value:
            return self.serve(element, dict(zip(element.parameters, values, strict=True)))

        known = types if any(types) else ()
        return Function(element.name, names, run, known, _result_type(element))

    def serve(self, element: Element, known: dict[Key, Value]) -> Value:
        """Run a decision service: only its parameters come from outside."""
        inner = Run(
            self.elements, {}, self.moment, self.root, known, self.errors, self.tables, self.read
        )
        results = {self.elements[key].name: inner.value(key) for key in element.outputs}
        return next(iter(results.values())) if len(results) == 1 else results

    def invoke(self, element: Element) -> Value:
        """Run a service or a function with the given values as its arguments."""
        if element.kind == "service":
            known: dict[Key, Value] = {}
            for key in element.parameters:
                parameter = self.elements[key]
                name = f"{key[0]}#{parameter.name}"
                raw = self.given.get(name, self.given.get(parameter.name))
                value = self.read[parameter.name] = to_feel(raw)
                known[key] = typed(value, parameter.type, parameter.name, {RUN: self})
            return self.serve(element, known)
        function = self.value(element.key)
        if not isinstance(function, Function):
            return None
        values = {name: to_feel(self.given.get(name)) for name in function.parameters}
        self.read.update(values)
        return _called(function, values, self)


def _result_type(element: Element) -> Type | None:
    """What a function or service gives: its variable is typed as a function or as the result."""
    if element.type is not None and element.type.kind == "function":
        return element.type.result
    return element.type


def _called(function: Function, values: Mapping[str, Value], run: Run) -> Value:
    try:
        return call_named(function, values)
    except FeelError as error:
        return note({RUN: run}, str(error))
