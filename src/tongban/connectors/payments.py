"""The payment provider (缴费渠道): what any must do, and one that is simulated.

Its calls leave from outside any transaction, each under a number of ours: the same number again is
the same order or refund, and moves no money twice. Amounts are in fen.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.errors import N_, Refusal, Unavailable

TIMEOUT = 10.0
"""Seconds after which a provider is given up; what happened there, `query` tells later."""

SYSTEM = "The payment provider"


class BadSignature(Refusal):
    """Somebody else than the provider says that money has arrived."""

    says = N_("The signature of this message is not the provider's.")
    hint = N_("Nothing was done. The provider signs the whole body with the shared key.")
    status = 403


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the provider knows it."""

    order_no: str
    fen: int
    state: str
    """`open`, `paid` or `closed`."""
    provider_ref: str
    pay_url: str
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What became of a refund."""

    refund_no: str
    is_done: bool
    at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of money in the provider's statement of a day (对账单)."""

    kind: str
    """`pay` or `refund`."""
    number: str
    """The order's or the refund's number, ours."""
    fen: int
    provider_ref: str
    at: datetime


class Payments(Protocol):
    """A provider by which citizens and firms pay fees."""

    def create_order(self, *, order_no: str, fen: int, title: str) -> Order:
        """Open an order; the same number again answers the same order. Raises Unavailable."""

    def query(self, *, order_no: str) -> Order | None:
        """How an order stands; None when the provider has none. Raises Unavailable."""

    def close(self, *, order_no: str) -> Order | None:
        """Close an order that was not paid; one that was paid in the meantime answers `paid`."""

    def refund(self, *, refund_no: str, order_no: str, fen: int) -> RefundAnswer:
        """Pay back, once per number. Raises Unavailable; `is_done` false is a final no."""

    def statement(self, *, day: date) -> list[StatementLine]:
        """Every movement of one civil day, once that day is over. Raises Unavailable."""

    def read_callback(self, *, body: bytes, signature: str) -> Order:
        """The paid order of which the provider tells. Raises BadSignature."""


class Mode(StrEnum):
    """How the simulated provider tells that an order was paid."""

    PROMPT = "prompt"
    LATE = "late"
    DOUBLE = "double"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Callback:
    """What the provider posts to us."""

    body: bytes
    signature: str


