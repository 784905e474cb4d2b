"""Readers of identity documents (身份证阅读机具): what any must do, and a simulated one.

The reader stands at the clerk's desk and says what the card's chip says; whether the person is the
one on the card, the clerk looks at. Nothing that was read is kept here.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.errors import N_, Refusal

TIMEOUT = 5.0
"""Seconds after which a reader is taken for silent; the clerk types the number instead."""


@dataclass(frozen=True, slots=True)
class Document:
    """What stands on an identity document."""

    name: str
    number: str
    valid_until: date | None = None
    """None for one that is valid without end (长期)."""

    def is_valid_on(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


class NothingOnReader(Refusal):
    says = N_("There is no document on the reader.")
    hint = N_("Lay it on flat and read again, or type name and number as they stand on it.")
    status = 409


class DocumentExpired(Refusal):
    says = N_("The document is no longer valid: it ended on {day}.")
    hint = N_("Ask for another valid document.")
    status = 422


class IdentityReader(Protocol):
    """A reader of identity documents, one for each desk."""

    def read(self, *, desk: str) -> Document:
        """What the chip of the document on this desk's reader says.

        Raises NothingOnReader when none lies there, Unavailable when the reader does not answer.
        Gives up after TIMEOUT.
        """


DESK = re.compile(r"[A-Za-z0-9_-]{1,40}")


class SimulatedReader:
    """Reads the cards of a city's demo people; which one lies on a desk is said beforehand."""

    def __init__(self, people: Path, folder: Path) -> None:
        self.people, self.folder = people, folder

    def cards(self) -> dict[str, Document]:
        """The cards there are, by key; none in a city without demo people."""
        if not self.people.exists():
            return {}
        rows = tomllib.loads(self.people.read_text(encoding="utf-8")).get("person", [])
        return {row["key"]: Document(row["name"], row["number"]) for row in rows}

    def lay(self, *, desk: str, card: str) -> None:
        """Lay a card on the desk's reader; an empty key takes it away."""
        file = self._file(desk)
        if card not in self.cards():
            file.unlink(missing_ok=True)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"card": card}), encoding="utf-8")

    def read(self, *, desk: str) -> Document:
        """The card that was laid on the desk, once: it is taken back with the answer."""
        file = self._file(desk)
        try:
            card = json.loads(file.read_text(encoding="utf-8"))["card"]
        except FileNotFoundError:
            raise NothingOnReader() from None
        file.unlink(missing_ok=True)
        found = self.cards().get(card)
        if found is None:
            raise NothingOnReader()
        return found

    def _file(self, desk: str) -> Path:
        if not DESK.fullmatch(desk):
            raise ValueError("A desk is named by letters, digits, - and _.")
        return self.folder / f"{desk}.json"


_in_use: IdentityReader | None = None


def simulated() -> SimulatedReader:
    """The simulated reader of this deployment, for the demo."""
    return SimulatedReader(
        Path(settings.TONGBAN_CITY) / "demo_people.toml", Path(settings.VAR) / "readers"
    )


def reader() -> IdentityReader:
    """The readers of this deployment; the simulated one until a city connects its own."""
    return _in_use or simulated()


@contextmanager
def use(other: IdentityReader) -> Iterator[None]:
    """Read by another reader for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before


def read(*, desk: str) -> Document:
    """Read the document on a desk's reader; one that is no longer valid is refused."""
    found = reader().read(desk=desk)
    if not found.is_valid_on(clock.today()):
        raise DocumentExpired(day=found.valid_until)
    return found
