"""The officials' pages: sign for what one's organ is to supervise, or pass it on."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.domains.handovers import actions, queries
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@demands("handover.receive")
def office(request: HttpRequest) -> HttpResponse:
    """What waits to be signed for, the nearest due first; and what was."""
    which = "received" if request.GET.get("which") == "received" else ""
    found = queries.office(by=actor_of(request), which=which)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    names = {organ.uscc: organ for organ in identity.organs()}
    context = {
        "page": page,
        "rows": [(row, names.get(row.granted_by)) for row in page],
        "which": which,
    }
    return modes.page(request, "handovers/office.html", context)


@demands("handover.receive", "case.read")
def supervision(request: HttpRequest, case_no: str) -> HttpResponse:
    """One grant: what was granted, to whom; sign for it, or name whose it is."""
    by = actor_of(request)
    found = queries.supervision(case_no, by=by)
    if request.method == "POST":
        if request.POST.get("do") == "pass-on":
            actions.pass_on(
                case_no=case_no,
                organ=request.POST.get("organ", ""),
                reason=request.POST.get("reason", ""),
                by=by,
            )
            return redirect("handovers:office")
        actions.receive(case_no=case_no, plan=request.POST.get("plan", ""), by=by)
        return redirect("handovers:supervision", case_no)
    organs = identity.organs()
    names = {organ.uscc: organ for organ in organs}
    context = {
        "found": found,
        "granted_by": names.get(found.granted_by),
        "organ": names.get(found.organ),
        "licences": queries.licences_of(found),
        "passed_on": [(names.get(code), why) for code, why in found.passed_on],
        "may_receive": by.may("handover.receive")
        and found.organ == by.organ
        and found.received_at is None,
        "organs": [organ for organ in organs if organ.uscc != found.organ],
    }
    return modes.page(request, "handovers/supervision.html", context)
