from django.db import models
from django.db.models import Q

from tongban.kernel.jobs.rules import OPEN, State


class Job(models.Model):
    """A job (作业): long work with progress, held by one worker at a time."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    saved = models.JSONField(default=dict)
    """From where to go on, as the job itself wrote it."""
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    # Since it last saved from where to go on: what gets further each time is not given up.
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    holder = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_asked_to_cancel = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="job_ended_or_open",
                condition=Q(state__in=OPEN, ended_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="job_open", condition=Q(state__in=OPEN)),
            models.Index(fields=["created_by", "id"], name="job_creator"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.state}"


class WorkerHeartbeat(models.Model):
    """A heartbeat (心跳): when a loop of a worker last turned, in real time."""

    worker = models.CharField(max_length=100)
    loop = models.CharField(max_length=20)
    at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)
    """What its last turn failed on; empty when it went well."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "loop"], name="heartbeat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.loop} {self.at}"
