"""What several pages of the portal show: cards, papers, the way to a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from tongban.domains.licences import queries as licences
from tongban.domains.registries import queries as registries
from tongban.domains.services import queries, rules
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity


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
        Sheet(paper, [by_key[key] for key in paper.items], stands_in(paper))
        for paper in offer.papers
    ]
    return sorted(rows, key=lambda row: not row.paper.is_asked)


def crumbs(*parts: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page: home, then (words, name or address of the page)."""
    way = [(gettext("Home"), "/")]
    for words, address in parts:
        way.append((words, address if not address or "/" in address else reverse(address)))
    return way


def stands_in(paper: rules.Paper) -> str:
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


def always(text: str, facts: Mapping[str, Any]) -> bool:
    """A guide lists what any situation may need; the page says when."""
    return True


def title(found: rules.OneThing) -> str:
    return found.title(language())


def language() -> str:
    return get_language() or "zh-hans"
