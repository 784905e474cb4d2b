"""Differences between regions: the report, one difference, and who wrote what in an item."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tongban.domains.services import actions, queries
from tongban.domains.services.queries import Drift
from tongban.domains.services.rules.drifts import Stage
from tongban.domains.services.rules.regions import COMPARED, read_region
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

STATES = {
    "open": N_("To mend"),
    "mended": N_("Mended"),
    "stands": N_("May stand"),
}
OUTCOMES = {
    Stage.MEND: (
        ("mended", N_("It is mended: the published texts agree")),
        ("stands", N_("It should stand, for this reason")),
    ),
    Stage.CONFIRM: (("confirmed", N_("Confirmed")), ("again", N_("Send it back"))),
}


@require_safe
@demands("item.compare", "item.mend")
def drifts(request: HttpRequest) -> HttpResponse:
    """What differs, where, and who must mend it; each state on a page of its own."""
    by = actor_of(request)
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else "open"
    rows = queries.drifts(by=by, state=state, region=read_region(request.GET.get("region", "")))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    names = {one.uscc: one for one in identity.organs()}
    context = {
        "page": page,
        "rows": [
            (row, gettext(COMPARED[row.field]), queries.place(row.region), names.get(row.organ))
            for row in page
        ],
        "state": state,
        "tabs": [
            (name, gettext(words), queries.drifts(by=by, state=name).count())
            for name, words in STATES.items()
        ],
        "may_compare": by.may("item.compare"),
    }
    return modes.page(request, "services/drifts.html", context)


@require_POST
@demands("item.compare")
def compare(request: HttpRequest) -> HttpResponse:
    """Compare all regions now; what is published compares itself."""
    actions.compare(by=actor_of(request))
    return redirect("office-drifts")


@demands("item.compare", "item.mend")
def drift(request: HttpRequest, key: int) -> HttpResponse:
    """One difference: both texts, what was said, and what the post held now may do."""
    by = actor_of(request)
    found = queries.drift(key, by=by)
    if request.method != "POST":
        return _page(request, found)
    act = actions.mend if request.POST.get("stage") == Stage.MEND else actions.confirm
    version = request.POST.get("version", "")
    try:
        act(
            drift=key,
            outcome=request.POST.get("outcome", ""),
            words=request.POST.get("words", ""),
            # Absent or garbled: a version that no row has, hence refused as stale.
            version=int(version) if version.isascii() and version.isdecimal() else 0,
            by=by,
        )
    except Invalid as invalid:
        return _page(request, found, invalid)
    return redirect("office-drifts")


def _page(request: HttpRequest, found: Drift, invalid: Invalid | None = None) -> HttpResponse:
    by = actor_of(request)
    work = queries.drift_work(found, by=by)
    names = {one.uscc: one for one in identity.organs()}
    problems = invalid.problems if invalid else {}
    context = {
        "drift": found,
        "field": gettext(COMPARED[found.field]),
        "place_name": queries.place(found.region),
        "organ": names.get(found.organ),
        "state": gettext(STATES[found.state]),
        "work": work,
        "outcomes": OUTCOMES[Stage(work.stage)] if work else (),
        "given": request.POST,
        "problems": {name: [gettext(t) for t in texts] for name, texts in problems.items()},
    }
    return modes.page(request, "services/drift.html", context, status=422 if invalid else 200)


@require_safe
@demands("item.compare", "item.mend", "definition.draft", "definition.publish")
def layers(request: HttpRequest, key: str) -> HttpResponse:
    """Each name of an item in a region, the level that wrote it, and whether it is fixed."""
    found = queries.regional(key, read_region(request.GET.get("region", "")))
    context = {
        "item": found.item,
        "region": queries.place(found.region),
        "rows": [(row, gettext(row.level)) for row in queries.provenance(found)],
        "places": [(queries.place(str(v.body["region"])), str(v.body["region"]))
                   for v in queries.variants(key)],
        "current": found.region,
    }  # fmt: skip
    return modes.page(request, "services/layers.html", context)
