"""What is hashed and signed, when a delivery is tried again, and what is refused; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from tongban.kernel.errors import N_, Refusal

FAILURES = 8
"""After so many failures a delivery is set aside."""
LEASE = timedelta(seconds=60)
"""How long a worker holds what it claimed; outside calls must give up well before."""
SEALING = timedelta(seconds=10)
"""How long a sealer that died keeps others from sealing."""


def wait_after(attempts: int) -> timedelta:
    """How long a delivery waits after so many failures: 2 s, 4 s … 2 min."""
    return timedelta(seconds=min(3600, 2**attempts))


def moment(value: datetime) -> str:
    """A moment as it is hashed: the same from every database and in every zone."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def entry(
    *,
    id: int,
    name: str,
    subject: str,
    matter: int | None,
    actor: str,
    on_behalf: str,
    channel: str,
    at: datetime,
    recorded_at: datetime,
    data: Mapping[str, Any],
) -> bytes:
    """The canonical bytes of an event: every column, as JSON with sorted keys in UTF-8."""
    return json.dumps(
        [
            id,
            name,
            subject,
            matter,
            actor,
            on_behalf,
            channel,
            moment(at),
            moment(recorded_at),
            data,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


@dataclass(frozen=True, slots=True)
class Note:
    """What a checkpoint (检查点) says and who signed it; one line of the file."""

    origin: str
    size: int
    root: str
    at: datetime
    signature: str = ""

    def text(self) -> bytes:
        """The bytes that are signed."""
        return f"{self.origin}\n{self.size}\n{self.root}\n{moment(self.at)}\n".encode()

    def line(self) -> bytes:
        """The line of the file."""
        facts = {
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "at": moment(self.at),
            "signature": self.signature,
        }
        return json.dumps(facts, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> "Note | None":
        """Read a line of the file; None when it is none."""
        try:
            facts = json.loads(line)
            return cls(
                origin=str(facts["origin"]),
                size=int(facts["size"]),
                root=str(facts["root"]),
                at=datetime.fromisoformat(facts["at"]).astimezone(UTC),
                signature=str(facts["signature"]),
            )
        except (ValueError, KeyError, TypeError):
            return None


class Wrong(StrEnum):
    """What can be wrong with the sealed log."""

    EDITED = "edited"
    DELETED = "deleted"
    UNPROVED = "unproved"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    CHECKPOINT = "checkpoint"


SAYS: dict[Wrong, str] = {
    Wrong.EDITED: N_(
        "Event {event} at position {position} is not what was sealed: it or its leaf was changed."
    ),
    Wrong.DELETED: N_("Event {event} at position {position} was sealed and is gone."),
    Wrong.UNPROVED: N_(
        "The leaf at position {position} is gone, and with it the proof of what was sealed there,"
        " after event {after}."
    ),
    Wrong.INSERTED: N_(
        "Event {event} was put among sealed events, before position {position};"
        " it was never sealed."
    ),
    Wrong.SWAPPED: N_(
        "Event {event} at position {position} does not stand where it was sealed:"
        " the order was changed."
    ),
    Wrong.TRUNCATED: N_(
        "The log was cut: position {position} and all after it are gone, though a checkpoint signed"
        " {size}. The last event still sealed is {after}."
    ),
    Wrong.REWRITTEN: N_(
        "Events from {event} on, positions {position} to {until}, were rewritten together with"
        " their leaves: they do not give the root that was signed."
    ),
    Wrong.CHECKPOINT: N_("The checkpoint over {size} events cannot be trusted: {reason}."),
}
REASONS = {
    "signature": N_("its signature does not hold"),
    "file": N_("it stands in the database but is missing from the file"),
    "database": N_("it stands in the file but is missing from the database"),
    "differs": N_("the file and the database differ"),
    "unreadable": N_("a line of the file cannot be read"),
    "peaks": N_("its root is not that of the subtrees kept beside it"),
    "leaves": N_("leaves beyond it were sealed by no checkpoint"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong with the sealed log."""

    wrong: Wrong
    event: int | None = None
    after: int | None = None
    """The last sound event before it, where the event itself can no longer be named."""
    position: int | None = None
    until: int | None = None
    size: int | None = None
    reason: str = ""
    """A key of REASONS, for checkpoints."""

    def sentence(self) -> str:
        """Say it in the source language."""
        return SAYS[self.wrong].format(
            event=self.event,
            after=self.after,
            position=self.position,
            until=self.until,
            size=self.size,
            reason=REASONS.get(self.reason, ""),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found."""

    size: int
    """How many sealed events were recomputed."""
    checkpoints: int
    finding: Finding | None
    unsealed: int = 0
    oldest_unsealed: timedelta | None = None

    @property
    def ok(self) -> bool:
        """Whether the log is what it was when it was sealed."""
        return self.finding is None


class LogBroken(Exception):
    """Sealing stopped: to go on would sign a log that is not the one that was signed before."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.sentence()} Run `tongban ledger verify`; nothing was sealed.")


class ReasonNeeded(Refusal):
    """An operator must say why."""

    says = N_("Say why you do this.")
    hint = N_("The reason stands in the ledger beside your post.")
    status = 422


class NotSetAside(Refusal):
    """Only what was set aside waits for an operator."""

    says = N_("Delivery {delivery} is not set aside.")
    hint = N_("It may have been retried or skipped by someone else; look at the list again.")
