"""Pay a bill: an order at the provider, and three ways to hear that it was paid.

The provider calls back, or the payer returns and we ask, or the statement of the day says so. All
three lead to `settle`, which takes a payment once, whoever comes first and however often.
"""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from tongban.connectors import payments as connector
from tongban.domains.payments import queries, rules
from tongban.domains.payments.actions.charging import SELF
from tongban.domains.payments.models import Bill, Payment
from tongban.domains.payments.rules import Heard, PaymentState, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger


def begin(*, bill: str, by: Actor) -> Payment:
    """Open an order for one's own bill, or answer the one that is open; `pay_url` leads to it."""
    found = queries.own(bill, by=by)
    identity.check_scope(by, found.item_key)
    held = queries.pending(found)
    if held is not None and held.begun_at + rules.ORDER_LIFE < clock.now():
        give_up(order_no=held.order_no, by=by)
    made = _open(bill=found.pk, by=by)
    if made.pay_url:
        return made
    order = connector.provider().create_order(
        order_no=made.order_no, fen=made.fen, title=found.title
    )
    return _address(order_no=made.order_no, order=order, by=by)


@transaction.atomic
def _open(*, bill: int, by: Actor) -> Payment:
    found = queries.locked(bill)
    if found.state != State.OPEN:
        raise rules.NotOpen()
    if held := queries.pending(found):
        return held
    try:
        with transaction.atomic():
            made = Payment.objects.create(
                order_no=f"P{clock.today():%Y%m%d}{secrets.token_hex(8).upper()}",
                bill=found,
                fen=found.fen,
                begun_at=clock.now(),
            )
    except IntegrityError:
        # Two clicks at once: one order.
        return Payment.objects.get(bill=found, state=PaymentState.PENDING)
    ledger.record(
        "payment.begun", made, by=by, matter=found.matter, bill=found.number, fen=made.fen
    )
    return made


@transaction.atomic
def _address(*, order_no: str, order: connector.Order, by: Actor) -> Payment:
    Payment.objects.filter(order_no=order_no, pay_url="").update(
        pay_url=order.pay_url, provider_ref=order.provider_ref
    )
    return queries.payment(order_no)


def hear(*, body: bytes, signature: str, by: Actor = SELF) -> Payment:
    """Take what the provider posts; the same again changes nothing. Raises BadSignature."""
    order = connector.provider().read_callback(body=body, signature=signature)
    return settle(
        order_no=order.order_no,
        fen=order.fen,
        provider_ref=order.provider_ref,
        paid_at=order.paid_at or clock.now(),
        heard=Heard.CALLBACK,
        by=by,
    )


def check(*, order_no: str, by: Actor) -> Payment:
    """Ask the provider about an order of which nothing was heard. Raises Unavailable."""
    held = queries.payment(order_no)
    if held.state != PaymentState.PENDING:
        return held
    order = connector.provider().query(order_no=order_no)
    if order is None or order.state != "paid":
        return held
    return settle(
        order_no=order_no,
        fen=order.fen,
        provider_ref=order.provider_ref,
        paid_at=order.paid_at or clock.now(),
        heard=Heard.QUERY,
        by=by,
    )


def give_up(*, order_no: str, by: Actor) -> Payment:
    """Close an order at the provider; one that was paid in the meantime settles instead."""
    order = connector.provider().close(order_no=order_no)
    if order is not None and order.state == "paid":
        return check(order_no=order_no, by=by)
    if order is not None and order.state != "closed":
        raise Unavailable(system=connector.SYSTEM)
    return _close(order_no=order_no, by=by)


@transaction.atomic
def _close(*, order_no: str, by: Actor) -> Payment:
    won = Payment.objects.filter(order_no=order_no, state=PaymentState.PENDING).update(
        state=PaymentState.CLOSED
    )
    held = queries.payment(order_no)
    if won:
        ledger.record("payment.closed", held, by=by, matter=held.bill.matter, bill=held.bill.number)
    return held


@transaction.atomic
def settle(
    *,
    order_no: str,
    fen: int,
    provider_ref: str,
    paid_at: datetime,
    heard: Heard,
    by: Actor,
) -> Payment:
    """Money arrived for an order; it settles the bill, or is surplus. Twice is once.

    The bill's row first, always: two orders of one bill stand in line there. Another sum than was
    asked settles nothing, whatever the provider calls it.
    """
    bill = queries.locked(queries.payment(order_no).bill_id)
    settles = bill.state == State.OPEN and fen == bill.fen
    won = (
        Payment.objects.filter(order_no=order_no)
        .exclude(state=PaymentState.PAID)
        .update(
            state=PaymentState.PAID,
            fen=fen,
            provider_ref=provider_ref,
            paid_at=paid_at,
            heard=heard,
            is_surplus=not settles,
        )
    )
    held = queries.payment(order_no)
    if not won:
        return held
    if not settles:
        ledger.record(
            "payment.surplus",
            held,
            by=by,
            matter=bill.matter,
            bill=bill.number,
            case_no=bill.case_no,
            fen=fen,
        )
        return held
    Bill.objects.filter(pk=bill.pk).update(state=State.PAID, paid_at=paid_at)
    ledger.record(
        "bill.paid",
        bill,
        by=by,
        matter=bill.matter,
        case_no=bill.case_no,
        fen=fen,
        heard=str(heard),
    )
    held.refresh_from_db()
    return held
