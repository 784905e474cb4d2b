"""Natural persons and legal entities: enrolled, changed, and opened with a record of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotPermitted, SignInNeeded
from tongban.kernel.identity import codes, queries, rules
from tongban.kernel.identity.models import LegalEntity, Person
from tongban.kernel.ledger import actions as ledger

BATCH = 500


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a person to be enrolled; birth and sex are read from the number."""

    name: str
    number: str
    phone: str = ""
    division: str = ""
    name_en: str = ""
    number_kind: str = "111"
    verified_level: int = 1
    born_on: date | None = None
    sex: str = ""
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewEntity:
    """What is known of a legal entity to be enrolled; `representative` is a person's id."""

    uscc: str
    name: str
    kind: str
    division: str = ""
    representative: int | None = None
    status: str = "active"
    established_on: date | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A person's record, opened: everything in the clear."""

    person: Person
    number: str
    phone: str


@transaction.atomic
def enrol_person(*, person: NewPerson, by: Actor) -> Person:
    """Make a natural person known; one who is known already is answered unchanged."""
    _check_may_enrol(by)
    known = queries.person_by_number(person.number, kind=person.number_kind)
    if known is not None:
        return known
    enrolled = _row(person)
    enrolled.save(force_insert=True)
    ledger.record("person.enrolled", enrolled, by=by, division=enrolled.division)
    return enrolled


@transaction.atomic
def enrol_people(*, people: Sequence[NewPerson], by: Actor) -> list[Person]:
    """Enrol many at once, in the order given; those known already are answered unchanged."""
    _check_may_enrol(by)
    rows = [_row(person) for person in people]
    known = {
        row.number_hash: row
        for part in _parts([row.number_hash for row in rows])
        for row in Person.objects.filter(number_hash__in=part)
    }
    new = {row.number_hash: row for row in rows if row.number_hash not in known}
    Person.objects.bulk_create(new.values(), batch_size=BATCH)
    if new:
        ledger.record(
            "people.enrolled",
            "identity.person:*",
            by=by,
            count=len(new),
            sha256=_sha256(new),
        )
    return [known.get(row.number_hash) or new[row.number_hash] for row in rows]


@transaction.atomic
def enrol_entities(*, entities: Sequence[NewEntity], by: Actor) -> list[LegalEntity]:
    """Enrol many firms and bodies at once; those known already are answered unchanged."""
    _check_may_enrol(by)
    usccs = [codes.Uscc.read(entity.uscc).text for entity in entities]
    known = {
        row.uscc: row for part in _parts(usccs) for row in LegalEntity.objects.filter(uscc__in=part)
    }
    new: dict[str, LegalEntity] = {}
    for uscc, entity in zip(usccs, entities, strict=True):
        if uscc not in known:
            new[uscc] = LegalEntity(
                uscc=uscc,
                name=entity.name,
                kind=entity.kind,
                legal_representative_id=entity.representative,
                status=entity.status,
                division=entity.division or uscc[2:8],
                established_on=entity.established_on,
            )
    LegalEntity.objects.bulk_create(new.values(), batch_size=BATCH)
    if len(new) == 1:
        (only,) = new.values()
        ledger.record("entity.enrolled", only, by=by, uscc=only.uscc, kind=only.kind)
    elif new:
        ledger.record(
            "entities.enrolled",
            "identity.legalentity:*",
            by=by,
            count=len(new),
            sha256=_sha256(new),
        )
    return [known.get(uscc) or new[uscc] for uscc in usccs]


@transaction.atomic
def set_entity_status(*, uscc: str, status: str, by: Actor) -> LegalEntity:
    """Follow the register: an entity was suspended, revoked, cancelled, or is active again."""
    if status not in rules.STATUSES:
        raise ValueError(f"{status!r} is none of {sorted(rules.STATUSES)}")
    by.require("system.administer")
    entity = queries.entity(uscc)
    if LegalEntity.objects.filter(pk=entity.pk).exclude(status=status).update(status=status):
        entity.status = status
        ledger.record("entity.changed", entity, by=by, uscc=uscc, status=status)
    return entity


@transaction.atomic
def open_record(*, person: int, purpose: str, by: Actor, ground: str = "person.read") -> Record:
    """Open a person's record in the clear; each opening leaves a read record.

    One's own needs no more than being signed in. For others `ground` names the grant that entitles:
    a domain that opens the record of its applicant names its own, and has checked that the case is
    the official's.
    """
    found = queries.person(person)
    if by.person != found.pk or by.is_official:
        if by.kind == "person":
            raise NotPermitted(grant=ground)
        by.require(ground)
    elif by.kind == "nobody":
        raise SignInNeeded()
    if not purpose.strip():
        raise rules.PurposeMissing()
    ledger.record("person.read", found, by=by, purpose=purpose, organ=by.organ)
    return Record(
        person=found,
        number=queries.number_in_clear(found),
        phone=queries.phone_in_clear(found),
    )


def _check_may_enrol(by: Actor) -> None:
    if not by.may("system.administer"):
        by.require("window.serve")


def _row(person: NewPerson) -> Person:
    number = codes.normal(person.number)
    born_on, sex = person.born_on, person.sex
    if person.number_kind == "111":
        read = codes.PersonNumber.read(number, today=clock.today())
        born_on, sex = read.birth, read.sex
    fictional = rules.is_fictional(number)
    if settings.TONGBAN_DEMO and not fictional:
        raise rules.RealDataInDemo()
    phone = codes.normal(person.phone)
    return Person(
        name=person.name,
        name_en=person.name_en,
        sex=sex,
        born_on=born_on,
        died_on=person.died_on,
        number_kind=person.number_kind,
        number=vault.encrypt(number, purpose=queries.NUMBER),
        number_hash=queries.number_hash(number, person.number_kind),
        phone=vault.encrypt(phone, purpose=queries.PHONE) if phone else "",
        phone_hash=vault.keyed_hash(phone, purpose=queries.PHONE) if phone else "",
        division=person.division or number[:6],
        verified_level=person.verified_level,
        is_fictional=fictional,
    )


def _parts(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _sha256(keys: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()
