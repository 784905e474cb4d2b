from django.db import models
from django.db.models import Q

from tongban.kernel.processes.rules import Mode, State, Status


class Matter(models.Model):
    """A matter (事): one running process, whatever it is about."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True)
    """A second line for lists: whose it is, already masked."""
    badge = models.CharField(max_length=40, blank=True)
    process = models.BigIntegerField(null=True)
    """The catalogue's version that this matter began with, and keeps."""
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    organ = models.CharField(max_length=18)
    region = models.CharField(max_length=12)
    calendar = models.CharField(max_length=40)
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in State], default=State.OPEN.value
    )
    paused_for = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=200, blank=True)
    progress = models.JSONField(default=dict)
    due_on = models.DateField(null=True)
    yellow_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="matter_subject"),
            models.Index(fields=["kind", "state", "due_on"], name="matter_kind_due"),
            models.Index(
                fields=["organ", "due_on"], name="matter_owed", condition=~Q(state="ended")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.title}"


class WorkItem(models.Model):
    """A work item (工作项): what one post owes a matter; the tree only grows."""

    id = models.BigAutoField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="items")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    stage = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    mode = models.CharField(
        max_length=12, choices=[(m.value, m.value) for m in Mode], default=Mode.SERIAL.value
    )
    join = models.CharField(max_length=8, default="all")
    grant = models.CharField(max_length=60)
    organ = models.CharField(max_length=18)
    post = models.CharField(max_length=60, blank=True)
    assignee = models.CharField(max_length=120, blank=True)
    status = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in Status], default=Status.OPEN.value
    )
    outcome = models.CharField(max_length=40, blank=True)
    opinion = models.TextField(blank=True)
    question = models.TextField(blank=True)
    done_by = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=80, blank=True)
    """The key of the last request that changed this row: the same one again changes nothing."""
    key_hash = models.CharField(max_length=16, blank=True)
    asked_at_version = models.PositiveIntegerField(default=0)
    """Of one who was asked: the asker's version, so that two rounds of questions keep apart."""
    escalated_at = models.DateTimeField(null=True)
    on_behalf = models.CharField(max_length=120, blank=True)
    """Who delegated it to its assignee (委托)."""
    handed = models.JSONField(default=dict)
    """From whose hands it came, until it is opened: {by, organ, post, assignee}."""
    seen_at = models.DateTimeField(null=True)
    """When those it went to first opened it; from then on it cannot be taken back."""
    signs_after = models.PositiveSmallIntegerField(default=0)
    """How many sign after it before its outcome counts (后加签)."""
    urged = models.PositiveSmallIntegerField(default=0)
    officers = models.PositiveSmallIntegerField(default=1)
    days = models.PositiveSmallIntegerField(default=0)
    used_days = models.PositiveSmallIntegerField(default=0)
    running_since = models.DateField(null=True)
    due_on = models.DateField(null=True)
    yellow_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["organ", "grant", "due_on"],
                name="item_inbox",
                condition=Q(status__in=["open", "claimed", "waiting"]),
            ),
            models.Index(
                fields=["due_on"],
                name="item_late",
                condition=Q(status__in=["open", "claimed", "waiting"], escalated_at__isnull=True),
            ),
            models.Index(fields=["matter", "id"], name="item_matter"),
            models.Index(fields=["parent"], name="item_parent"),
            models.Index(
                fields=["done_by", "-closed_at", "-id"],
                name="item_done",
                condition=Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.status}"
