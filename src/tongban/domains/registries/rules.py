"""What registers are, what may be asked of them, and when a value is disputed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tongban.kernel.catalogue.kinds import Fault, Known
from tongban.kernel.errors import N_, Refusal

ABOUT = ("person", "child", "entity", "premises")

FRESH_WITHIN_DAYS = 365
"""Where a register declares nothing; a figure of ours, no law's (待核实)."""


class RowStatus(StrEnum):
    CURRENT = "current"
    AMENDED = "amended"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a lookup ended, as its record says."""

    FOUND = "found"
    NONE = "none"
    UNAVAILABLE = "unavailable"


class Reason(StrEnum):
    """Why a source has to verify a value."""

    DISPUTED = "disputed"
    MISSING = "missing"
    CONTRADICTORY = "contradictory"


class Status(StrEnum):
    """Where a correction stands."""

    OPEN = "open"
    UPHELD = "upheld"
    UNFOUNDED = "unfounded"


REASONS: Mapping[str, str] = {
    Reason.DISPUTED: N_("The value is disputed"),
    Reason.MISSING: N_("The value is missing"),
    Reason.CONTRADICTORY: N_("Another source says otherwise"),
}
STATUSES: Mapping[str, str] = {
    Status.OPEN: N_("Being verified"),
    Status.UPHELD: N_("Corrected"),
    Status.UNFOUNDED: N_("Found to be right"),
}


class UnknownRegister(Refusal):
    says = N_("There is no register “{register}”.")
    hint = N_("Name one of the catalogue: cities/…/registers lists them.")
    status = 404


class UnknownFields(Refusal):
    says = N_("The register “{register}” does not hold: {fields}.")
    hint = N_("Ask only for what its catalogue entry lists.")
    status = 422


class NothingAsked(Refusal):
    says = N_("A lookup must name the fields that are needed.")
    hint = N_("Name them one by one; a whole row is never handed out.")
    status = 422


class GroundMissing(Refusal):
    """政务数据共享条例 第二十五条: 不得擅自扩大使用范围、用途; so each call states them."""

    says = N_("A lookup must state its {what}.")
    hint = N_("State the purpose, the legal basis, the case and on whose initiative it is asked.")
    status = 422


class EntryTwice(Refusal):
    says = N_("An entry stands twice in the batch for “{register}”.")
    hint = N_("Nothing was taken. Give each entry its own number and load again.")
    status = 422


class SubjectMissing(Refusal):
    says = N_("An entry of “{register}” does not say whom it is about ({element}).")
    hint = N_("Nothing was taken. Fill the element by which entries are known.")
    status = 422


class UnknownReason(Refusal):
    says = N_("“{reason}” is no reason for a correction.")
    hint = N_("Use disputed, missing or contradictory.")
    status = 422


class ValueMissing(Refusal):
    says = N_("Say what the value should be.")
    hint = N_("A disputed value needs the one you hold to be right.")
    status = 422


class AnswerMissing(Refusal):
    says = N_("A correction is answered in words.")
    hint = N_("Say what was verified, and with what; the person who reported it reads this.")
    status = 422


class AlreadyDecided(Refusal):
    says = N_("This correction was already decided.")
    hint = N_("Whoever disagrees reports the value again; that opens a new one.")
    status = 409


class NotTheirParent(Refusal):
    """One sentence for an unknown child, another name and another parent: nobody tries them out."""

    says = N_("The registers do not name you as a parent of a child with this name and number.")
    hint = N_("Compare both with the household register; else come to a window with your papers.")
    status = 422


@dataclass(frozen=True, slots=True)
class Child:
    """A child as the registers know it."""

    name: str
    born_on: date


def check_parent(
    *,
    name: str,
    child: Mapping[str, Any],
    births: Iterable[Mapping[str, Any]],
    parent: str,
) -> Child:
    """The child, if the parent's own entries in the birth register hold this name and birthday."""
    known, day = str(child.get("name", "")), str(child.get("birth_date", ""))
    for row in births:
        parents = {str(row.get("mother_number", "")), str(row.get("father_number", ""))}
        if (
            known
            and known == name.strip() == row.get("name")
            and day
            and day == str(row.get("birth_date", ""))
            and parent in parents
        ):
            return Child(known, date.fromisoformat(day[:10]))
    raise NotTheirParent()


class SubjectUnclear(Refusal):
    says = N_("More than one entry of “{register}” could be meant.")
    hint = N_("Name the entry itself, not the person it is linked to.")
    status = 409


