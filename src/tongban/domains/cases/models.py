from django.db import models

from tongban.domains.cases.rules.state import State


class Draft(models.Model):
    """A draft (申请草稿): answers and values before the filing; encrypted, its owner's alone."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=32, unique=True)
    person = models.BigIntegerField()
    """Whose draft: the natural person for whom it is (identity.Person)."""
    made_by = models.CharField(max_length=120)
    entity = models.CharField(max_length=18, blank=True)
    thing = models.BigIntegerField(null=True)
    """The version of the one-thing; null for a single item."""
    item = models.BigIntegerField(null=True)
    answers = models.JSONField(default=dict)
    values = models.TextField(blank=True)
    """Encrypted JSON: field -> value with its source."""
    materials = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    """Which of several rows is meant: role -> index, newest first."""
    found = models.JSONField(default=list)
    """(role, register) pairs that had an entry."""
    unavailable = models.JSONField(default=list)
    subjects = models.TextField(blank=True)
    """Encrypted JSON: role -> the key of who stands in it."""
    filled_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=12)
    began_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    application = models.ForeignKey(
        "Application", null=True, on_delete=models.PROTECT, related_name="drafts"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["person", "-saved_at"], name="draft_owner")]

    def __str__(self) -> str:
        return self.key


class Application(models.Model):
    """An application (申请): one filing, which opens one case per item."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    thing = models.BigIntegerField(null=True)
    thing_key = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    person = models.BigIntegerField()
    """For whom: the natural person."""
    addressee = models.CharField(max_length=120)
    """To whom its documents are addressed: the person's name, or the firm's."""
    entity = models.CharField(max_length=18, blank=True)
    agent = models.BigIntegerField(null=True)
    """Who filed, when it was another person."""
    channel = models.CharField(max_length=12)
    intake_organ = models.CharField(max_length=18, blank=True)
    answers = models.JSONField(default=dict)
    values = models.TextField()
    form_hash = models.CharField(max_length=64)
    savings = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    submitted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="application_person"),
            models.Index(fields=["entity", "-id"], name="application_entity"),
        ]

    def __str__(self) -> str:
        return self.number


class Case(models.Model):
    """A case (办件): one item of a filing, before one agency."""

    id = models.BigAutoField(primary_key=True)
    case_no = models.CharField(max_length=50, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="cases")
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    item = models.BigIntegerField()
    item_key = models.CharField(max_length=80)
    organ = models.CharField(max_length=18)
    region = models.CharField(max_length=12)
    person = models.BigIntegerField()
    entity = models.CharField(max_length=18, blank=True)
    state = models.CharField(max_length=12, choices=[(s, s) for s in State])
    version = models.PositiveIntegerField(default=1)
    after = models.JSONField(default=list)
    """The items of the same filing that must finish first, with the outputs they give."""
    values = models.TextField()
    form_hash = models.CharField(max_length=64)
    same_as = models.CharField(max_length=120)
    """What makes two filings the same, hashed; unique among cases that are not over."""
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    """When what the agency now looks at was received: the filing, or the supplement to it."""
    accepted_at = models.DateTimeField(null=True)
    accept_basis = models.CharField(max_length=10, blank=True)
    supplement_count = models.PositiveSmallIntegerField(default=0)
    defects = models.JSONField(default=list)
    extension_count = models.PositiveSmallIntegerField(default=0)
    differences = models.PositiveSmallIntegerField(default=0)
    by_person = models.CharField(max_length=200, blank=True)
    """Why a rule left the case to a person."""
    decided_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, blank=True)
    closed_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organ", "state", "-id"], name="case_organ"),
            models.Index(fields=["person", "-id"], name="case_person"),
            models.Index(fields=["item_key", "state"], name="case_item"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["same_as"],
                condition=~models.Q(state__in=["closed", "declined", "withdrawn", "lapsed"]),
                name="case_filed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.case_no


class CaseMaterial(models.Model):
    """A material of a case (办件材料), and what stands in its place."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    way = models.CharField(max_length=12)
    reference = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=64, blank=True)
    trust = models.CharField(max_length=1, blank=True)
    """A issued, B checked, C uploaded, D stated (国办函〔2016〕108号)."""
    is_tolerated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="material_once")]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A notice (文书): a numbered document of law; its PDF is rendered when first opened."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=24)
    number = models.CharField(max_length=80, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="notices")
    body = models.TextField()
    """Encrypted JSON: what the document says."""
    sent_at = models.DateTimeField()
    no = models.PositiveSmallIntegerField(default=1)
    """Of a kind that may be repeated in one case: the how-many-th."""
    message_id = models.CharField(max_length=40, unique=True)
    file = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "no"],
                condition=models.Q(case__isnull=False),
                name="notice_once_per_case",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Determination(models.Model):
    """A determination (决定): granted or refused, by whom or by which rule, and why."""

    id = models.BigAutoField(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="determination")
    result = models.CharField(max_length=10)
    reasons = models.TextField(blank=True)
    law = models.TextField(blank=True)
    remedies = models.TextField(blank=True)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    decision = models.BigIntegerField(null=True)
    """The version of the decision table, when a rule decided."""
    trace = models.TextField(blank=True)
    """Encrypted: it holds the values that the rule looked at."""
    trace_hash = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=128, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.result}"


class Counter(models.Model):
    """A running number (流水号) of one day and series; claimed by a conditional update."""

    series = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.series
