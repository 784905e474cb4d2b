"""The payer's pages: what is due, pay it, the receipt; and anyone checks a receipt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.connectors import payments as connector
from tongban.domains.payments import actions, queries
from tongban.domains.payments.queries import Bill
from tongban.domains.payments.rules import REFUND_STATES, STATES, RefundState, State, yuan
from tongban.kernel.errors import NotFound, Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all, signed_in
from tongban.kernel.ui.menus import actor_of


def said(bill: Bill) -> tuple[str, str]:
    """The tone and the words of a bill's state."""
    tone, words = STATES[State(bill.state)]
    return tone, gettext(words)


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """One's own bills, those still to pay first."""
    rows = [(row, yuan(row.fen), *said(row)) for row in queries.mine(by=actor_of(request))[:100]]
    context = {"layout": layouts.of(request), "rows": rows}
    return modes.page(request, "payments/mine.html", context)


@signed_in
def bill(request: HttpRequest, number: str) -> HttpResponse:
    """What is due for what, by which law; and what became of it."""
    return _bill(request, queries.own(number, by=actor_of(request)))


def _bill(request: HttpRequest, found: Bill, *, waits: bool = False) -> HttpResponse:
    tone, words = said(found)
    context = {
        "layout": layouts.of(request),
        "bill": found,
        "organ": identity.organ(found.organ),
        "lines": queries.lines_of(found),
        "total": yuan(found.fen),
        "tone": tone,
        "words": words,
        "is_open": found.state == State.OPEN,
        "has_receipt": found.paid_at is not None,
        "pending": queries.pending(found),
        "waits": waits,
        "refunds": [
            (row, yuan(row.fen), gettext(REFUND_STATES[RefundState(row.state)]))
            for row in queries.refunds_of(found)
        ],
    }
    return modes.page(request, "payments/bill.html", context)


@signed_in
@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Off to the provider's page."""
    begun = actions.begin(bill=number, by=actor_of(request))
    return redirect(begun.pay_url)


@signed_in
def back(request: HttpRequest, number: str) -> HttpResponse:
    """Back from the provider's page: ask it, rather than wait for its message."""
    by = actor_of(request)
    found = queries.own(number, by=by)
    held = queries.pending(found)
    if held is not None:
        try:
            actions.check(order_no=held.order_no, by=by)
        except Unavailable:
            return _bill(request, found, waits=True)
        found.refresh_from_db()
    return _bill(request, found, waits=found.state == State.OPEN)


@signed_in
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as PDF: for the payer, and for the posts that may see the bill."""
    by = actor_of(request)
    found = queries.may_read(number, by=by)
    answer = HttpResponse(actions.pdf(bill=found, by=by), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{found.number}.pdf"'
    return answer


@open_to_all
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a receipt is genuine, and whether its money was paid back since."""
    found = queries.receipt(number, request.GET.get("code", "")[:12])
    tone, words = said(found)
    context = {
        "layout": layouts.of(request),
        "bill": found,
        "organ": identity.organ(found.organ),
        "total": yuan(found.fen),
        "refunded": yuan(found.refunded_fen) if found.refunded_fen else "",
        "tone": tone,
        "words": words,
    }
    return modes.page(request, "payments/verify.html", context)


@signed_in
def cashier(request: HttpRequest, order_no: str) -> HttpResponse:
    """The page of the simulated provider; a real one has its own, elsewhere."""
    simulated = connector.simulated()
    if simulated is None:
        raise NotFound()
    found = queries.order_of_mine(order_no, by=actor_of(request))
    if request.method == "POST":
        simulated.pay(order_no)
        for told in simulated.callbacks():
            actions.hear(body=told.body, signature=told.signature)
        return redirect("payments:back", found.bill.number)
    context = {
        "layout": layouts.of(request),
        "order": found,
        "bill": found.bill,
        "total": yuan(found.fen),
    }
    return modes.page(request, "payments/cashier.html", context)
