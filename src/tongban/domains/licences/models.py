from django.db import models

from tongban.domains.licences.rules import Status


class Licence(models.Model):
    """A licence (电子证照): the signed record of what was decided, and its live status."""

    id = models.BigAutoField(primary_key=True)
    identifier = models.CharField(max_length=128, unique=True)
    type = models.CharField(max_length=80)
    definition = models.BigIntegerField()
    number = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    organ = models.CharField(max_length=18)
    organ_name = models.CharField(max_length=120)
    holder_kind = models.CharField(max_length=8)
    holder_hash = models.CharField(max_length=120)
    """Keyed hash of the holder's person number; a firm's USCC stands plain in `entity`."""
    entity = models.CharField(max_length=18, blank=True)
    keeper = models.BigIntegerField()
    """The natural person in whose wallet it lies: a child's licence lies in a parent's."""
    record = models.TextField()
    """Encrypted: the canonical record that was signed."""
    signature = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    issued_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=[(s, s) for s in Status], default=Status.VALID)
    status_at = models.DateTimeField(null=True)
    status_reason = models.CharField(max_length=200, blank=True)
    case_no = models.CharField(max_length=50)
    result_key = models.CharField(max_length=80)
    file = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["keeper", "-id"], name="licence_keeper"),
            models.Index(fields=["holder_hash", "type"], name="licence_holder"),
            models.Index(fields=["entity", "type"], name="licence_entity"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case_no", "result_key"], name="licence_once_per_case"),
        ]

    def __str__(self) -> str:
        return self.identifier


class LicenceUse(models.Model):
    """A use of a licence (加注件): where it stood in a paper's place; its holder can read it."""

    id = models.BigAutoField(primary_key=True)
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="uses")
    purpose = models.CharField(max_length=200)
    organ = models.CharField(max_length=18)
    case_no = models.CharField(max_length=50)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "case_no"], name="licence_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.case_no}"
