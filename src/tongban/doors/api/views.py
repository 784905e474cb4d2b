"""The document of the interface, for programs and for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tongban.doors.api import openapi
from tongban.doors.api.operations import OPERATIONS
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all


@open_to_all
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


@open_to_all
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    rows = [(one, gettext(one.says)) for one in OPERATIONS]
    context = {"layout": layouts.of(request), "rows": rows, "headers": openapi.HEADERS}
    return modes.page(request, "api/about.html", context)
