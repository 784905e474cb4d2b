"""Messages (短信、政务应用消息) to citizens: what any gateway must do, and one that is simulated.

Called from reactions outside any transaction, at least once per message: the id that goes with it
lets the receiver drop a repeat.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.crypto import masking
from tongban.kernel.errors import Unavailable

TIMEOUT = 10.0
"""Seconds after which a gateway gives up; a worker that waits for a minute is taken for dead."""


class Delivery(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The gateway never had it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the gateway says of one message (状态报告)."""

    what: Delivery
    reason: str = ""


class Messages(Protocol):
    """A gateway that brings messages to phones."""

    def send(self, *, message_id: str, to: str, template: str, facts: Mapping[str, Any]) -> None:
        """Hand over one message; when it returns, the gateway has it.

        The same id again is the same message, and is dropped. Raises Unavailable when the gateway
        does not take it now. Gives up after TIMEOUT.
        """

    def report(self, *, message_ids: Sequence[str]) -> dict[str, Report]:
        """What became of each; one that is not in the answer it never had. Raises Unavailable."""


class SimulatedGateway:
    """Writes what it gets to a file instead of to phones; keeps neither numbers nor facts."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.failures = 0
        """How many of the next messages it does not take; for tests."""
        self.undelivered: dict[str, str] = {}
        """Id -> why that message does not reach its phone; for tests."""
        self._read: tuple[int, int] = (0, 0)
        self._ids: set[str] = set()

    def send(self, *, message_id: str, to: str, template: str, facts: Mapping[str, Any]) -> None:
        """Append one line, unless there is one of this id."""
        if not message_id or not to or not template:
            raise ValueError("A message needs an id, a number and a template.")
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The message gateway")
        line = {
            "id": message_id,
            "to": masking.mask_phone(to),
            "template": template,
            "at": clock.now().isoformat(timespec="seconds"),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+b") as file:
            # Web and worker may send at the same time, each a process of its own.
            fcntl.flock(file, fcntl.LOCK_EX)
            if message_id not in self._known(file.fileno()):
                os.write(file.fileno(), json.dumps(line, ensure_ascii=False).encode() + b"\n")
                if settings.TONGBAN_DEMO and message_id.startswith("code:"):
                    self._show(to, str(facts.get("number", "")))

    def _show(self, to: str, code: str) -> None:
        """Nobody in a demo has a telephone: the last code of each stands beside, by a hash."""
        held = self._shown()
        held[_of_phone(to)] = [code, clock.instant().timestamp()]
        kept = dict(list(held.items())[-50:])
        self._phones().write_text(json.dumps(kept), encoding="utf-8")

    def shown(self, to: str) -> str:
        """The code that lies on a demo telephone since at most ten minutes."""
        code, at = self._shown().get(_of_phone(to), ("", 0.0))
        return code if clock.instant().timestamp() - at < 600 else ""

    def _shown(self) -> dict[str, Any]:
        try:
            held: dict[str, Any] = json.loads(self._phones().read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return held

    def _phones(self) -> Path:
        return self.file.with_name("demo-phones.json")

    def report(self, *, message_ids: Sequence[str]) -> dict[str, Report]:
        """Whatever lies in the file has reached its phone, but for what tests say."""
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The message gateway")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = set(self._known(file.fileno()))
        return {
            one: Report(Delivery.FAILED, self.undelivered[one])
            if one in self.undelivered
            else Report(Delivery.DELIVERED)
            for one in message_ids
            if one in known
        }

    def lose(self, message_id: str) -> None:
        """Forget a message that it had taken; for tests."""
        lines = self.file.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if json.loads(line)["id"] != message_id]
        self.file.write_bytes(b"".join(kept))
        self._read, self._ids = (0, 0), set()

    def _known(self, descriptor: int) -> set[str]:
        state = os.fstat(descriptor)
        inode, offset = self._read
        if inode != state.st_ino or offset > state.st_size:
            self._ids, offset = set(), 0
        fresh = os.pread(descriptor, state.st_size - offset, offset)
        whole = fresh.rfind(b"\n") + 1
        if whole < len(fresh):
            # Half a line, of a sender that was killed: that message was not taken.
            os.ftruncate(descriptor, offset + whole)
        self._ids.update(json.loads(line)["id"] for line in fresh[:whole].splitlines())
        self._read = (state.st_ino, offset + whole)
        return self._ids


def _of_phone(to: str) -> str:
    return hashlib.sha256(to.encode()).hexdigest()


def demo_code(to: str) -> str:
    """The code on a demo telephone; empty outside a demo, or where a real gateway sends."""
    if not settings.TONGBAN_DEMO or not to:
        return ""
    found = gateway()
    return found.shown(to) if isinstance(found, SimulatedGateway) else ""


_in_use: Messages | None = None
_simulated: dict[Path, SimulatedGateway] = {}


def gateway() -> Messages:
    """The gateway of this deployment; the simulated one until a city connects its own."""
    if _in_use is not None:
        return _in_use
    file = Path(settings.VAR) / "messages.jsonl"
    return _simulated.setdefault(file, SimulatedGateway(file))


@contextmanager
def use(other: Messages) -> Iterator[None]:
    """Send by another gateway for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before


def send(*, message_id: str, to: str, template: str, facts: Mapping[str, Any]) -> None:
    """Send one message by the gateway of this deployment."""
    gateway().send(message_id=message_id, to=to, template=template, facts=facts)
