"""Seal what was recorded: leaves, a signed checkpoint, and its line in the file."""

import logging
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.ledger import checkpoints, order, rules
from tongban.kernel.ledger.actions import leases
from tongban.kernel.ledger.merkle import Frontier, leaf_hash
from tongban.kernel.ledger.models import Checkpoint, Event, Leaf
from tongban.kernel.ledger.queries.verifying import COLUMNS

log = logging.getLogger(__name__)

BATCH = 5_000


def seal(*, by: Actor) -> int:
    """Seal the next events in order, a batch at most; answers how many, 0 when nothing is left.

    One leader does it, by lease. Not within a transaction: the line is written to the file when the
    checkpoint stands in the database, and what a crash left out is written by the next call. `by`
    is the part or the operator that had it done.
    """
    holder = leases.me()
    if not leases.take("sealing", holder=holder, span=rules.SEALING):
        return 0
    try:
        return _seal()
    finally:
        leases.give_back("sealing", holder=holder)


def _seal() -> int:
    mended = checkpoints.mend()
    if mended:
        log.warning("checkpoints were missing from the file", extra={"lines": mended})
    last = Checkpoint.objects.order_by("-size").first()
    frontier, newest = _frontier(last), last.newest if last else 0
    upto = order.settled(newest)
    rows = list(
        Event.objects.filter(pk__gt=newest, pk__lte=upto)
        .order_by("pk")
        .values_list(*COLUMNS)[:BATCH]
    )
    if not rows:
        return 0
    hashes = [leaf_hash(rules.entry(**dict(zip(COLUMNS, row, strict=True)))) for row in rows]
    grown = frontier.extend(hashes)
    note = rules.Note(
        origin=f"tongban {settings.TONGBAN_CITY.name}",
        size=grown.size,
        root=grown.root().hex(),
        at=clock.instant(),
    )
    note = replace(note, signature=str(vault.sign(note.text())))
    leaves = [
        Leaf(position=frontier.size + place, event=row[0], hash=hash)
        for place, (row, hash) in enumerate(zip(rows, hashes, strict=True))
    ]
    try:
        with transaction.atomic():
            Leaf.objects.bulk_create(leaves)
            Checkpoint.objects.create(
                size=note.size,
                origin=note.origin,
                root=note.root,
                at=note.at,
                signature=note.signature,
                newest=rows[-1][0],
                peaks=[peak.hex() for peak in grown.peaks],
            )
    except IntegrityError:
        # Our lease lapsed while we worked and another sealed these: its positions stand.
        log.warning("another worker sealed first")
        return 0
    checkpoints.append([note])
    return len(rows)


def _frontier(last: Checkpoint | None) -> Frontier:
    if last is None:
        return Frontier()
    frontier = Frontier(last.size, tuple(bytes.fromhex(peak) for peak in last.peaks))
    if not frontier.is_whole() or frontier.root().hex() != last.root:
        raise rules.LogBroken(rules.Finding(rules.Wrong.CHECKPOINT, size=last.size, reason="peaks"))
    if not Leaf.objects.filter(position=last.size - 1, event=last.newest).exists():
        left = Leaf.objects.order_by("-position").first()
        raise rules.LogBroken(
            rules.Finding(
                rules.Wrong.TRUNCATED,
                after=left.event if left else 0,
                position=left.position + 1 if left else 0,
                size=last.size,
            )
        )
    if not checkpoints.is_signed(checkpoints.note_of(last)):
        raise rules.LogBroken(
            rules.Finding(rules.Wrong.CHECKPOINT, size=last.size, reason="signature")
        )
    return frontier