@dataclass(frozen=True, slots=True)
class Register:
    """A register (登记簿) as its published definition describes it."""

    key: str
    name: str
    name_en: str
    organ: str
    """Key of the organ that owns it."""
    about: str
    elements: Mapping[str, str]
    """Element -> what the register calls it."""
    key_element: str = ""
    """The element by which an entry is known: it is its subject."""
    leads: tuple[str, ...] = ()
    """Elements whose person or firm shall find the entry too: `mother_number`."""
    fresh_within_days: int = FRESH_WITHIN_DAYS
    """How long after its last update an entry may still be decided on without a person."""
    definition: int = 0

    def check_fields(self, fields: Sequence[str]) -> None:
        """Refuse to answer nothing in particular, or more than the catalogue says is held."""
        if not fields:
            raise NothingAsked()
        if strange := sorted(set(fields) - set(self.elements)):
            raise UnknownFields(register=self.name, fields=", ".join(strange))

    def subject_of(self, values: Mapping[str, Any]) -> str:
        """Whom an entry is about, by its own contents."""
        subject = str(values.get(self.key_element) or "")
        if not subject:
            raise SubjectMissing(register=self.name, element=self.key_element or "key_element")
        return subject

    def links_of(self, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """(role, subject) of those who shall find the entry, by its own contents."""
        return tuple((role_of(lead), str(values[lead])) for lead in self.leads if values.get(lead))


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a source hands it over; subject and links may be left to its contents."""

    values: Mapping[str, Any]
    subject: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """(role, number or code) of those whose question shall find this entry."""
    entry: str = ""
    """The entry's own number, where a subject may have several (plates, policies)."""
    valid_from: date | None = None
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What one lookup asks of one register."""

    register: str
    subject: str
    fields: tuple[str, ...] = field(default=())


def role_of(lead: str) -> str:
    """The role of whom a lead names: `mother_number` leads from the mother."""
    return lead.removesuffix("_number").removesuffix("_uscc")


def parse(body: Mapping[str, Any], definition: int = 0) -> Register:
    """Build a register from its published definition."""
    return Register(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        organ=body["organ"],
        about=body["about"],
        elements={f["element"]: f.get("name", f["element"]) for f in body.get("fields", ())},
        key_element=body.get("key_element", ""),
        leads=tuple(body.get("leads", ())),
        fresh_within_days=body.get("fresh_within_days", FRESH_WITHIN_DAYS),
        definition=definition,
    )


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what would keep a register from being asked."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("key", "name", "organ", "about")
        if not body.get(name)
    ]
    if body.get("about") and body["about"] not in ABOUT:
        faults.append(
            Fault(
                "about", N_("This subject is unknown."), N_("Use person, child, entity, premises.")
            )
        )
    days = body.get("fresh_within_days", FRESH_WITHIN_DAYS)
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        faults.append(
            Fault(
                "fresh_within_days", N_("This is no number of days."), N_("Write a whole number.")
            )
        )
    fields = body.get("fields") or []
    if not fields:
        faults.append(Fault("fields", N_("A register holds at least one field."), N_("List it.")))
    seen: set[str] = set()
    for n, row in enumerate(fields):
        element = row.get("element", "")
        if not element:
            faults.append(Fault(f"fields[{n}].element", N_("This is missing."), N_("Write it.")))
        elif element in seen:
            faults.append(
                Fault(f"fields[{n}].element", N_("This field stands twice."), N_("Remove one."))
            )
        seen.add(element)
    named = [
        ("key_element", body.get("key_element")),
        *(("leads", e) for e in body.get("leads", ())),
    ]
    faults += [
        Fault(where, N_("The register does not hold this element."), N_("List it."))
        for where, element in named
        if element and element not in seen
    ]
    return faults


_PERSON = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"
)
_PUBLIC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}|[0-9]{6}[0-9A-Z]{22}")


def is_public_code(subject: str) -> bool:
    """Whether a subject may stand plain: a USCC or a real-estate unit's code (GB/T 37346).

    Anything else is hashed, and so is a USCC that could be read as a person's number.
    """
    code = subject.strip().upper()
    return _PUBLIC.fullmatch(code) is not None and _PERSON.fullmatch(code) is None


def check_ground(**ground: str) -> None:
    """Refuse a lookup that does not say why, on what basis, for which case and for whom."""
    for what, text in ground.items():
        if not text or not text.strip():
            raise GroundMissing(what=what.replace("_", " "))


def check_reason(reason: str, claimed: Any) -> Reason:
    """Refuse an unknown reason, and a dispute that does not say what is right."""
    if reason not in set(Reason):
        raise UnknownReason(reason=reason)
    if reason == Reason.DISPUTED and claimed in (None, ""):
        raise ValueMissing()
    return Reason(reason)


def changed(held: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The elements whose value would change, in order."""
    return sorted(name for name, value in values.items() if held.get(name) != value)


def picked(values: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Only the asked fields; what the entry lacks is absent, not empty."""
    return {name: values[name] for name in fields if values.get(name) not in (None, "")}
