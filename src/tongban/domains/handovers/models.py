from django.db import models
from django.db.models import Q


class Supervision(models.Model):
    """A supervision (审管衔接单): a grant that lies before the organ that supervises it."""

    id = models.BigAutoField(primary_key=True)
    case_no = models.CharField(max_length=50, unique=True)
    case_matter = models.BigIntegerField()
    item = models.BigIntegerField()
    """The version of the item."""
    item_key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    granted_by = models.CharField(max_length=18)
    organ = models.CharField(max_length=18)
    """Who supervises."""
    region = models.CharField(max_length=12)
    person = models.BigIntegerField()
    entity = models.CharField(max_length=18, blank=True)
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    handed_at = models.DateTimeField()
    passed_on = models.JSONField(default=list)
    """(organ, why) of each organ that it did not belong to."""
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=120, blank=True)
    plan = models.CharField(max_length=300, blank=True)
    """How it will be supervised, as the receiving organ wrote."""

    class Meta:
        indexes = [
            models.Index(fields=["organ", "-id"], name="supervision_organ"),
            models.Index(fields=["granted_by", "-id"], name="supervision_granted_by"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_at=None) | (~Q(received_by="") & ~Q(plan="")),
                name="supervision_received_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.case_no
