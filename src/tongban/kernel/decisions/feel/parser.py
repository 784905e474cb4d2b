"""Parses FEEL text into a lark tree."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree, UnexpectedInput

from tongban.kernel.decisions.feel.errors import FeelSyntaxError
from tongban.kernel.decisions.feel.lexer import TokenFeed, Tokens

type_names = (
    "date and time",
    "years and months duration",
    "days and time duration",
    "year month duration",
    "day time duration",
)
property_names = ("time offset", "start included", "end included")

_LARK: Any = Lark(
    (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer=TokenFeed,
    start=["start", "unary_tests"],
    maybe_placeholders=False,
    keep_all_tokens=False,
)


def parse(text: str, names: Iterable[str], unary: bool = False) -> Tree[Token]:
    """Parse one expression, or the unary tests of a decision table cell."""
    tokens = Tokens(text, (*type_names, *property_names, *names), unary).run()
    if not tokens:
        says = "The expression is empty."
        raise FeelSyntaxError(says, "Write a value or an expression.", text, 0)
    try:
        tree: Tree[Token] = _LARK.parse(tokens, start="unary_tests" if unary else "start")
    except UnexpectedInput as error:
        position = getattr(error, "pos_in_stream", None)
        found = getattr(error, "token", None)
        if found is not None and found.type != "$END":
            says = f"{str(found)!r} was not expected."
            position = found.start_pos
        else:
            says = "The expression stops too early."
            position = len(text)
        raise FeelSyntaxError(
            says, "Check brackets, quotes and operators before this place.", text, position or 0
        ) from error
    return tree
