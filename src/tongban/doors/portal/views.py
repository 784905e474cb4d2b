"""The portal's own pages: home, what is told to everyone, and the style guide."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.kernel.errors import NotFound
from tongban.kernel.ui import modes


def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return modes.page(request, "portal/home.html", {})


def about(request: HttpRequest) -> HttpResponse:
    """What this site is and who answers for it."""
    return modes.page(request, "portal/about.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (无障碍声明)."""
    return modes.page(request, "portal/accessibility.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice (隐私说明)."""
    return modes.page(request, "portal/privacy.html")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in the mode wanted; open in the demo and to developers only."""
    if not (settings.DEBUG or settings.TONGBAN_DEMO):
        raise NotFound()
    return modes.page(request, "portal/styleguide.html", {})
