"""What a city makes public (信息公开): the four lists, the guides, and the map of the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.services import queries, rules
from tongban.domains.services.portal.cards import crumbs, language, organ
from tongban.kernel.errors import N_
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import open_to_all

ABOUT = {
    "power_list": N_("What each office may do, and by which law. What is not in it, it may not."),
    "duty_list": N_("What each office owes for each of its powers, and who answers for it."),
    "negative_list": N_("What is banned or needs a permit. All else is open to everyone alike."),
    "fund_list": N_("Public money for a purpose: by which law, how much, for how long."),
}
KINDS = {"ban": N_("banned"), "permit": N_("needs a permit")}
ENTRY_ORDER = ("law", "duties", "liability", "kind", "budget", "from", "until", "condition")


@open_to_all
def publicity(request: HttpRequest) -> HttpResponse:
    """Where everything public is: lists, guides, figures."""
    context = {
        "lists": [
            (kind, name, ABOUT[kind], len(queries.four_lists(kind)))
            for kind, name in rules.LISTS.items()
        ],
        "items": len(queries.items()),
        "things": len(queries.things()),
        "crumbs": crumbs((gettext("Public information"), "")),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/publicity.html", context)


@open_to_all
def lists(request: HttpRequest, kind: str) -> HttpResponse:
    """The lists of one kind, by office."""
    rows = [
        (version, found, organ(found.organ) if found.organ else None)
        for version, found in queries.four_lists(kind)
    ]
    context = {
        "kind": kind,
        "name": rules.LISTS[kind],
        "about": ABOUT[kind],
        "rows": rows,
        "crumbs": crumbs(
            (gettext("Public information"), "publicity"), (gettext(rules.LISTS[kind]), "")
        ),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/lists.html", context)


@open_to_all
def four_list(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One list with its version, the paper that issued it, and the law of each entry."""
    version, found = queries.four_list(kind, key)
    by_code = {one.basic_code: one for one in queries.items()} if kind == "power_list" else {}
    context = {
        "kind": kind,
        "name": rules.LISTS[kind],
        "version": version,
        "list": found,
        "organ": organ(found.organ) if found.organ else None,
        "listed": [
            {
                "entry": one,
                "facts": _facts(one),
                "url": reverse("item", args=[by_code[one.code].key]) if one.code in by_code else "",
            }
            for one in found.entries
        ],
        "crumbs": crumbs(
            (gettext("Public information"), "publicity"),
            (gettext(rules.LISTS[kind]), reverse("lists", args=[kind])),
            (found.name_en if language().startswith("en") and found.name_en else found.name, ""),
        ),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/list.html", context)


def _facts(entry: rules.ListEntry) -> list[tuple[str, str]]:
    labels = {
        "duties": gettext("Duties"),
        "liability": gettext("Who answers for it"),
        "kind": gettext("Kind"),
        "budget": gettext("Amount (10,000 yuan)"),
        "from": gettext("From"),
        "until": gettext("Until"),
        "condition": gettext("Condition"),
        "law": gettext("Legal basis"),
    }
    rows = []
    for name in ENTRY_ORDER:
        value: Any = entry.body.get(name, "")
        if isinstance(value, list):
            value = "；".join(map(str, value))
        if name == "kind":
            value = gettext(KINDS[value]) if value in KINDS else ""
        if value != "":
            rows.append((labels[name], str(value)))
    return rows


@open_to_all
def site_map(request: HttpRequest) -> HttpResponse:
    """Every public page, as plain links."""
    groups = [
        (gettext("Services"), [(e.label, e.url) for e in menus.portal.shown(request)]),
        *(
            (name or gettext("More"), [(e.label, e.url) for e in entries])
            for name, entries in menus.footer.groups(request)
        ),
        (
            gettext("Public information"),
            [(gettext(name), reverse("lists", args=[kind])) for kind, name in rules.LISTS.items()],
        ),
        (
            gettext("One thing"),
            [(t.title(language()), reverse("thing", args=[t.key])) for t in queries.things()],
        ),
        (
            gettext("Service guides"),
            [(i.title(language()), reverse("item", args=[i.key])) for i in queries.items()],
        ),
    ]
    merged: dict[str, dict[str, str]] = {}
    for name, links in groups:
        merged.setdefault(name, {}).update({url: label for label, url in links})
    context = {
        "groups": [(name, list(links.items())) for name, links in merged.items() if links],
        "crumbs": crumbs((gettext("Site map"), "")),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/site_map.html", context)
