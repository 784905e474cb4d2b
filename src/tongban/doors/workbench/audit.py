"""The ledger (台账) before the audit administrator, and set-aside deliveries before an operator."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tongban.doors.workbench import sentences
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions, queries
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 50


@require_safe
@demands("audit.read")
def ledger(request: HttpRequest) -> HttpResponse:
    """The latest events in words, the last checkpoint, the unsealed tail."""
    subject = request.GET.get("q", "").strip()[:120]
    rows = queries.about(subject).reverse() if subject else queries.latest()
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    events = list(page.object_list)
    names = identity.names_of(event.actor for event in events)
    context = {
        "page": page,
        "words": subject,
        "events": [
            (e, sentences.event(e.name, e.data), sentences.who(e.actor, names)) for e in events
        ],
        "checkpoint": queries.last_checkpoint(),
        "tail": queries.unsealed(),
        "owed": queries.oldest_owed(),
        "report": None,
    }
    return modes.page(request, "workbench/ledger.html", context)


@require_POST
@demands("audit.read")
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the sealed log and hold it against its signed checkpoints."""
    report = queries.verify()
    finding = gettext(report.finding.sentence()) if report.finding else ""
    context = {"report": report, "finding": finding, "checkpoint": queries.last_checkpoint()}
    return modes.page(request, "workbench/verified.html", context)


@require_safe
@demands("delivery.handle", "audit.read")
def deliveries(request: HttpRequest) -> HttpResponse:
    """What failed eight times and waits for an operator."""
    return _deliveries(request)


@require_POST
@demands("delivery.handle")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Retry or skip one, with a reason."""
    by, reason = actor_of(request), request.POST.get("reason", "")
    try:
        if request.POST.get("act") == "retry":
            actions.retry(delivery=pk, reason=reason, by=by)
        elif request.POST.get("act") == "skip":
            actions.skip(delivery=pk, reason=reason, by=by)
        else:
            raise refusals.BadRequest()
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _deliveries(request, refusal)
    return redirect("office-deliveries")


def _deliveries(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    page = Paginator(queries.set_aside(), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(d, sentences.event(d.event.name, d.event.data)) for d in page.object_list],
        "owed": queries.oldest_owed(),
        "may_handle": actor_of(request).may("delivery.handle"),
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/deliveries.html", context, status=status)
