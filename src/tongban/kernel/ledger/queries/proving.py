"""Prove that an event was sealed: its path to a root that was signed, for whoever doubts it.

The path of RFC 9162 is worked out from the checkpoint before it and the leaves of its own batch,
so that it costs the same in a log of a thousand events and of a thousand million.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongban.kernel.ledger import checkpoints
from tongban.kernel.ledger.merkle import Frontier
from tongban.kernel.ledger.models import Checkpoint, Event, Leaf
from tongban.kernel.ledger.queries.verifying import COLUMNS
from tongban.kernel.ledger.rules import Note, entry


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof (存证证明) of one event."""

    event: int
    entry: bytes
    """What was hashed: every column of the event."""
    position: int
    path: tuple[bytes, ...]
    note: Note
    """The signed root that it leads to."""


def prove(events: Iterable[int]) -> list[Proof]:
    """The proofs of these events, in order; those not sealed yet are left out."""
    wanted = list(events)
    rows = {
        row[0]: entry(**dict(zip(COLUMNS, row, strict=True)))
        for row in Event.objects.filter(pk__in=wanted).values_list(*COLUMNS)
    }
    proofs = []
    batches: dict[int, _Batch] = {}
    for leaf in Leaf.objects.filter(event__in=wanted).order_by("position"):
        after = Checkpoint.objects.filter(size__gt=leaf.position).order_by("size").first()
        if after is None or leaf.event not in rows:
            continue
        batch = batches.get(after.size) or batches.setdefault(after.size, _batch(after))
        proofs.append(
            Proof(
                event=leaf.event,
                entry=rows[leaf.event],
                position=leaf.position,
                path=tuple(batch.path(leaf.position)),
                note=checkpoints.note_of(after),
            )
        )
    return proofs


@dataclass(frozen=True, slots=True)
class _Batch:
    """The leaves sealed under one checkpoint, and the subtrees that stood before them."""

    before: Frontier
    leaves: Sequence[bytes]

    def path(self, position: int) -> list[bytes]:
        """PATH of the RFC, §2.1.3.1, for a leaf of this batch."""
        path: list[bytes] = []
        low, high = 0, self.before.size + len(self.leaves)
        while high - low > 1:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            if position < middle:
                path.append(self._root(middle, high))
                high = middle
            else:
                path.append(self._root(low, middle))
                low = middle
        return path[::-1]

    def _root(self, low: int, high: int) -> bytes:
        """The root over a range beside the path: of whole subtrees before, and leaves of ours."""
        size = self.before.size
        widths = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
        start, covered, peaks = 0, 0, []
        for width, peak in zip(widths, self.before.peaks, strict=True):
            if low <= start and start + width <= high:
                peaks.append(peak)
                covered += width
            start += width
        ours = self.leaves[max(low - size, 0) : max(high - size, 0)]
        return Frontier(covered, tuple(peaks)).extend(ours).root()


def _batch(after: Checkpoint) -> _Batch:
    earlier = Checkpoint.objects.filter(size__lt=after.size).order_by("-size").first()
    size = earlier.size if earlier else 0
    peaks = tuple(bytes.fromhex(peak) for peak in earlier.peaks) if earlier else ()
    leaves = Leaf.objects.filter(position__gte=size, position__lt=after.size).order_by("position")
    return _Batch(Frontier(size, peaks), [bytes(h) for h in leaves.values_list("hash", flat=True)])
