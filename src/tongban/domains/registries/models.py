from django.db import models
from django.db.models import Q


class RegisterRow(models.Model):
    """A row of a register (登记信息): what one agency holds on one subject, as of a time.

    A row is never overwritten: an amendment closes it and a new one follows. What it holds is one
    encrypted token, firms' rows too: their representatives and owners are persons.
    """

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=40)
    subject_hash = models.CharField(max_length=120)
    """Keyed hash of a person's or child's number; a USCC or a premises code as it is."""
    entry_hash = models.CharField(max_length=120)
    """The entry within the register: its own number (hashed), or the subject's."""
    sealed = models.TextField()
    status = models.CharField(max_length=10, default="current")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    updated_on = models.DateField()
    recorded_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "entry_hash"],
                name="register_row_current_once",
                condition=Q(status="current"),
            ),
        ]
        indexes = [
            models.Index(
                # Not partial: SQLite does not see that a bound parameter meets its condition.
                fields=["subject_hash", "register", "status"],
                name="register_row_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register}:{self.id} {self.status}"


class RowLink(models.Model):
    """A person or firm related to a row (关联人): a mother's question finds her child's birth."""

    id = models.BigAutoField(primary_key=True)
    row = models.ForeignKey(RegisterRow, on_delete=models.CASCADE, related_name="links")
    role = models.CharField(max_length=20)
    subject_hash = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["subject_hash", "row"], name="row_link_subject")]

    def __str__(self) -> str:
        return f"{self.row_id} {self.role}"


class LookupRecord(models.Model):
    """A record of one lookup (查询记录): who asked what of whom, for what, on what ground."""

    id = models.BigAutoField(primary_key=True)
    query_id = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    on_behalf = models.CharField(max_length=120, blank=True)
    organ = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=12, blank=True)
    purpose = models.CharField(max_length=200)
    basis = models.CharField(max_length=400)
    case_no = models.CharField(max_length=60)
    initiator = models.CharField(max_length=120)
    register = models.CharField(max_length=40)
    subject_hash = models.CharField(max_length=120)
    fields = models.JSONField()
    outcome = models.CharField(max_length=12)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["subject_hash", "-at"], name="lookup_subject"),
            models.Index(fields=["case_no", "at"], name="lookup_case"),
        ]

    def __str__(self) -> str:
        return f"{self.query_id} {self.register} {self.outcome}"


class SourceState(models.Model):
    """Whether a register's source answers (数据源状态); without a row it does."""

    register = models.CharField(max_length=40, primary_key=True)
    is_up = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.register} {'up' if self.is_up else 'down'}"


class Correction(models.Model):
    """A correction (数据纠错): a value that its source has to verify, because it is disputed,
    missing, or contradicted by another source."""

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=40)
    element = models.CharField(max_length=60)
    organ = models.CharField(max_length=40)
    """Key of the organ that owns the register."""
    subject_hash = models.CharField(max_length=120)
    subject_sealed = models.TextField()
    row = models.ForeignKey(RegisterRow, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=14)
    held_sealed = models.TextField(blank=True)
    claimed_sealed = models.TextField(blank=True)
    status = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    answer = models.TextField(blank=True)
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "element", "subject_hash"],
                name="correction_open_once",
                condition=Q(status="open"),
            ),
        ]
        indexes = [models.Index(fields=["organ", "status", "id"], name="correction_organ")]

    def __str__(self) -> str:
        return f"{self.register}.{self.element} {self.status}"


class CorrectionReport(models.Model):
    """A report of a wrong value (纠错反映): each case that waits for the same correction."""

    id = models.BigAutoField(primary_key=True)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="reports")
    case_no = models.CharField(max_length=60, blank=True)
    reporter = models.CharField(max_length=120)
    claimed_sealed = models.TextField(blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "case_no"], name="correction_per_case"),
        ]
        indexes = [models.Index(fields=["case_no"], name="correction_report_case")]

    def __str__(self) -> str:
        return f"{self.correction_id} <- {self.case_no}"
