"""How a rule looked at one's case: why, why not, and what would change it (算法说明)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.cases import queries
from tongban.domains.cases.portal import filings
from tongban.domains.cases.queries import pages, ruling
from tongban.kernel.errors import NotFound
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import signed_in


@signed_in
def why(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """What the rule looked at and said; a case that no rule looked at has no such page."""
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
    lane = filings.lane_of(shown, case_no)
    look = ruling.assessment(lane.case)
    if look is None:
        raise NotFound()
    names = pages.register_names()
    told = ruling.explanation(look)
    context = {
        "lane": lane,
        "application": shown.application,
        "told": told,
        "by_person": lane.case.by_person,
        "sources": [(names.get(register, register), query) for register, query in told.sources],
        "layout": layouts.of(request),
        "crumbs": [
            (gettext("My cases"), reverse("my")),
            (number, reverse("progress", args=[number])),
            (gettext("How the rule decided"), ""),
        ],
    }
    return modes.page(request, "cases/why.html", context)
