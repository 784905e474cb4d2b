from django.db import models


class UsedNonce(models.Model):
    """A used nonce (已用随机串): a request that is sent again is not heard again."""

    id = models.BigAutoField(primary_key=True)
    client = models.CharField(max_length=40)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    """Real time."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "nonce"], name="nonce_once")]

    def __str__(self) -> str:
        return f"{self.client} {self.nonce}"


class KeptAnswer(models.Model):
    """A kept answer (幂等应答): what a request was told, for when it comes again."""

    id = models.BigAutoField(primary_key=True)
    client = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    """Null while the request is being worked on."""
    body = models.JSONField(null=True)
    begun_at = models.DateTimeField(db_index=True)
    """Real time."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.client} {self.key}"


class ClientMinute(models.Model):
    """A minute of a client (调用计数): how often it asked, against its quota."""

    id = models.BigAutoField(primary_key=True)
    client = models.CharField(max_length=40)
    minute = models.DateTimeField(db_index=True)
    """Real time."""
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "minute"], name="client_minute_once")
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.count}"
