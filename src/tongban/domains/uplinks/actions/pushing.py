"""Send what waits, batch by batch; each record is acknowledged by itself, or goes again."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import F

from tongban.connectors import superiors
from tongban.connectors.superiors import Ack
from tongban.domains.uplinks import queries, rules
from tongban.domains.uplinks.actions import mending
from tongban.domains.uplinks.models import UplinkBatch, UplinkRecord, UplinkState
from tongban.domains.uplinks.rules import State, Uplink, tables
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Unavailable


def push(
    *,
    uplink: str,
    by: Actor,
    batches: int | None = None,
    tick: Callable[[int], None] = lambda done: None,
) -> int:
    """Send what waits, and again what nobody answered for; so many batches at most.

    Answers how many records were acknowledged. Raises Unavailable.
    """
    found = queries.uplink(uplink)
    codes = queries.codes_of(found)
    platform = superiors.superior(uplink, columns=codes.columns)
    done = sent = 0
    while (batches is None or sent < batches) and (batch := _take(uplink=found, by=by)):
        sent += 1
        records = [_sent(row, batch, found) for row in batch.records.order_by("id")]
        try:
            acks = platform.push(batch=batch.number, records=records) if records else []
        except Unavailable:
            # The batch stays open, and goes again under its number: the answer alone may be lost.
            _release(batch=batch.pk, by=by)
            raise
        done += _answered(batch=batch.pk, acks=acks, by=by)
        tick(done)
    return done


def _sent(row: UplinkRecord, batch: UplinkBatch, uplink: Uplink) -> superiors.Record:
    codes = queries.codes_of(uplink)
    return superiors.Record(
        kind=row.kind,
        key=row.key,
        revision=row.revision,
        day=row.day.isoformat(),
        operation=row.operation,
        digest=row.digest,
        tables=tables.sent(
            queries.opened(row.rows),
            codes,
            kind=row.kind,
            key=row.key,
            operation=row.operation,
            at=f"{clock.moment(batch.made_at):%Y-%m-%d %H:%M:%S}",
            batch=batch.number,
        ),
    )


@transaction.atomic
def _release(*, batch: int, by: Actor) -> None:
    open_ = UplinkBatch.objects.filter(pk=batch, answered_at=None)
    open_.update(leased_until=clock.instant())


@transaction.atomic
def _take(*, uplink: Uplink, by: Actor) -> UplinkBatch | None:
    """Claim a batch: one that nobody answered for, else a new one of what waits.

    One after the other: a step must not arrive before the acceptance that lies in another batch.
    """
    now = clock.instant()
    if left := queries.open_batch(uplink.key):
        claimed = UplinkBatch.objects.filter(pk=left.pk, leased_until=left.leased_until)
        claimed = claimed.filter(leased_until__lte=now)
        if not claimed.update(leased_until=now + rules.LEASE, tries=F("tries") + 1):
            return None  # another worker is sending it
        left.refresh_from_db()
        return left
    waiting = queries.to_send(uplink.key, uplink.batch)
    if not waiting:
        return None
    batch = UplinkBatch.objects.create(
        uplink=uplink.key,
        number=_number(uplink.key),
        size=len(waiting),
        made_at=clock.now(),
        leased_until=now + rules.LEASE,
        tries=1,
    )
    # Another worker may have claimed some of them in between: those go with its batch.
    claim = UplinkRecord.objects.filter(pk__in=waiting, state=State.WAITING)
    claim.update(state=State.SENDING, batch=batch, tries=F("tries") + 1)
    return batch


def _number(uplink: str) -> str:
    """The next of the day; the row's own update is the lock."""
    today = clock.today()
    UplinkState.objects.get_or_create(pk=uplink)
    row = UplinkState.objects.filter(pk=uplink)
    if not row.filter(batch_day=today).update(batch_count=F("batch_count") + 1):
        row.update(batch_day=today, batch_count=1)
    return rules.batch_number(today, row.values_list("batch_count", flat=True).get())


@transaction.atomic
def _answered(*, batch: int, acks: Iterable[Ack], by: Actor) -> int:
    """Note each acknowledgement; one of an older revision says nothing of the newer."""
    held = UplinkBatch.objects.select_for_update().get(pk=batch)
    refused: list[tuple[int, Ack]] = []
    done = 0
    mended: set[int] = set()
    for ack in acks:
        row = UplinkRecord.objects.filter(
            uplink=held.uplink, kind=ack.kind, key=ack.key, revision=ack.revision, batch=batch,
            state=State.SENDING,
        ).first()  # fmt: skip
        if row is None:
            continue
        done += 1
        if not ack.is_taken:
            refused.append((row.pk, ack))
            continue
        if row.fault_id:
            mended.add(row.fault_id)
        UplinkRecord.objects.filter(pk=row.pk).update(
            state=State.TAKEN, taken_at=clock.now(), batch=batch, fault=None
        )
    silent = UplinkRecord.objects.filter(batch=batch, state=State.SENDING)
    silent = silent.exclude(pk__in=[pk for pk, _ in refused])
    for row in silent.filter(tries__gte=rules.TRIES):
        words = "上级平台一直没有回执"
        refused.append(
            (row.pk, Ack(row.kind, row.key, row.revision, False, rules.NO_ANSWER, words))
        )
    silent.exclude(pk__in=[pk for pk, _ in refused]).update(state=State.WAITING, batch=None)
    for pk, ack in refused:
        mended |= mending.refuse(record=pk, code=ack.code, words=ack.words, by=by)
    UplinkBatch.objects.filter(pk=batch).update(
        answered_at=clock.now(), refused=F("refused") + len(refused)
    )
    for fault in sorted(mended):
        mending.settle(fault=fault, by=by)
    return done
