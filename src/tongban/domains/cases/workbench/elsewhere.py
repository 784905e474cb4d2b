"""What the window took in for another city (异地代收): looked at, then handed over."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tongban.domains.cases import queries
from tongban.domains.cases.actions import crossing as acts
from tongban.domains.cases.queries import crossing
from tongban.domains.cases.workbench import forms
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import lights, modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 50


@demands("case.receive")
def waiting(request: HttpRequest) -> HttpResponse:
    """What is to be handed over, the most urgent first, then what was."""
    rows = crossing.crossings(by=actor_of(request))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [_line(row) for row in page.object_list]}
    return modes.page(request, "cases/office/elsewhere.html", context)


@demands("case.receive")
def one(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case: what it holds, and the two things that the station may check."""
    by = actor_of(request)
    row = crossing.crossing(case_no, by=by)
    said = None
    if request.method == "POST":
        sent = request.POST
        count = sent.get("originals", "").strip() or "0"
        try:
            acts.forward(
                case_no=case_no,
                form=bool(sent.get("form")),
                identity_seen=bool(sent.get("identity")),
                originals=int(count) if count.isascii() and count.isdecimal() else -1,
                version=int(v) if (v := sent.get("version", "")).isdecimal() else None,
                key=sent.get("key", "")[:80],
                by=by,
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            said = refusals.say(refusal)
        else:
            return redirect(reverse("office-elsewhere-case", args=[case_no]) + "?done=1")
    case = row.case
    context = {
        **_line(row),
        "case": case,
        "item": queries.pinned(case),
        "materials": queries.materials(case),
        "work": crossing.station_item(row),
        "key": request.POST.get("key") or forms.fresh_key(),
        "sent": request.POST,
        "said": said,
        "done": "done" in request.GET,
    }
    return modes.page(
        request, "cases/office/elsewhere_case.html", context, status=said.status if said else 200
    )


@demands("case.accept", "case.examine", "case.decide")
def coming(request: HttpRequest) -> HttpResponse:
    """The other side: what windows of other cities owe us, and what we owe their desks."""
    by = actor_of(request)
    page = Paginator(crossing.coming(by=by), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {**_line(row), "station": identity.organ(row.matter.organ)} for row in page.object_list
        ],
        "returns": [
            (row, _returning(row), identity.organ(row.desk))
            for row in crossing.returns(by=by)[:ROWS]
        ],
    }
    return modes.page(request, "cases/office/coming.html", context)


def _line(row: Any) -> dict[str, Any]:
    """The station's own clock, the same light on both sides; once it is there, the agency's."""
    matter = row.case.matter if row.arrived_at else row.matter
    light = lights.light(
        today=clock.today(),
        calendar=deadlines.calendar(matter.calendar),
        due_on=matter.due_on,
        yellow_on=matter.yellow_on,
        state=matter.state,
    )
    return {"row": row, "light": light, "organ": identity.organ(row.case.organ)}


def _returning(row: Any) -> Any:
    return lights.light(
        today=clock.today(),
        calendar=deadlines.calendar(row.case.matter.calendar),
        due_on=row.due_on,
        yellow_on=row.due_on,
        state="open",
    )
