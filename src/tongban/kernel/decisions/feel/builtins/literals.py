"""range(): the text of an interval between literals."""

from typing import Any

from lark import Token, Tree

from tongban.kernel.decisions.feel.errors import DecisionModelError, FeelError
from tongban.kernel.decisions.feel.functions import BUILTINS, builtin, call
from tongban.kernel.decisions.feel.operators import compare, make_range, negate
from tongban.kernel.decisions.feel.parser import parse
from tongban.kernel.decisions.feel.temporal import parse_temporal
from tongban.kernel.decisions.feel.text import unquoted
from tongban.kernel.decisions.feel.values import NUMBERS, Range, Value

_CONSTRUCTORS = ("date", "time", "date and time", "duration")


def _literal(node: Any) -> Value:
    """The value of an end; only literals may stand there (grammar rule 8 of range text)."""
    if node.data == "number":
        return NUMBERS.create_decimal(str(node.children[0]))
    if node.data == "negation":
        return negate(_literal(node.children[-1]))
    if node.data == "string":
        return unquoted(str(node.children[0]))
    if node.data == "temporal":
        return parse_temporal(unquoted(str(node.children[0])))
    if node.data == "call":
        target, *arguments = (child for child in node.children if isinstance(child, Tree))
        name = str(target.children[0])
        literal = len(arguments) == 1 and arguments[0].data == "string"
        if target.data == "name" and name in _CONSTRUCTORS and literal:
            return call(BUILTINS[name], (_literal(arguments[0]),))
    raise FeelError("range: the ends must be literals.")


@builtin("range", "from:string")
def range_from_text(source: str) -> Range:
    try:
        tree: Tree[Token] = parse(source, BUILTINS)
    except DecisionModelError as error:
        raise FeelError(f"range: {error.says}") from error
    node: Any = tree.children[0]
    if node.data != "interval":
        raise FeelError(f"range: {source!r} is not an interval.")
    start, end = (_literal(child) for child in node.children if isinstance(child, Tree))
    if start is None or end is None or compare(start, end) not in (-1, 0):
        raise FeelError("range: the interval must run upwards between two values of one kind.")
    return make_range(start, end, str(node.children[0]) == "[", str(node.children[-1]) == "]")
