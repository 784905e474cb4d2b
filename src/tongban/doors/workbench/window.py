"""The window (窗口收件): whom the clerk serves, what is filled in for them, receipts; no decision.

The form is the citizens' own, so that what was begun here goes on at home and the other way about.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.connectors import identity_readers
from tongban.connectors import messages as connector
from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import filing, notices, ruling
from tongban.domains.cases.queries import DraftView, office
from tongban.domains.messages import actions as messages
from tongban.domains.windows import actions as visits
from tongban.domains.windows import queries, rules
from tongban.doors.sign_in import session
from tongban.doors.sign_in.forms import AtTheWindow
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import masking
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.identity import queries as people
from tongban.kernel.ui import menus, modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@dataclass(frozen=True, slots=True)
class Filling:
    """The draft that is filled in for the visitor now, and how far it is."""

    view: DraftView
    left: int
    """How many points are open before it can be sent."""
    is_confirmed: bool
    stands: str
    """The hash of what is to be confirmed."""
    has_rule: bool
    """Whether a rule would decide at once, so that they may want a person instead."""


@require_safe
@demands("case.receive")
def intake(request: HttpRequest) -> HttpResponse:
    """Whom the clerk serves now, and what was taken in today, with its receipts."""
    return _page(request, AtTheWindow())


@require_POST
@demands("case.receive")
def read(request: HttpRequest) -> HttpResponse:
    """Read the document on the desk's reader into the form; the clerk still looks at the person."""
    at = desk(actor_of(request))
    if settings.TONGBAN_DEMO and "card" in request.POST:
        identity_readers.simulated().lay(desk=at, card=request.POST["card"][:60])
    try:
        found = identity_readers.read(desk=at)
    except Refusal as refusal:
        return _page(request, AtTheWindow(), refusal=refusal)
    form = AtTheWindow(initial={"name": found.name, "number": found.number})
    return _page(request, form, is_read=True)


@require_POST
@demands("case.receive")
def serve(request: HttpRequest) -> HttpResponse:
    """Begin to act for the person whose document was seen, until the end of the day at most."""
    form = AtTheWindow(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    try:
        visit = visits.begin(
            name=data["name"], number=data["number"], phone=data["phone"], by=actor_of(request)
        )
    except Refusal as refusal:
        return _page(request, form, refusal=refusal)
    session.act_for(request, proxy=visit.proxy)
    return redirect("office-window")


@require_POST
@demands("case.receive")
def end(request: HttpRequest) -> HttpResponse:
    """The visitor has gone: their screen is dark, and the clerk acts for nobody."""
    visits.end(by=actor_of(request))
    session.release(request)
    return redirect("office-window")


@require_POST
@demands("case.receive")
def send(request: HttpRequest) -> HttpResponse:
    """Send what the visitor has confirmed on their screen; their confirmation is the signature."""
    by = actor_of(request)
    visit = queries.current(by=by)
    if visit is None:
        raise rules.VisitOver()
    view = queries.draft_of(visit)
    if view is None:
        raise rules.NothingToConfirm()
    found = filing.submit(
        key=view.draft.key,
        by=by,
        signed=True,
        wants_person="wants_person" in request.POST,
        confirmed=visit.confirmed_hash,
    )
    ruling.decide_at_once(application=found, by=ruling.SELF)
    return redirect("office-taken", found.number)


@require_POST
@demands("case.receive")
def code(request: HttpRequest) -> HttpResponse:
    """Send a code to the visitor's telephone; with it they confirm without a second screen."""
    by, shown = actor_of(request), request.POST.get("shown", "")[:64]
    visit = queries.current(by=by)
    if visit is None:
        raise rules.VisitOver()
    view = queries.draft_of(visit)
    try:
        messages.send_code(
            person=visit.person,
            template="consent_filing",
            title=view.title if view else "",
            issue=lambda: visits.code_for_visit(shown=shown, by=by),
            by=by,
        )
    except Refusal as refusal:
        return _page(request, AtTheWindow(), refusal=refusal)
    return redirect(reverse("office-window") + "?code=sent")


@require_POST
@demands("case.receive")
def confirm(request: HttpRequest) -> HttpResponse:
    """The code that the visitor reads out."""
    try:
        visits.confirm_by_code(
            shown=request.POST.get("shown", "")[:64],
            code=request.POST.get("code", "")[:20],
            by=actor_of(request),
        )
    except Refusal as refusal:
        return _page(request, AtTheWindow(), refusal=refusal)
    return redirect("office-window")


@require_safe
@demands("case.receive")
def taken(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt on the screen and for the printer, with how the visitor follows it at home."""
    by = actor_of(request)
    found = cases.application(number, by=by)
    context = {
        "application": found,
        "cases": cases.cases_of(found),
        "receipt": _receipt(found),
        "follow_at": request.build_absolute_uri(reverse("progress", args=[number])),
    }
    return modes.page(request, "workbench/taken.html", context)


@require_safe
@demands("case.receive")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of a filing that this organ took in, as the document of law that it is."""
    by = actor_of(request)
    found = cases.application(number, by=by)
    row = _receipt(found)
    if row is None:
        raise NotFound()
    response = HttpResponse(notices.pdf(notice=row, by=by), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{found.number}.pdf"'
    return response


def _receipt(found: Any) -> Any:
    return next((row for row in cases.notices(found) if row.kind == "receipt"), None)


def desk(by: Actor) -> str:
    """The name of the reader at which the official sits."""
    return f"desk-{by.person}"


def _page(
    request: HttpRequest,
    form: AtTheWindow,
    *,
    refusal: Refusal | None = None,
    is_read: bool = False,
    status: int = 200,
) -> HttpResponse:
    by = actor_of(request)
    visit = queries.current(by=by)
    cards = identity_readers.simulated().cards() if settings.TONGBAN_DEMO else {}
    context = {
        "form": form,
        "said": refusals.say(refusal) if refusal else None,
        "is_read": is_read,
        "cards": [(key, card.name) for key, card in cards.items()],
        "is_serving": by.for_person is not None and by.proxy is not None,
        "visit": visit,
        "screen_url": reverse("screen", args=[visit.token]) if visit else "",
        "filling": _filling(visit) if visit else None,
        **_by_code(request, visit),
        "things_url": menus.address("one-things") or menus.address("home"),
        "taken": office.taken_in(by=by, on=clock.today()),
    }
    status = refusal.status if refusal else status
    return modes.page(request, "workbench/window.html", context, status=status)


def _by_code(request: HttpRequest, visit: Any) -> dict[str, Any]:
    """Where the code goes, masked; in a demo also what lies on that telephone."""
    if visit is None:
        return {}
    phone = people.phone_in_clear(people.person(visit.person))
    is_sent = request.GET.get("code") == "sent" or request.method == "POST"
    return {
        "phone": masking.mask_phone(phone) if phone else "",
        "code_sent": is_sent,
        "demo_code": connector.demo_code(phone) if is_sent else "",
    }


def _filling(visit: Any) -> Filling | None:
    view = queries.draft_of(visit)
    if view is None:
        return None
    left = len(view.problems()) + len(view.missing) if view.draft.filled_at else 1
    return Filling(
        view=view,
        left=left,
        is_confirmed=queries.is_confirmed(visit, view),
        stands=cases.stands(view),
        has_rule=any(item.decision for item in view.items),
    )
