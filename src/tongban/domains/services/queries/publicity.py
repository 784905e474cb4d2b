"""What a city makes public of its items: the four lists, and how long things really took."""

from dataclasses import dataclass

from tongban.domains.services import rules
from tongban.domains.services.models import ItemTiming
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound

ENOUGH = 5
"""Fewer cases say nothing of the next one, and might show one of them."""


def four_lists(kind: str) -> list[tuple[catalogue.Version, rules.FourList]]:
    """The lists of one kind in force, with their versions."""
    if kind not in rules.LISTS:
        raise NotFound()
    return [(v, rules.four_list(kind, v.body)) for v in catalogue.all_current(kind)]


def four_list(kind: str, key: str) -> tuple[catalogue.Version, rules.FourList]:
    """One list in force, with its version."""
    if kind not in rules.LISTS:
        raise NotFound()
    version = catalogue.current(kind, key)
    return version, rules.four_list(kind, version.body)


def entry_of(found: rules.Item) -> rules.ListEntry | None:
    """The entry of the list of powers on which an item stands."""
    version = catalogue.find("power_list", found.organ)
    if version is None:
        return None
    entries = rules.four_list("power_list", version.body).entries
    return next((one for one in entries if one.code == found.basic_code), None)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long an item really took: working days from filing to decision."""

    cases: int
    median: int
    most: int
    """Nine of ten cases took at most so many."""


def timing(key: str) -> Timing | None:
    """What decided cases took; nothing while there are too few."""
    rows = list(ItemTiming.objects.filter(item=key).order_by("days").values_list("days", "count"))
    cases = sum(count for _, count in rows)
    if cases < ENOUGH:
        return None

    def at(share: float) -> int:
        seen = 0
        for days, count in rows:
            seen += count
            if seen >= cases * share:
                return days
        return rows[-1][0]

    return Timing(cases, at(0.5), at(0.9))
