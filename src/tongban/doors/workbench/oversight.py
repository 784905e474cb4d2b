"""Electronic supervision (电子监察): the lights of every organ, to be seen, not to be touched."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.domains.cases.queries import office
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@require_safe
@demands("case.oversee")
def lights(request: HttpRequest) -> HttpResponse:
    """How much each organ owes, and the latest; no case is opened from here."""
    by = actor_of(request)
    names = {organ.uscc: organ.short for organ in identity.organs()}
    context = {
        "organs": [(names.get(row["organ"], row["organ"]), row) for row in office.lights(by=by)],
        "late": [(names.get(row.organ, row.organ), row) for row in office.late(by=by)],
    }
    return modes.page(request, "workbench/lights.html", context)
