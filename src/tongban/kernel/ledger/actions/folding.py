"""Fold the ledger into counters."""

from collections.abc import Callable

from django.db import transaction

from tongban.kernel.actor import Actor
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import order
from tongban.kernel.ledger.models import Event, EventCursor


def fold(*, name: str, by: Actor, fold: Callable[[list[Event]], None], limit: int = 1_000) -> int:
    """Bring the next events, in order and once each, to a function that writes its counters.

    The function runs in one transaction with the move of the cursor. Answers how many events it
    got; call it until 0. Events that a smaller number may still overtake wait for the next call.
    `by` is the part whose counters these are.
    """
    cursor, _ = EventCursor.objects.get_or_create(name=name)
    upto = order.settled(cursor.position)
    events = list(Event.objects.filter(pk__gt=cursor.position, pk__lte=upto).order_by("pk")[:limit])
    if not events:
        return 0
    with transaction.atomic():
        # Claim the batch before folding it: of two who read it, one moves the cursor.
        moved = EventCursor.objects.filter(name=name, position=cursor.position).update(
            position=events[-1].pk
        )
        if not moved:
            raise Stale()
        fold(events)
    return len(events)
