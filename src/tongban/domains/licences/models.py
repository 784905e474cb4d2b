from django.db import models

from tongban.domains.licences.rules import Act, Status
from tongban.kernel.processes.models import Matter


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
    version = models.PositiveSmallIntegerField(default=1)
    """版本号: a change keeps the serial number and makes the next version."""
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    record = models.TextField()
    """Encrypted: the text that was signed, and the disclosures it names."""
    signature = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    issued_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in Status], default=Status.VALID.value
    )
    status_at = models.DateTimeField(null=True)
    status_reason = models.CharField(max_length=200, blank=True)
    case_no = models.CharField(max_length=50)
    result_key = models.CharField(max_length=80)
    file = models.CharField(max_length=64, blank=True)
    ofd = models.CharField(max_length=64, blank=True)
    reminded_on = models.DateField(null=True)
    """When its holder was told that it runs out."""
    ran_out_on = models.DateField(null=True)
    """When it was noted that its last day has passed; its standing does not wait for that."""

    class Meta:
        indexes = [
            models.Index(fields=["keeper", "-id"], name="licence_keeper"),
            models.Index(fields=["holder_hash", "type"], name="licence_holder"),
            models.Index(fields=["entity", "type"], name="licence_entity"),
            models.Index(
                fields=["valid_to"],
                condition=models.Q(status="valid", valid_to__isnull=False),
                name="licence_running_out",
            ),
            models.Index(
                fields=["organ"], condition=~models.Q(status="valid"), name="licence_not_valid"
            ),
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
    user = models.CharField(max_length=120, blank=True)
    """Who uses it, where that is no organ: the bank for which a holder made a copy."""
    case_no = models.CharField(max_length=50)
    """The case; of a copy that a holder made, the copy's own number."""
    used_at = models.DateTimeField()
    valid_to = models.DateField(null=True)
    """The copy's last day; none for the use in a case, which ends with it."""
    file = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "case_no"], name="licence_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.case_no}"


class LicenceChange(models.Model):
    """An act on a licence (证照变动): what was done to it, why, and by which article."""

    id = models.BigAutoField(primary_key=True)
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="changes")
    act = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Act])
    reasons = models.TextField()
    law = models.CharField(max_length=200)
    case_no = models.CharField(max_length=50, blank=True)
    until = models.DateField(null=True)
    """Of a suspension, the last day it was ordered for."""
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.licence_id} {self.act}"


class LicenceCheck(models.Model):
    """A check of a shown licence (核验记录): who looked, when, and what the holder let them see."""

    id = models.BigAutoField(primary_key=True)
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="checks")
    showing = models.CharField(max_length=24)
    """The number of the code that was scanned; each viewer of it is noted once."""
    viewer = models.CharField(max_length=120)
    """Key of the actor; `nobody` when not signed in."""
    organ = models.CharField(max_length=18, blank=True)
    standing = models.CharField(max_length=10)
    shown = models.PositiveSmallIntegerField()
    """How many statements were disclosed."""
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["licence", "showing", "viewer"], name="licence_check_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.seen_at:%F %T}"


class LicenceReport(models.Model):
    """An error report (证照纠错): the holder says what is wrong; the organ corrects or answers."""

    id = models.BigAutoField(primary_key=True)
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="reports")
    matter = models.OneToOneField(Matter, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.BigIntegerField()
    pointers = models.JSONField(default=list)
    """Which statements are said to be wrong: names of fields, never their values."""
    words = models.TextField()
    """Encrypted: what the holder says it should read."""
    reported_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.TextField(blank=True)
    """Encrypted: what the organ answers."""
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["licence"],
                condition=models.Q(answered_at__isnull=True),
                name="licence_report_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} report {self.pk}"
