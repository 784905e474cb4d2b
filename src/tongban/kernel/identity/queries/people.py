"""People and legal entities; numbers come masked, save from what ends in `_in_clear`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from tongban.kernel import rows
from tongban.kernel.crypto import masking, vault
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import codes, rules
from tongban.kernel.identity.models import (
    LegalEntity,
    Person,
)

NUMBER = "person.number"
PHONE = "person.phone"


@dataclass(frozen=True, slots=True)
class Masked:
    """A person as others may see them."""

    id: int
    name: str
    number: str
    phone: str
    division: str


def number_hash(number: str, kind: str = "111") -> str:
    """The keyed hash by which a person's number is looked up."""
    plain = codes.normal(number)
    return vault.keyed_hash(plain if kind == "111" else f"{kind}:{plain}", purpose=NUMBER)


def person(id: int) -> Person:
    """The person with this id."""
    read = rows.read_rows(_PERSON, [id], Person)
    if not read:
        raise NotFound()
    found: Person = read[0][0]
    return found


# By hand: every filing and every document begins with it.
_PERSON = f"SELECT {{0}} FROM {Person._meta.db_table} t0 WHERE t0.id = %s"


def person_by_number(number: str, *, kind: str = "111") -> Person | None:
    """The person with this number; None when nobody here has it."""
    return Person.objects.filter(number_hash=number_hash(number, kind)).first()


def people_named(name: str, *, limit: int) -> list[int]:
    """The keys of those who bear exactly this name, at most so many."""
    return list(Person.objects.filter(name=name).values_list("pk", flat=True)[:limit])


def entities_named(name: str, *, limit: int) -> list[str]:
    """The codes of the firms that bear exactly this name, at most so many."""
    return list(LegalEntity.objects.filter(name=name).values_list("uscc", flat=True)[:limit])


def person_on_document(*, name: str, number: str) -> Person:
    """The person with this name and number; one answer for an unknown number and another name."""
    codes.PersonNumber.read(number)
    found = person_by_number(number)
    if found is None or codes.normal(found.name) != codes.normal(name):
        raise rules.NoSuchPerson()
    return found


def people_by_numbers(numbers: Iterable[str]) -> dict[str, Person]:
    """The persons with these resident numbers, by number; unknown ones are absent."""
    by_hash = {number_hash(number): number for number in numbers}
    found: dict[str, Person] = {}
    hashes = list(by_hash)
    for start in range(0, len(hashes), 500):
        for row in Person.objects.filter(number_hash__in=hashes[start : start + 500]):
            found[by_hash[row.number_hash]] = row
    return found


def people_by_phone(phone: str) -> models.QuerySet[Person]:
    """The persons who gave this phone; a family may share one."""
    return Person.objects.filter(phone_hash=vault.keyed_hash(phone, purpose=PHONE))


def masked(person: Person) -> Masked:
    """A person with name, number and phone masked (脱敏)."""
    return Masked(
        id=person.pk,
        name=masking.mask_name(person.name),
        number=masking.mask_person_number(number_in_clear(person)),
        phone=masking.mask_phone(phone_in_clear(person)),
        division=person.division,
    )


def number_in_clear(person: Person) -> str:
    """The person's own number. For officials: `actions.open_record`, which leaves a read record."""
    return vault.decrypt(person.number, purpose=NUMBER)


def phone_in_clear(person: Person) -> str:
    """The person's own phone. For officials: `actions.open_record`, which leaves a read record."""
    return vault.decrypt(person.phone, purpose=PHONE) if person.phone else ""


def entity(uscc: str) -> LegalEntity:
    """The legal entity with this unified social credit code."""
    found = LegalEntity.objects.select_related("legal_representative").filter(uscc=uscc).first()
    if found is None:
        raise NotFound()
    return found
