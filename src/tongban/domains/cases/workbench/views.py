"""The case before its official: read, compare, act."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tongban.domains.cases import queries
from tongban.domains.cases.actions import notices as papers
from tongban.domains.cases.actions import reading
from tongban.domains.cases.queries import office
from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import state
from tongban.domains.cases.workbench import forms, lines, words
from tongban.domains.cases.workbench.acts import ACTS, HANDLING, Posted
from tongban.domains.cases.workbench.acts.uploads import taken
from tongban.domains.cases.workbench.forms import Form
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.files import queries as files
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.ui import lights, modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

AGAIN = {409, 422}
"""Refusals after which a form is shown again, as it was sent."""


@require_safe
@demands("case.read")
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """The case: differences first, and what may be done with it now; a pane when htmx asks."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    view = office.view(found, by=by)
    if view.hand:
        processes.see(item=view.hand.item.pk, by=by)
    if refusals.is_htmx(request):
        response = modes.page(request, "cases/office/preview.html", _context(view))
    else:
        act = forms.chosen(request.GET.get("act", ""), view)
        response = _page(request, view, form=forms.blank(act, view) if act else None)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@demands("case.read")
def check(request: HttpRequest, case_no: str) -> HttpResponse:
    """Ask the registers again; each look-up leaves its record."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    if not any(by.may(grant) for grant in HANDLING):
        by.require(HANDLING[0])
    return _page(request, office.asked_again(found, by=by))


@require_POST
@demands("case.read")
def numbers(request: HttpRequest, case_no: str) -> HttpResponse:
    """The same page with numbers in the clear; each time is recorded."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    record = reading.show_numbers(case_no=case_no, by=by)
    return _page(request, office.view(found, by=by), clear=True, phone=record.phone)


@require_POST
@demands(*HANDLING)
def claim(request: HttpRequest, case_no: str) -> HttpResponse:
    """Take the case into one's own hands."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    view = office.view(found, by=by)
    sent = Posted(request.POST)
    _check_of_case(view, sent.item)
    processes.claim(item=sent.item, version=sent.version, key=sent.key, by=by)
    return redirect(reverse("office-case", args=[case_no]) + "?done=claim")


@require_POST
@demands("case.read")
def act(request: HttpRequest, case_no: str, name: str) -> HttpResponse:
    """Do one act; a form that is not complete comes back as it was, all else is refused or done."""
    by = actor_of(request)
    wanted = ACTS.get(name)
    if wanted is None:
        raise NotFound()
    sent = Posted(request.POST)
    view = office.view(queries.case(case_no, by=by), by=by)
    if not view.work and wanted.law:
        state.check(wanted.law, view.case.state)  # nothing has begun that could be acted on
    if wanted.takes == "item":
        _check_of_case(view, sent.item)
    try:
        wanted.check(view, request.POST)
        if wanted.is_possible(view):
            sent = Posted(taken(wanted.asks, request.POST, request.FILES, by=by))
        wanted.perform(sent, by, case_no=case_no)
    except Refusal as refusal:
        now = office.view(queries.case(case_no, by=by), by=by)
        if refusal.status not in AGAIN or not wanted.is_possible(now):
            raise
        return _page(request, now, form=forms.refused(wanted, now, request.POST, refusal))
    return redirect(reverse("office-case", args=[case_no]) + f"?done={name}")


def _check_of_case(view: CaseView, item: int) -> None:
    if all(item != work.pk for work in view.work) and all(
        item != work.pk for work in view.post_checks
    ):
        raise NotFound()


@require_safe
@demands("case.read")
def material(request: HttpRequest, case_no: str, key: str) -> FileResponse:
    """What the applicant handed in; looked at in the browser, never run."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    row, stored = office.file_of(found, key)
    response = FileResponse(
        files.open_file(stored),
        content_type=stored.content_type,
        filename=f"{row.name}.{stored.kind}",
        as_attachment=not stored.content_type.startswith(("image/", "application/pdf")),
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response


@require_safe
@demands("case.read")
def notice(request: HttpRequest, case_no: str, kind: str) -> HttpResponse:
    """A document of law of this case, as the applicant has it."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    row = next((n for n in office.view(found, by=by).notices if n.kind == kind), None)
    if row is None:
        raise NotFound()
    response = HttpResponse(papers.pdf(notice=row, by=by), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{kind}-{found.case_no[-12:]}.pdf"'
    return response


def _page(
    request: HttpRequest,
    view: CaseView,
    *,
    form: Form | None = None,
    clear: bool = False,
    phone: str = "",
) -> HttpResponse:
    context = _context(view, clear=clear)
    context |= {
        "form": form,
        "clear": clear,
        "phone": phone,
        "materials": list(lines.materials(view)),
        "siblings": [
            (s, gettext(words.STATES[s.case.state]), words.TONES[s.case.state])
            for s in view.siblings
        ],
        "opinions": list(lines.opinions(view)),
        "trail": list(lines.trail(view)),
        "clocks": list(lines.clocks(view)),
        "papers": [(n, words.title(n.kind)) for n in view.notices],
        "result": gettext(words.RESULTS[view.case.result]) if view.case.result else "",
        "why": view.why,
        "corrections": list(lines.corrections(view)),
        "beside": list(lines.beside(view)),
        "toasts": _toasts(request.GET.get("done", "")),
    }
    status = form.said.status if form and form.said else 200
    return modes.page(request, "cases/office/case.html", context, status=status)


def _toasts(done: str) -> list[dict[str, str]]:
    if done == "claim":
        return [{"tone": "", "text": gettext("The case is in your hands.")}]
    known = ACTS.get(done)
    return [{"tone": "", "text": gettext(known.done)}] if known else []


def _context(view: CaseView, *, clear: bool = False) -> dict[str, Any]:
    hand = view.hand
    calendar = deadlines.calendar(view.matter.calendar)
    owed = hand.item if hand and hand.item.due_on else view.matter
    light = lights.light(
        today=clock.today(),
        calendar=calendar,
        due_on=owed.due_on,
        yellow_on=owed.yellow_on,
        state=view.matter.state,
    )
    (_, main), *further = forms.grouped(view)
    return {
        "view": view,
        "case": view.case,
        "hand": hand,
        "light": light,
        "lines": list(lines.lines(view, clear=clear)),
        "state_words": gettext(words.STATES[view.case.state]),
        "state_tone": words.TONES[view.case.state],
        "acts": main,
        "more_acts": [(heading, acts) for heading, acts in further if acts],
        "claim_key": forms.fresh_key(),
        "waits": bool(hand and hand.item.status == flow.Status.WAITING),
    }
