"""Bring each event to the reactions that asked for it."""

from datetime import datetime
from itertools import groupby

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, QuerySet

from tongban.kernel import clock
from tongban.kernel.ledger import registry, rules
from tongban.kernel.ledger.actions import batches
from tongban.kernel.ledger.actions.batches import Line, line
from tongban.kernel.ledger.actions.leases import me
from tongban.kernel.ledger.models import Delivery

BATCH = 200
TOGETHER = 50
"""So many at most share a transaction."""

# Take a row that is still owed and first in its line; another worker may have been faster.
_CLAIM = """
    WHERE id = %s AND done_at IS NULL AND set_aside_at IS NULL AND due_at <= %s
      AND (claimed_until IS NULL OR claimed_until <= %s)
      AND NOT EXISTS (
        SELECT 1 FROM ledger_delivery AS earlier
        WHERE earlier.subject = ledger_delivery.subject
          AND earlier.reaction = ledger_delivery.reaction
          AND earlier.id < ledger_delivery.id AND earlier.done_at IS NULL)
"""
_FOR_A_WHILE = "UPDATE ledger_delivery SET claimed_by = %s, claimed_until = %s" + _CLAIM


def deliver(*, limit: int = 10_000, outside: bool | None = None) -> int:
    """Bring owed deliveries to their reactions, oldest first; answers how many were done.

    Each runs in one transaction with its `done_at`: effects in the database happen exactly once.
    Several share a transaction, each behind a savepoint of its own. A failed one waits longer each
    time, and holds back later events of its subject. `outside` picks the reactions inside or
    outside a transaction, so that a slow gateway holds up nobody else's worker.
    """
    done = 0
    while done < limit:
        owed = list(_owed(clock.instant(), outside)[: min(BATCH, limit - done)])
        outcomes = _deliver_all(owed)
        done += outcomes.count(True)
        if all(outcome is None for outcome in outcomes):
            break  # nothing is owed, or all of it is in another worker's hands
    return done


def _deliver_all(owed: list[Delivery]) -> list[bool | None]:
    """Done, failed, or (None) not ours to do."""
    outcomes: list[bool | None] = []
    held_back: set[Line] = set()
    for is_outside, run in groupby(owed, key=lambda one: registry.is_outside(one.reaction)):
        if is_outside:
            for delivery in run:
                outcome = None if line(delivery) in held_back else _deliver_outside(delivery)
                if not outcome:
                    held_back.add(line(delivery))
                outcomes.append(outcome)
        else:
            waiting = list(run)
            while waiting:
                group, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
                outcomes += batches.run(group, held_back)
    return outcomes


def _owed(now: datetime, outside: bool | None) -> QuerySet[Delivery]:
    """What may run now: nothing earlier of its subject and reaction waits or was set aside."""
    waits = Q(set_aside_at__isnull=False) | Q(due_at__gt=now) | Q(claimed_until__gt=now)
    earlier = Delivery.objects.filter(
        waits,
        subject=OuterRef("subject"),
        reaction=OuterRef("reaction"),
        id__lt=OuterRef("id"),
        done_at__isnull=True,
    )
    owed = Delivery.objects.filter(
        ~Exists(earlier),
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=now),
        done_at__isnull=True,
        set_aside_at__isnull=True,
        due_at__lte=now,
    )
    if outside is not None:
        owed = owed.filter(is_outside=outside)
    return owed.select_related("event").order_by("id")


def _claim(claim: str, *values: str | datetime, delivery: Delivery, now: datetime) -> bool:
    def stored(value: str | datetime) -> str | None:
        if isinstance(value, datetime):
            return connection.ops.adapt_datetimefield_value(value)
        return value

    at = stored(now)
    with connection.cursor() as cursor:
        cursor.execute(claim, [*map(stored, values), delivery.pk, at, at])
        return bool(cursor.rowcount)


def _deliver_outside(delivery: Delivery) -> bool | None:
    holder = me()
    now = clock.instant()
    delivery.event.delivery_id = delivery.pk
    if not _claim(_FOR_A_WHILE, holder, now + rules.LEASE, delivery=delivery, now=now):
        return None
    try:
        batches.reaction_of(delivery)(delivery.event)
    except Exception as fault:  # the worker's edge: a reaction may fail in any way
        batches.put_off(delivery, fault)
        return False
    # To die here repeats the effect with the same delivery id; its receiver drops the repeat.
    Delivery.objects.filter(pk=delivery.pk, claimed_by=holder, done_at__isnull=True).update(
        done_at=clock.instant(),
        attempts=models.F("attempts") + 1,
        error="",
        claimed_by="",
        claimed_until=None,
    )
    return True
