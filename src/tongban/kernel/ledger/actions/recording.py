"""Append events in the transaction that caused them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import models, transaction

from tongban.kernel import clock, rows, trips
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import registry
from tongban.kernel.ledger.models import Delivery, Event


def subject_of(subject: str | models.Model) -> str:
    """How the ledger names a row: `cases.case:12`."""
    if isinstance(subject, str):
        return subject
    if subject.pk is None:
        trips.send()
    return f"{subject._meta.label_lower}:{subject.pk}"


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
    rows.add_later(event)
    heard_by = registry.heard_by(name)
    if heard_by:
        trips.write(_deliveries(event, heard_by))
    return event


def _deliveries(event: Event, heard_by: Sequence[str]) -> trips.Write:
    """A delivery for each who hears the event, which may be on its way in the same trip."""
    database = transaction.get_connection()
    due_at = database.ops.adapt_datetimefield_value(event.recorded_at)
    values = [
        value
        for label in heard_by
        for value in (label, event.subject, registry.is_outside(label), due_at)
    ]
    return trips.Write(_deliveries_of(database.vendor, len(heard_by)), values)


@cache
def _deliveries_of(vendor: str, count: int) -> str:
    events = Event._meta.db_table
    newest = (
        f"currval(pg_get_serial_sequence('{events}', 'id'))"
        if vendor == "postgresql"
        # One writer at a time, and keys that only grow: the newest row is the one just written.
        else f"(SELECT max(id) FROM {events})"
    )
    one = f"({newest}, %s, %s, %s, %s, 0, '', FALSE, '')"
    return (
        f"INSERT INTO {Delivery._meta.db_table} (event_id, reaction, subject, is_outside, due_at,"
        f" attempts, claimed_by, is_skipped, error) VALUES {', '.join([one] * count)}"
    )
