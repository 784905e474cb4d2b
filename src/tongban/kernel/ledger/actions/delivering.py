"""Bring each event to the reactions that asked for it."""

import logging
from datetime import datetime

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.crypto import masking
from tongban.kernel.ledger import registry, rules
from tongban.kernel.ledger.actions.leases import me
from tongban.kernel.ledger.actions.recording import record
from tongban.kernel.ledger.models import Delivery

log = logging.getLogger(__name__)

BATCH = 200

# Take a row that is still owed and first in its line; another worker may have been faster. By hand,
# because to compose this for each delivery costs more than to run it.
_CLAIM = """
    WHERE id = %s AND done_at IS NULL AND set_aside_at IS NULL AND due_at <= %s
      AND (claimed_until IS NULL OR claimed_until <= %s)
      AND NOT EXISTS (
        SELECT 1 FROM ledger_delivery AS earlier
        WHERE earlier.subject = ledger_delivery.subject
          AND earlier.reaction = ledger_delivery.reaction
          AND earlier.id < ledger_delivery.id AND earlier.done_at IS NULL)
"""
_AS_DONE = "UPDATE ledger_delivery SET done_at = %s, attempts = attempts + 1, error = ''" + _CLAIM
_FOR_A_WHILE = "UPDATE ledger_delivery SET claimed_by = %s, claimed_until = %s" + _CLAIM


def deliver(*, limit: int = 10_000, outside: bool | None = None) -> int:
    """Bring owed deliveries to their reactions, oldest first; answers how many were done.

    Each runs in its own transaction together with its `done_at`: effects in the database happen
    exactly once. A failed one waits longer each time, and holds back later events of its subject.
    `outside` picks the reactions inside or outside a transaction, so that a slow gateway holds up
    nobody else's worker.
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
    held_back: set[tuple[str, str]] = set()
    for delivery in owed:
        line = (delivery.subject, delivery.reaction)
        outcome = None if line in held_back else _deliver_one(delivery)
        if not outcome:
            held_back.add(line)
        outcomes.append(outcome)
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


def _deliver_one(delivery: Delivery) -> bool | None:
    reaction = registry.reaction(delivery.event.name, delivery.reaction)
    delivery.event.delivery_id = delivery.pk
    try:
        if reaction is None:
            raise LookupError(f"No code answers to {delivery.reaction}; retry after an upgrade.")
        if registry.is_outside(delivery.reaction):
            return _deliver_outside(delivery, reaction)
        return _deliver_inside(delivery, reaction)
    except Exception as fault:  # the worker's edge: a reaction may fail in any way
        log.warning(
            "delivery failed",
            extra={"delivery": delivery.pk, "reaction": delivery.reaction},
            exc_info=True,
        )
        _put_off(delivery, fault)
        return False


def _deliver_inside(delivery: Delivery, reaction: registry.Reaction) -> bool | None:
    now = clock.instant()
    with transaction.atomic():
        # Claim the row first: if another worker got there before us, it is not ours to do.
        if not _claim(_AS_DONE, now, delivery=delivery, now=now):
            return None
        reaction(delivery.event)
    return True


def _deliver_outside(delivery: Delivery, reaction: registry.Reaction) -> bool | None:
    holder = me()
    now = clock.instant()
    if not _claim(_FOR_A_WHILE, holder, now + rules.LEASE, delivery=delivery, now=now):
        return None
    reaction(delivery.event)
    # To die here repeats the effect with the same delivery id; its receiver drops the repeat.
    Delivery.objects.filter(pk=delivery.pk, claimed_by=holder, done_at__isnull=True).update(
        done_at=clock.instant(),
        attempts=models.F("attempts") + 1,
        error="",
        claimed_by="",
        claimed_until=None,
    )
    return True


@transaction.atomic
def _put_off(delivery: Delivery, fault: Exception) -> None:
    attempts = delivery.attempts + 1
    now = clock.instant()
    is_enough = attempts >= rules.FAILURES
    # Only the attempt that was read: of two workers whose attempts failed, one is counted.
    counted = Delivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, done_at__isnull=True
    ).update(
        attempts=attempts,
        error=masking.scrub(f"{type(fault).__name__}: {fault}")[:2000],
        due_at=now + rules.wait_after(attempts),
        claimed_by="",
        claimed_until=None,
        set_aside_at=now if is_enough else None,
    )
    if counted and is_enough:
        record(
            "delivery.set_aside",
            delivery,
            by=part("ledger"),
            matter=delivery.event.matter,
            event=delivery.event_id,
            reaction=delivery.reaction,
        )
