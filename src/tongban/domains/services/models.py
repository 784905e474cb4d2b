from django.db import models
from django.db.models import Q


class Drift(models.Model):
    """A difference (地区差异): a trait in which a region's variant differs from the city's item.

    What is mended is what the published texts show: a comparison closes it, or someone above lets
    it stand with a reason.
    """

    class State(models.TextChoices):
        OPEN = "open"
        MENDED = "mended"
        STANDS = "stands"

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    region = models.CharField(max_length=12)
    field = models.CharField(max_length=20)
    standard = models.TextField()
    found = models.TextField()
    organ = models.CharField(max_length=18)
    """Who must mend it."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    wants_to_stand = models.BooleanField(default=False)
    said = models.TextField(blank=True)
    """What the office that must mend it says."""
    answer = models.TextField(blank=True)
    """What the office above says to that."""
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "region", "field"],
                name="drift_open_once",
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="drift_closed_or_open",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="drift_by_state")]

    def __str__(self) -> str:
        return f"{self.item} {self.region} {self.field}"


class MissedSearch(models.Model):
    """A missed search (未命中检索): words that found nothing, how often on a day; never who."""

    id = models.BigAutoField(primary_key=True)
    words = models.CharField(max_length=60)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)
    settled = models.CharField(max_length=12, blank=True)
    """`word` when a synonym was proposed, `dismissed` when it is none of ours."""
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "words"], name="missed_search_once_a_day")
        ]
        indexes = [models.Index(fields=["words", "day"], name="missed_search_words")]

    def __str__(self) -> str:
        return self.words


class ItemTiming(models.Model):
    """A timing (办理用时): how many cases of an item took how many working days to decide."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "days"], name="item_timing_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.days}"
