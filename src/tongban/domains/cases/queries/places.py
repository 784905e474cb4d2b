"""Where the items of a draft may be handled, and what is asked otherwise there."""

from dataclasses import dataclass

from tongban.domains.cases.queries.drafts import DraftView
from tongban.domains.cases.rules import regions
from tongban.domains.registries import queries as registries
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.identity import queries as identity


@dataclass(frozen=True, slots=True)
class Option:
    """One place where an item may be handled (办理地), beside the place that has it otherwise."""

    item: Item
    """The item as it holds there."""
    region: str
    name: str
    name_en: str
    pins: tuple[int, int | None]
    terms: regions.Terms
    differences: tuple[regions.Difference, ...]
    is_home: bool
    is_chosen: bool

    @property
    def agreement(self) -> str:
        """What one who chooses it agrees to."""
        return regions.agreement(region=self.region, pins=self.pins, differences=self.differences)


def calendar_at(division: str) -> str:
    """The calendar by which a division works: the city's own, or that of the city it lies in."""
    city = services.city()
    if not regions.is_elsewhere(division, str(city.get("code", division))):
        return str(city["calendar"])
    return registries.calendar_of(division)


def options(view: DraftView, key: str) -> list[Option]:
    """Every place where an item of the draft may be handled, its own first."""
    found = next((item for item in view.items if item.key == key), None)
    if found is None:
        return []
    number = view.pins[key][0]
    chosen = str(view.draft.places.get(key, {}).get("region", ""))
    plain = services.item_of(number)
    home = identity.organ(plain.organ).division
    here = _terms(plain)
    place = services.place(home)
    is_home = chosen in ("", home)
    rows = [Option(plain, home, place.name, place.name_en, (number, None), here, (), True, is_home)]
    reach = str(plain.body.get("cross_region", "none"))
    for variant in services.variants(key):
        region = str(variant.body["region"])
        if region == home or not regions.is_within(reach, home, region):
            continue
        there = services.pinned(number, variant.id)
        terms = _terms(there)
        place = services.place(region)
        rows.append(
            Option(
                there,
                region,
                place.name,
                place.name_en,
                (number, variant.id),
                terms,
                tuple(regions.differences(here, terms)),
                False,
                region == chosen,
            )
        )
    return rows


def elective(view: DraftView) -> list[list[Option]]:
    """The items of a draft that more than one place handles."""
    return [rows for item in view.items if len(rows := options(view, item.key)) > 1]


def chosen(view: DraftView) -> list[Option]:
    """Where the items that more than one place handles are to be handled."""
    if not view.is_answered:
        return []
    return [one for rows in elective(view) for one in rows if one.is_chosen]


def unsettled(view: DraftView) -> list[Item]:
    """The items that several regions handle on different terms, and whose place nobody chose."""
    if not view.is_answered:
        return []
    return [
        item
        for item in view.items
        if item.key not in view.draft.places
        and any(regions.must_choose(one.differences) for one in options(view, item.key))
    ]


def check_places(view: DraftView) -> None:
    """Refuse a filing without a place, or whose terms elsewhere are not those agreed to."""
    if left := unsettled(view):
        raise regions.PlaceNotChosen(item=left[0].name)
    for key, place in view.draft.places.items():
        if key not in view.pins or place["variant"] is None:
            continue
        held = next((o for o in options(view, key) if o.is_chosen), None)
        if held is None or held.agreement != place["agreed"]:
            raise regions.TermsChanged(
                item=services.item_of(view.pins[key][0]).name,
                region=services.place(str(place["region"])).name,
            )


def _terms(item: Item) -> regions.Terms:
    organ = identity.organ(item.organ)
    days = deadlines.calendar(calendar_at(organ.division))
    due_on = days.add(clock.today(), max(item.promised_days, 1))
    return regions.terms(item.body, organ=organ.name, due_on=due_on)
