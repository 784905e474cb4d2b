"""Companies outside government that do their part (联办企业): any of them, and a simulated one.

Called from reactions outside any transaction. An order has the id that we give it: ordering twice
is ordering once, and asking for its answer changes nothing. Which of ours a company holds, and
what it answered, can be asked at any time, so that both books can be compared (对账).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.errors import Unavailable

TIMEOUT = 10.0
"""Seconds after which a company is given up; ordering again is harmless."""


class Standing(StrEnum):
    """How an order stands at the company."""

    UNKNOWN = "unknown"
    """It never got the order, or lost it."""
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The company has the order (接单回执)."""

    reference: str
    """The company's own number of it, the same for the same order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the company says of an order."""

    standing: Standing
    reference: str = ""
    reason: str = ""
    """Why it was refused, in words for the applicant."""


class Company(Protocol):
    """A company that does its part of a one-thing."""

    name: str

    def order(self, *, order_id: str, service: str, details: Mapping[str, Any]) -> Receipt:
        """Give it an order; the same id again answers the same receipt.

        `service` is the key of the item; `details` is pointer -> value, only what the item's own
        form asks for. Raises Unavailable when the company does not take it now.
        """

    def answer(self, *, order_id: str) -> Answer:
        """How an order stands. Raises Unavailable when the company does not answer."""

    def book(self, *, since: date) -> dict[str, Standing]:
        """Every order that it got from us since a day. Raises Unavailable."""


class SimulatedCompany:
    """A list in a folder; finishes within `slowest` days after the order, by the clock.

    It keeps the id, the day and a digest, and nothing of what the order says.
    """

    def __init__(self, name: str, folder: Path, *, slowest: int = 2) -> None:
        self.name = name
        self.folder = folder
        self.slowest = slowest
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""
        self.refuses = ""
        """Why it refuses what is ordered from now on; for tests."""

    def order(self, *, order_id: str, service: str, details: Mapping[str, Any]) -> Receipt:
        if not order_id or not service:
            raise ValueError("An order needs an id and a service.")
        self._fail()
        digest = hashlib.sha256(order_id.encode()).hexdigest()
        row = {
            "id": order_id,
            "service": service,
            "on": clock.today().isoformat(),
            "days": 1 + int(digest, 16) % self.slowest,
            "digest": _digest(details),
            "refused": self.refuses,
        }
        with self._rows() as (held, add):
            if order_id not in held:
                add(row)
        return Receipt(_reference(order_id))

    def answer(self, *, order_id: str) -> Answer:
        self._fail()
        with self._rows() as (held, _):
            row = held.get(order_id)
        if row is None:
            return Answer(Standing.UNKNOWN)
        return Answer(_standing(row), _reference(order_id), str(row["refused"]))

    def book(self, *, since: date) -> dict[str, Standing]:
        self._fail()
        with self._rows() as (held, _):
            return {
                key: _standing(row)
                for key, row in held.items()
                if date.fromisoformat(row["on"]) >= since
            }

    def lose(self, order_id: str) -> None:
        """Forget an order, as after a crash without a backup; for tests."""
        with self._rows() as (held, _):
            kept = [row for key, row in held.items() if key != order_id]
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept)
            self._path.write_text(text, encoding="utf-8")

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system=self.name)

    @property
    def _path(self) -> Path:
        return self.folder / "orders.jsonl"

    @contextmanager
    def _rows(self) -> "Iterator[tuple[dict[str, dict[str, Any]], Adder]]":
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            # A line that a power cut left half written was never answered for.
            written = file.read()
            rows = [json.loads(line) for line in written.splitlines() if line.endswith(b"}")]
            begin = b"\n" if written and not written.endswith(b"\n") else b""

            def add(row: Mapping[str, Any]) -> None:
                line = json.dumps(row, ensure_ascii=False).encode()
                os.write(file.fileno(), begin + line + b"\n")

            yield {row["id"]: row for row in rows}, add


class Adder(Protocol):
    """Appends one order to the list."""

    def __call__(self, row: Mapping[str, Any]) -> None: ...


def _digest(details: Mapping[str, Any]) -> str:
    text = json.dumps(details, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _reference(order_id: str) -> str:
    return f"GD{hashlib.sha256(order_id.encode()).hexdigest()[:10].upper()}"


def _standing(row: Mapping[str, Any]) -> Standing:
    if row["refused"]:
        return Standing.REFUSED
    done_on = date.fromisoformat(row["on"]) + timedelta(days=row["days"])
    return Standing.DONE if clock.today() >= done_on else Standing.TAKEN


SLOWEST = {"bank": 1}
"""Days that a simulated company takes at most, where it is not two."""

_in_use: dict[str, Company] = {}
_simulated: dict[Path, SimulatedCompany] = {}


def company(key: str, name: str = "") -> Company:
    """The company behind an organ's key; a simulated one until a city connects its own."""
    if key in _in_use:
        return _in_use[key]
    folder = Path(settings.VAR) / "companies" / key
    made = SimulatedCompany(name or key, folder, slowest=SLOWEST.get(key, 2))
    return _simulated.setdefault(folder, made)


@contextmanager
def use(key: str, other: Company) -> Iterator[None]:
    """Order from another company for a while; for tests."""
    before = _in_use.get(key)
    _in_use[key] = other
    try:
        yield
    finally:
        if before is None:
            del _in_use[key]
        else:
            _in_use[key] = before
