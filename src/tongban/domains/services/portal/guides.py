"""Service guides (办事指南): all items by office, and one item on one page for one's situation."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.services import queries, rules
from tongban.domains.services.portal.cards import Sheet, card, crumbs, language, organ, stands_in
from tongban.domains.services.rules import regions
from tongban.kernel.errors import N_
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all

REACH = {
    "none": N_("Only where the office is"),
    "county": N_("Anywhere in the county"),
    "city": N_("Anywhere in the city"),
    "province": N_("Anywhere in the province"),
    "national": N_("Anywhere in the country"),
}


@open_to_all
def items(request: HttpRequest) -> HttpResponse:
    """Every service item, by the office in charge."""
    by_organ: dict[str, list[rules.Item]] = {}
    for one in queries.items():
        by_organ.setdefault(one.organ, []).append(one)
    groups = [(organ(key), rows) for key, rows in sorted(by_organ.items())]
    context = {
        "groups": groups,
        "total": sum(len(rows) for _, rows in groups),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/items.html", context)


@open_to_all
def item(request: HttpRequest, key: str) -> HttpResponse:
    """The service guide of one item: can I, what I get, how long, what it costs, what to bring."""
    found = queries.regional(key, region_of(request))
    answers = queries.situation(found.item, request.GET)
    context = {
        **about(found, answers),
        "type": rules.TASK_TYPES.get(found.item.task_type, ""),
        "reach": gettext(REACH.get(found.item.body.get("cross_region", "none"), REACH["none"])),
        "things": [card(one) for one in queries.used_by(key)],
        "timing": queries.timing(key),
        "entry": queries.entry_of(found.item),
        "compared": compared(found),
        "crumbs": crumbs((gettext("All services"), "items"), (found.item.title(language()), "")),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/item.html", context)


def region_of(request: HttpRequest) -> str:
    """The division asked for, or nothing."""
    return regions.read_region(request.GET.get("region", ""))


def about(found: queries.Regional, answers: dict[str, str]) -> dict[str, object]:
    """What guide and notice both show of an item in a region and a situation."""
    questions = rules.questions_of(found.item)
    wanted = queries.papers_for(found.item, answers)
    sheets = [Sheet(paper, [], stands_in(paper)) for paper in wanted]
    return {
        "item": found.item,
        "organ": organ(found.item.organ),
        "regional": found,
        "region": found.region,
        "place_name": queries.place(found.region),
        "places": places(found),
        "questions": [(question, answers[question.id]) for question in questions],
        "answers": answers,
        "sheets": sorted(sheets, key=lambda row: not row.paper.is_asked),
        "to_hand_in": sum(row.paper.is_asked for row in sheets),
    }


def places(found: queries.Regional) -> list[tuple[object, str, bool]]:
    """The city and the districts that have a variant of their own, with the current one marked."""
    key = found.item.key
    own = [str(v.body["region"]) for v in queries.variants(key)]
    if not own:
        return []
    home = str(queries.city().get("code", ""))
    address = reverse("item", args=[key])
    return [
        (queries.place(code), address if code == home else f"{address}?region={code}",
         code == found.region)
        for code in (home, *own)
    ]  # fmt: skip


def compared(found: queries.Regional) -> list[tuple[str, str, str]]:
    """Where this region differs from the city's item, in words."""
    rows = []
    for one in queries.comparisons(found.item.key):
        if found.variant and one.variant.id == found.variant.id:
            rows = [
                (gettext(regions.COMPARED[d.field]), d.standard, d.found) for d in one.deviations
            ]
    return rows
