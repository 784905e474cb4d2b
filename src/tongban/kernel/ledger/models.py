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
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="delivery_owed",
                condition=Q(done_at__isnull=True, set_aside_at__isnull=True),
            ),
            models.Index(
                fields=["subject", "reaction", "id"],
                name="delivery_order",
                condition=Q(done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.reaction}"
