"""What is offered, for citizens: search, one-things, service guides, and the checklist to print."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from tongban.domains.licences import queries as licences
from tongban.domains.registries import queries as registries
from tongban.domains.services import queries, rules
from tongban.kernel import clock
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all

REACH = {
    "none": N_("Only where the office is"),
    "county": N_("Anywhere in the county"),
    "city": N_("Anywhere in the city"),
    "province": N_("Anywhere in the province"),
    "national": N_("Anywhere in the country"),
}


@dataclass(frozen=True, slots=True)
class Saved:
    """One figure of a one-thing: how much it was, how much it is (跑动、材料、时间)."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Card:
    """A one-thing as a card."""

    name: str
    url: str
    name_en: str = ""
    icon: str = "grid"
    organs: int = 0
    forms: Saved | None = None
    materials: Saved | None = None
    days: Saved | None = None
    visits: Saved | None = None
    for_firms: bool = False


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A material on a page: what it is, and in words what stands in its place."""

    paper: rules.Paper
    for_items: list[rules.Item] = field(default_factory=list)
    replaced_by: str = ""

    @property
    def name(self) -> str:
        return self.paper.material.name

    @property
    def name_en(self) -> str:
        return self.paper.material.name_en


@open_to_all
def search(request: HttpRequest) -> HttpResponse:
    """Find a service in plain words; what is not found is said, with the hotline."""
    text = request.GET.get("q", "").strip()[:60]
    found = [_answer(entry) for entry in queries.search(text)]
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


@open_to_all
def things(request: HttpRequest) -> HttpResponse:
    """Every one-thing; what cannot yet be finished here is named as such, and cannot be begun."""
    ready = queries.things()
    names = {one.key for one in ready}
    context = {
        "things": [card(one) for one in ready],
        "later": [one for one in queries.things(ready_only=False) if one.key not in names],
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/things.html", context)


@open_to_all
def thing(request: HttpRequest, key: str) -> HttpResponse:
    """What a one-thing gives, who acts, how long it takes, and what it took before."""
    _, found = queries.thing(key)
    offer = queries.offer(found)
    context = {
        "thing": found,
        "offer": offer,
        "card": card(found),
        "rows": [(one, organ(one.organ)) for one in offer.items],
        "others": [
            (one, organ(one.organ))
            for one in (queries.item(m.key)[1] for m in found.members)
            if one not in offer.items
        ],
        "gives": [result for one in offer.items for result in one.results],
        "sheets": sheets(offer),
        "crumbs": crumbs((gettext("One thing"), "things"), (_title(found), "")),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/thing.html", context)


@open_to_all
def checklist(request: HttpRequest, key: str) -> HttpResponse:
    """The one-time notice (一次告知单) for one situation, to read or to print."""
    _, found = queries.thing(key)
    given = {name: value for name, value in request.GET.items() if value}
    answers: dict[str, str] = {}
    for _ in found.questions:
        # An answer may make a further question necessary, which then has one of its own.
        for question in rules.asked(found, answers, queries.holds):
            main = queries.main_situation(found).get(question.id, question.values()[0])
            value = given.get(question.id, main)
            answers.setdefault(question.id, value if value in question.values() else main)
    asked = rules.asked(found, answers, queries.holds)
    offer = queries.offer(found, {q.id: answers[q.id] for q in asked})
    context = {
        "thing": found,
        "offer": offer,
        "questions": [(question, answers[question.id]) for question in asked],
        "rows": [(one, organ(one.organ)) for one in offer.items],
        "sheets": sheets(offer),
        "city": queries.city(),
        "today": clock.today(),
        "crumbs": crumbs(
            (gettext("One thing"), "things"),
            (_title(found), reverse("thing", args=[key])),
            (gettext("What you need, told once"), ""),
        ),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/checklist.html", context)


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
    """The service guide (办事指南) of one item, on one page."""
    _, found = queries.item(key)
    needed = rules.papers([found], [], {}, _always)
    context = {
        "item": found,
        "organ": organ(found.organ),
        "type": rules.TASK_TYPES.get(found.task_type, ""),
        "reach": gettext(REACH.get(found.body.get("cross_region", "none"), REACH["none"])),
        "sheets": [Sheet(paper, [], _stands_in(paper)) for paper in needed],
        "things": [card(one) for one in queries.used_by(key)],
        "crumbs": crumbs((gettext("All services"), "items"), (found.title(_language()), "")),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/item.html", context)


def card(found: rules.OneThing) -> Card:
    """A one-thing as a card, its numbers counted from its own definition."""
    offer = queries.offer(found)
    before = found.before

    def saved(name: str, after: int) -> Saved | None:
        return Saved(int(before[name]), after) if name in before else None

    return Card(
        name=found.name.removesuffix("一件事") or found.name,
        name_en=found.name_en,
        url=reverse("thing", args=[found.key]),
        icon=str(found.body.get("icon", "grid")),
        organs=len(offer.organs),
        forms=saved("forms", 1),
        materials=saved("materials", offer.to_hand_in),
        days=saved("days", offer.days),
        visits=saved("visits", offer.visits),
        for_firms=found.audience == "entity",
    )


def organ(key: str) -> Any:
    """The organ in charge; its key alone where the city names none such."""
    try:
        return identity.organ(key)
    except Refusal:
        return {"name": key, "short": key, "name_en": ""}


def sheets(offer: rules.Offer) -> list[Sheet]:
    """The materials of a situation: those to hand in first."""
    by_key = {one.key: one for one in offer.items}
    rows = [
        Sheet(paper, [by_key[key] for key in paper.items], _stands_in(paper))
        for paper in offer.papers
    ]
    return sorted(rows, key=lambda row: not row.paper.is_asked)


def crumbs(*parts: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page: home, then (words, name or address of the page)."""
    way = [(gettext("Home"), "/")]
    for words, address in parts:
        way.append((words, address if not address or "/" in address else reverse(address)))
    return way


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


def _stands_in(paper: rules.Paper) -> str:
    """What takes the place of a material, in words."""
    names = []
    for kind, key in paper.replaced_by:
        try:
            names.append(_name_of(kind, key))
        except Refusal:
            continue
    return gettext(", ").join(dict.fromkeys(filter(None, names)))


def _name_of(kind: str, key: str) -> str:
    if kind == "register":
        return registries.register(key).name
    if kind == "licence":
        return gettext("e-licence “%(name)s”") % {"name": licences.type_in_force(key)[1].name}
    return gettext("the result of an earlier step")


def _always(text: str, facts: Mapping[str, Any]) -> bool:
    """A guide lists what any situation may need; the page says when."""
    return True


def _title(found: rules.OneThing) -> str:
    return found.title(_language())


def _language() -> str:
    return get_language() or "zh-hans"
