from django.db import models
from django.db.models import Q

from tongban.domains.uplinks.rules import DownState, State, What


class UplinkState(models.Model):
    """An uplink (上报通道): when it was last spoken with, how far it is."""

    key = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField(null=True)
    """Real time: when the next exchange is due; null while none is asked for."""
    tried_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    batch_day = models.DateField(null=True)
    batch_count = models.PositiveIntegerField(default=0)
    cursor = models.CharField(max_length=80, blank=True)
    """The serial of the last thing that came down."""

    def __str__(self) -> str:
        return self.key


class UplinkBatch(models.Model):
    """A batch (上报批次): records that went up together, under one number."""

    id = models.BigAutoField(primary_key=True)
    uplink = models.CharField(max_length=40)
    number = models.CharField(max_length=13)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    leased_until = models.DateTimeField()
    """Real time: until then someone is sending it."""
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uplink", "number"], name="batch_once")]
        indexes = [
            models.Index(
                fields=["uplink", "leased_until"],
                condition=Q(answered_at=None),
                name="uplink_batch_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.uplink} {self.number}"


class UplinkFault(models.Model):
    """A refusal (上报退回): what the platform says of some records, until they are mended."""

    id = models.BigAutoField(primary_key=True)
    uplink = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=20)
    words = models.CharField(max_length=300)
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)
    """What the data keeper last said to it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uplink", "kind", "code"],
                condition=Q(closed_at=None),
                name="uplink_fault_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.uplink} {self.kind} {self.code}"


class UplinkRecord(models.Model):
    """A record (上报记录): what the platform is told of one item, act or case."""

    id = models.BigAutoField(primary_key=True)
    uplink = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=120)
    source = models.CharField(max_length=120)
    """Of what it tells: `matter:12`, `event:34`, `item:key`."""
    revision = models.PositiveIntegerField(default=1)
    operation = models.CharField(max_length=1, default="I")
    day = models.DateField()
    """Under which both sides count it."""
    rows = models.TextField()
    """Encrypted JSON: the rows by table; they name the applicant."""
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=[(s, s) for s in State], default=State.WAITING)
    batch = models.ForeignKey(
        UplinkBatch, null=True, on_delete=models.PROTECT, related_name="records"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.ForeignKey(
        UplinkFault, null=True, on_delete=models.PROTECT, related_name="records"
    )
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uplink", "kind", "key"], name="uplink_record_once")
        ]
        indexes = [
            models.Index(fields=["uplink", "state", "id"], name="uplink_record_owed"),
            models.Index(fields=["uplink", "day", "kind"], name="uplink_record_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class UplinkDay(models.Model):
    """A comparison (上报对账): one day and kind, on both sides."""

    id = models.BigAutoField(primary_key=True)
    uplink = models.CharField(max_length=40)
    day = models.DateField()
    kind = models.CharField(max_length=12)
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    pending = models.PositiveIntegerField(default=0)
    """Of the day, but not taken yet."""
    is_equal = models.BooleanField()
    """Whether both hashes are the same."""
    compared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uplink", "day", "kind"], name="uplink_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.uplink} {self.day} {self.kind}"


class UplinkDifference(models.Model):
    """A difference (对账差异): a record that the two sides of a day do not hold alike."""

    id = models.BigAutoField(primary_key=True)
    day = models.ForeignKey(UplinkDay, on_delete=models.CASCADE, related_name="differences")
    key = models.CharField(max_length=120)
    what = models.CharField(max_length=8, choices=[(w, w) for w in What])
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "key"], name="uplink_difference_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.what}"


class Downlink(models.Model):
    """What came down (下行件): an application or items of the platform above, and our answer."""

    id = models.BigAutoField(primary_key=True)
    uplink = models.CharField(max_length=40)
    serial = models.CharField(max_length=80)
    sort = models.CharField(max_length=12)
    body = models.TextField()
    """Encrypted JSON; emptied once it is acknowledged."""
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in DownState], default=DownState.WAITING
    )
    number = models.CharField(max_length=60, blank=True)
    """What became of it: the number of our filing."""
    words = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When the platform knew what became of it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uplink", "serial"], name="downlink_once")]
        indexes = [
            models.Index(fields=["uplink"], condition=Q(told_at=None), name="downlink_untold")
        ]

    def __str__(self) -> str:
        return self.serial
