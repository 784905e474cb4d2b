"""The archivist's pages: what was packed, what failed which check, take one out, pack anew."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.archives import actions, queries
from tongban.domains.archives.rules import CHECKS, STATES, Check, State
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@demands("archive.read")
def packages(request: HttpRequest) -> HttpResponse:
    """The packages, newest first; by state or by case number."""
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:50]
    found = queries.packages(
        by=actor_of(request), state=state if state in set(State) else "", case_no=text
    )
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    rows = [
        (row, STATES[State(row.state)][0], gettext(STATES[State(row.state)][1])) for row in page
    ]
    tabs = [("", gettext("All")), *((s.value, gettext(STATES[s][1])) for s in State)]
    context = {"page": page, "rows": rows, "tabs": tabs, "state": state, "text": text}
    return modes.page(request, "archives/office/packages.html", context)


@demands("archive.read")
def package(request: HttpRequest, case_no: str) -> HttpResponse:
    """One package: its four checks, its hash, its receipt."""
    by = actor_of(request)
    found = queries.package(case_no, by=by)
    failed = {check: [says for c, says in found.failed if c == check] for check in Check}
    is_checked = found.state != State.WAITING
    context = {
        "package": found,
        "organ": identity.organ(found.organ),
        "tone": STATES[State(found.state)][0],
        "words": gettext(STATES[State(found.state)][1]),
        "checks": [(gettext(CHECKS[c]), is_checked, failed[c]) for c in Check],
        "may_pack": by.may("archive.pack") and found.state in {State.FAULTY, State.REJECTED},
    }
    return modes.page(request, "archives/office/package.html", context)


@demands("archive.read")
@require_POST
def take_out(request: HttpRequest, case_no: str) -> HttpResponse:
    """The package itself, for a purpose that is recorded."""
    data = actions.take_out(
        case_no=case_no, purpose=request.POST.get("purpose", ""), by=actor_of(request)
    )
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{case_no}.zip"'
    return answer


@demands("archive.pack")
@require_POST
def pack(request: HttpRequest, case_no: str) -> HttpResponse:
    """Pack once more what failed a check or was rejected."""
    by = actor_of(request)
    actions.pack(package=queries.package(case_no, by=by).pk, by=by)
    return redirect("archives:package", case_no)
