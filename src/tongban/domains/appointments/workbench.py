"""The clerk's desk and the hall's reception: numbers called, given out, taken back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.appointments import actions, queries
from tongban.domains.appointments.queries import Ticket
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 30
ACTS: dict[str, Callable[..., object]] = {
    "next": actions.call_next,
    "again": actions.call_again,
    "finish": actions.finish,
    "skip": actions.skip,
    "close": actions.close_desk,
}
"""What the buttons of a desk do."""


@demands("window.serve")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The desk at which the clerk sits; without one, which desk to open."""
    by, refusal = actor_of(request), None
    if request.method == "POST":
        try:
            _act(request, by)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("office-desk")
    found = queries.desk_of(by)
    status = refusal.status if refusal else 200
    said = refusals.say(refusal) if refusal else None
    if found is None:
        halls = [(h, {d.name for d in queries.desks(h)}) for h in queries.own_halls(by=by)]
        template = "appointments/office/open.html"
        return modes.page(request, template, {"halls": halls, "said": said}, status=status)
    one = queries.hall(found.hall)
    waiting, standing = queries.waiting_in(one, found.lanes), queries.at_desk(found)
    context: dict[str, Any] = {
        "said": said,
        "desk": found,
        "hall": one,
        "standing": _standing(standing),
        "waiting": waiting[:ROWS],
        "count": waiting.count(),
        "others": [
            lane for lane in one.lanes if lane.letter != (standing.lane if standing else "")
        ],
    }
    return modes.page(request, "appointments/office/desk.html", context, status=status)


def _standing(ticket: Ticket | None) -> dict[str, object] | None:
    if ticket is None:
        return None
    booked = ticket.appointment
    return {
        "ticket": ticket,
        "appointment": booked,
        "item": queries.item(booked.item) if booked else None,
    }


def _act(request: HttpRequest, by: Actor) -> None:
    verb = request.POST.get("act", "")
    if verb == "open":
        actions.open_desk(
            hall=request.POST.get("hall", ""),
            name=request.POST.get("desk", ""),
            lanes=request.POST.getlist("lanes"),
            by=by,
        )
    elif verb == "transfer":
        actions.transfer(lane=request.POST.get("lane", ""), by=by)
    elif verb in ACTS:
        ACTS[verb](by=by)
    else:
        raise refusals.BadRequest()


@demands("window.serve")
@require_http_methods(["GET", "HEAD", "POST"])
def reception(request: HttpRequest, key: str) -> HttpResponse:
    """Numbers for those who come without an appointment; who was skipped waits again."""
    by, refusal, made = actor_of(request), None, None
    hall = queries.own_hall(key, by=by)
    if request.method == "POST":
        try:
            made = _receive(request, key, by)
        except Refusal as refused:
            refusal = refused
    context = {
        "now": queries.now(hall),
        "skipped": queries.skipped_in(hall)[:ROWS],
        "made": made,
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "appointments/office/reception.html", context, status=status)


def _receive(request: HttpRequest, key: str, by: Actor) -> Ticket:
    given = request.POST
    if given.get("number"):
        return actions.put_back(hall=key, number=given["number"], by=by)
    if given.get("code"):
        return actions.check_in(hall=key, code=given["code"], by=by)
    return actions.take_number(
        hall=key, lane=given.get("lane", ""), is_first="first" in given, by=by
    )


@demands("window.serve")
@require_safe
def receptions(request: HttpRequest) -> HttpResponse:
    """The halls of the own organ; the only one is opened at once."""
    halls = queries.own_halls(by=actor_of(request))
    if len(halls) == 1:
        return redirect("office-reception", halls[0].key)
    return modes.page(request, "appointments/office/halls.html", {"halls": halls})
