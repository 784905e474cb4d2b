"""What payments do when something happens: close orders, pay back, compare days."""

from datetime import date, timedelta

from tongban.domains.payments import actions, queries
from tongban.kernel.ledger.registry import Event, on


@on("refund.approved", outside=True)
def pay_back(event: Event) -> None:
    actions.carry_out(refund=_key(event), by=actions.SELF)


@on("bill.voided", outside=True)
def close_the_order(event: Event) -> None:
    """So that nobody pays what is no longer due; who was faster is surplus, and paid back."""
    held = queries.pending_of(_key(event))
    if held is not None:
        actions.give_up(order_no=held.order_no, by=actions.SELF)


@on("payment.surplus")
def have_it_paid_back(event: Event) -> None:
    """Money that settles nothing has a holder and a due date from the first moment."""
    actions.owe_back(payment=_key(event))


@on("refund.done")
def surplus_is_back(event: Event) -> None:
    actions.returned(refund=_key(event))


@on("day.began", outside=True)
def compare_yesterday(event: Event) -> None:
    """First ask about orders of which nothing was heard, then compare every day that is over."""
    today = date.fromisoformat(event.data["day"])
    for held in queries.stale_orders(today):
        actions.give_up(order_no=held.order_no, by=actions.SELF)
    for day in queries.days_to_reconcile(today - timedelta(days=1)):
        actions.reconcile(day=day, by=actions.SELF)


def _key(event: Event) -> int:
    return int(event.subject.rpartition(":")[2])
