from django.db import models
from django.db.models import Q

from tongban.domains.appointments.rules.queueing import State


class Slot(models.Model):
    """A slot (时段) of a lane, and how many have booked it; made with the first booking."""

    id = models.BigAutoField(primary_key=True)
    hall = models.CharField(max_length=40)
    lane = models.CharField(max_length=1)
    starts_at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "lane", "starts_at"], name="slot_once")
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.lane} {self.starts_at}"


class Appointment(models.Model):
    """An appointment (预约): who comes when, for what."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=8, unique=True)
    """What one types or shows in the hall; nobody guesses it."""
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    hall = models.CharField(max_length=40)
    lane = models.CharField(max_length=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    purpose = models.CharField(max_length=6, choices=[("item", "item"), ("pickup", "pickup")])
    item = models.CharField(max_length=80)
    case_no = models.CharField(max_length=50, blank=True)
    person = models.BigIntegerField()
    """Who comes, or for whom somebody comes."""
    booked_by = models.BigIntegerField()
    """The natural person who booked; another one when they act as a proxy."""
    entity = models.CharField(max_length=18, blank=True)
    is_first = models.BooleanField(default=False)
    state = models.CharField(
        max_length=9,
        choices=[(s, s) for s in ("booked", "kept", "cancelled", "missed")],
        default="booked",
    )
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-starts_at"], name="appointment_person"),
            models.Index(
                fields=["starts_at"], name="appointment_open", condition=Q(state="booked")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "starts_at"],
                condition=Q(state="booked"),
                name="appointment_one_place_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["person", "entity", "purpose", "item", "case_no"],
                condition=Q(state="booked"),
                name="appointment_once_per_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.starts_at}"


class Desk(models.Model):
    """A desk (开放窗口) at which a clerk sits now."""

    id = models.BigAutoField(primary_key=True)
    hall = models.CharField(max_length=40)
    name = models.CharField(max_length=8)
    clerk = models.CharField(max_length=120)
    lanes = models.CharField(max_length=26)
    """The letters that are called to it."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "name"], condition=Q(closed_at=None), name="desk_open_once"
            ),
            models.UniqueConstraint(
                fields=["clerk"], condition=Q(closed_at=None), name="desk_of_clerk"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.name}"


class LaneDay(models.Model):
    """A lane's day (当日发号): how many numbers it has given out."""

    id = models.BigAutoField(primary_key=True)
    hall = models.CharField(max_length=40)
    lane = models.CharField(max_length=1)
    day = models.DateField()
    given = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "lane", "day"], name="lane_day")]

    def __str__(self) -> str:
        return f"{self.hall} {self.lane} {self.day}"


class Ticket(models.Model):
    """A number in the queue (排队号), good for one day."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=22, unique=True)
    """In the address of the holder's own page."""
    hall = models.CharField(max_length=40)
    day = models.DateField()
    number = models.CharField(max_length=6)
    lane = models.CharField(max_length=1)
    """The lane in which it waits; another one than its letter's after a transfer."""
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True)
    is_first = models.BooleanField(default=False)
    order_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=[(s, s) for s in State], default=State.WAITING)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="tickets")
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["hall", "day", "order_at", "id"],
                name="ticket_queue",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["hall", "day", "-called_at"], name="ticket_called"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["desk"], condition=Q(state="called"), name="ticket_one_per_desk"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.day} {self.number}"
