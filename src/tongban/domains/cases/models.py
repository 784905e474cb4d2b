from django.db import models

from tongban.domains.cases.rules.state import ENDED, Delivery, Purpose, State


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
    places = models.JSONField(default=dict)
    """Where else it is to be handled: item -> region, its variant there, the differences agreed."""
    answers = models.JSONField(default=dict)
    values = models.TextField(blank=True)
    """Encrypted JSON: field -> value with its source."""
    materials = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    """Which of several rows is meant: role -> index, newest first."""
    choices = models.TextField(blank=True)
    """Encrypted JSON: role -> the rows among which its owner chooses."""
    found = models.JSONField(default=list)
    """(role, register) pairs that had an entry."""
    unavailable = models.JSONField(default=list)
    subjects = models.TextField(blank=True)
    """Encrypted JSON: role -> the key of who stands in it."""
    filled_at = models.DateTimeField(null=True)
    delivery = models.CharField(max_length=10, default=Delivery.ELECTRONIC)
    deliver_to = models.TextField(blank=True)
    """Encrypted JSON, for the post: name, phone, address."""
    passed_from = models.BigIntegerField(null=True)
    """The declined case whose filing it passes on to the agency in charge (row 7)."""
    project = models.CharField(max_length=40, blank=True, default="", db_default="")
    """The code of the investment project (项目代码) whose phase it files."""
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
    intake_region = models.CharField(max_length=12, blank=True)
    """Where it was taken in, when that is not where it is handled (异地代收)."""
    project = models.CharField(max_length=40, blank=True)
    """The code of the investment project (项目代码) that it belongs to."""
    delivery = models.CharField(max_length=10, default=Delivery.ELECTRONIC)
    deliver_to = models.TextField(blank=True)
    """Encrypted JSON, for the post: name, phone, address."""
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
            models.Index(
                fields=["project", "id"],
                name="application_project",
                condition=~models.Q(project=""),
            ),
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
    variant = models.BigIntegerField(null=True)
    """The version of the region's differences (地区差异), where it is handled under such."""
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
    told_at = models.DateTimeField(null=True)
    """When the applicant was told of the defects; null while the requests are collected."""
    named_organ = models.CharField(max_length=18, blank=True)
    """The organ in charge, named by one that declined."""
    extension_count = models.PositiveSmallIntegerField(default=0)
    differences = models.PositiveSmallIntegerField(default=0)
    by_person = models.CharField(max_length=200, blank=True)
    """Why a rule left the case to a person."""
    decided_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, blank=True)
    delivery = models.CharField(max_length=10, default=Delivery.ELECTRONIC)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    purpose = models.CharField(max_length=10, default=Purpose.APPLY)
    about = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, related_name="later")
    """The finished case that this one corrects, revokes, annuls or looks at again (row 20)."""

    class Meta:
        indexes = [
            models.Index(fields=["organ", "state", "-id"], name="case_organ"),
            models.Index(fields=["person", "-id"], name="case_person"),
            models.Index(fields=["item_key", "state"], name="case_item"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["same_as"],
                condition=~models.Q(state__in=sorted(ENDED)),
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
    tolerated_until = models.DateField(null=True)
    """By when a tolerated material is owed (容缺); null once it was handed in."""
    tolerance_clock = models.BigIntegerField(null=True)

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


class Handover(models.Model):
    """How a result on paper reaches the applicant, with its receipt (送达回证)."""

    id = models.BigAutoField(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="handover")
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    """The work of the desk, with its clock."""
    way = models.CharField(max_length=10)
    courier = models.CharField(max_length=40, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    track = models.JSONField(default=list)
    """Where the parcel was: at, what, place."""
    dispatched_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    receipt = models.TextField(blank=True)
    """Encrypted JSON: the name and the document of whoever received it."""
    handed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["courier", "waybill"],
                condition=~models.Q(waybill=""),
                name="waybill_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.way}"


class Crossing(models.Model):
    """A case taken in by the window of another city (异地代收), until its agency has it.

    The station looks at form and identity alone (收受分离); it neither accepts nor declines.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="crossing")
    matter = models.OneToOneField("processes.Matter", on_delete=models.PROTECT)
    """The work of the station, with its clock."""
    originals = models.PositiveSmallIntegerField(default=0)
    """So many papers follow the electronic file by post; the agency has it with them."""
    courier = models.CharField(max_length=40, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    track = models.JSONField(default=list)
    """Where the parcel was: at, what, place."""
    forwarded_at = models.DateTimeField(null=True)
    forwarded_by = models.CharField(max_length=120, blank=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(arrived_at=None), name="crossing_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.matter_id}"


class Return(models.Model):
    """A result on paper on its way back (结果回递): from the city that decided to the desk here.

    Until it is there, the desk has nothing to hand out.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="sent_back")
    desk = models.CharField(max_length=18)
    """The organ at whose desk it is handed out."""
    due_on = models.DateField()
    """By when it should be there; red from then on, for both cities."""
    courier = models.CharField(max_length=40, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    track = models.JSONField(default=list)
    """Where the parcel was: at, what, place."""
    owed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(arrived_at=None), name="return_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.desk}"


class Saving(models.Model):
    """What finished filings of a service saved in a month (成效统计); sums that only grow."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80)
    """The one-thing, or the item that was filed alone."""
    month = models.DateField()
    """Its first day."""
    runs = models.PositiveIntegerField(default=0)
    fields_before = models.BigIntegerField(default=0)
    fields_after = models.BigIntegerField(default=0)
    materials_before = models.BigIntegerField(default=0)
    materials_after = models.BigIntegerField(default=0)
    visits_before = models.BigIntegerField(default=0)
    visits_after = models.BigIntegerField(default=0)
    days_before = models.BigIntegerField(default=0)
    days_after = models.BigIntegerField(default=0)
    days_spent = models.BigIntegerField(default=0)
    """Working days from the filing to its end."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "month"], name="saving_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.month:%Y-%m}"


class Counter(models.Model):
    """A running number (流水号) of one day and series; claimed by a conditional update."""

    series = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


class Assessment(models.Model):
    """An assessment (规则审查): how a published rule looked at a case, and what came of it."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    rule = models.CharField(max_length=80)
    decision = models.BigIntegerField(null=True)
    """The version of the decision table; null when none was asked."""
    outcome = models.CharField(max_length=12)
    """What came of it: grant, or to a person."""
    said = models.CharField(max_length=12, blank=True)
    """What the table itself said: GRANT, NEED_INPUT, HUMAN; empty when it was not asked."""
    said_reason = models.CharField(max_length=80, blank=True)
    guards = models.JSONField(default=list)
    """Why a person decides although the table may have said otherwise: guard codes."""
    facts = models.TextField(blank=True)
    """Encrypted: all that a rule may see of the case, so that a new rule can be tried on it."""
    trace = models.TextField(blank=True)
    """Encrypted: it holds the values that the rule looked at."""
    trace_hash = models.CharField(max_length=64, blank=True)
    took_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["rule", "-id"], name="assessment_rule")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class RuleSwitch(models.Model):
    """The switch of an automatic rule (规则开关); a rule without one is on."""

    rule = models.CharField(max_length=80, primary_key=True)
    is_on = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)
    changed_by = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=120, blank=True)
    """Who asked to turn it on again: a second person does."""
    asked_person = models.BigIntegerField(null=True)
    asked_reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.rule


class ShadowRun(models.Model):
    """A shadow run (影子运行): a rule that is not in force, tried on past cases."""

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=80)
    decision = models.BigIntegerField()
    """The version that was tried."""
    content_hash = models.CharField(max_length=64)
    wanted = models.PositiveIntegerField()
    """On so many of the last cases at most."""
    seen = models.PositiveIntegerField(default=0)
    job = models.BigIntegerField(null=True)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["content_hash", "-id"], name="shadow_content")]

    def __str__(self) -> str:
        return f"{self.rule} {self.content_hash[:8]}"


class ShadowDifference(models.Model):
    """A shadow difference (影子差异): a past case that the tried rule would decide otherwise."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ShadowRun, on_delete=models.PROTECT, related_name="differences")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=12)
    before_reason = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=12)
    after_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "case"], name="shadow_once_per_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.before} {self.after}"
