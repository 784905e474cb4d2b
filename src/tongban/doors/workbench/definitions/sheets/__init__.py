"""Which lines a definition of a kind has, so that a clerk writes it without code (编制表单).

A sheet is a few sections; a section holds lines (`Line`) and at most one table of rows (`Rows`).
What a sheet does not name stays in the definition untouched, and in the text beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.doors.workbench.definitions.choices import Choices

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line to fill in: its place in the definition, and how it is entered."""

    name: str
    """Its place: `basic_code`, or `before.days` in a table of its own."""
    label: str
    kind: str = "text"
    """text, long, number, yes_no, choice, listed, many, lines, options, ways, picks, condition."""
    choices: str = ""
    """For choice, listed, many, ways and picks: which list of choices."""
    hint: str = ""
    unless: str = ""
    """For conditions: the words for “in every situation”; then `always` is what is written."""
    always: str | bool = ""
    is_rare: bool = False
    """Shown only on demand, under the others of its row."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of the definition, one row each: `[[stage]]`."""

    name: str
    label: str
    lines: tuple[Line, ...]
    title: Callable[[Body, Choices], str]
    fresh: Mapping[str, Any] = field(default_factory=dict)
    """What a new row says."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a sheet."""

    key: str
    label: str
    lines: tuple[Line, ...] = ()
    tables: tuple[Rows, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pages of a kind, and what a new definition of it says at first."""

    kind: str
    sections: Callable[[Body], list[Section]]
    fresh: Mapping[str, Any]
