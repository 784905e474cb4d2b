from django.db import models
from django.db.models import Q

from tongban.kernel.deadlines.rules import OPEN, Rung, State, Status
from tongban.kernel.workdays.terms import Unit


class Calendar(models.Model):
    """A calendar (工作日历): one layer of working days, upon that of its parent."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        "self", to_field="code", null=True, on_delete=models.PROTECT, related_name="layers"
    )

    def __str__(self) -> str:
        return self.code


class CalendarRevision(models.Model):
    """A calendar revision (日历版本): the days of one year as published once, never changed."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="revisions")
    year = models.PositiveSmallIntegerField()
    rev = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Status])
    source_doc = models.CharField(max_length=200)
    days = models.CharField(max_length=366)
    """One character a day: 0 rest, 1 work, `.` as in the layer below."""
    mark = models.CharField(max_length=16)
    """Differs in every row: caches notice even a row whose id one rolled back had used."""
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "year", "rev"], name="calendar_revision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.year}.{self.rev}"


class Clock(models.Model):
    """A clock (时钟): a budget of days that someone owes, with its due date while it runs."""

    id = models.BigAutoField(primary_key=True)
    matter = models.BigIntegerField(db_index=True)
    """Key of the matter that owes it; processes stand above, hence no foreign key."""
    item = models.BigIntegerField(null=True)
    """The work item it belongs to, when it is one stage's."""
    kind = models.CharField(max_length=32)
    """acceptance, statutory, promised, stage, supplement, tolerance, special, delivery, …"""
    budget = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=[(u.value, u.value) for u in Unit])
    calendar = models.CharField(max_length=40)
    calendar_rev = models.CharField(max_length=16)
    """Fingerprint of the calendar that the dates below were read from."""
    anchor_on = models.DateField()
    used = models.PositiveIntegerField(default=0)
    """Days used by the segments before `running_since`."""
    running_since = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in State])
    due_on = models.DateField(null=True)
    yellow_on = models.DateField(null=True)
    fires_on = models.DateField(null=True)
    """The next day on which the sweep must act."""
    rung = models.PositiveSmallIntegerField(default=Rung.NONE)
    breached_at = models.DateTimeField(null=True)
    """The first moment after the due date, once the sweep has seen it pass."""
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="clock_paused_owes_nothing",
                condition=~Q(state=State.PAUSED)
                | Q(due_on__isnull=True, yellow_on__isnull=True, fires_on__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_running_is_due",
                condition=~Q(state=State.RUNNING)
                | Q(due_on__isnull=False, yellow_on__isnull=False, running_since__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["fires_on", "id"], name="clock_fires", condition=Q(fires_on__isnull=False)
            ),
            models.Index(
                fields=["calendar", "due_on"],
                name="clock_open",
                condition=Q(state__in=[state.value for state in OPEN]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.state} {self.due_on}"


class ClockSegment(models.Model):
    """A clock segment (中止区间): days during which a clock stood still, why, and by which law."""

    id = models.BigAutoField(primary_key=True)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="segments")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    law = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], name="clock_paused_once", condition=Q(to_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.from_on}..{self.to_on or ''}"


class ClockChange(models.Model):
    """A clock change (时限变更): a due date moved, from where to where, by whom and why."""

    id = models.BigAutoField(primary_key=True)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    old_due = models.DateField(null=True)
    new_due = models.DateField(null=True)
    cause = models.CharField(max_length=240)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.clock_id} {self.old_due} -> {self.new_due}"


class BegunDay(models.Model):
    """A begun day (开启日): a civil day on which the platform ran; it begins once."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return self.day.isoformat()
