"""What stands on the home page of the one who looks at it; what is absent is absent."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.cases import queries as cases
from tongban.domains.cases.portal import filings
from tongban.domains.cases.queries import pages
from tongban.domains.licences import portal as wallet
from tongban.domains.licences import queries as licences
from tongban.domains.services import portal as offers
from tongban.domains.services import queries as services
from tongban.doors.portal.home import (
    Cut,
    Figure,
    FirmBand,
    LicenceCard,
    PortalHome,
    Quick,
    Reminder,
    Running,
    Stage,
    ThingCard,
)
from tongban.kernel.crypto import masking
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import menus
from tongban.kernel.ui.templatetags.ui import light_of

SHOWN = 8
ICONS = {"elder-card": "bus", "elder-allowance": "gift", "remote-medical": "med"}


def home_of(request: HttpRequest) -> PortalHome:
    """The home page as its reader sees it."""
    by = menus.actor_of(request)
    things = [_thing(offers.card(one)) for one in services.things()]
    common = {
        "hot": _hot(),
        "tiles": _tiles(),
        "things": things[:SHOWN],
        "things_url": menus.address("things"),
        "figures": _figures(),
        "figures_url": menus.address("reviews:results"),
        "suggest_url": menus.address("search-suggest"),
        "firm": _firm(request),
    }
    if by.kind == "nobody" or (by.is_official and by.for_person is None):
        return PortalHome(**common)  # type: ignore[arg-type]
    filed = [pages.progress(one) for one in cases.applications(by=by).filter(ended_at=None)[:2]]
    return PortalHome(
        greeting=masking.mask_name(by.name),
        running=[_running(shown) for shown in filed],
        progress_url=menus.address("my"),
        reminders=[*_supplements(filed), *_drafts(request)],
        licences=[_licence(row) for row in licences.mine(by=by)[:3]],
        licences_url=menus.address("licences"),
        **common,  # type: ignore[arg-type]
    )


def _firm(request: HttpRequest) -> FirmBand | None:
    """The enterprise zone, named by the firms for which its reader may act."""
    url, by = menus.address("enterprise:zone"), menus.actor_of(request)
    if not url:
        return None
    name, firms = "", []
    if by.for_entity:
        name = identity.entity(by.for_entity).name
    elif by.kind == "person" and request.user.is_authenticated:
        firms = [one.name for one in identity.principals_of(request.user) if one.entity]
    return FirmBand(
        url=url, policies_url=menus.address("enterprise:policies"), name=name, firms=firms
    )


def _thing(card: offers.Card) -> ThingCard:
    def cut(saved: offers.Saved | None) -> Cut | None:
        return Cut(saved.before, saved.after) if saved else None

    return ThingCard(
        name=card.name,
        url=card.url,
        name_en=card.name_en,
        icon=card.icon,
        organs=card.organs,
        forms=cut(card.forms),
        materials=cut(card.materials),
        days=cut(card.days),
        for_firms=card.for_firms,
    )


def _hot() -> list[Quick]:
    """The first words of each one-thing, as people say it."""
    return [
        Quick(one.words[0], reverse("thing", args=[one.key]), "")
        for one in services.things()
        if one.words
    ][:4]


def _tiles() -> list[Quick]:
    """The few large ones of the elder page: always the same, in the same order."""
    ready = {one.key: one for one in services.items() if one.ready}
    tiles = [
        Quick(ready[key].name, reverse("item", args=[key]), icon)
        for key, icon in ICONS.items()
        if key in ready
    ]
    tiles += [
        Quick(
            offers.card(one).name,
            reverse("thing", args=[one.key]),
            str(one.body.get("icon", "grid")),
        )
        for one in services.things()
        if one.audience == "person"
    ][:1]
    tiles.append(Quick(gettext("My licences"), reverse("licences"), "card"))
    tiles.append(Quick(gettext("All services"), reverse("items"), "grid"))
    return tiles


def _running(shown: pages.Progress) -> Running:
    title, sentence = filings.headline(shown)
    done, total = len(shown.done), len(shown.lanes)
    due = shown.application.matter.due_on
    stop = gettext(". ")
    return Running(
        name=shown.application.title,
        url=reverse("progress", args=[shown.application.number]),
        sentence=f"{title}{stop}{sentence}",
        stages=[
            Stage(gettext("Application sent"), "ok"),
            Stage(gettext("Together %(a)s/%(b)s") % {"a": done, "b": total}, "now"),
            Stage(gettext("Done")),
        ],
        light=light_of(shown.application.matter, shown.calendar) if due else None,
    )


def _supplements(filed: list[pages.Progress]) -> list[Reminder]:
    return [
        Reminder(
            gettext("Your turn: mend “%(name)s”") % {"name": shown.application.title},
            reverse("supplement", args=[shown.application.number, lane.case.case_no]),
            gettext("Mend it"),
            "edit",
        )
        for shown in filed
        for lane in shown.to_supplement[:1]
    ]


def _drafts(request: HttpRequest) -> list[Reminder]:
    rows = cases.drafts(by=menus.actor_of(request))[:2]
    return [
        Reminder(
            gettext("Not sent yet: %(name)s") % {"name": cases.view(row).title},
            reverse("draft", args=[row.key]),
            gettext("Go on with it"),
            "edit",
        )
        for row in rows
    ]


def _licence(row: Any) -> LicenceCard:
    return LicenceCard(
        name=row.name,
        url=reverse("licence", args=[row.identifier]),
        number=row.number,
        issuer=row.organ_name,
        tone=wallet.tone_of(row.type),
    )


def _figures() -> list[Figure]:
    """What we did in the last thirty days; nothing while there is too little to say."""
    found = pages.record_since()
    if found is None:
        return []
    span = gettext("last 30 days, %(n)s cases") % {"n": found.decided}
    return [
        Figure(gettext("From filing to decision"), str(found.days), gettext("working days"), span),
        Figure(
            gettext("Decided in time"),
            f"{100 * found.on_time / found.decided:.1f}",
            "%",
            gettext("late: %(n)s cases") % {"n": found.decided - found.on_time},
        ),
        Figure(
            gettext("Decided at once by rule"),
            f"{100 * found.by_rule / found.decided:.1f}",
            "%",
            gettext("%(n)s cases; a rule never refuses") % {"n": found.by_rule},
        ),
    ]
