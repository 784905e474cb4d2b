from django.db import models
from django.db.models import F, Q

from tongban.domains.enterprise.rules import OVER, AwardState, BatchState, Outcome


class MatchConsent(models.Model):
    """A consent (政策匹配授权): a firm's representative lets registers be asked for policies."""

    id = models.BigAutoField(primary_key=True)
    entity = models.CharField(max_length=18)
    given_by = models.CharField(max_length=120)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=Q(withdrawn_at=None), name="match_consent_once"
            )
        ]

    def __str__(self) -> str:
        return self.entity


class PolicyMatch(models.Model):
    """A match (政策匹配): one firm held against one policy, as it stood then."""

    id = models.BigAutoField(primary_key=True)
    entity = models.CharField(max_length=18)
    policy = models.CharField(max_length=80)
    definition = models.BigIntegerField()
    """The version of the policy that was judged."""
    outcome = models.CharField(max_length=8, choices=[(o, o) for o in Outcome])
    fen = models.PositiveBigIntegerField(null=True)
    facts = models.TextField()
    """What the registers answered, encrypted."""
    judged_on = models.DateField()
    """The day against which it was judged."""
    trace_hash = models.CharField(max_length=64)
    failed = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    matched_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["policy", "outcome"], name="match_policy")]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "policy"], condition=Q(is_current=True), name="match_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.policy}"


class PolicyBudget(models.Model):
    """Funds of a policy (政策资金): what may be granted, and what is."""

    id = models.BigAutoField(primary_key=True)
    policy = models.CharField(max_length=80)
    starts = models.DateField()
    """The period of the policy to which the funds belong."""
    cap_fen = models.PositiveBigIntegerField()
    granted_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "starts"], name="policy_budget_once"),
            models.CheckConstraint(
                condition=Q(granted_fen__lte=F("cap_fen")), name="policy_budget_at_most"
            ),
        ]

    def __str__(self) -> str:
        return self.policy


class AwardBatch(models.Model):
    """A batch (免申即享批次): the month's list of a policy, for two persons to decide."""

    id = models.BigAutoField(primary_key=True)
    policy = models.CharField(max_length=80)
    definition = models.BigIntegerField()
    month = models.DateField()
    """The first day of the month."""
    organ = models.CharField(max_length=18)
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in BatchState], default=BatchState.DRAWN
    )
    drawn_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=120, blank=True)
    submitter = models.BigIntegerField(null=True)
    """The natural person who submitted; it is persons that must be two, not posts."""
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organ", "state", "-id"], name="award_batch_organ")]
        constraints = [
            models.UniqueConstraint(fields=["policy", "month"], name="award_batch_of_month")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.month:%Y-%m}"


class Award(models.Model):
    """An award (兑付): one policy's money for one firm, from the list to its account."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(AwardBatch, on_delete=models.PROTECT, related_name="awards")
    policy = models.CharField(max_length=80)
    period = models.DateField()
    """The first day of the policy's period: one award per firm and period."""
    entity = models.CharField(max_length=18)
    match = models.ForeignKey(PolicyMatch, null=True, on_delete=models.PROTECT)
    """What the registers said; null where a firm without a consent applied for it."""
    case_no = models.CharField(max_length=50, blank=True, default="", db_default="")
    """The case that granted it, of a policy that is applied for."""
    fen = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in AwardState], default=AwardState.PROPOSED
    )
    reason = models.CharField(max_length=300, blank=True)
    confirm_by = models.DateField(null=True)
    account = models.TextField(blank=True)
    """Encrypted."""
    order_no = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How many accounts were named; each has an order of its own."""
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["entity", "-id"], name="award_entity"),
            models.Index(fields=["state", "confirm_by"], name="award_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="award_of_something"),
            models.UniqueConstraint(
                fields=["policy", "period", "entity"],
                condition=~Q(state__in=OVER),
                name="award_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["order_no"], condition=~Q(order_no=""), name="award_order_once"
            ),
            models.UniqueConstraint(
                fields=["case_no"], condition=~Q(case_no=""), name="award_once_a_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.entity}"


class FirmQuestion(models.Model):
    """A question (企业提问) of a firm to its service officer, owed an answer by a clock."""

    id = models.BigAutoField(primary_key=True)
    entity = models.CharField(max_length=18)
    person = models.BigIntegerField()
    topic = models.CharField(max_length=40)
    organ = models.CharField(max_length=18)
    matter = models.OneToOneField("processes.Matter", null=True, on_delete=models.PROTECT)
    words = models.TextField()
    """Encrypted: firms write names and figures."""
    answer = models.TextField(blank=True)
    """Encrypted."""
    key = models.CharField(max_length=32)
    """Of the form: the same one sent twice is one question."""
    asked_at = models.DateTimeField()
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["entity", "-id"], name="firm_question_entity"),
            models.Index(fields=["organ", "answered_at"], name="firm_question_organ"),
        ]
        constraints = [models.UniqueConstraint(fields=["entity", "key"], name="firm_question_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class KnowledgeEntry(models.Model):
    """A published answer (问答知识), without the names of who asked."""

    id = models.BigAutoField(primary_key=True)
    question = models.OneToOneField(FirmQuestion, null=True, on_delete=models.PROTECT)
    topic = models.CharField(max_length=40)
    asks = models.CharField(max_length=300)
    answers = models.TextField()
    organ = models.CharField(max_length=18)
    published_by = models.CharField(max_length=120)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["topic", "-id"], name="knowledge_topic")]

    def __str__(self) -> str:
        return self.asks
