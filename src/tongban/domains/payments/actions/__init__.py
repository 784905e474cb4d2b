"""The verbs of fees: charge, void, pay, refund, reconcile."""

from tongban.domains.payments.actions.charging import SELF, charge, void
from tongban.domains.payments.actions.paying import begin, check, give_up, hear, settle
from tongban.domains.payments.actions.receipts import pdf
from tongban.domains.payments.actions.reconciling import reconcile, resolve
from tongban.domains.payments.actions.refunding import (
    approve,
    carry_out,
    decline,
    refund,
)
from tongban.domains.payments.actions.surplus import owe_back, returned

__all__ = [
    "SELF",
    "approve",
    "begin",
    "carry_out",
    "charge",
    "check",
    "decline",
    "give_up",
    "hear",
    "owe_back",
    "pdf",
    "reconcile",
    "refund",
    "resolve",
    "returned",
    "settle",
    "void",
]
