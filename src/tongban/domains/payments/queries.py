"""Questions about bills, payments and reconciliations; nothing here writes."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from tongban.domains.payments import rules
from tongban.domains.payments.models import Bill, Discrepancy, Payment, Reconciliation, Refund
from tongban.domains.payments.rules import Entry, Fee, Line, PaymentState, RefundState, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes.models import Matter

__all__ = ["Bill", "Discrepancy", "Payment", "Reconciliation", "Refund"]

KIND = "payment-discrepancy"
SURPLUS = "payment-surplus"
COUNTED = (RefundState.ASKED, RefundState.APPROVED, RefundState.DONE)
"""Refunds that take off from what may still be refunded."""


def settings() -> rules.Settings:
    """How this city has its fees looked after."""
    return catalogue.compiled(catalogue.current("payments", "payments"), _settings)


def _settings(version: catalogue.Version) -> rules.Settings:
    return rules.settings(version.body)


def fees(item: int, variant: int | None = None) -> dict[str, Fee]:
    """The published list of fees of a pinned version of an item, by code.

    A region whose differences (`variant`) write fees writes all of them; none is free of charge.
    """
    body = catalogue.by_id(item).body
    if variant is not None and "fee" in (there := catalogue.by_id(variant).body):
        body = there
    return rules.fees(body)


# For the parts above


def is_settled(case_no: str) -> bool:
    """Whether nothing is due any more in a case; also where nothing ever was."""
    return not Bill.objects.filter(case_no=case_no, state=State.OPEN).exists()


def of_case(case_no: str) -> list[Bill]:
    """The bills of a case, oldest first; its caller has checked who may see the case."""
    return list(Bill.objects.filter(case_no=case_no).order_by("id"))


def due_in(case_nos: Iterable[str]) -> list[Bill]:
    """What is still due in several cases."""
    return list(Bill.objects.filter(case_no__in=list(case_nos), state=State.OPEN).order_by("id"))


# For the one who pays


def _mine(by: Actor) -> Q:
    if by.kind == "nobody":
        raise SignInNeeded()
    if by.is_official and not by.for_person and not by.for_entity:
        raise NotFound()
    if by.for_entity:
        return Q(payer_entity=by.for_entity)
    return Q(payer_person=by.for_person or by.person, payer_entity="")


def mine(*, by: Actor) -> QuerySet[Bill]:
    """One's own bills, those still to pay first."""
    return (
        Bill.objects.filter(_mine(by))
        .annotate(is_open=Q(state=State.OPEN))
        .order_by("-is_open", "-id")
    )


def own(number: str, *, by: Actor) -> Bill:
    """One's own bill."""
    found = Bill.objects.filter(_mine(by), number=number).first()
    if found is None:
        raise NotFound()
    return found


def may_read(number: str, *, by: Actor) -> Bill:
    """One's own bill, or one of the organ of a post that may see them; finance sees all."""
    if not by.is_official or by.for_person or by.for_entity:
        return own(number, by=by)
    found = of_office(by=by, number=number).first()
    if found is None:
        raise NotFound()
    return found


def payer_name(bill: Bill) -> str:
    """To whom a receipt is made out."""
    if bill.payer_entity:
        return identity.entity(bill.payer_entity).name
    return identity.person(bill.payer_person).name


def check_code(bill: Bill) -> str:
    """Six digits by which a receipt on paper is told from an invented one."""
    said = f"{bill.number}|{bill.fen}|{bill.paid_at.isoformat() if bill.paid_at else ''}"
    return f"{int(vault.keyed_hash(said, purpose='payment.receipt')[-12:], 16) % 10**6:06}"


def receipt(number: str, code: str) -> Bill:
    """A paid bill by what its receipt says; without the right code it is not even admitted."""
    found = Bill.objects.filter(number=number).exclude(paid_at=None).first()
    if found is None or not secrets.compare_digest(check_code(found).encode(), code.encode()):
        raise NotFound()
    return found


def order_of_mine(order_no: str, *, by: Actor) -> Payment:
    """An order for a bill of one's own."""
    found = Payment.objects.filter(order_no=order_no).select_related("bill").first()
    if found is None:
        raise NotFound()
    own(found.bill.number, by=by)
    return found


# For the posts


def of_office(*, by: Actor, state: str = "", number: str = "", case_no: str = "") -> QuerySet[Bill]:
    """The bills that the post held now may see, newest first."""
    found = Bill.objects.order_by("-id")
    if not by.may("payment.reconcile"):
        by.require("payment.read")
        found = found.filter(organ=by.organ)
    if state:
        found = found.filter(state=state)
    if number:
        found = found.filter(number=number)
    return found.filter(case_no=case_no) if case_no else found


def refunds_to_decide(*, by: Actor) -> QuerySet[Refund]:
    """The refunds that wait for a second person, oldest first."""
    by.require("payment.approve")
    return (
        Refund.objects.filter(state=RefundState.ASKED)
        .select_related("payment__bill")
        .order_by("id")
    )


def reconciliations(*, by: Actor) -> QuerySet[Reconciliation]:
    """The days that were reconciled, newest first."""
    by.require("payment.reconcile")
    return Reconciliation.objects.select_related("matter").order_by("-day")


