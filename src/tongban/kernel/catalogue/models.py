import secrets

from django.db import models
from django.db.models import F, Q


def new_id() -> int:
    """A random number that is never given twice.

    Versions are cached by id in every process. A counter would give an id again after a rollback
    (SQLite does), and the cache would then answer with what never came to be.
    """
    return secrets.randbits(52) + 1


class Definition(models.Model):
    """A definition (定义): one version of something a city writes; unchangeable once published."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        PUBLISHED = "published"
        RETIRED = "retired"
        REFUSED = "refused"

    class Source(models.TextChoices):
        FILE = "file"
        WORKBENCH = "workbench"

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    no = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    title = models.CharField(max_length=300, blank=True)
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)
    based_on = models.PositiveIntegerField(default=0)
    """The newest published number when this was drafted, so that nothing is undone unseen."""
    author = models.CharField(max_length=120)
    author_name = models.CharField(max_length=120, blank=True)
    author_person = models.BigIntegerField(null=True)
    approver = models.CharField(max_length=120, blank=True)
    approver_name = models.CharField(max_length=120, blank=True)
    approver_person = models.BigIntegerField(null=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.WORKBENCH)
    file = models.CharField(max_length=300, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    file_seen_at = models.DateTimeField(null=True)
    """When the city's file was last seen, or written, with exactly this content."""
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    """Why it was refused or retired."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "no"], name="definition_number"),
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="definition_one_open_end",
                condition=Q(status="published", valid_to__isnull=True),
            ),
            models.CheckConstraint(
                name="definition_published_is_signed",
                condition=~Q(status__in=["published", "retired"])
                | (Q(valid_from__isnull=False, published_at__isnull=False) & ~Q(approver="")),
            ),
            models.CheckConstraint(
                name="definition_window",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "drafted_at"],
                name="definition_waiting",
                condition=Q(status__in=["draft", "submitted"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} no. {self.no}"


class Edition(models.Model):
    """The edition (版次): one row whose mark changes with every publication.

    Every process compares it with what it has cached; and because a publication writes it first,
    two publications never run at the same time.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return self.mark
