"""Compiled FEEL expressions and unary tests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Token, Tree

from tongban.kernel.decisions.feel.compiler import Compiler
from tongban.kernel.decisions.feel.functions import BUILTINS
from tongban.kernel.decisions.feel.operators import contains
from tongban.kernel.decisions.feel.operators import test as compare_by
from tongban.kernel.decisions.feel.parser import parse
from tongban.kernel.decisions.feel.types import Type
from tongban.kernel.decisions.feel.values import Closure, Scope, Value

Test = Callable[[Scope], bool | None]
SUBJECT = "?"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A closure and the names its text uses."""

    closure: Closure
    used: frozenset[str]


def compile_expression(
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None
) -> Compiled:
    """Compile one FEEL expression."""
    if types is not None:
        return _expression(text, names, types)
    return _known_expression(text, tuple(names))


def compile_tests(
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None
) -> Compiled:
    """Compile the unary tests of a table cell; the value tested is `?` in the scope."""
    if types is not None:
        return _tests(text, names, types)
    return _known_tests(text, tuple(names))


# A definition is checked with every other that is signed; what a text compiles to never changes.
@lru_cache(4096)
def _known_expression(text: str, names: tuple[str, ...]) -> Compiled:
    return _expression(text, names, None)


@lru_cache(4096)
def _known_tests(text: str, names: tuple[str, ...]) -> Compiled:
    return _tests(text, names, None)


def _expression(text: str, names: Iterable[str], types: Mapping[str, Type] | None) -> Compiled:
    compiler = Compiler(types)
    closure = compiler.compile(parse(text, (*BUILTINS, *names)))
    return Compiled(closure, frozenset(compiler.used))


def _tests(text: str, names: Iterable[str], types: Mapping[str, Type] | None) -> Compiled:
    if text.strip() in ("", "-"):
        return Compiled(lambda scope: True, frozenset())
    tree = parse(text, (*BUILTINS, *names), unary=True)
    used: set[str] = set()
    tests_node = next(child for child in tree.children if isinstance(child, Tree))
    nodes = [node for node in tests_node.children if isinstance(node, Tree)]
    tests = [_test(node, Compiler(types), used) for node in nodes]
    closure = tests[0] if len(tests) == 1 else _any(tests)
    if tree.data == "negated_tests":
        closure = _negated(closure)
    return Compiled(closure, frozenset(used))


def _test(node: Tree[Token], compiler: Compiler, used: set[str]) -> Test:
    if node.data == "comparison_test":
        sign = str(node.children[0])
        bound = compiler.compile(node.children[1])
        used |= compiler.used
        return lambda scope: compare_by(sign, scope[SUBJECT], bound(scope))
    closure = compiler.compile(node)
    used |= compiler.used
    if SUBJECT in compiler.used:
        return lambda scope: _outcome(scope[SUBJECT], closure(scope))
    return lambda scope: _matches(scope[SUBJECT], closure(scope))


def _outcome(subject: Value, result: Value) -> bool | None:
    if isinstance(result, bool) or result is None:
        return result
    return contains(subject, result)


def _matches(subject: Value, result: Value) -> bool | None:
    if isinstance(result, bool) and not isinstance(subject, bool):
        return result
    return contains(subject, result)


def _any(tests: list[Test]) -> Test:
    def run(scope: Scope) -> bool | None:
        result: bool | None = False
        for test in tests:
            found = test(scope)
            if found is True:
                return True
            result = None if found is None else result
        return result

    return run


def _negated(test: Test) -> Test:
    def run(scope: Scope) -> bool | None:
        found: Any = test(scope)
        return None if found is None else not found

    return run
