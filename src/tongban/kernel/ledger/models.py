from django.db import models
from django.db.models import Q


class Event(models.Model):
    """An event (事件): one decision of a person or a rule, never changed afterwards."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    matter = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=120)
    on_behalf = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    delivery_id = 0
    """While a reaction runs: its delivery, the same however often it is tried; no column."""

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["matter", "id"], name="event_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name} {self.subject}"


class Delivery(models.Model):
    """A delivery (投递): one event on its way to one reaction."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    reaction = models.CharField(max_length=160)
    subject = models.CharField(max_length=120)
    is_outside = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    # Of an outside reaction, which no transaction protects from a second worker.
    claimed_by = models.CharField(max_length=120, blank=True)
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)
    is_skipped = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["is_outside", "due_at", "id"],
                name="delivery_owed",
                condition=Q(done_at__isnull=True, set_aside_at__isnull=True),
            ),
            models.Index(
                fields=["subject", "reaction", "id"],
                name="delivery_order",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(
                fields=["set_aside_at"],
                name="delivery_aside",
                condition=Q(done_at__isnull=True, set_aside_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.reaction}"


class Leaf(models.Model):
    """A leaf (叶): the place of one event in the sealed log, and its hash.

    Without a foreign key: that an event is gone is for verification to find, not for the database
    to forbid, and an attacker would drop the key first.
    """

    position = models.BigIntegerField(primary_key=True)
    event = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.position}: event {self.event}"


class Checkpoint(models.Model):
    """A checkpoint (检查点): the signed root over the first `size` leaves."""

    size = models.BigIntegerField(primary_key=True)
    origin = models.CharField(max_length=120)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    signature = models.TextField()
    """Algorithm, key id and value, as `crypto.vault` writes them."""
    newest = models.BigIntegerField()
    """The event of the last leaf."""
    peaks = models.JSONField()
    """The frontier, so that sealing need not read the log again; verification does not trust it."""

    def __str__(self) -> str:
        return f"{self.size}: {self.root}"


class Lease(models.Model):
    """A lease (租约): who may do by oneself what only one may do, until when in real time."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=120)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"


class EventCursor(models.Model):
    """An event cursor (事件游标): up to which event a counter has folded the ledger."""

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.position}"
