"""The officials' pages: the bills of one's organ, refunds for two persons, the days compared."""

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.payments import actions, queries, rules
from tongban.domains.payments.rules import (
    DIFFERENCES,
    REFUND_STATES,
    STATES,
    Difference,
    RefundState,
    State,
    yuan,
)
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

NO_SUM = N_("Write a sum in yuan, such as 20 or 20.50.")
SURPLUS = "surplus"
NO_DAY = N_("Choose a day that is over.")


@demands("payment.read", "payment.reconcile")
def bills(request: HttpRequest) -> HttpResponse:
    """The bills of one's organ; the finance post sees all."""
    by = actor_of(request)
    # Money that settles nothing must be found and paid back; a tab of its own shows it.
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:50]
    found = queries.of_office(by=by, state=state if state in set(State) else "")
    if state == SURPLUS:
        found = queries.with_surplus(found)
    if text:
        by_number = rules.is_number(text)
        found = found.filter(number=text) if by_number else found.filter(case_no=text)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    rows = [
        (row, yuan(row.fen), STATES[State(row.state)][0], gettext(STATES[State(row.state)][1]))
        for row in page
    ]
    tabs = [("", gettext("All")), *((s.value, gettext(STATES[s][1])) for s in State)]
    tabs.append((SURPLUS, gettext("Surplus")))
    context = {"page": page, "rows": rows, "tabs": tabs, "state": state, "text": text}
    return modes.page(request, "payments/office/bills.html", context)


@demands("payment.read", "payment.reconcile")
def bill(request: HttpRequest, number: str) -> HttpResponse:
    """One bill: its lines, its orders, its refunds; ask for a refund here."""
    by = actor_of(request)
    found = queries.may_read(number, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        text = request.POST.get("yuan", "").strip()
        fen = rules.fen_of(text) if text else None
        if text and fen is None:
            problems = {"yuan": [gettext(NO_SUM)]}
        else:
            actions.refund(
                bill=found.number,
                fen=fen,
                reason=request.POST.get("reason", ""),
                order_no=request.POST.get("order", ""),
                by=by,
            )
            return redirect("payments:office-bill", number)
    tone, words = STATES[State(found.state)]
    orders = [(row, yuan(row.fen)) for row in found.payments.order_by("id")]
    context = {
        "bill": found,
        "organ": identity.organ(found.organ),
        "lines": queries.lines_of(found),
        "total": yuan(found.fen),
        "tone": tone,
        "words": gettext(words),
        "orders": orders,
        "refundable": [
            (row, yuan(row.fen - queries.taken(row)))
            for row, _ in orders
            if row.state == "paid" and row.fen > queries.taken(row)
        ],
        "refunds": [
            (row, yuan(row.fen), gettext(REFUND_STATES[RefundState(row.state)]))
            for row in queries.refunds_of(found)
        ],
        "surplus": queries.surplus_matters(found),
        "may_refund": by.may("payment.refund"),
        "given": request.POST,
        "problems": problems,
    }
    return modes.page(
        request, "payments/office/bill.html", context, status=422 if problems else 200
    )


@demands("payment.refund", "payment.reconcile")
def surplus_of(request: HttpRequest, key: int) -> HttpResponse:
    """The bill behind a matter of the queue: there the refund is asked for."""
    found = queries.bill_of_payment(key, by=actor_of(request))
    return redirect("payments:office-bill", found.number)


@demands("payment.approve")
def refunds(request: HttpRequest) -> HttpResponse:
    """The refunds that wait for a second person; approve or decline each."""
    by = actor_of(request)
    if request.method == "POST":
        key = request.POST.get("refund", "")
        refund = int(key) if key.isdecimal() else 0
        if request.POST.get("decision") == "approve":
            actions.approve(refund=refund, by=by)
        else:
            actions.decline(refund=refund, reason=request.POST.get("reason", ""), by=by)
        return redirect("payments:refunds")
    rows = [
        (row, yuan(row.fen), not row.asker or row.asker != by.person)
        for row in queries.refunds_to_decide(by=by)[:100]
    ]
    return modes.page(request, "payments/office/refunds.html", {"rows": rows})


@demands("payment.reconcile")
def days(request: HttpRequest) -> HttpResponse:
    """The days that were compared, with their totals."""
    by = actor_of(request)
    page = Paginator(queries.reconciliations(by=by), 31).get_page(request.GET.get("page"))
    rows = [(row, yuan(row.ours_fen), yuan(row.theirs_fen), queries.differing(row)) for row in page]
    context = {"page": page, "rows": rows, "yesterday": clock.today() - timedelta(days=1)}
    return modes.page(request, "payments/office/days.html", context)


@demands("payment.reconcile")
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Compare a day now, for instance after the provider was down."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Invalid({"day": [NO_DAY]}) from None
    made = actions.reconcile(day=day, by=actor_of(request))
    return redirect("payments:day", made.day.isoformat())


@demands("payment.reconcile")
def day(request: HttpRequest, day: date) -> HttpResponse:
    """One day: totals, and each movement on which the two lists do not agree."""
    by = actor_of(request)
    found = queries.reconciliation(day, by=by)
    if request.method == "POST":
        key = request.POST.get("discrepancy", "")
        actions.resolve(
            discrepancy=int(key) if key.isdecimal() else 0,
            finding=request.POST.get("finding", ""),
            by=by,
        )
        return redirect("payments:day", day.isoformat())
    context = {
        "found": found,
        "ours": yuan(found.ours_fen),
        "theirs": yuan(found.theirs_fen),
        "gap": yuan(found.ours_fen - found.theirs_fen),
        "rows": [
            (row, gettext(DIFFERENCES[Difference(row.kind)]), yuan(row.ours_fen),
             yuan(row.theirs_fen), queries.bill_of_movement(row))
            for row in queries.discrepancies(found)
        ],
    }  # fmt: skip
    return modes.page(request, "payments/office/day.html", context)


@demands("payment.reconcile")
def day_of(request: HttpRequest, key: int) -> HttpResponse:
    """The day behind a matter of the queue."""
    found = queries.reconciliations(by=actor_of(request)).filter(pk=key).first()
    if found is None:
        raise NotFound()
    return redirect("payments:day", found.day.isoformat())
