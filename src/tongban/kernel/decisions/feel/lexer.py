"""Turns FEEL text into tokens; settles everything in FEEL that depends on the names in scope.

FEEL names may hold spaces, operators and even keywords ("date and time", "pre-bureau risk"),
so the split into tokens depends on which names are known.  The longest known name wins.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Token
from lark.lexer import Lexer

from tongban.kernel.decisions.feel.errors import FeelSyntaxError

# The character classes of grammar rules 29 and 30; "?" is left out, it is a variable by itself.
_START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_RAW = re.compile(
    rf"""(?P<SKIP>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<STRING>"(?:[^"\\]|\\.)*")
    |(?P<OP>\.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:@?])
    |(?P<NUMBER>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<IDENT>[{_START}][{_PART}]*)
    |(?P<DOT>\.)
    |(?P<OTHER>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPERATORS = {
    "..": "DOTDOT", "**": "POWER", "<=": "LE", ">=": "GE", "!=": "NE", "->": "ARROW",
    "-": "MINUS", "+": "PLUS", "*": "STAR", "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT",
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE",
    ",": "COMMA", ":": "COLON", ".": "DOT", "?": "NAME",
}  # fmt: skip
KEYWORDS = {
    "for": "FOR", "return": "RETURN", "in": "IN", "if": "IF", "then": "THEN", "else": "ELSE",
    "some": "SOME", "every": "EVERY", "satisfies": "SATISFIES", "between": "BETWEEN",
    "and": "AND", "or": "OR", "function": "FUNCTION", "external": "EXTERNAL",
    "true": "TRUE", "false": "FALSE", "null": "NULL",
}  # fmt: skip
_NAME_SYMBOLS = frozenset(".-/'+*")
_OPERAND_END = frozenset(
    [
        "NUMBER",
        "STRING",
        "AT_STRING",
        "NAME",
        "TRUE",
        "FALSE",
        "NULL",
        "RPAR",
        "RSQB",
        "RBRACE",
        "REVERSED_CLOSE",
    ]
)
# What may follow a complete interval; anything else after "[" starts a filter.
_AFTER_INTERVAL = frozenset(
    [
        ")",
        "]",
        ",",
        "}",
        "=",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        ".",
        "+",
        "*",
        "/",
        "**",
        "and",
        "or",
        "then",
        "else",
        "return",
    ]
) | {
    "satisfies",
    "in",
    "between",
    "instance",
}


@dataclass(frozen=True, slots=True)
class Raw:
    """One piece of text before names are settled."""

    kind: str
    text: str
    position: int


def split(text: str) -> list[Raw]:
    """Cut text into pieces without spaces and comments."""
    pieces = []
    for match in _RAW.finditer(text):
        kind = match.lastgroup or "OTHER"
        if kind == "SKIP":
            continue
        pieces.append(Raw("OP" if kind == "DOT" else kind, match.group(), match.start()))
    return pieces


# The built-in functions are in scope of every text.
@lru_cache(4096)
def _pieces(name: str) -> tuple[str, ...]:
    return tuple(piece.text for piece in split(name))


class Names:
    """A prefix tree of the names in scope, by the pieces they are written with."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root: dict[str, Any] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        pieces = _pieces(name)
        if not pieces or (len(pieces) == 1 and pieces[0] in KEYWORDS):
            return
        node = self._root
        for piece in pieces:
            node = node.setdefault(piece, {})
        node[""] = " ".join(name.split())

    def longest(self, raw: list[Raw], start: int) -> tuple[str, int] | None:
        """The longest known name at a place, and where it ends."""
        node: dict[str, Any] | None = self._root
        found = None
        place = start
        while node is not None and place < len(raw):
            node = node.get(raw[place].text)
            place += 1
            if node is not None and "" in node:
                found = (node[""], place)
        return found


class Tokens:
    """One run of the lexer over one text."""

    def __init__(self, text: str, names: Iterable[str], unary: bool) -> None:
        self.text = text
        self.raw = split(text)
        self.unary = unary
        self.keys: dict[int, tuple[str, int]] = {}
        self.names = Names(names)
        self._declare()
        self.out: list[Token] = []
        self.interval_depth: list[bool] = []

    def _declare(self) -> None:
        """Find the names the text itself declares: keys, parameters, loop variables."""
        opening = frozenset("{(,<")
        for place, piece in enumerate(self.raw):
            if piece.text in opening and piece.kind == "OP":
                end = self._name_until(place + 1, ":")
                if end:
                    name = self._written(place + 1, end)
                    self.keys[place + 1] = (name, end)
                    self.names.add(name)
                elif (
                    place + 2 < len(self.raw)
                    and self.raw[place + 1].kind == "STRING"
                    and self.raw[place + 2].text == ":"
                ):
                    key = self.raw[place + 1].text[1:-1]
                    if key and key[0].isalpha():
                        self.names.add(key)
            elif piece.kind == "IDENT" and piece.text in ("for", "some", "every"):
                end = self._name_until(place + 1, "in")
                if end:
                    self.names.add(self._written(place + 1, end))

    def _name_until(self, start: int, stop: str) -> int:
        place = start
        while place < len(self.raw):
            piece = self.raw[place]
            if piece.text == stop and place > start:
                return place
            allowed = piece.kind == "IDENT" or (
                place > start and (piece.kind == "NUMBER" or piece.text in _NAME_SYMBOLS)
            )
            if not allowed:
                return 0
            place += 1
        return 0

    def _written(self, start: int, end: int) -> str:
        last = self.raw[end - 1]
        text = self.text[self.raw[start].position : last.position + len(last.text)]
        return " ".join(text.split())

    def _emit(self, kind: str, value: str, place: int) -> None:
        position = self.raw[place].position if place < len(self.raw) else len(self.text)
        line = self.text.count("\n", 0, position) + 1
        column = position - (self.text.rfind("\n", 0, position) + 1) + 1
        self.out.append(Token(kind, value, position, line, column))

    def run(self) -> list[Token]:
        place = 0
        while place < len(self.raw):
            place = self._next(place)
        return self.out

    def _next(self, place: int) -> int:
        piece = self.raw[place]
        if place in self.keys:
            name, end = self.keys[place]
            self._emit("KEY", name, place)
            return end
        if piece.kind == "IDENT":
            return self._word(place)
        if piece.kind == "OP":
            return self._operator(place)
        if piece.kind == "OTHER":
            raise FeelSyntaxError(
                f"The character {piece.text!r} has no meaning here.",
                "Strings go in double quotes; names with special characters must be declared.",
                self.text,
                piece.position,
            )
        self._emit(piece.kind, piece.text, place)
        return place + 1

    def _word(self, place: int) -> int:
        word = self.raw[place].text
        following = self.raw[place + 1].text if place + 1 < len(self.raw) else ""
        if self.unary and place == 0 and word == "not" and following == "(" and self._closes_last():
            self._emit("NOT_TEST", word, place)
            return place + 1
        if word == "instance" and following == "of":
            self._emit("INSTANCE_OF", "instance of", place)
            return place + 2
        known = self.names.longest(self.raw, place)
        if known and (known[1] > place + 1 or word not in KEYWORDS):
            self._emit("NAME", known[0], place)
            return known[1]
        if word in KEYWORDS:
            self._emit(KEYWORDS[word], word, place)
            return place + 1
        end = place + 1
        # Two words side by side can only be one name that nobody declared: data decides later.
        while end < len(self.raw) and self._continues(end):
            end += 1
        self._emit("NAME", self._written(place, end), place)
        return end

    def _continues(self, place: int) -> bool:
        piece = self.raw[place]
        if piece.kind == "NUMBER":
            return piece.text[0] != "."
        if piece.kind != "IDENT" or piece.text in KEYWORDS:
            return False
        following = self.raw[place + 1].text if place + 1 < len(self.raw) else ""
        return not (piece.text == "instance" and following == "of")

    def _closes_last(self) -> bool:
        depth = 0
        for place, piece in enumerate(self.raw):
            if piece.kind != "OP":
                continue
            if piece.text == "(":
                depth += 1
            elif piece.text == ")":
                depth -= 1
                if depth == 0:
                    return place == len(self.raw) - 1
        return False

    def _operator(self, place: int) -> int:
        piece = self.raw[place]
        previous = self.out[-1].type if self.out else ""
        if piece.text == "@":
            following = self.raw[place + 1] if place + 1 < len(self.raw) else None
            if following is None or following.kind != "STRING":
                raise FeelSyntaxError(
                    "After @ comes a date, time or duration in double quotes.",
                    'Write for example @"2025-01-31".',
                    self.text,
                    piece.position,
                )
            self._emit("AT_STRING", following.text, place)
            return place + 2
        kind = _OPERATORS[piece.text]
        if piece.text == "]" and previous not in _OPERAND_END and previous != "LSQB":
            kind = "REVERSED_OPEN"
        elif piece.text == "[" and self._inside_interval() and self._ends_interval(place):
            kind = "REVERSED_CLOSE"
        self._track(kind)
        self._emit(kind, piece.text, place)
        return place + 1

    def _track(self, kind: str) -> None:
        if kind in ("LPAR", "LSQB", "LBRACE", "REVERSED_OPEN"):
            self.interval_depth.append(False)
        elif kind in ("RPAR", "RSQB", "RBRACE", "REVERSED_CLOSE"):
            if self.interval_depth:
                self.interval_depth.pop()
        elif kind == "DOTDOT" and self.interval_depth:
            self.interval_depth[-1] = True

    def _inside_interval(self) -> bool:
        return bool(self.interval_depth) and self.interval_depth[-1]

    def _ends_interval(self, place: int) -> bool:
        return place + 1 >= len(self.raw) or self.raw[place + 1].text in _AFTER_INTERVAL


class TokenFeed(Lexer):
    """Hands ready-made tokens to lark; lark passes its input through unread."""

    def __init__(self, conf: Any) -> None:
        self.conf = conf

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        return iter(lexer_state)
