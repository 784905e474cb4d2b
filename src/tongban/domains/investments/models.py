from django.db import models

from tongban.domains.investments.rules import JointState


class Project(models.Model):
    """An investment project (投资项目): one code, one firm, one path from land to acceptance."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=24, unique=True)
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    path = models.BigIntegerField()
    """The version of the path that was in force when it was registered; it keeps that."""
    path_key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    site = models.CharField(max_length=200, blank=True)
    firm = models.CharField(max_length=18)
    """Unified social credit code of who builds."""
    firm_name = models.CharField(max_length=200)
    region = models.CharField(max_length=12)
    registered_by = models.BigIntegerField()
    """The natural person who registered it for the firm."""
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)
    days = models.PositiveIntegerField(null=True)
    """How many working days agencies held it in all; written when it ends."""

    class Meta:
        indexes = [
            models.Index(fields=["firm", "-id"], name="project_firm"),
            models.Index(fields=["region", "-id"], name="project_region"),
        ]

    def __str__(self) -> str:
        return self.code


class PhaseDone(models.Model):
    """A finished phase (已完成阶段): since when, and how long agencies had held it."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="done")
    phase = models.CharField(max_length=40)
    done_at = models.DateTimeField()
    days = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "phase"], name="phase_done_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.phase}"


class JointReview(models.Model):
    """A joint review (联审联验): several agencies look at one set, or come on one day."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="joints")
    case_no = models.CharField(max_length=50, unique=True)
    matter = models.BigIntegerField()
    """The matter of the case; processes know its hands."""
    item_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=[(s, s) for s in JointState])
    round = models.PositiveSmallIntegerField(default=0)
    """How often the agencies were asked."""
    site_on = models.DateField(null=True)
    told_at = models.DateTimeField(null=True)
    """When the one list of opinions left."""
    corrected_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["project", "id"], name="joint_project")]

    def __str__(self) -> str:
        return self.case_no
