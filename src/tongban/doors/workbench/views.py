"""The workbench's own pages."""

from django.http import HttpRequest, HttpResponse

from tongban.kernel.errors import NotPermitted, SignInNeeded
from tongban.kernel.ui import modes
from tongban.kernel.ui.menus import actor_of


def home(request: HttpRequest) -> HttpResponse:
    """The home of an official."""
    actor = actor_of(request)
    if actor.kind == "nobody":
        raise SignInNeeded()
    if not actor.is_official:
        raise NotPermitted(grant="official")
    return modes.page(request, "workbench/home.html", {})
