"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.kernel.ui import menus, modes, place
from tongban.kernel.ui.refusals import sign_in_address


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: display, city, actor, and whether this is the demo."""
    actor = menus.actor_of(request)
    display = modes.of(request)
    return {
        "ui": display,
        "elder": display.elder,
        "place": place.here(),
        "actor": actor,
        "signed_in": actor.kind != "nobody",
        "acting_for": getattr(request, "acting_for", ""),
        "demo": settings.TONGBAN_DEMO,
        "sign_in_url": sign_in_address(request),
        "search_urls": {door: menus.address(name) for door, name in menus.SEARCH.items()},
    }
