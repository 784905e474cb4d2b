"""Append events in the transaction that caused them."""

from typing import Any

from django.db import models, transaction

from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import registry
from tongban.kernel.ledger.models import Delivery, Event


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
    """Append an event in the caller's transaction, with a delivery per reaction that asked for it.

    `data` holds references, codes and counts; personal contents stay out, or deletion could not be
    honoured.
    """
    if not registry.is_declared(name):
        raise LookupError(f"No card declares the event {name!r}; add it to EVENTS of its part.")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name}: an event is recorded inside the transaction that caused it.")
    event = Event(
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
    rows.add_rows(event)
    heard_by = registry.heard_by(name)
    if heard_by:
        rows.add_rows(
            *[
                Delivery(
                    event=event,
                    reaction=label,
                    subject=event.subject,
                    is_outside=registry.is_outside(label),
                    due_at=event.recorded_at,
                )
                for label in heard_by
            ]
        )
    return event
