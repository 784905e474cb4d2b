"""What the own organ noted, and its repair (谁认定谁修复)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.credit import actions, queries
from tongban.domains.credit.rules import STANDINGS
from tongban.kernel.errors import Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 50


@require_safe
@demands("credit.repair")
def noted(request: HttpRequest) -> HttpResponse:
    """The events that the own organ noted, newest first."""
    page = Paginator(queries.noted_by(by=actor_of(request)), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (row, queries.kind_of(row), queries.shown_name(row), *STANDINGS[queries.standing(row)])
            for row in page.object_list
        ],
    }
    return modes.page(request, "credit/office/noted.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@demands("credit.repair")
def event(request: HttpRequest, id: int) -> HttpResponse:
    """One event; repaired here, with its reason and law."""
    by, refusal = actor_of(request), None
    found = queries.event(id, by=by)
    if request.method == "POST":
        try:
            actions.repair(
                event=id,
                reason=request.POST.get("reason", ""),
                law=request.POST.get("law", ""),
                by=by,
            )
        except Refusal as one:
            if one.status != 422:
                raise
            refusal = one
        else:
            return redirect("office-credit-event", id)
    context = {
        "event": found,
        "kind": queries.kind_of(found),
        "name": queries.shown_name(found),
        "standing": STANDINGS[queries.standing(found)],
        "counts": queries.counts(found),
        "sent": request.POST,
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "credit/office/event.html", context, status=status)
