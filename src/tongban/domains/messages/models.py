from django.db import models
from django.db.models import Q

from tongban.domains.messages.rules import Channel, State


class Message(models.Model):
    """A message (消息): lies in someone's inbox; says that something is there, not what."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.CharField(max_length=60, unique=True)
    """By which every receiver drops a repeat."""
    person = models.BigIntegerField()
    entity = models.CharField(max_length=18, blank=True)
    template = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=50, blank=True)
    """The filing or the bill that it is about."""
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="message_person"),
            models.Index(fields=["entity", "-id"], name="message_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.template}"


class Sending(models.Model):
    """A sending (消息发送): one message by one way outside the inbox."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="sendings")
    channel = models.CharField(max_length=4, choices=[(c, c) for c in Channel])
    state = models.CharField(max_length=8, choices=[(s, s) for s in State], default=State.WAITING)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    """When the gateway's report said that it had arrived."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="sending_once")]
        indexes = [models.Index(fields=["state", "not_before"], name="sending_owed")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.channel}"


class MessageDay(models.Model):
    """A comparison of messages (消息对账): a day's sendings beside the gateway's report."""

    day = models.DateField(primary_key=True)
    sent = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    pending = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    """The gateway had taken them and knows nothing of them: they are sent anew."""
    compared_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.day.isoformat()


class Preference(models.Model):
    """A preference (接收偏好): by which ways someone wants to be told."""

    person = models.BigIntegerField(primary_key=True)
    sms = models.BooleanField(default=True)
    mail = models.TextField(blank=True)
    """Encrypted address; empty for none."""

    def __str__(self) -> str:
        return str(self.person)


class Thread(models.Model):
    """A thread (办件沟通): what applicant and office write to each other about one case."""

    id = models.BigAutoField(primary_key=True)
    case_no = models.CharField(max_length=50, unique=True)
    case_matter = models.BigIntegerField()
    organ = models.CharField(max_length=18)
    person = models.BigIntegerField()
    entity = models.CharField(max_length=18, blank=True)
    matter = models.ForeignKey("processes.Matter", null=True, on_delete=models.PROTECT)
    """The answer that is owed now; null while none is."""

    def __str__(self) -> str:
        return self.case_no


class Remark(models.Model):
    """A remark (留言): one of either side, never changed."""

    id = models.BigAutoField(primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="remarks")
    key = models.CharField(max_length=32)
    """By which a form that is sent twice is one remark."""
    is_office = models.BooleanField()
    words = models.TextField()
    """Encrypted: people write names and numbers."""
    file = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    """When the other side first saw it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "key"], name="remark_once"),
            models.CheckConstraint(
                condition=Q(file="") | ~Q(file_name=""), name="remark_file_has_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.at:%F %H:%M}"
