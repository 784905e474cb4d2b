"""Faults of a definition as pages show them: in words, at a line, with a way to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tongban.doors.workbench.definitions.entries import place_of
from tongban.kernel.catalogue import lines, toml
from tongban.kernel.errors import Fault


@dataclass(frozen=True, slots=True)
class Said:
    """One fault in the reader's language."""

    where: str
    place: str
    text: str
    line: int


def sentence(fault: Fault) -> str:
    """What is wrong and what to do, translated first, then filled in."""
    parts = [gettext(text) for text in (fault.says, fault.hint) if text]
    words = " ".join(parts)
    return words.format(**fault.facts) if fault.facts else words


def say(faults: Iterable[Fault], text: str) -> list[Said]:
    """Each fault with its line in the text, in the order of the text."""
    found = [
        Said(f.where, place_of(f.where), sentence(f), lines.line_of(text, f.where)) for f in faults
    ]
    return sorted(found, key=lambda one: one.line)


def by_place(said: Iterable[Said]) -> dict[str, list[str]]:
    """Sentences by the place beside which they stand."""
    found: dict[str, list[str]] = {}
    for one in said:
        found.setdefault(one.place, []).append(one.text)
    return found


def text_of(body: Mapping[str, Any]) -> str:
    """A definition as text, line by line as faults count them."""
    return toml.dumps(body)


def numbered(text: str, said: Iterable[Said]) -> list[tuple[int, str, list[str]]]:
    """(number, line, what is wrong on it) of each line of a text."""
    wrong: dict[int, list[str]] = {}
    for one in said:
        wrong.setdefault(one.line, []).append(one.text)
    return [
        (number, line, wrong.get(number, []))
        for number, line in enumerate(text.rstrip("\n").split("\n"), 1)
    ]
