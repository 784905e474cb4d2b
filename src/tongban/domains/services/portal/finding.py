"""Search: in plain words, with suggestions; both work without JavaScript."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.services import actions, queries, rules
from tongban.domains.services.portal.cards import Card, card, organ
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a search."""

    kind: str
    title: str
    title_en: str
    url: str
    ready: bool
    icon: str
    about: str
    card: Card | None = None

    @property
    def name(self) -> str:
        return self.title

    @property
    def name_en(self) -> str:
        return self.title_en


@open_to_all
def search(request: HttpRequest) -> HttpResponse:
    """Find a service in plain words; what is not found is said, with the hotline."""
    text = request.GET.get("q", "").strip()[:60]
    found = [_answer(entry) for entry in queries.search(text)]
    if text and not found and request.method == "GET":
        actions.note_missed(words=text, by=actions.SELF)
    context = {
        "q": text,
        "best": next((one for one in found[:1] if one.card), None),
        "found": found,
        "things": [card(one) for one in queries.things()] if not found else [],
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/search.html", context)


@open_to_all
def suggest(request: HttpRequest) -> HttpResponse:
    """The first few answers while one types; the search works without."""
    text = request.GET.get("q", "").strip()[:60]
    found = [_answer(entry) for entry in queries.search(text)[:5]] if text else []
    return render(request, "services/parts/suggest.html", {"found": found})


def _answer(entry: rules.Entry) -> Answer:
    if entry.kind == "one_thing":
        _, found = queries.thing(entry.key)
        shown = card(found)
        about = gettext("One thing, done once")
        return Answer(
            entry.kind, found.name, found.name_en, shown.url, found.ready, shown.icon, about, shown
        )
    _, one = queries.item(entry.key)
    return Answer(
        entry.kind,
        one.name,
        one.name_en,
        reverse("item", args=[one.key]),
        one.ready,
        "doc",
        str(getattr(organ(one.organ), "short", "")),
    )
