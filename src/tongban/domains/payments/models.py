from django.db import models
from django.db.models import F, Q

from tongban.domains.payments.rules import Difference, PaymentState, RefundState, State


class Bill(models.Model):
    """A bill (缴款书): what is due in one case, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    case_no = models.CharField(max_length=50)
    matter = models.BigIntegerField(null=True)
    """The matter of the case, for the ledger."""
    item = models.BigIntegerField()
    """The version of the item whose list of fees it stands on."""
    item_key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    organ = models.CharField(max_length=18)
    variant = models.BigIntegerField(null=True)
    """The version of the region's differences, whose list of fees counted."""
    payer_person = models.BigIntegerField()
    payer_entity = models.CharField(max_length=18, blank=True)
    lines = models.JSONField()
    lines_hash = models.CharField(max_length=64)
    fen = models.PositiveBigIntegerField()
    refunded_fen = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=14, choices=[(s, s) for s in State], default=State.OPEN)
    charged_by = models.CharField(max_length=120)
    charged_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=64, blank=True)
    """The stored PDF of the receipt, once it was opened."""

    class Meta:
        indexes = [
            models.Index(fields=["case_no", "state"], name="bill_case"),
            models.Index(fields=["payer_person", "-id"], name="bill_person"),
            models.Index(fields=["payer_entity", "-id"], name="bill_entity"),
            models.Index(fields=["organ", "state", "-id"], name="bill_organ"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case_no", "lines_hash"],
                condition=Q(state=State.OPEN),
                name="bill_charged_once",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="bill_of_something"),
            models.CheckConstraint(
                condition=Q(refunded_fen__lte=F("fen")), name="bill_refunded_at_most"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """A payment (缴款): one order at the provider; of several for one bill, one settles it."""

    id = models.BigAutoField(primary_key=True)
    order_no = models.CharField(max_length=32, unique=True)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    fen = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in PaymentState], default=PaymentState.PENDING
    )
    pay_url = models.CharField(max_length=500, blank=True)
    provider_ref = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    heard = models.CharField(max_length=10, blank=True)
    is_surplus = models.BooleanField(default=False)
    """Money that settles nothing: the bill was paid by another order, or voided."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill"], condition=Q(state=PaymentState.PENDING), name="payment_one_pending"
            ),
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(state=PaymentState.PAID, is_surplus=False),
                name="payment_settles_once",
            ),
        ]
        indexes = [models.Index(fields=["paid_at"], name="payment_paid_at")]

    def __str__(self) -> str:
        return self.order_no


class Refund(models.Model):
    """A refund (退付): asked for by one post, approved by another, paid back by the provider."""

    id = models.BigAutoField(primary_key=True)
    refund_no = models.CharField(max_length=32, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    fen = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in RefundState], default=RefundState.ASKED
    )
    asked_by = models.CharField(max_length=120)
    asker = models.BigIntegerField(null=True)
    """The natural person who asked; it is persons that must be two, not posts."""
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fen__gt=0), name="refund_of_something")]
        indexes = [models.Index(fields=["state", "id"], name="refund_state")]

    def __str__(self) -> str:
        return self.refund_no


class Reconciliation(models.Model):
    """A reconciliation (对账): one day of ours beside the provider's statement."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(unique=True)
    matter = models.OneToOneField("processes.Matter", null=True, on_delete=models.PROTECT)
    matched = models.PositiveIntegerField()
    matched_fen = models.BigIntegerField()
    ours = models.PositiveIntegerField()
    ours_fen = models.BigIntegerField()
    theirs = models.PositiveIntegerField()
    theirs_fen = models.BigIntegerField()
    adopted = models.PositiveIntegerField(default=0)
    """Orders of which only the statement told that they had been paid."""
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.day.isoformat()


class Discrepancy(models.Model):
    """A discrepancy (对账差错): a movement of money on which the two lists do not agree."""

    id = models.BigAutoField(primary_key=True)
    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.PROTECT, related_name="discrepancies"
    )
    number = models.CharField(max_length=64)
    movement = models.CharField(max_length=8)
    kind = models.CharField(max_length=12, choices=[(d, d) for d in Difference])
    ours_fen = models.BigIntegerField()
    theirs_fen = models.BigIntegerField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=120, blank=True)
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reconciliation", "movement", "number"], name="discrepancy_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
