"""The citizens' pages: halls and how full they are, booking, one's appointments, one's number."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.domains.appointments import actions, queries, rules
from tongban.domains.appointments.queries import Place
from tongban.kernel import clock
from tongban.kernel.errors import Refusal
from tongban.kernel.ui import layouts, modes, refusals
from tongban.kernel.ui.access import open_to_all, signed_in
from tongban.kernel.ui.menus import actor_of

PURPOSES = {"item", "pickup"}
TO_CHOOSE_FROM = 60
ROWS = 50
SECONDS = 20
"""How often a number's page asks for itself anew; who reads slowly stops that with one link."""


@open_to_all
@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """Every hall: open now, how many wait."""
    context = {"layout": layouts.of(request), "halls": [queries.now(h) for h in queries.halls()]}
    return modes.page(request, "appointments/halls.html", context)


@open_to_all
@require_safe
def hall(request: HttpRequest, key: str) -> HttpResponse:
    """One hall: its lanes, its hours, the days on which it is open next."""
    one = queries.hall(key)
    offered = rules.days_offered(one, clock.today(), queries.calendar_of(one))
    context = {"layout": layouts.of(request), "now": queries.now(one), "days": offered[:5]}
    return modes.page(request, "appointments/hall.html", context)


@open_to_all
@require_safe
def screen(request: HttpRequest, key: str) -> HttpResponse:
    """The big screen of a hall: who is called where. It renews itself without a script."""
    return modes.page(request, "appointments/screen.html", {"now": queries.now(queries.hall(key))})


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, key: str) -> HttpResponse:
    """In the hall: the code of an appointment becomes a number."""
    one, refusal = queries.hall(key), None
    if request.method == "POST":
        try:
            made = actions.check_in(
                hall=key, code=request.POST.get("code", ""), by=actor_of(request)
            )
        except Refusal as said:
            refusal = said
        else:
            return redirect("ticket", made.token)
    context = {
        "layout": layouts.of(request),
        "hall": one,
        "code": request.POST.get("code", request.GET.get("code", "")),
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "appointments/check_in.html", context, status=status)


@open_to_all
@require_safe
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """A number, and how many are before it."""
    found = queries.ticket(token)
    words, tone = rules.STATES[rules.State(found.ticket.state)]
    stays = "still" in request.GET
    context = {
        "layout": layouts.of(request),
        "now": found,
        "state": gettext(words),
        "tone": tone,
        "waits": found.ticket.state == rules.State.WAITING,
        "called": found.ticket.state == rules.State.CALLED,
        "stays": stays,
    }
    response = modes.page(request, "appointments/ticket.html", context)
    if not stays and found.ticket.state in (rules.State.WAITING, rules.State.CALLED):
        response["Refresh"] = str(SECONDS)
    return response


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My appointments, and those of whom I act for."""
    rows = [
        (row, queries.hall(row.hall), queries.item(row.item))
        for row in queries.mine(by=actor_of(request))[:ROWS]
    ]
    context = {"layout": layouts.of(request), "rows": rows}
    return modes.page(request, "appointments/mine.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """One question after the other: for what, which day, what time; then what to bring."""
    asked = request.POST if request.method == "POST" else request.GET
    item = asked.get("item", "")
    purpose = asked.get("for", "item")
    if not item or purpose not in PURPOSES:
        return _which_item(request)
    at = queries.place(item, purpose=purpose)
    kept = {"item": item, "for": purpose, "case": asked.get("case", "")}
    refusal = None
    if request.method == "POST":
        try:
            made = actions.book(
                item=item,
                starts=_moment(asked.get("time", "")),
                purpose=purpose,
                case_no=kept["case"],
                is_first="first" in asked,
                by=actor_of(request),
            )
        except Refusal as said:
            refusal = said
        else:
            return redirect("appointment", made.code)
    return _ask(request, at, kept, asked, refusal)


def _which_item(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    found = queries.bookable(words)
    known = {one.key: one for one in queries.bookable()}
    waiting = queries.results_waiting(by=actor_of(request))
    context = {
        "layout": layouts.of(request),
        "q": words,
        "results": [(one, known[one.item]) for one in waiting if one.item in known],
        "items": found[:TO_CHOOSE_FROM],
        "more": len(found) > TO_CHOOSE_FROM,
    }
    return modes.page(request, "appointments/which.html", context)


def _ask(
    request: HttpRequest,
    at: Place,
    kept: dict[str, str],
    asked: QueryDict,
    refusal: Refusal | None,
) -> HttpResponse:
    """The question that is open: the day, else the time, else the confirmation."""
    days = queries.days(at)
    time = str(asked.get("time", ""))
    wanted = _moment(time) if time else None
    # After a refusal the times of that day are offered again.
    chosen = wanted if refusal is None else None
    day = wanted.date() if wanted else _day(str(asked.get("day", "")))
    day = day if day in days else None
    context = {
        "layout": layouts.of(request),
        # Not `place`: by that name every page knows the city.
        "at": at,
        "kept": kept,
        "query": urlencode(kept),
        "days": days,
        "day": day,
        "slots": queries.slots(at, day) if day and not chosen else [],
        "chosen": chosen,
        "papers": queries.to_bring(at.item) if kept.get("for") == "item" else [],
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "appointments/book.html", context, status=status)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    try:
        return clock.moment(text)
    except (ValueError, OverflowError):
        raise rules.NoSuchSlot() from None


@signed_in
@require_safe
def appointment(request: HttpRequest, code: str) -> HttpResponse:
    """One appointment: where, when, what to bring, the code; moved or cancelled from here."""
    found = queries.appointment(code, by=actor_of(request))
    item = queries.item(found.item)
    context = {
        "layout": layouts.of(request),
        "a": found,
        "hall": queries.hall(found.hall),
        "item": item,
        "papers": queries.to_bring(item) if found.purpose == "item" else [],
        "open": found.state == "booked" and found.starts_at > clock.now(),
        "today": clock.moment(found.starts_at).date() == clock.today(),
        "token": queries.token_of(found),
    }
    return modes.page(request, "appointments/appointment.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Another day or another time for the same thing."""
    by = actor_of(request)
    found, refusal = queries.appointment(code, by=by), None
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            actions.move(code=code, starts=_moment(asked.get("time", "")), by=by)
        except Refusal as said:
            refusal = said
        else:
            return redirect("appointment", found.code)
    at = queries.place(found.item, purpose=found.purpose)
    kept = {"moving": found.code}
    return _ask(request, at, kept, asked, refusal)


@signed_in
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Give the slot back."""
    actions.cancel(code=code, by=actor_of(request))
    return redirect("appointments")
