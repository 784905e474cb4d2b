from django.db import models
from django.db.models import Q

from tongban.domains.archives.rules import State


class ArchivePackage(models.Model):
    """An archive package (归档信息包): all that is kept of one case; closed once it is packed."""

    id = models.BigAutoField(primary_key=True)
    case_no = models.CharField(max_length=50, unique=True)
    matter = models.BigIntegerField(unique=True)
    item_key = models.CharField(max_length=80)
    organ = models.CharField(max_length=18)
    result = models.CharField(max_length=10)
    closed_on = models.DateField()
    due_on = models.DateField()
    years = models.PositiveSmallIntegerField()
    """How long it is kept; 0 for ever."""
    keep_until = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=[(s, s) for s in State], default=State.WAITING)
    failed = models.JSONField(default=list)
    """(check, words) of each check that failed."""
    file = models.CharField(max_length=64, blank=True)
    files = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    packed_at = models.DateTimeField(null=True)
    receipt_no = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(null=True)
    rejection = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_on"], name="archive_owed"),
            models.Index(fields=["organ", "-id"], name="archive_organ"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[State.PACKED, State.RECEIVED]) | ~Q(file=""),
                name="archive_packed_has_file",
            )
        ]

    def __str__(self) -> str:
        return self.case_no
