"""The portal's own pages: home, what is told to everyone, and the style guide."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.doors.portal import contents, samples
from tongban.kernel.errors import NotFound
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return modes.page(request, "portal/home.html", {"home": contents.home_of(request)})


@open_to_all
def about(request: HttpRequest) -> HttpResponse:
    """What this site is and what it promises."""
    return modes.page(request, "portal/about.html", {"layout": layouts.of(request)})


@open_to_all
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (无障碍声明)."""
    return modes.page(request, "portal/accessibility.html", {"layout": layouts.of(request)})


@open_to_all
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice (隐私说明)."""
    return modes.page(request, "portal/privacy.html", {"layout": layouts.of(request)})


@open_to_all
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in the mode wanted; open in the demo and to developers only."""
    if not (settings.DEBUG or settings.TONGBAN_DEMO):
        raise NotFound()
    context = {"layout": layouts.of(request), "sample": samples.everything()}
    return modes.page(request, "portal/styleguide.html", context)


@open_to_all
def styleguide_page(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page with sample values: the home page full, the workbench's shell, a refusal."""
    if not (settings.DEBUG or settings.TONGBAN_DEMO) or name not in samples.PAGES:
        raise NotFound()
    template, context = samples.page(name)
    if name == "refusal":
        context["layout"] = layouts.of(request)
    return modes.page(request, template, context)
