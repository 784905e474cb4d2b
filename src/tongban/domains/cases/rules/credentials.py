"""One credential (一证通办): what stands in the place of each field and material; what is asked.

Pure: read from the item as it is published, so that the page says what the form will do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.domains.services.rules import ANSWERS, Item, Material
from tongban.kernel.errors import N_


class Way(StrEnum):
    """Who provides it."""

    FETCHED = "fetched"
    CONFIRMED = "confirmed"
    OUTPUT = "output"
    ANSWERED = "answered"
    PROMISED = "promised"
    ASKED = "asked"


WORDS: Mapping[Way, str] = {
    Way.FETCHED: N_("fetched"),
    Way.CONFIRMED: N_("fetched, to confirm"),
    Way.OUTPUT: N_("from an earlier item"),
    Way.ANSWERED: N_("from an answer"),
    Way.PROMISED: N_("may be promised"),
    Way.ASKED: N_("still asked"),
}

WHY: Mapping[str, str] = {
    "field": N_("No register holds it: only the applicant knows."),
    "optional": N_("No register holds it, and it may be left empty."),
    "material": N_("No register, licence or earlier item holds it; the law asks for it."),
    "lawless": N_("No register, licence or earlier item holds it; no law is named for it."),
}
"""Why something is still asked."""

MEASURES: Mapping[str, str] = {
    "fields": N_("Fields to fill in"),
    "materials": N_("Papers to hand in"),
    "visits": N_("Visits"),
    "days": N_("Working days promised"),
}
"""By what the savings of a filing are counted."""

ASKED = frozenset({Way.ASKED, Way.PROMISED})


@dataclass(frozen=True, slots=True)
class Replaced:
    """One field or material, where it comes from, and else why it is asked."""

    name: str
    role: str
    way: Way
    sources: tuple[tuple[str, str], ...]
    """(kind, key): register, licence or output, in the order in which they are tried."""
    why: str = ""
    law: str = ""

    @property
    def is_asked(self) -> bool:
        return self.way in ASKED


def fields(item: Item) -> list[Replaced]:
    """The fields of an item; `name` is the element's key."""
    return [_field(row) for row in item.fields]


def _field(row: Mapping[str, object]) -> Replaced:
    given = row.get("source") or ()
    sources = [given] if isinstance(given, str) else [str(s) for s in given]  # type: ignore[attr-defined]
    found = tuple(_source(source) for source in sources)
    kinds = {kind for kind, _ in found}
    why = ""
    if not found:
        way, why = Way.ASKED, "field" if row.get("required") else "optional"
    elif kinds == {"answer"}:
        way = Way.ANSWERED
    elif kinds == {"output"}:
        way = Way.OUTPUT
    else:
        way = Way.FETCHED if row.get("mode") == "locked" else Way.CONFIRMED
    return Replaced(str(row["element"]), str(row["role"]), way, found, why)


def _source(text: str) -> tuple[str, str]:
    head, _, rest = text.partition(".")
    if head == ANSWERS:
        return "answer", rest
    if text.startswith("output:"):
        return "output", head.removeprefix("output:")
    return "register", head


def materials(item: Item) -> list[Replaced]:
    """The materials of an item; `name` is what people call them."""
    return [_material(row) for row in item.materials]


def _material(row: Material) -> Replaced:
    standing = ("output", "licence", "register")
    found = tuple((kind, key) for kind, key in row.satisfied_by if kind in standing)
    may_promise = any(kind == "promise" for kind, _ in row.satisfied_by)
    if found:
        way = Way.OUTPUT if found[0][0] == "output" else Way.FETCHED
    else:
        way = Way.PROMISED if may_promise else Way.ASKED
    why = "" if found else "material" if row.law else "lawless"
    return Replaced(row.name, row.role, way, found, why, row.law)
