"""Append events, and bring each to the reactions that asked for it."""

import logging
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import registry
from tongban.kernel.ledger.models import Delivery, Event

log = logging.getLogger(__name__)

FAILURES = 8


def subject_of(subject: str | models.Model) -> str:
    """How the ledger names a row: `cases.case:12`."""
    return subject if isinstance(subject, str) else f"{subject._meta.label_lower}:{subject.pk}"


def record(
    name: str,
    subject: str | models.Model,
    *,
    by: Actor,
    matter: int | None = None,
    **data: Any,
) -> Event:
    """Append an event in the caller's transaction, with one delivery per reaction that asked for it.

    `data` holds references, codes and counts; personal contents stay out, or deletion could not be
    honoured.
    """
    if not registry.is_declared(name):
        raise LookupError(f"No card declares the event {name!r}; add it to EVENTS of its part.")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name}: an event is recorded inside the transaction that caused it.")
    event = Event.objects.create(
        name=name,
        subject=subject_of(subject),
        matter=matter,
        actor=by.key,
        on_behalf=by.on_behalf,
        channel=by.channel,
        at=clock.now(),
        recorded_at=clock.instant(),
        data=data,
    )
    heard_by = registry.heard_by(name)
    if heard_by:
        Delivery.objects.bulk_create(
            Delivery(
                event=event, reaction=label, subject=event.subject, due_at=event.recorded_at
            )
            for label in heard_by
        )
    return event


def deliver(*, limit: int = 10_000) -> int:
    """Bring owed deliveries to their reactions, oldest first; answers how many were done.

    Each runs in its own transaction together with its `done_at`: effects in the database happen
    exactly once. A failed one waits longer each time, and holds back later events of its subject.
    """
    done = 0
    while done < limit:
        owed = list(_owed()[: min(100, limit - done)])
        if not owed:
            break
        progress = sum(_deliver_one(delivery) for delivery in owed)
        if not progress:
            break
        done += progress
    return done


def _owed() -> models.QuerySet[Delivery]:
    earlier = Delivery.objects.filter(
        subject=OuterRef("subject"),
        reaction=OuterRef("reaction"),
        id__lt=OuterRef("id"),
        done_at__isnull=True,
    )
    return (
        Delivery.objects.filter(
            done_at__isnull=True, set_aside_at__isnull=True, due_at__lte=clock.instant()
        )
        .exclude(Exists(earlier))
        .select_related("event")
        .order_by("due_at", "id")
    )


def _deliver_one(delivery: Delivery) -> bool:
    reaction = registry.reaction(delivery.event.name, delivery.reaction)
    try:
        if reaction is None:
            raise LookupError(f"No code answers to {delivery.reaction}; retry after an upgrade.")
        with transaction.atomic():
            # Claim the row first: if another worker got there before us, it is not ours to do.
            claimed = Delivery.objects.filter(pk=delivery.pk, done_at__isnull=True).update(
                done_at=clock.instant(), attempts=models.F("attempts") + 1, error=""
            )
            if claimed:
                reaction(delivery.event)
        return bool(claimed)
    except Exception as fault:  # the worker's edge: a reaction may fail in any way
        log.warning("delivery failed", extra={"delivery": delivery.pk}, exc_info=True)
        attempts = delivery.attempts + 1
        Delivery.objects.filter(pk=delivery.pk, done_at__isnull=True).update(
            attempts=attempts,
            error=f"{type(fault).__name__}: {fault}"[:2000],
            due_at=clock.instant() + timedelta(seconds=min(3600, 2**attempts)),
            set_aside_at=clock.instant() if attempts >= FAILURES else None,
        )
        return False
