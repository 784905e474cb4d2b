"""The treasury's paying side (国库集中支付): what any must do, and one that is simulated.

Each order leaves from outside any transaction under a number of ours: the same number again is the
same order, and moves no money twice. Amounts are in fen.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.errors import Unavailable

SYSTEM = "The treasury"


@dataclass(frozen=True, slots=True)
class Disbursement:
    """An order to pay as the treasury knows it."""

    order_no: str
    fen: int
    state: str
    """`taken`, `paid` or `refused`; the last two are final."""
    at: datetime
    reason: str = ""
    """Why it was refused, as a code: `account_unknown`."""


class Disbursements(Protocol):
    """A treasury that pays firms and people."""

    def pay(
        self, *, order_no: str, fen: int, account: str, holder: str, purpose: str
    ) -> Disbursement:
        """Give an order; the same number again answers how it stands. Raises Unavailable."""

    def query(self, *, order_no: str) -> Disbursement | None:
        """How an order stands; None where there is none. Raises Unavailable."""

    def statement(self, *, day: date) -> list[Disbursement]:
        """What was paid on a civil day that is over. Raises Unavailable."""


class SimulatedTreasury:
    """Keeps its book in a file of its own; it keeps neither names nor accounts."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""
        self.is_slow = False
        """Whether it only takes orders, until `settle` is called; for tests."""

    def pay(
        self, *, order_no: str, fen: int, account: str, holder: str, purpose: str
    ) -> Disbursement:
        """Pay at once; no bank here knows an account that ends in 0000."""
        self._answer()
        if not order_no or fen < 1 or not account or not holder or not purpose:
            raise ValueError("An order needs a number, a sum, an account, its holder, a purpose.")
        with self._book() as (orders, write):
            held = orders.get(order_no)
            if held is None:
                if account.endswith("0000"):
                    state, reason = "refused", "account_unknown"
                else:
                    state, reason = "taken" if self.is_slow else "paid", ""
                write({"no": order_no, "fen": fen, "state": state, "reason": reason})
            elif held.fen != fen:
                raise ValueError(f"{order_no} stands here with another sum.")
            return orders[order_no]

    def query(self, *, order_no: str) -> Disbursement | None:
        """How it stands."""
        self._answer()
        with self._book() as (orders, _):
            return orders.get(order_no)

    def statement(self, *, day: date) -> list[Disbursement]:
        """What was paid that day."""
        self._answer()
        with self._book() as (orders, _):
            paid = [one for one in orders.values() if one.state == "paid"]
        return [one for one in paid if clock.moment(one.at).date() == day]

    # What only a simulated one has

    def settle(self) -> None:
        """Pay all that was only taken."""
        with self._book() as (orders, write):
            for one in [one for one in orders.values() if one.state == "taken"]:
                write({"no": one.order_no, "fen": one.fen, "state": "paid", "reason": ""})

    def _answer(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system=SYSTEM)

    @contextmanager
    def _book(self) -> Iterator[tuple[dict[str, Disbursement], Any]]:
        """The book as all processes see it, locked."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            text = file.read()
            whole = text.rfind(b"\n") + 1
            if whole < len(text):
                # Half a line, of a process that was killed: that order was not given.
                file.truncate(whole)
            orders: dict[str, Disbursement] = {}
            for line in text[:whole].splitlines():
                _fold(orders, json.loads(line))

            def write(line: Mapping[str, Any]) -> None:
                said = {**line, "at": clock.now().isoformat()}
                os.write(file.fileno(), json.dumps(said).encode() + b"\n")
                _fold(orders, said)

            yield orders, write


def _fold(orders: dict[str, Disbursement], said: Mapping[str, Any]) -> None:
    orders[said["no"]] = Disbursement(
        said["no"], said["fen"], said["state"], datetime.fromisoformat(said["at"]), said["reason"]
    )


_in_use: Disbursements | None = None


def treasury() -> Disbursements:
    """The treasury of this deployment; the simulated one until a city connects its own."""
    if _in_use is not None:
        return _in_use
    return SimulatedTreasury(Path(settings.VAR) / "disbursements.jsonl")


@contextmanager
def use(other: Disbursements) -> Iterator[None]:
    """Pay through another treasury for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before
