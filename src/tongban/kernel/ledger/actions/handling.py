"""What an operator does with deliveries that were set aside, and the pruning of finished ones."""

from datetime import timedelta

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import masking
from tongban.kernel.errors import NotFound
from tongban.kernel.ledger import rules
from tongban.kernel.ledger.actions.recording import record
from tongban.kernel.ledger.models import Delivery

BATCH = 5_000


@transaction.atomic
def retry(*, delivery: int, by: Actor, reason: str) -> None:
    """Have a set-aside delivery tried again, eight times at most."""
    by.require("delivery.handle")
    _take_up(
        delivery,
        "delivery.retried",
        reason,
        by,
        attempts=0,
        due_at=clock.instant(),
        set_aside_at=None,
    )


@transaction.atomic
def skip(*, delivery: int, by: Actor, reason: str) -> None:
    """Give up a set-aside delivery: its effect never happens, and what it held back goes on."""
    by.require("delivery.handle")
    _take_up(delivery, "delivery.skipped", reason, by, done_at=clock.instant(), is_skipped=True)


def _take_up(delivery: int, event: str, reason: str, by: Actor, **changes: object) -> None:
    if not reason.strip():
        raise rules.ReasonNeeded()
    row = Delivery.objects.select_related("event").filter(pk=delivery).first()
    if row is None:
        raise NotFound()
    waiting = Delivery.objects.filter(pk=delivery, done_at__isnull=True, set_aside_at__isnull=False)
    if not waiting.update(**changes):
        raise rules.NotSetAside(delivery=delivery)
    record(
        event,
        row,
        by=by,
        matter=row.event.matter,
        event=row.event_id,
        reaction=row.reaction,
        reason=masking.scrub(reason.strip()),
    )


@transaction.atomic
def prune(*, by: Actor, days: int = 30) -> int:
    """Delete finished deliveries older than so many days, a batch at a time; call it until 0.

    The events stay: what was decided is kept by law, on which ways it travelled is not.
    """
    by.require("delivery.handle")
    before = clock.instant() - timedelta(days=days)
    finished = (
        Delivery.objects.filter(done_at__lt=before).order_by("id").values_list("pk", flat=True)
    )
    batch = list(finished[:BATCH])
    if not batch:
        return 0
    pruned, _ = Delivery.objects.filter(pk__in=batch).delete()
    record("delivery.pruned", "ledger.delivery", by=by, count=pruned, days=days)
    return pruned
