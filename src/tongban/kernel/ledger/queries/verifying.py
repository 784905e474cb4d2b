"""Recompute the sealed log from the events and hold it against what was signed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tongban.kernel import clock
from tongban.kernel.ledger import checkpoints
from tongban.kernel.ledger.merkle import Frontier, leaf_hash
from tongban.kernel.ledger.models import Checkpoint, Event, Leaf
from tongban.kernel.ledger.rules import Finding, Note, Report, Wrong, entry

COLUMNS: Final = (
    "id",
    "name",
    "subject",
    "matter",
    "actor",
    "on_behalf",
    "channel",
    "at",
    "recorded_at",
    "data",
)
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Unsealed:
    """The tail (未封尾部): recorded and not yet sealed, which verification cannot vouch for."""

    count: int
    oldest: timedelta | None


def unsealed() -> Unsealed:
    """How long the unsealed tail is."""
    last = Checkpoint.objects.order_by("-size").first()
    tail = Event.objects.filter(pk__gt=last.newest if last else 0)
    first = tail.order_by("pk").values_list("recorded_at", flat=True).first()
    if first is None:
        return Unsealed(0, None)
    return Unsealed(tail.count(), max(timedelta(0), clock.instant() - first))


def verify() -> Report:
    """Find the first sealed event that was edited, deleted, inserted, swapped or cut.

    Reads the ledger once from the front, a chunk at a time, beside the running program. What the
    database alone says about itself proves nothing: the signed checkpoints decide, and of those the
    file outside the database knows more.
    """
    # The file first: what is appended to it meanwhile is then in the database, which is read next.
    length = checkpoints.end()
    last = Checkpoint.objects.order_by("-size").first()
    signed = _Signed(length, last.size if last else 0)
    walk = _Walk()
    finding = walk.through(iter(signed)) or signed.finding or _beyond()
    tail = unsealed()
    return Report(
        size=walk.frontier.size,
        checkpoints=signed.count,
        finding=finding,
        unsealed=tail.count,
        oldest_unsealed=tail.oldest,
    )


def _beyond() -> Finding | None:
    newest = Leaf.objects.order_by("-position").first()  # before the checkpoint that may cover it
    last = Checkpoint.objects.order_by("-size").first()
    size = last.size if last else 0
    if newest is None or newest.position < size:
        return None
    return Finding(Wrong.CHECKPOINT, event=newest.event, position=size, size=size, reason="leaves")


@dataclass
class _Signed:
    """The checkpoints whose signatures hold, in order; and the first that cannot be trusted."""

    length: int
    size: int
    """The last checkpoint in the database when we began."""
    count: int = 0
    finding: Finding | None = None

    def __iter__(self) -> Iterator[Note]:
        ours = map(
            checkpoints.note_of,
            Checkpoint.objects.filter(size__lte=self.size).order_by("size").iterator(),
        )
        row = next(ours, None)
        size = -1
        for note in checkpoints.notes(upto=self.length):
            if note is None:
                self._doubt("unreadable", size)
                continue
            if note.size <= size:
                self._doubt("differs", note.size)
                continue
            size = note.size
            while row is not None and row.size < note.size:
                self._doubt("file", row.size)
                yield from self._trusted(row)
                row = next(ours, None)
            if row is None or row.size > note.size:
                self._doubt("database", note.size)
            else:
                if row != note:
                    self._doubt("differs", note.size)
                row = next(ours, None)
            yield from self._trusted(note)
        # A crash between commit and line leaves out one line, which the next sealing writes.
        lacking = 0
        while row is not None:
            lacking += 1
            if lacking > 1:
                self._doubt("file", row.size)
            yield from self._trusted(row)
            row = next(ours, None)

    def _trusted(self, note: Note) -> Iterator[Note]:
        if checkpoints.is_signed(note):
            self.count += 1
            yield note
        else:
            self._doubt("signature", note.size)

    def _doubt(self, reason: str, size: int) -> None:
        self.finding = self.finding or Finding(Wrong.CHECKPOINT, size=size, reason=reason)


@dataclass
class _Walk:
    """Leaves in order of position beside events in order of number: both rise, so one pass does."""

    frontier: Frontier = field(default_factory=Frontier)
    newest: int = 0
    """The last sound event."""
    pending: list[bytes] = field(default_factory=list)
    first_pending: int = 0

    def through(self, signed: Iterator[Note]) -> Finding | None:
        leaves, events = _leaves(), _events()
        event = next(events, None)
        for note in signed:
            while self.position < note.size:
                leaf = next(leaves, None)
                found = self._missing(leaf, note) or self._odd(leaf, event)
                if found:
                    return found
                assert leaf is not None
                if not self.pending:
                    self.first_pending = leaf[1]
                self.pending.append(leaf[2])
                self.newest = leaf[1]
                event = next(events, None)
            found = self._close(note)
            if found:
                return found
        return None

    @property
    def position(self) -> int:
        return self.frontier.size + len(self.pending)

    def _missing(self, leaf: "_Leaf | None", note: Note) -> Finding | None:
        if leaf is None:
            return Finding(
                Wrong.TRUNCATED, after=self.newest, position=self.position, size=note.size
            )
        if leaf[0] != self.position:
            return Finding(Wrong.UNPROVED, after=self.newest, position=self.position)
        return None

    def _odd(self, leaf: "_Leaf | None", event: "_Event | None") -> Finding | None:
        assert leaf is not None
        position, number, sealed = leaf
        if number <= self.newest:
            return Finding(Wrong.SWAPPED, event=number, position=position)
        if event is None or event[0] > number:
            return Finding(Wrong.DELETED, event=number, position=position)
        if event[0] < number:
            # Sealed elsewhere, then the order was changed; sealed nowhere, then it was put in.
            if Leaf.objects.filter(event=event[0]).exists():
                return Finding(Wrong.SWAPPED, event=number, position=position)
            return Finding(Wrong.INSERTED, event=event[0], position=position)
        if event[1] != sealed:
            return Finding(Wrong.EDITED, event=number, position=position)
        return None

    def _close(self, note: Note) -> Finding | None:
        start, grown = self.frontier.size, self.frontier.extend(self.pending)
        if grown.root().hex() != note.root:
            return Finding(
                Wrong.REWRITTEN,
                event=self.first_pending,
                position=start,
                until=note.size - 1,
                size=note.size,
            )
        self.frontier, self.pending = grown, []
        return None


_Leaf = tuple[int, int, bytes]
_Event = tuple[int, bytes]


def _leaves() -> Iterator[_Leaf]:
    position = -(2**62)
    rows: list[Any] = [None]
    while rows:
        rows = list(
            Leaf.objects.filter(position__gt=position)
            .order_by("position")
            .values_list("position", "event", "hash")[:CHUNK]
        )
        for position, event, hash in rows:
            # SQLite keeps whatever someone put into a column, also a text.
            yield position, event, hash.encode() if isinstance(hash, str) else bytes(hash)


def _events() -> Iterator[_Event]:
    number = -(2**62)
    rows: list[Any] = [None]
    while rows:
        chunk = Event.objects.filter(pk__gt=number).order_by("pk")[:CHUNK]
        try:
            rows = list(chunk.values_list(*COLUMNS))
            hashed = [(row[0], _leaf_of(row)) for row in rows]
        except (ValueError, TypeError, AttributeError):
            rows = list(chunk.values_list("pk", flat=True))
            hashed = [(pk, _hash_of(pk)) for pk in rows]
        for number, hash in hashed:
            yield number, hash


def _leaf_of(row: tuple[Any, ...]) -> bytes:
    return leaf_hash(entry(**dict(zip(COLUMNS, row, strict=True))))


def _hash_of(pk: int) -> bytes:
    """The leaf of one event; nothing for a row that was edited into what cannot be read."""
    try:
        row = Event.objects.filter(pk=pk).values_list(*COLUMNS).get()
        return _leaf_of(row)
    except (ValueError, TypeError, AttributeError):
        return b""
