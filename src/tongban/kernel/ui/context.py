"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import menus, modes, place
from tongban.kernel.ui.refusals import sign_in_address


def _watermark(actor: Actor) -> str:
    """Name and post, as a photograph of the screen should say them."""
    return identity.names_of([actor.key]).get(actor.key, actor.name)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: display, city, actor, and whether this is the demo."""
    actor = menus.actor_of(request)
    display = modes.of(request)
    return {
        "ui": display,
        "elder": display.elder,
        "place": place.here(),
        "actor": actor,
        "watermark": SimpleLazyObject(lambda: _watermark(actor)),
        "signed_in": actor.kind != "nobody",
        "acting_for": getattr(request, "acting_for", ""),
        "demo": settings.TONGBAN_DEMO,
        "sign_in_url": sign_in_address(request),
        "search_urls": {door: menus.address(name) for door, name in menus.SEARCH.items()},
    }
