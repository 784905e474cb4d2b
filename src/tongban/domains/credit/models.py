from django.db import models

from tongban.domains.credit.rules import Severity, SubjectKind


class CreditEvent(models.Model):
    """A credit event (信用事件): a word that was not kept, and until when that counts."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    definition = models.BigIntegerField()
    """The version of its kind that was in force."""
    severity = models.CharField(max_length=10, choices=[(s, s) for s in Severity])
    subject_kind = models.CharField(max_length=8, choices=[(s, s) for s in SubjectKind])
    person = models.BigIntegerField(null=True)
    """Whose word: the natural person (identity.Person)."""
    subject_hash = models.CharField(max_length=120)
    """Keyed hash of the person number, or of the USCC."""
    entity = models.CharField(max_length=18, blank=True)
    organ = models.CharField(max_length=18)
    """Which office noted it, and may repair it (谁认定谁修复)."""
    law = models.CharField(max_length=300)
    case_no = models.CharField(max_length=50)
    noted_at = models.DateTimeField()
    until = models.DateField()
    """The last day on which it counts."""
    repaired_at = models.DateTimeField(null=True)
    repair_reason = models.CharField(max_length=300, blank=True)
    repair_law = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_hash", "until"], name="credit_subject"),
            models.Index(fields=["organ", "-id"], name="credit_organ"),
            models.Index(fields=["person", "-id"], name="credit_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case_no", "kind", "subject_hash"], name="credit_noted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_no}"
