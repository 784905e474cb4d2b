"""The case before its official: read, compare, act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
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
from tongban.domains.cases.workbench import acts, words
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.files import queries as files
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.ui import lights, modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.lights import Light
from tongban.kernel.ui.menus import actor_of

HANDLING = ("case.accept", "case.examine", "case.check", "case.decide", "case.consult")


@require_safe
@demands("case.read")
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """The case: differences first, and what may be done with it now; a pane when htmx asks."""
    by = actor_of(request)
    found = reading.open_case(case_no=case_no, purpose=gettext("handling"), by=by)
    view = office.view(found, by=by)
    if refusals.is_htmx(request):
        response = modes.page(request, "cases/office/preview.html", _context(view))
    else:
        response = _page(request, view, chosen=request.GET.get("act", ""))
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
    sent = acts.Posted(request.POST)
    _check_of_case(view, sent.item)
    processes.claim(item=sent.item, by=by)
    return redirect(reverse("office-case", args=[case_no]) + "?done=claim")


@require_POST
@demands(*HANDLING)
def act(request: HttpRequest, case_no: str, name: str) -> HttpResponse:
    """Do one act; a form that is not complete comes back as it was, all else is refused or done."""
    by = actor_of(request)
    wanted = acts.ACTS.get(name)
    if wanted is None:
        raise NotFound()
    sent = acts.Posted(request.POST)
    view = office.view(queries.case(case_no, by=by), by=by)
    _check_of_case(view, sent.item)
    try:
        wanted.do(sent, by)
    except Refusal as refusal:
        if refusal.status != 422 or view.hand is None:
            raise
        return _page(
            request,
            office.view(queries.case(case_no, by=by), by=by),
            chosen=name,
            sent=request.POST,
            refusal=refusal,
        )
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


# What the templates read ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison."""

    label: str
    filed: str
    shared: str
    others: list[str]
    source: str
    at: datetime | None
    tone: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of the case."""

    name: str
    light: Light
    budget: int
    used: int
    due_on: date | None
    state: str
    segments: list[Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail."""

    at: datetime
    says: str
    who: str
    is_reading: bool


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One work item in the tree of opinions."""

    depth: int
    name: str
    mode: str
    organ: str
    who: str
    outcome: str
    opinion: str
    question: str
    opened_at: datetime
    closed_at: datetime | None
    due_on: date | None
    is_open: bool


def _page(
    request: HttpRequest,
    view: CaseView,
    *,
    chosen: str = "",
    sent: QueryDict | None = None,
    refusal: Refusal | None = None,
    clear: bool = False,
    phone: str = "",
) -> HttpResponse:
    context = _context(view, clear=clear)
    possible = acts.possible(view)
    wanted = next((one for one in possible if one.name == chosen), None)
    done = request.GET.get("done", "")
    context |= {
        "chosen": wanted,
        "fields": acts.fields(chosen, view, sent) if wanted else [],
        "markables": acts.markables(view, sent) if wanted and chosen == "supplement" else [],
        "sent": sent or {},
        "said": refusals.say(refusal) if refusal else None,
        "key": (sent.get("key") if sent else "") or acts.fresh_key(),
        "clear": clear,
        "phone": phone,
        "materials": list(_materials(view)),
        "siblings": [
            (s, gettext(words.STATES[s.case.state]), words.TONES[s.case.state])
            for s in view.siblings
        ],
        "opinions": list(_opinions(view)),
        "trail": list(_trail(view)),
        "clocks": list(_clocks(view)),
        "papers": [(n, words.title(n.kind)) for n in view.notices],
        "result": gettext(words.RESULTS[view.case.result]) if view.case.result else "",
        "why": view.why,
        "toasts": _toasts(done),
    }
    return modes.page(
        request, "cases/office/case.html", context, status=refusal.status if refusal else 200
    )


def _toasts(done: str) -> list[dict[str, str]]:
    if done == "claim":
        return [{"tone": "", "text": gettext("The case is in your hands.")}]
    known = acts.ACTS.get(done)
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
    possible = acts.possible(view)
    return {
        "view": view,
        "case": view.case,
        "hand": hand,
        "light": light,
        "lines": list(_lines(view, clear=clear)),
        "state_words": gettext(words.STATES[view.case.state]),
        "state_tone": words.TONES[view.case.state],
        "acts": [a for a in possible if a.name in acts.MAIN],
        "more_acts": [a for a in possible if a.name not in acts.MAIN],
        "waits": bool(hand and hand.item.status == flow.Status.WAITING),
    }


def _lines(view: CaseView, *, clear: bool) -> Iterator[Line]:
    for row in view.compared:
        tone, verdict = words.VERDICTS[row.state]
        against = row.shared.against if row.shared else ()
        yield Line(
            label=words.label(row.field),
            filed=words.value(row.field, row.filed, clear=clear),
            shared=words.value(row.field, row.shared, clear=clear),
            others=[words.value(row.field, one, clear=clear) for one in against],
            source=" · ".join(filter(None, (row.organ, row.register))),
            at=row.fetched_at,
            tone=tone,
            verdict=gettext(verdict),
        )


def _materials(view: CaseView) -> Iterator[dict[str, Any]]:
    for row in view.materials:
        url = reverse("office-case-material", args=[view.case.case_no, row.key])
        yield {
            "name": row.name,
            "way": gettext(words.WAYS.get(row.way, row.way)),
            "trust": gettext(words.TRUST[row.trust]) if row.trust in words.TRUST else "",
            "tone": {"A": "green", "B": "green", "C": "", "D": "amber"}.get(row.trust, ""),
            "reference": row.reference if row.way in {"licence", "output"} else "",
            "url": url if row.file else "",
            "is_tolerated": row.is_tolerated,
        }


def _opinions(view: CaseView) -> Iterator[OpinionLine]:
    for one in view.opinions:
        item = one.item
        yield OpinionLine(
            depth=min(one.depth, 3),
            name=item.name,
            mode=gettext(words.MODES[item.mode]) if words.MODES.get(item.mode) else "",
            organ=view.organ_names.get(item.organ, ""),
            who=view.names.get(item.done_by or item.assignee, ""),
            outcome=words.outcome(item.outcome) if item.outcome else "",
            opinion=item.opinion,
            question=item.question,
            opened_at=item.opened_at,
            closed_at=item.closed_at,
            due_on=item.due_on,
            is_open=item.status in flow.OWED,
        )


def _trail(view: CaseView) -> Iterator[Step]:
    stages = {stage.id: stage.name for stage in view.graph.stages.values()}
    for event in view.events:
        is_part = event.actor.startswith("part:")
        yield Step(
            at=event.at,
            says=words.event(event.name, event.data, stages),
            who=gettext("the system") if is_part else view.names.get(event.actor, event.actor),
            is_reading=event.name == "case.read",
        )


def _clocks(view: CaseView) -> Iterator[ClockLine]:
    today = clock.today()
    for row in view.clocks:
        calendar = deadlines.calendar(row.calendar)
        is_open = row.state in {"running", "paused"}
        left = deadlines.remaining(row, today) if is_open else 0
        light = lights.light(
            today=today,
            calendar=calendar,
            due_on=row.due_on,
            yellow_on=row.yellow_on,
            state="paused" if row.state == "paused" else "open" if is_open else "ended",
        )
        if row.state == "void":
            light = Light("done", gettext("void"))
        yield ClockLine(
            name=gettext(words.CLOCKS.get(row.kind, row.kind)),
            light=light,
            budget=row.budget,
            used=max(0, min(row.budget, row.budget - left)) if is_open else row.used,
            due_on=row.due_on,
            state=gettext(words.CLOCK_STATES[row.state]),
            segments=list(row.segments.all()),
        )
