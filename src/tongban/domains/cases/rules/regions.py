"""Where a filing may be handled (跨区域通办), and how two regions' terms differ; pure.

差异须在提交前告知: what another region asks otherwise is computed from the two published items,
shown, and agreed to; the agreement names what was shown.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.errors import N_, Refusal

SHARED: Mapping[str, int] = {"county": 6, "city": 4, "province": 2, "national": 0}
"""办理范围: how many digits of the division codes must agree."""

FIELDS: Mapping[str, str] = {
    "organ": N_("Who decides"),
    "materials": N_("Materials"),
    "conditions": N_("Conditions"),
    "statutory_days": N_("Statutory working days"),
    "promised_days": N_("Promised working days"),
    "due_on": N_("Done by, if filed today"),
    "fees": N_("Fees"),
    "visits": N_("Visits"),
}
"""What regions are compared by, in the order of the page."""


class OutOfReach(Refusal):
    """The item is not handled there."""

    says = N_("“{item}” cannot be handled there.")
    hint = N_("Choose one of the places that the page offers.")
    status = 409


class TermsChanged(Refusal):
    """What was agreed to is not what holds."""

    says = N_("What “{item}” asks in {region} is not what you agreed to.")
    hint = N_("Look at the differences again, and agree to them or choose another place.")
    status = 409


def is_within(reach: str, home: str, region: str) -> bool:
    """Whether an item of a division may be handled in another, by the range it publishes."""
    shared = SHARED.get(reach)
    return shared is not None and home[:shared] == region[:shared]


def is_elsewhere(one: str, other: str) -> bool:
    """Whether two divisions lie in two cities, each with offices and a calendar of its own."""
    return one[:4] != other[:4]


CROSSING = "crossing"
"""The clock of the station that hands over (异地代收移交)."""

CROSSING_DAYS = 2
"""异地代收: working days until it is handed over, where a city says nothing else (待核实)."""

RETURN_DAYS = 3
"""结果回递: working days until a result lies at its desk, unless a city differs (待核实)."""

MOST_ORIGINALS = 99


class NotLookedAt(Refusal):
    """The station hands over what it has looked at."""

    says = N_("Form and identity have not both been checked.")
    hint = N_("Check that nothing is left blank, and who stands before you; then hand it over.")
    status = 422


class OverAlready(Refusal):
    """A crossing is handed over once, while its case waits for it."""

    says = N_("This was handed over, or taken back, already.")
    hint = N_("Open the list of what you took in for elsewhere; nothing was changed.")
    status = 409


class NotHereYet(Refusal):
    """A desk hands out what it holds."""

    says = N_("This result has not come from the other city yet.")
    hint = N_("Follow the parcel on its page; the applicant is told when it is here.")
    status = 409


class NoSuchCount(Refusal):
    """Papers are counted."""

    says = N_("This is no number of papers.")
    hint = N_("Write how many originals go by post, from 0 to {most}.")
    status = 422


def check_looked_at(*, form: bool, identity: bool, originals: int) -> None:
    """Refuse a hand-over of what was not looked at."""
    if not (form and identity):
        raise NotLookedAt()
    if not 0 <= originals <= MOST_ORIGINALS:
        raise NoSuchCount(most=MOST_ORIGINALS)


REQUIREMENTS = frozenset(
    ("materials", "conditions", "fees", "visits", "statutory_days", "promised_days")
)
"""What regions ask or promise otherwise, so that one has to choose before filing."""


class PlaceNotChosen(Refusal):
    """Several regions handle it on different terms; nobody files without having seen them."""

    says = N_("“{item}” is handled in several places, on different terms: none was chosen.")
    hint = N_("Open the page of places, look at the differences, and choose one.")
    status = 409


@dataclass(frozen=True, slots=True)
class Terms:
    """What an item asks and promises in one region."""

    organ: str
    materials: tuple[str, ...]
    conditions: tuple[str, ...]
    statutory_days: int
    promised_days: int
    due_on: date
    fees: tuple[str, ...]
    visits: int

    def said(self, name: str) -> tuple[str, ...]:
        """One trait as texts, of which a list has several."""
        value = getattr(self, name)
        return value if isinstance(value, tuple) else (str(value),)


def terms(body: Mapping[str, Any], *, organ: str, due_on: date) -> Terms:
    """The terms of an item's body; `due_on` is computed on the region's own calendar."""
    return Terms(
        organ=organ,
        materials=tuple(str(row["name"]) for row in body.get("material", ())),
        conditions=tuple(map(str, body.get("conditions", ()))),
        statutory_days=int(body.get("statutory_days", 0)),
        promised_days=int(body.get("promised_days", 0)),
        due_on=due_on,
        fees=tuple(
            f"{row.get('name', '')} {row.get('amount', '')}".strip() for row in body.get("fee", ())
        ),
        visits=int(body.get("visits", 0)),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One trait in which two regions differ; of lists only what one of them has alone."""

    field: str
    here: tuple[str, ...]
    there: tuple[str, ...]

    @property
    def title(self) -> str:
        return FIELDS[self.field]


def differences(here: Terms, there: Terms) -> list[Difference]:
    """Trait by trait, in the order of the page; nothing where both ask the same."""
    found = []
    for name in FIELDS:
        mine, theirs = here.said(name), there.said(name)
        if mine != theirs and set(mine) != set(theirs):
            only = tuple(text for text in mine if text not in theirs)
            found.append(Difference(name, only, tuple(t for t in theirs if t not in mine)))
    return found


def must_choose(found: Sequence[Difference]) -> bool:
    """Whether two regions ask or promise otherwise; who decides and by when is no such thing."""
    return any(one.field in REQUIREMENTS for one in found)


def agreement(
    *, region: str, pins: tuple[int, int | None], differences: Sequence[Difference]
) -> str:
    """The hash of what one agrees to: the place, the two versions, and the differences shown.

    The day on which it would be done moves with the day on which one looks; it is no part of it.
    """
    said = [[d.field, d.here, d.there] for d in differences if d.field != "due_on"]
    text = json.dumps([region, pins, said], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
