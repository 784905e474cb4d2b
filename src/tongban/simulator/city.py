"""A city built from its folder: keys, divisions, organs, calendars, definitions, people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tongban.kernel.actor import part
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import actions as identity
from tongban.simulator import people, seals

SETUP = part("setup")


@dataclass(frozen=True, slots=True)
class Built:
    """What a new city holds."""

    organs: int
    definitions: int
    persons: int
    firms: int


def found(*, folder: Path, on: date) -> tuple[int, int]:
    """Read a city's files into an empty city: (organs, definitions); a second time adds nothing."""
    counts = identity.seed(folder=folder, by=SETUP)
    deadlines.seed_calendars(folder=folder / "calendars", by=SETUP)
    seeded = catalogue.seed(folder=folder, by=SETUP, valid_from=on)
    return counts.get("organs", 0), len(seeded.published)


def build(
    *,
    folder: Path,
    on: date,
    since: date | None = None,
    persons: int = 5000,
    firms: int = 800,
    seed: int = 1,
    say: Callable[[str], None] = lambda text: None,
) -> Built:
    """Found the city and let people live in it, with all that the registers know of them.

    The people are those of the day `on`; what the city publishes is in force `since` half a year
    before it, so that it may live through days that lie in the past.
    """
    say("organs, calendars, definitions")
    organs, definitions = found(folder=folder, on=since or on - timedelta(days=180))
    say("seals")
    seals.build(since=since or on - timedelta(days=180))
    say(f"{persons} persons, {firms} firms, their registers")
    summary = people.build(folder=folder, persons=persons, firms=firms, seed=seed, on=on, by=SETUP)
    return Built(organs, definitions, summary.persons, summary.firms)
