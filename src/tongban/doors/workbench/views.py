"""The workbench's own pages."""

from django.http import HttpRequest, HttpResponse

from tongban.kernel.errors import N_, Refusal
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.menus import actor_of


class NoPostHeld(Refusal):
    """A citizen came to the officials' side."""

    says = N_("This is the officials' side.")
    hint = N_("What you have under way is on the citizens' side.")
    status = 403


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The home of an official."""
    if not actor_of(request).is_official:
        raise NoPostHeld()
    return modes.page(request, "workbench/home.html", {})
