"""Pay back: one post asks, a second person decides, the provider carries it out."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tongban.connectors import payments as connector
from tongban.domains.payments import queries, rules
from tongban.domains.payments.models import Bill, Refund
from tongban.domains.payments.rules import PaymentState, RefundState, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def refund(
    *,
    bill: str,
    reason: str,
    by: Actor,
    fen: int | None = None,
    order_no: str = "",
) -> Refund:
    """Ask for a refund of a paid bill, of all that is left unless `fen` says less.

    `order_no` names a surplus payment of the bill instead of the one that settled it. A part of
    the program may ask (a case declined after payment); a second person still decides.
    """
    by.require("payment.refund")
    found = Bill.objects.select_for_update(of=("self",)).filter(number=bill).first()
    if found is None:
        raise NotFound()
    if by.is_official and not by.may("payment.reconcile") and found.organ != by.organ:
        raise NotFound()
    paid = found.payments.filter(state=PaymentState.PAID)
    held = paid.filter(order_no=order_no) if order_no else paid.filter(is_surplus=False)
    payment = held.first()
    if payment is None:
        raise rules.NotPaid()
    taken = queries.taken(payment)
    wanted = payment.fen - taken if fen is None else fen
    kept = rules.check_refund(paid=payment.fen, taken=taken, fen=wanted, reason=reason)
    made = Refund.objects.create(
        refund_no=f"R{clock.today():%Y%m%d}{secrets.token_hex(8).upper()}",
        payment=payment,
        fen=wanted,
        reason=kept,
        asked_by=by.key,
        asker=by.person,
        asked_at=clock.now(),
    )
    ledger.record(
        "refund.asked",
        made,
        by=by,
        matter=found.matter,
        bill=found.number,
        case_no=found.case_no,
        fen=wanted,
    )
    return made


@transaction.atomic
def approve(*, refund: int, by: Actor) -> Refund:
    """Let the money go back, as the second person; the provider is asked afterwards."""
    held = _decide(refund, RefundState.APPROVED, "", by)
    bill = held.payment.bill
    ledger.record(
        "refund.approved",
        held,
        by=by,
        matter=bill.matter,
        bill=bill.number,
        case_no=bill.case_no,
        fen=held.fen,
    )
    return held


@transaction.atomic
def decline(*, refund: int, reason: str, by: Actor) -> Refund:
    """Decline a refund, with a reason that whoever asked can read."""
    held = _decide(refund, RefundState.DECLINED, rules.check_reason(reason), by)
    bill = held.payment.bill
    ledger.record(
        "refund.declined",
        held,
        by=by,
        matter=bill.matter,
        bill=bill.number,
        case_no=bill.case_no,
    )
    return held


@transaction.atomic(savepoint=False)
def _decide(refund: int, state: RefundState, opinion: str, by: Actor) -> Refund:
    by.require("payment.approve")
    held = Refund.objects.select_related("payment__bill").filter(pk=refund).first()
    if held is None:
        raise NotFound()
    # The person, not the post: one who holds both posts is still one person.
    if held.asked_by == by.key or (held.asker is not None and held.asker == by.person):
        raise rules.SecondPersonNeeded()
    if not Refund.objects.filter(pk=refund, state=RefundState.ASKED).update(
        state=state, decided_by=by.key, decided_at=clock.now(), opinion=opinion
    ):
        raise rules.AlreadyDecided()
    held.refresh_from_db()
    return held


def carry_out(*, refund: int, by: Actor) -> Refund:
    """Have the provider pay back, once per refund number; outside any transaction."""
    held = Refund.objects.select_related("payment").get(pk=refund)
    if held.state != RefundState.APPROVED:
        return held
    answer = connector.provider().refund(
        refund_no=held.refund_no, order_no=held.payment.order_no, fen=held.fen
    )
    return _carried(refund=refund, is_done=answer.is_done, at=answer.at, by=by)


@transaction.atomic
def _carried(*, refund: int, is_done: bool, at: datetime | None, by: Actor) -> Refund:
    held = Refund.objects.select_related("payment").get(pk=refund)
    bill = queries.locked(held.payment.bill_id)
    state = RefundState.DONE if is_done else RefundState.FAILED
    if not Refund.objects.filter(pk=refund, state=RefundState.APPROVED).update(
        state=state, done_at=(at or clock.now()) if is_done else None
    ):
        return held
    if is_done and not held.payment.is_surplus:
        Bill.objects.filter(pk=bill.pk).update(refunded_fen=F("refunded_fen") + held.fen)
        bill.refresh_from_db()
        is_all = bill.refunded_fen == bill.fen
        Bill.objects.filter(pk=bill.pk).update(
            state=State.REFUNDED if is_all else State.PART_REFUNDED
        )
    if is_done:
        ledger.record(
            "refund.done",
            held,
            by=by,
            matter=bill.matter,
            bill=bill.number,
            case_no=bill.case_no,
            fen=held.fen,
        )
    else:
        ledger.record(
            "refund.failed",
            held,
            by=by,
            matter=bill.matter,
            bill=bill.number,
            case_no=bill.case_no,
        )
    held.refresh_from_db()
    return held
