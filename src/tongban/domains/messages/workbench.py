"""The officials' pages: questions to answer, and what goes out to phones."""

import secrets

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from tongban.domains.messages import actions, queries
from tongban.domains.messages.rules import STATES, State
from tongban.kernel.errors import Invalid, Refusal
from tongban.kernel.files import rules as kinds
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ACCEPT = ",".join(sorted(kinds.CONTENT_TYPES[kind] for kind in kinds.MATERIALS))


@demands("case.accept")
def questions(request: HttpRequest) -> HttpResponse:
    """The questions that the post owes an answer, the nearest due first."""
    rows = queries.waiting(by=actor_of(request))
    return modes.page(request, "messages/office/questions.html", {"rows": rows})


@demands("case.accept")
def thread(request: HttpRequest, case_no: str) -> HttpResponse:
    """What was written about a case, and the answer."""
    by = actor_of(request)
    case = queries.reachable(case_no, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        problems = _said(request, case_no)
        if not problems:
            return redirect("messages:office-thread", case_no)
    actions.see(case_no=case_no, is_office=True, by=by)
    found = queries.thread(case_no)
    context = {
        "case": case,
        "remarks": queries.remarks(found, is_office=True),
        "owed": found.matter if found else None,
        "key": secrets.token_hex(16),
        "given": request.POST.get("words", "") if problems else "",
        "problems": problems,
        "accept": ACCEPT,
    }
    return modes.page(
        request, "messages/office/thread.html", context, status=422 if problems else 200
    )


def _said(request: HttpRequest, case_no: str) -> dict[str, list[str]]:
    """Take the office's answer; answers what of it cannot be taken."""
    upload = request.FILES.get("file")
    file = (upload.read(), upload.name or "") if isinstance(upload, UploadedFile) else None
    try:
        actions.answer(
            case_no=case_no,
            words=request.POST.get("words", ""),
            key=request.POST.get("key", ""),
            file=file,
            by=actor_of(request),
        )
    except Invalid as invalid:
        return {name: [gettext(t) for t in texts] for name, texts in invalid.problems.items()}
    except Refusal as refusal:
        if refusal.status not in {413, 415, 422}:
            raise
        told = refusals.say(refusal)
        return {"file": [f"{told.says}{told.hint}"]}
    return {}


@demands("message.operate")
def outbox(request: HttpRequest) -> HttpResponse:
    """What goes out: waiting, sent, failed; send again what failed."""
    by = actor_of(request)
    if request.method == "POST":
        key = request.POST.get("sending", "")
        actions.retry(sending=int(key) if key.isdecimal() else 0, by=by)
        return redirect("messages:outbox")
    state = request.GET.get("state", "")
    state = state if state in set(State) else ""
    page = Paginator(queries.sendings(by=by, state=state), 50).get_page(request.GET.get("page"))
    counts = queries.counts(by=by)
    tabs = [("", gettext("All"), sum(counts.values()))]
    tabs += [(s.value, gettext(STATES[s][1]), counts.get(s, 0)) for s in State]
    shown = {s: (tone, gettext(words)) for s, (tone, words) in STATES.items()}
    context = {
        "page": page,
        "rows": [(row, *shown[State(row.state)]) for row in page],
        "tabs": tabs,
        "state": state,
        "days": queries.days_compared(by=by),
    }
    return modes.page(request, "messages/office/outbox.html", context)
