"""What the own organ issued; revoked with a reason and its law, and so told to every verifier."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.licences import actions, queries
from tongban.domains.licences.rules import Status
from tongban.kernel import clock
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 50
STATES = {
    "valid": (N_("valid"), "green"),
    "not_yet": (N_("not yet valid"), "amber"),
    "expired": (N_("expired"), ""),
    "suspended": (N_("suspended"), "amber"),
    "revoked": (N_("revoked"), "red"),
    "altered": (N_("altered"), "red"),
}


@require_safe
@demands("licence.revoke")
def issued(request: HttpRequest) -> HttpResponse:
    """The licences of the own organ, newest first; found by number, identifier or case."""
    words = request.GET.get("q", "").strip()[:128]
    rows = queries.issued_by(by=actor_of(request))
    if words:
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(identifier=words)
            | Q(case_no=words)
            | Q(name__icontains=words)
        )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "words": words,
        "rows": [(row, *STATES[queries.standing(row)]) for row in page.object_list],
    }
    return modes.page(request, "licences/office/issued.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@demands("licence.revoke")
def licence(request: HttpRequest, identifier: str) -> HttpResponse:
    """One licence with its standing; revoked here."""
    by, refusal = actor_of(request), None
    found = queries.own(identifier, by=by)
    if request.method == "POST":
        try:
            actions.revoke(
                identifier=identifier,
                reason=request.POST.get("reason", ""),
                law=request.POST.get("law", ""),
                by=by,
            )
        except Refusal as one:
            if one.status != 422:
                raise
            refusal = one
        else:
            return redirect("office-licence", identifier)
    seen = queries.verify(found.identifier)
    context = {
        "licence": found,
        "state": STATES[seen.standing],
        "may_revoke": found.status != Status.REVOKED,
        "sent": request.POST,
        "said": refusals.say(refusal) if refusal else None,
        "today": clock.today(),
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "licences/office/licence.html", context, status=status)
