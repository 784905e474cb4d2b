"""Deliveries that share a transaction: one claim, one commit, a savepoint for each reaction.

What one of them wrote stands or falls with its own `done_at`; when the transaction as a whole is
lost (killed, deadlocked), all of it is as if nobody had begun.
"""

import logging
from collections.abc import Collection, Sequence
from time import monotonic

from django.db import DatabaseError, connection, models, transaction

from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.crypto import masking
from tongban.kernel.ledger import registry, rules
from tongban.kernel.ledger.actions.recording import record
from tongban.kernel.ledger.models import Delivery

log = logging.getLogger("tongban.kernel.ledger.actions.delivering")

LONGEST = 0.1
"""Seconds after which a shared transaction takes on nothing more: others wait for its rows."""

Line = tuple[str, str]
"""Deliveries of one subject to one reaction: these keep their order."""

Outcome = bool | None
"""Done, failed, or not ours to do."""


def line(delivery: Delivery) -> Line:
    """The line in which a delivery stands."""
    return delivery.subject, delivery.reaction


def run(group: Sequence[Delivery], held_back: set[Line]) -> list[Outcome]:
    """Bring a group to its reactions; lines in which one was not done are added to `held_back`."""
    free = [delivery for delivery in group if line(delivery) not in held_back]
    try:
        found = _run_together(free)
    except DatabaseError:
        if len(free) < 2:
            raise
        # The transaction itself was lost, and with it all of its effects: each for itself, then.
        log.info("a batch was lost", extra={"deliveries": len(free)}, exc_info=True)
        found = {}
        lost: set[Line] = set()
        for delivery in free:
            if line(delivery) not in lost:
                found |= _run_together([delivery])
            if not found.get(delivery.pk):
                lost.add(line(delivery))
    held_back.update(line(one) for one in group if not found.get(one.pk))
    return [found.get(one.pk) for one in group]


@transaction.atomic
def _run_together(group: Sequence[Delivery]) -> dict[int, Outcome]:
    found: dict[int, Outcome] = {}
    given_back: list[int] = []
    began = monotonic()
    # Claim before acting: what another worker got before us is not ours to do.
    won = _claim(group)
    stopped: set[Line] = set()
    for delivery in group:
        if delivery.pk not in won:
            stopped.add(line(delivery))
        elif line(delivery) in stopped or (found and monotonic() - began > LONGEST):
            stopped.add(line(delivery))
            given_back.append(delivery.pk)
        else:
            found[delivery.pk] = _react(delivery)
            if not found[delivery.pk]:
                stopped.add(line(delivery))
    if given_back:
        Delivery.objects.filter(pk__in=given_back).update(
            done_at=None, attempts=models.F("attempts") - 1
        )
    return found


def _claim(group: Sequence[Delivery]) -> Collection[int]:
    """Mark as done what is still owed and first in its line, but for others of this group."""
    if not group:
        return ()
    database = connection
    now = database.ops.adapt_datetimefield_value(clock.instant())
    ids = [delivery.pk for delivery in group]
    marks = ", ".join(["%s"] * len(ids))
    passes_by = " FOR UPDATE SKIP LOCKED" if database.features.has_select_for_update else ""
    with database.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE ledger_delivery SET done_at = %s, attempts = attempts + 1, error = ''
            WHERE id IN (
              SELECT id FROM ledger_delivery
              WHERE id IN ({marks}) AND done_at IS NULL AND set_aside_at IS NULL AND due_at <= %s
                AND (claimed_until IS NULL OR claimed_until <= %s)
                AND NOT EXISTS (
                  SELECT 1 FROM ledger_delivery AS earlier
                  WHERE earlier.subject = ledger_delivery.subject
                    AND earlier.reaction = ledger_delivery.reaction
                    AND earlier.id < ledger_delivery.id AND earlier.done_at IS NULL
                    AND earlier.id NOT IN ({marks}))
              {passes_by})
            RETURNING id""",
            [now, *ids, now, now, *ids],
        )
        return {key for (key,) in cursor.fetchall()}


def reaction_of(delivery: Delivery) -> registry.Reaction:
    """The reaction that a delivery goes to."""
    reaction = registry.reaction(delivery.event.name, delivery.reaction)
    if reaction is None:
        raise LookupError(f"No code answers to {delivery.reaction}; retry after an upgrade.")
    return reaction


def _react(delivery: Delivery) -> bool:
    delivery.event.delivery_id = delivery.pk
    try:
        with transaction.atomic():
            reaction_of(delivery)(delivery.event)
    except Exception as fault:  # the worker's edge: a reaction may fail in any way
        put_off(delivery, fault, is_claimed=True)
        return False
    return True


@transaction.atomic
def put_off(delivery: Delivery, fault: Exception, *, is_claimed: bool = False) -> None:
    """Count a failure: tried again later, or set aside after the eighth.

    `is_claimed`: this transaction marked it as done before it failed.
    """
    log.warning(
        "delivery failed",
        extra={"delivery": delivery.pk, "reaction": delivery.reaction},
        exc_info=fault,
    )
    attempts = delivery.attempts + 1
    now = clock.instant()
    is_enough = attempts >= rules.FAILURES
    rows = Delivery.objects.filter(pk=delivery.pk)
    if not is_claimed:
        # Only the attempt that was read: of two workers whose attempts failed, one is counted.
        rows = rows.filter(attempts=delivery.attempts, done_at__isnull=True)
    counted = rows.update(
        attempts=attempts,
        done_at=None,
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
