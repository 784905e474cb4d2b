"""A draft is begun, gone on with, or thrown away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.domains.cases.actions import drafting
from tongban.domains.cases.portal.drafting import frame
from tongban.domains.cases.queries import pages
from tongban.domains.services import queries as services
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import signed_in


@signed_in
def start(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Begin a filing, or go on with the one begun before; a firm's thing asks for which firm."""
    by = menus.actor_of(request)
    thing, item = (key, "") if kind == "thing" else ("", key)
    if kind not in {"thing", "item"}:
        raise NotFound()
    offered: Any = (
        services.offered_thing(key)[1] if kind == "thing" else services.offered_item(key)[1]
    )
    for_firms = (
        offered.audience == "entity" if kind == "thing" else offered.server_types == ("entity",)
    )
    if request.method == "POST" and not (for_firms and not by.for_entity):
        found = pages.open_draft(by=by, thing=thing, item=item)
        found = found or drafting.begin(by=by, thing=thing, item=item)
        return redirect("draft", key=found.key)
    firms = []
    if for_firms and not by.for_entity:
        account = request.user
        firms = [
            one
            for one in identity.principals_of(account)  # type: ignore[arg-type]
            if one.entity
        ]
    context = {
        "offered": offered,
        "kind": kind,
        "for_firms": for_firms,
        "firms": firms,
        "needs_firm": for_firms and not by.for_entity,
        "acting_url": menus.address("acting"),
        "here": request.path,
        "layout": layouts.of(request),
    }
    return modes.page(request, "cases/start.html", context)


@signed_in
def go_on(request: HttpRequest, key: str) -> HttpResponse:
    """The step at which a draft stands."""
    view = frame.open_view(request, key)
    return redirect(frame.next_step(view))


@signed_in
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw a draft away, after asking."""
    view = frame.open_view(request, key)
    if request.method == "POST":
        drafting.discard(key=key, by=menus.actor_of(request))
        return redirect("my")
    return modes.page(request, "cases/discard.html", {**frame.around(view, 0)})