def reconciliation(day: date, *, by: Actor) -> Reconciliation:
    """One day."""
    found = reconciliations(by=by).filter(day=day).first()
    if found is None:
        raise NotFound()
    return found


def discrepancies(found: Reconciliation) -> list[Discrepancy]:
    """What of a day does not agree."""
    return list(found.discrepancies.order_by("id"))


# For actions


def locked(bill: int) -> Bill:
    """A bill with its row locked."""
    return Bill.objects.select_for_update(of=("self",)).get(pk=bill)


def payment(order_no: str) -> Payment:
    """The payment of an order at the provider."""
    found = Payment.objects.select_related("bill").filter(order_no=order_no).first()
    if found is None:
        raise NotFound()
    return found


def pending(bill: Bill) -> Payment | None:
    """The order by which a bill is just being paid."""
    return bill.payments.filter(state=PaymentState.PENDING).first()


def stale_orders(before: date) -> list[Payment]:
    """Orders begun before a day of which nothing was heard."""
    moment = clock.moment(before.isoformat())
    found = Payment.objects.filter(state=PaymentState.PENDING, begun_at__lt=moment)
    return list(found.select_related("bill").order_by("id")[:500])


def taken(payment: Payment) -> int:
    """How much of a payment was refunded or is asked for, in fen."""
    found = payment.refunds.filter(state__in=COUNTED).aggregate(fen=Sum("fen"))
    return int(found["fen"] or 0)


def lines_of(bill: Bill) -> list[Line]:
    """The lines of a bill."""
    return [Line(**row) for row in bill.lines]


def refunds_of(bill: Bill) -> list[Refund]:
    """What was asked back on a bill, oldest first."""
    return list(Refund.objects.filter(payment__bill=bill).order_by("id"))


def entries_of(day: date) -> list[Entry]:
    """What moved on one civil day by our books, as the provider numbers it."""
    begin, end = clock.moment(day.isoformat()), clock.moment(f"{day.isoformat()} 23:59:59.999999")
    paid = Payment.objects.filter(state=PaymentState.PAID, paid_at__range=(begin, end))
    back = Refund.objects.filter(state=RefundState.DONE, done_at__range=(begin, end))
    return [
        *(Entry(no, "pay", fen) for no, fen in paid.values_list("order_no", "fen")),
        *(Entry(no, "refund", fen) for no, fen in back.values_list("refund_no", "fen")),
    ]


def calendar_of(division: str) -> str:
    """The nearest calendar of an organ's division: the city's, the province's, or the nation's."""
    held = deadlines.calendars_in_force()
    nearest = (f"city-{division[:4]}00", f"province-{division[:2]}0000")
    return next((code for code in nearest if code in held), "national")


def pending_of(bill: int) -> Payment | None:
    """The order by which a bill, named by its row, is just being paid."""
    return Payment.objects.filter(bill=bill, state=PaymentState.PENDING).first()


def days_to_reconcile(upto: date) -> list[date]:
    """The days that were not compared yet, oldest first: since the last one, a month at most."""
    last = Reconciliation.objects.filter(day__lte=upto).order_by("-day").first()
    first = last.day + timedelta(days=1) if last else upto
    count = min((upto - first).days + 1, 31)
    return [upto - timedelta(days=n) for n in reversed(range(max(count, 0)))]


def differing(found: Reconciliation) -> int:
    """How many differences of a day are still unresolved."""
    return found.discrepancies.filter(resolved_at=None).count()


def bill_of_movement(found: Discrepancy) -> str:
    """The number of the bill behind a movement; empty where it is none of ours."""
    if found.movement == "refund":
        back = Refund.objects.filter(refund_no=found.number).select_related("payment__bill").first()
        return back.payment.bill.number if back else ""
    held = Payment.objects.filter(order_no=found.number).select_related("bill").first()
    return held.bill.number if held else ""


def with_surplus(bills: QuerySet[Bill]) -> QuerySet[Bill]:
    """Those of the bills for which money came that settles nothing."""
    return bills.filter(payments__is_surplus=True).distinct()


def payment_of_refund(refund: int) -> Payment:
    """The payment that a refund pays back."""
    return Refund.objects.select_related("payment").get(pk=refund).payment


def returned(payment: Payment) -> int:
    """How much of a payment truly went back, in fen."""
    found = payment.refunds.filter(state=RefundState.DONE).aggregate(fen=Sum("fen"))
    return int(found["fen"] or 0)


def surplus_matter(payment: Payment) -> Matter | None:
    """The matter in which a surplus payment is paid back."""
    return flow.of_subject(SURPLUS, f"payments.payment:{payment.pk}")


def surplus_matters(bill: Bill) -> list[Matter]:
    """The matters of all money that came for a bill and settled nothing."""
    held = bill.payments.filter(is_surplus=True).order_by("id")
    return [found for one in held if (found := surplus_matter(one)) is not None]


def bill_of_payment(key: int, *, by: Actor) -> Bill:
    """The bill behind a payment that a matter names, for the posts that may see it."""
    found = Payment.objects.select_related("bill").filter(pk=key).first()
    if found is None:
        raise NotFound()
    return may_read(found.bill.number, by=by)
