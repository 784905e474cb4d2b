"""What the own organ issued; revoked with a reason and its law, and so told to every verifier."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.licences import actions, queries
from tongban.domains.licences.rules import FROM, Act
from tongban.kernel import clock
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 50
ACTS: dict[str, Callable[..., object]] = {
    "suspend": actions.suspend,
    "resume": actions.resume,
    "revoke": actions.revoke,
    "cancel": actions.cancel,
}
WORDS = {
    "change": N_("Replaced"),
    "suspend": N_("Suspend"),
    "resume": N_("Let it hold again"),
    "revoke": N_("Revoke"),
    "cancel": N_("Strike off"),
}
LAW = {
    "suspend": "《中华人民共和国行政处罚法》第九条",
    "resume": "《中华人民共和国行政处罚法》第九条",
    "revoke": "《中华人民共和国行政许可法》第六十九条",
    "cancel": "《中华人民共和国行政许可法》第七十条",
}
STATES = {
    "valid": (N_("valid"), "green"),
    "not_yet": (N_("not yet valid"), "amber"),
    "expired": (N_("expired"), ""),
    "suspended": (N_("suspended"), "amber"),
    "revoked": (N_("revoked"), "red"),
    "cancelled": (N_("struck off"), "red"),
    "replaced": (N_("replaced"), ""),
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
    """One licence with its standing and its life; suspended, resumed, revoked, struck off here."""
    by, refusal = actor_of(request), None
    found = queries.own(identifier, by=by)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", "revoke"), actions.revoke)
        try:
            act(
                identifier=identifier,
                reasons=request.POST.get("reason", ""),
                law=request.POST.get("law", ""),
                by=by,
            )
        except Refusal as one:
            if one.status == 404:
                raise
            refusal = one
        else:
            return redirect("office-licence", identifier)
    seen = queries.verify(found.identifier)
    possible = [act for act in ACTS if found.status in FROM[Act(act)]]
    context = {
        "licence": found,
        "state": STATES[seen.standing],
        "acts": [(act, WORDS[act], request.POST.get("act") == act) for act in possible],
        "law": LAW.get(possible[0], "") if possible else "",
        "changes": queries.changes_of(found),
        "words": WORDS,
        "sent": request.POST,
        "said": refusals.say(refusal) if refusal else None,
        "today": clock.today(),
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "licences/office/licence.html", context, status=status)
