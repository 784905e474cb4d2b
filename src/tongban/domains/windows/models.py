from django.db import models


class Visit(models.Model):
    """A visit (来访): one person before one clerk, with the address of the visitor's screen."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=43, unique=True)
    """In the address of the visitor's screen: nobody guesses it, and it ends with the day."""
    clerk = models.CharField(max_length=120)
    """The clerk as the ledger names them, with the post."""
    organ = models.CharField(max_length=18)
    person = models.BigIntegerField()
    proxy = models.BigIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    draft = models.CharField(max_length=32, blank=True)
    confirmed_hash = models.CharField(max_length=64, blank=True)
    """The hash of what the visitor saw and confirmed; another one is not confirmed."""
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["clerk"], name="visit_now", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.clerk} {self.began_at}"
