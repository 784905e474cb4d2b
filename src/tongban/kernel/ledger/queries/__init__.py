"""What the ledger knows: events, what is owed, what is sealed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from tongban.kernel import clock
from tongban.kernel.ledger.models import Checkpoint, Delivery, Event
from tongban.kernel.ledger.queries.verifying import Unsealed, unsealed, verify

__all__ = [
    "Owed",
    "Unsealed",
    "about",
    "acts_in",
    "delivery",
    "last_checkpoint",
    "latest",
    "of_matter",
    "oldest_owed",
    "set_aside",
    "unsealed",
    "verify",
]


@dataclass(frozen=True, slots=True)
class Owed:
    """What waits to be delivered; what was set aside is not in it."""

    count: int
    oldest: timedelta | None
    """How long the oldest has waited since its event."""


def about(subject: str) -> QuerySet[Event]:
    """What happened to one subject, in order."""
    return Event.objects.filter(subject=subject).order_by("pk")


def latest() -> QuerySet[Event]:
    """Everything that happened, the newest first."""
    return Event.objects.order_by("-pk")


def of_matter(matter: int) -> QuerySet[Event]:
    """What happened in one matter, in order."""
    return Event.objects.filter(matter=matter).order_by("pk")


def acts_in(
    matters: Collection[int], *, actor: str, on_behalf: str, names: Collection[str]
) -> QuerySet[Event]:
    """What one actor did for another in these matters, of the events named, in order."""
    return Event.objects.filter(
        matter__in=matters, actor=actor, on_behalf=on_behalf, name__in=names
    ).order_by("pk")


def set_aside() -> QuerySet[Delivery]:
    """Deliveries that failed eight times and wait for an operator, the longest first."""
    return (
        Delivery.objects.filter(done_at__isnull=True, set_aside_at__isnull=False)
        .select_related("event")
        .order_by("set_aside_at", "pk")
    )


def delivery(pk: int) -> Delivery | None:
    """One delivery with its event."""
    return Delivery.objects.select_related("event").filter(pk=pk).first()


def oldest_owed() -> Owed:
    """How much is owed, and for how long."""
    owed = Delivery.objects.filter(done_at__isnull=True, set_aside_at__isnull=True)
    first = owed.order_by("pk").values_list("event__recorded_at", flat=True).first()
    if first is None:
        return Owed(0, None)
    return Owed(owed.count(), max(timedelta(0), clock.instant() - first))


def last_checkpoint() -> Checkpoint | None:
    """The newest signed root."""
    return Checkpoint.objects.order_by("-size").first()
