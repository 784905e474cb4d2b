from django.db import models
from django.db.models import Q

from tongban.domains.reviews.rules import Level


class Invitation(models.Model):
    """An invitation (评价邀请): someone may rate how one filing of theirs went (一事一评)."""

    id = models.BigAutoField(primary_key=True)
    encounter = models.CharField(max_length=60, unique=True)
    """The number under which the citizen knows what is rated."""
    title = models.CharField(max_length=200)
    thing = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=12)
    person = models.BigIntegerField()
    entity = models.CharField(max_length=18, blank=True)
    region = models.CharField(max_length=12)
    calendar = models.CharField(max_length=40)
    invited_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="invitation_person")]

    def __str__(self) -> str:
        return self.encounter


class RatedOrgan(models.Model):
    """A rated organ (被评机关): one that had a part in what is rated."""

    id = models.BigAutoField(primary_key=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="organs")
    organ = models.CharField(max_length=18)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organ", "invitation"], name="rated_organ_once")
        ]

    def __str__(self) -> str:
        return self.organ


class Review(models.Model):
    """A review (评价): what someone thought of it, and, if it was bad, what became of that."""

    id = models.BigAutoField(primary_key=True)
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="review")
    level = models.PositiveSmallIntegerField(choices=[(level, level.name) for level in Level])
    aspects = models.JSONField(default=list)
    words = models.TextField(blank=True)
    """Encrypted: people write names and telephone numbers."""
    is_anonymous = models.BooleanField(default=False)
    filed_by = models.CharField(max_length=120)
    filed_at = models.DateTimeField()
    matter = models.OneToOneField("processes.Matter", null=True, on_delete=models.PROTECT)
    is_upheld = models.BooleanField(null=True)
    """What looking into it showed; an unfounded one (误评) is not counted."""
    organ = models.CharField(max_length=18, blank=True)
    """Who puts it right."""
    finding = models.TextField(blank=True)
    mended = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="review_level"),
            models.CheckConstraint(
                condition=Q(is_upheld__isnull=True) | Q(matter__isnull=False),
                name="review_verified_in_a_matter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.level}"
