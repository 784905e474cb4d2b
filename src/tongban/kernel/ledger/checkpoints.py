"""The file of checkpoints: one signed line each, outside the database, only ever appended to.

Who can write to the database can cut its leaves and checkpoints; the file, copied elsewhere as it
grows, knows better.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tongban.kernel.crypto import vault
from tongban.kernel.crypto.errors import CryptoError
from tongban.kernel.ledger.models import Checkpoint
from tongban.kernel.ledger.rules import Finding, LogBroken, Note, Wrong


def path() -> Path:
    """Where the file is."""
    return Path(settings.TONGBAN_CHECKPOINTS)


def note_of(row: Checkpoint) -> Note:
    """What a row of the database says."""
    return Note(row.origin, row.size, row.root, row.at, row.signature)


def is_signed(note: Note) -> bool:
    """Whether the signature holds."""
    try:
        return vault.verify(note.text(), vault.Signature.parse(note.signature))
    except CryptoError:
        return False


def end() -> int:
    """How long the file is now, up to its last whole line."""
    try:
        with path().open("rb") as file:
            return _end(file.fileno())
    except FileNotFoundError:
        return 0


def _end(descriptor: int) -> int:
    length = os.fstat(descriptor).st_size
    # A line that was being written when the machine stopped has no end yet.
    while length:
        start = max(0, length - 4096)
        tail = os.pread(descriptor, length - start, start)
        newline = tail.rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        length = start
    return 0


def notes(*, upto: int) -> Iterator[Note | None]:
    """The lines up to a length; None for one that is no note."""
    if not upto:
        return
    with path().open("rb") as file:
        while file.tell() < upto:
            yield Note.parse(file.readline())


def last() -> Note | None:
    """The note of the last whole line."""
    try:
        with path().open("rb") as file:
            return _last(file.fileno())
    except FileNotFoundError:
        return None


def _last(descriptor: int) -> Note | None:
    upto = _end(descriptor)
    if not upto:
        return None
    start = max(0, upto - 8192)
    tail = os.pread(descriptor, upto - start, start)
    note = Note.parse(tail.rstrip(b"\n").rpartition(b"\n")[2])
    if note is None:
        raise LogBroken(Finding(Wrong.CHECKPOINT, reason="unreadable"))
    return note


def append(fresh: list[Note]) -> None:
    """Write notes behind the last whole line, down to the disk."""
    file = path()
    is_new = not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        # A sealer that slept past its lease may come after one that wrote its line for it.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, _end(descriptor))
        known = _last(descriptor)
        size = known.size if known else 0
        os.write(descriptor, b"".join(note.line() for note in fresh if note.size > size))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        # The name of a new file is in its folder, which is another thing to bring to the disk.
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def mend() -> int:
    """Append the lines that the file lacks; refuses when the file knows more than the database."""
    known, newest = last(), Checkpoint.objects.order_by("-size").first()
    if known is None and newest is None:
        return 0
    if known is not None:
        row = Checkpoint.objects.filter(size=known.size).first()
        if newest is None or known.size > newest.size:
            raise LogBroken(
                Finding(Wrong.TRUNCATED, position=newest.size if newest else 0, size=known.size)
            )
        if row is None or note_of(row) != known:
            raise LogBroken(Finding(Wrong.CHECKPOINT, size=known.size, reason="differs"))
        if known.size == newest.size:
            return 0
    size = known.size if known else 0
    lacking = Checkpoint.objects.filter(size__gt=size).order_by("size")
    fresh = [note_of(row) for row in lacking.iterator()]
    append(fresh)
    return len(fresh)
