"""Compiles a FEEL tree to Python closures, each taking the scope and giving the value."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from lark import Token, Tree

from tongban.kernel.decisions.feel import builtins as builtins
from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.external import external_function
from tongban.kernel.decisions.feel.functions import BUILTINS, call, call_named, read_clock
from tongban.kernel.decisions.feel.loops import Step, closure_function, for_loop, quantified
from tongban.kernel.decisions.feel.operators import (
    arithmetic,
    contains,
    in_range,
    make_range,
    negate,
    ordered,
)
from tongban.kernel.decisions.feel.operators import test as compare_by
from tongban.kernel.decisions.feel.paths import member, select
from tongban.kernel.decisions.feel.temporal import parse_temporal
from tongban.kernel.decisions.feel.text import unquoted
from tongban.kernel.decisions.feel.types import Type, conforms, from_tree
from tongban.kernel.decisions.feel.values import (
    NUMBERS,
    Closure,
    Function,
    Range,
    Scope,
    Value,
    kind_of,
    note,
)

Node = Tree[Token]
_MISSING: Any = object()
_LITERALS = frozenset(("number", "string", "temporal"))
_CLOCK_FUNCTIONS = ("now", "today")


def _constant(value: Value) -> Closure:
    return lambda scope: value


class Compiler:
    """Compiles trees; knows the item definitions, and collects the names a text uses."""

    def __init__(self, types: Mapping[str, Type] | None = None) -> None:
        self.types: Mapping[str, Type] = types or {}
        self.used: set[str] = set()

    def compile(self, node: Any) -> Closure:
        method: Callable[[Node], Closure] = getattr(self, f"_{node.data}")
        return method(node)

    def _trees(self, node: Node) -> list[Node]:
        return [child for child in node.children if isinstance(child, Tree)]

    def _inside(self, node: Node) -> Closure:
        """Rules that only wrap one expression: start, brackets."""
        return self.compile(self._trees(node)[0])

    _start = _inside
    _primary = _inside

    # Literals

    def _number(self, node: Node) -> Closure:
        text = str(node.children[0])
        try:
            return _constant(NUMBERS.create_decimal(text))
        except DecimalException:
            return lambda scope: note(scope, f"{text} is too large for a FEEL number.")

    def _string(self, node: Node) -> Closure:
        return _constant(unquoted(str(node.children[0])))

    def _temporal(self, node: Node) -> Closure:
        text = unquoted(str(node.children[0]))
        value = parse_temporal(text)
        if value is not None:
            return _constant(value)
        return lambda scope: note(scope, f"{text!r} is not a date, time or duration.")

    def _true(self, node: Node) -> Closure:
        return _constant(True)

    def _false(self, node: Node) -> Closure:
        return _constant(False)

    def _null(self, node: Node) -> Closure:
        return _constant(None)

    def _list(self, node: Node) -> Closure:
        items = [self.compile(child) for child in self._trees(node)]
        return lambda scope: [item(scope) for item in items]

    def _context(self, node: Node) -> Closure:
        entries: list[tuple[str, Closure]] = []
        for child in self._trees(node):
            key = child.children[0]
            assert isinstance(key, Token)
            name = unquoted(str(key)) if key.type == "STRING" else str(key)
            entries.append((name, self.compile(self._trees(child)[0])))
        unique = len({name for name, _ in entries}) == len(entries)

        def context(scope: Scope) -> Value:
            if not unique:
                return note(scope, "A context has the same key twice.")
            inner = dict(scope)
            result: dict[str, Value] = {}
            for name, closure in entries:
                result[name] = inner[name] = closure(inner)
            return result

        return context

    # Names, paths, filters, calls

    def _name(self, node: Node) -> Closure:
        name = str(node.children[0])
        self.used.add(name)
        builtin = BUILTINS.get(name)
        if builtin is not None:
            return lambda scope: scope.get(name, builtin)

        def lookup(scope: Scope) -> Value:
            value = scope.get(name, _MISSING)
            if value is _MISSING:
                if name in _CLOCK_FUNCTIONS:
                    return Function(name, (), lambda _: read_clock(scope, name))
                return note(scope, f"There is no value called {name!r}.")
            return value

        return lookup

    def _path(self, node: Node) -> Closure:
        base = self.compile(node.children[0])
        name = str(node.children[-1])

        def path(scope: Scope) -> Value:
            value = base(scope)
            if value.__class__ is dict and name in value:
                return value[name]
            return member(value, name, scope)

        return path

    def _filter(self, node: Node) -> Closure:
        base, condition = map(self.compile, self._trees(node))
        return lambda scope: select(base(scope), condition, scope)

    def _call(self, node: Node) -> Closure:
        target, *arguments = map(self.compile, self._trees(node))

        def invoke(scope: Scope) -> Value:
            function = target(scope)
            try:
                return call(function, [argument(scope) for argument in arguments])
            except FeelError as error:
                return note(scope, str(error))

        return invoke

    def _call_named(self, node: Node) -> Closure:
        target_node, *rest = self._trees(node)
        target = self.compile(target_node)
        pairs = [(str(each.children[0]), self.compile(self._trees(each)[0])) for each in rest]

        def invoke(scope: Scope) -> Value:
            function = target(scope)
            try:
                return call_named(function, {name: value(scope) for name, value in pairs})
            except FeelError as error:
                return note(scope, str(error))

        return invoke

    # Logic and comparison

    def _disjunction(self, node: Node) -> Closure:
        return self._logic(node, decisive=True)

    def _conjunction(self, node: Node) -> Closure:
        return self._logic(node, decisive=False)

    def _logic(self, node: Node, decisive: bool) -> Closure:
        left, right = map(self.compile, self._trees(node))
        neutral = not decisive

        def logic(scope: Scope) -> Value:
            one = left(scope)
            if one is decisive:
                return decisive
            two = right(scope)
            if two is decisive:
                return decisive
            return neutral if one is neutral and two is neutral else None

        return logic

    def _compare(self, node: Node) -> Closure:
        left, right = map(self.compile, self._trees(node))
        sign = str(node.children[1])
        native = _NATIVE[sign]

        def comparison(scope: Scope) -> Value:
            one, two = left(scope), right(scope)
            if one.__class__ is Decimal and two.__class__ is Decimal:
                return native(one, two)
            result = compare_by(sign, one, two)
            if result is None:
                return note(scope, f"{kind_of(one)} and {kind_of(two)} cannot be compared.")
            return result

        return comparison

    def _between(self, node: Node) -> Closure:
        value, low, high = map(self.compile, self._trees(node))

        def between(scope: Scope) -> Value:
            found = value(scope)
            above, below = ordered(">=", found, low(scope)), ordered("<=", found, high(scope))
            if above is False or below is False:
                return False
            if above is None or below is None:
                return note(scope, "between compares values of one kind.")
            return True

        return between

    def _comparison_test(self, node: Node) -> Closure:
        """(< 10) as a value: a range that remembers its operator."""
        sign = str(node.children[0])
        bound = self.compile(self._trees(node)[0])

        def open_range(scope: Scope) -> Value:
            end = bound(scope)
            if sign in ("<", "<="):
                return Range(None, end, False, sign == "<=", sign)
            if sign in (">", ">="):
                return Range(end, None, sign == ">=", False, sign)
            return Range(end, end, sign == "=", sign == "=", sign)

        return open_range

    _test_value = _inside

    def _interval(self, node: Node) -> Closure:
        start, end = map(self.compile, self._trees(node))
        opening = str(node.children[0]) == "["
        closing = str(node.children[-1]) == "]"

        def interval(scope: Scope) -> Value:
            try:
                return make_range(start(scope), end(scope), opening, closing)
            except FeelError as error:
                return note(scope, str(error))

        if all(each.data in _LITERALS for each in self._trees(node)):
            fixed = interval({})
            return interval if fixed is None else _constant(fixed)
        return interval

    def _within(self, node: Node) -> Closure:
        value_node, right = self._trees(node)
        value = self.compile(value_node)
        single = right.data != "several_tests"
        ranged = right.data in ("interval", "comparison_test", "test_value")
        tests = [self.compile(right)] if single else list(map(self.compile, self._trees(right)))

        def within(scope: Scope) -> Value:
            wanted = value(scope)
            result: bool | None = False
            for test in tests:
                other = test(scope)
                if ranged:
                    found = in_range(wanted, other) if isinstance(other, Range) else None
                else:
                    found = contains(wanted, other)
                if found is True:
                    return True
                result = None if found is None else result
            return result

        return within

    def _instance_of(self, node: Node) -> Closure:
        value_node, type_node = self._trees(node)
        value, kind = self.compile(value_node), from_tree(type_node, self.types)
        return lambda scope: conforms(value(scope), kind)

    # Arithmetic

    def _arithmetic(self, node: Node) -> Closure:
        left, right = map(self.compile, self._trees(node))
        sign = str(node.children[1])

        def compute(scope: Scope) -> Value:
            try:
                return arithmetic(sign, left(scope), right(scope))
            except FeelError as error:
                return note(scope, str(error))

        return compute

    def _negation(self, node: Node) -> Closure:
        value = self.compile(self._trees(node)[0])

        def negation(scope: Scope) -> Value:
            try:
                return negate(value(scope))
            except FeelError as error:
                return note(scope, str(error))

        return negation

    # Control

    def _conditional(self, node: Node) -> Closure:
        condition, then, otherwise = map(self.compile, self._trees(node))
        return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)

    def _lambda_(self, node: Node) -> Closure:
        *parameter_nodes, body_node = self._trees(node)
        names = tuple(str(each.children[0]) for each in parameter_nodes)
        types = tuple(self._parameter_type(each) for each in parameter_nodes)
        body = self.compile(body_node)
        is_external = any(getattr(child, "type", "") == "EXTERNAL" for child in node.children)

        def make(scope: Scope) -> Value:
            if is_external:
                return external_function(names, types, body(scope))
            return closure_function("function", names, types, body, scope)

        return make

    def _parameter_type(self, node: Node) -> Type | None:
        inner = self._trees(node)
        return from_tree(inner[0], self.types) if inner else None

    def _for_loop(self, node: Node) -> Closure:
        *iterations, body_node = self._trees(node)
        steps = [self._step(each) for each in iterations]
        body = self.compile(body_node)
        return for_loop(steps, body, "partial" in self.used)

    def _quantified(self, node: Node) -> Closure:
        *iterations, body_node = self._trees(node)
        steps = [self._step(each) for each in iterations]
        first = node.children[0]
        assert isinstance(first, Token)
        return quantified(steps, self.compile(body_node), some=first.type == "SOME")

    def _step(self, node: Node) -> "Step":
        closures = list(map(self.compile, self._trees(node)))
        return str(node.children[0]), closures[0], closures[1] if len(closures) > 1 else None


_NATIVE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