class SimulatedProvider:
    """Keeps its book in a file of its own, one line per movement; it never sees a name."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""
        self.mode = Mode.PROMPT
        self._late: list[Callback] = []
        self._position: tuple[int, int] = (0, 0)
        self._orders: dict[str, dict[str, Any]] = {}
        self._refunds: dict[str, dict[str, Any]] = {}

    def create_order(self, *, order_no: str, fen: int, title: str) -> Order:
        """Open an order with a cashier's page of ours."""
        self._answer()
        if not order_no or fen < 1 or not title:
            raise ValueError("An order needs a number, a sum and a title.")
        with self._book() as write:
            held = self._orders.get(order_no)
            if held is None:
                write({"do": "open", "no": order_no, "fen": fen, "ref": f"S{secrets.token_hex(8)}"})
            elif held["fen"] != fen:
                raise ValueError(f"{order_no} stands here with another sum.")
            return self._order(order_no)

    def query(self, *, order_no: str) -> Order | None:
        """How it stands."""
        self._answer()
        with self._book():
            return self._order(order_no) if order_no in self._orders else None

    def close(self, *, order_no: str) -> Order | None:
        """Close it, unless it was paid."""
        self._answer()
        with self._book() as write:
            held = self._orders.get(order_no)
            if held is None:
                return None
            if held["state"] == "open":
                write({"do": "close", "no": order_no})
            return self._order(order_no)

    def refund(self, *, refund_no: str, order_no: str, fen: int) -> RefundAnswer:
        """Pay back at most what was paid."""
        self._answer()
        with self._book() as write:
            held = self._orders.get(order_no)
            done = self._refunds.get(refund_no)
            if done is None:
                gone = sum(r["fen"] for r in self._refunds.values() if r["order"] == order_no)
                if held is None or held["state"] != "paid" or gone + fen > held["paid_fen"]:
                    return RefundAnswer(refund_no, False, None, "nothing left to pay back")
                write({"do": "refund", "no": refund_no, "order": order_no, "fen": fen})
                done = self._refunds[refund_no]
            return RefundAnswer(refund_no, True, datetime.fromisoformat(done["at"]))

    def statement(self, *, day: date) -> list[StatementLine]:
        """The movements of the day."""
        self._answer()
        with self._book():
            lines = [
                StatementLine("pay", no, row["paid_fen"], row["ref"], moment)
                for no, row in self._orders.items()
                if row["state"] == "paid"
                and (moment := datetime.fromisoformat(row["paid_at"])).date() == day
            ]
            lines += [
                StatementLine("refund", no, row["fen"], self._orders[row["order"]]["ref"], moment)
                for no, row in self._refunds.items()
                if (moment := datetime.fromisoformat(row["at"])).date() == day
            ]
        return sorted(lines, key=lambda line: line.at)

    def read_callback(self, *, body: bytes, signature: str) -> Order:
        """Check the signature over the bytes as they came, then read them."""
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            raise BadSignature()
        said = json.loads(body)
        return Order(
            order_no=said["order_no"],
            fen=said["fen"],
            state="paid",
            provider_ref=said["ref"],
            pay_url="",
            paid_at=datetime.fromisoformat(said["paid_at"]),
        )

    # What only a simulated one has

    def pay(self, order_no: str, *, mode: Mode | None = None, fen: int | None = None) -> bool:
        """Someone pays at the cashier's; whether the order was open. `fen`: a wrong sum."""
        with self._book() as write:
            held = self._orders.get(order_no)
            if held is None or held["state"] != "open":
                return False
            write({"do": "pay", "no": order_no, "fen": held["fen"] if fen is None else fen})
            self._tell(order_no, mode or self.mode)
        return True

    def callbacks(self, *, late: bool = False) -> list[Callback]:
        """What it posts now, each once; with `late` also what it was in no hurry to post."""
        told, self._now = self._now, []
        if late:
            told, self._late = [*told, *self._late], []
        return told

    _now: list[Callback] = []

    def _tell(self, order_no: str, mode: Mode) -> None:
        order = self._order(order_no)
        assert order.paid_at is not None
        body = json.dumps(
            {
                "order_no": order_no,
                "fen": order.fen,
                "ref": order.provider_ref,
                "paid_at": order.paid_at.isoformat(),
            }
        ).encode()
        callback = Callback(body, self._sign(body))
        if mode is Mode.LATE:
            self._late = [*self._late, callback]
        elif mode is not Mode.SILENT:
            self._now = [*self._now, *[callback] * (2 if mode is Mode.DOUBLE else 1)]

    def _order(self, order_no: str) -> Order:
        row = self._orders[order_no]
        return Order(
            order_no=order_no,
            fen=row["paid_fen"] if row["state"] == "paid" else row["fen"],
            state=row["state"],
            provider_ref=row["ref"],
            pay_url=f"/cashier/{order_no}/",
            paid_at=datetime.fromisoformat(row["paid_at"]) if row["state"] == "paid" else None,
        )

    def _answer(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system=SYSTEM)

    def _sign(self, body: bytes) -> str:
        return hmac.new(self._key(), body, hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        file = self.file.with_suffix(".key")
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return file.read_bytes()
            with os.fdopen(descriptor, "w") as new:
                new.write(secrets.token_hex(32))
        return file.read_bytes()

    @contextmanager
    def _book(self) -> Iterator[Any]:
        """The book as all processes see it, read up to its end and locked."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._read(file.fileno())

            def write(line: Mapping[str, Any]) -> None:
                said = {**line, "at": clock.now().isoformat()}
                os.write(file.fileno(), json.dumps(said).encode() + b"\n")
                self._read(file.fileno())

            yield write

    def _read(self, descriptor: int) -> None:
        state = os.fstat(descriptor)
        inode, offset = self._position
        if inode != state.st_ino or offset > state.st_size:
            self._orders, self._refunds, offset = {}, {}, 0
        fresh = os.pread(descriptor, state.st_size - offset, offset)
        whole = fresh.rfind(b"\n") + 1
        if whole < len(fresh):
            # Half a line, of a process that was killed: that movement did not happen.
            os.ftruncate(descriptor, offset + whole)
        for line in fresh[:whole].splitlines():
            self._fold(json.loads(line))
        self._position = (state.st_ino, offset + whole)

    def _fold(self, said: dict[str, Any]) -> None:
        match said["do"]:
            case "open":
                self._orders[said["no"]] = {**said, "state": "open"}
            case "close":
                self._orders[said["no"]]["state"] = "closed"
            case "pay":
                row = self._orders[said["no"]]
                row |= {"state": "paid", "paid_fen": said["fen"], "paid_at": said["at"]}
            case "refund":
                self._refunds[said["no"]] = said


_in_use: Payments | None = None
_simulated: dict[Path, SimulatedProvider] = {}


def provider() -> Payments:
    """The provider of this deployment; the simulated one until a city connects its own."""
    return _in_use if _in_use is not None else _simulated_here()


def simulated() -> SimulatedProvider | None:
    """The simulated provider, where it is the one in use: only then has it a cashier's page."""
    found = provider()
    return found if isinstance(found, SimulatedProvider) else None


def _simulated_here() -> SimulatedProvider:
    file = Path(settings.VAR) / "payments.jsonl"
    return _simulated.setdefault(file, SimulatedProvider(file))


@contextmanager
def use(other: Payments) -> Iterator[None]:
    """Pay by another provider for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before
