"""What a licence says: its type, its signed record, and whether both still hold."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tongban.domains.licences import rules
from tongban.domains.licences.models import Licence
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity

RECORD = "licence.record"
HOLDER = "licence.holder"


def type_in_force(key: str) -> tuple[catalogue.Version, rules.LicenceType]:
    """The type of licence in force."""
    version = catalogue.current("licence_type", key)
    return version, catalogue.compiled(version, _type)


def type_of(definition: int) -> rules.LicenceType:
    """The type as it was when the licence was issued."""
    return catalogue.compiled(catalogue.by_id(definition), _type)


def _type(version: catalogue.Version) -> rules.LicenceType:
    return rules.licence_type(version.body)


def holder_hash(number: str) -> str:
    return vault.keyed_hash(number, purpose=HOLDER) if number else ""


class Signed(NamedTuple):
    """What was signed, as it was, and the disclosures that go with it."""

    text: str
    disclosures: tuple[str, ...]


def sealed(composed: rules.Composed) -> str:
    """A composed record in the form of its column."""
    body = json.dumps(
        {"text": composed.text, "disclosures": composed.disclosures}, ensure_ascii=False
    )
    return vault.encrypt(body, purpose=RECORD)


def signed(licence: Licence) -> Signed:
    """What was signed; the records of the first form say everything in the clear."""
    found: dict[str, Any] = json.loads(vault.decrypt(licence.record, purpose=RECORD))
    if "text" in found:
        return Signed(found["text"], tuple(found["disclosures"]))
    return Signed(rules.canonical(found).decode(), ())


def record(licence: Licence) -> dict[str, Any]:
    """The record in the clear: `holder`, `fields`, and what every record states."""
    return _read(signed(licence))


def _read(one: Signed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one.text)
    return rules.unfolded(*one) if "disclosed" in found else found


def digest_named(name: str) -> Callable[[bytes], bytes]:
    """The digest that a record names."""
    return lambda data: vault.digest(data, name=name)[1]


def is_intact(licence: Licence, one: Signed) -> bool:
    """Whether the text is what was signed, and names each disclosure and this licence."""
    if not vault.verify(one.text.encode(), vault.Signature.parse(licence.signature)):
        return False
    body = json.loads(one.text)
    return body["identifier"] == licence.identifier and rules.is_faithful(
        one.text, one.disclosures, digest_named(body.get("digest", "sha-256"))
    )


class Issuer(NamedTuple):
    """What a licence says of an agency."""

    uscc: str
    name: str
    division: str


_organs: dict[str, tuple[datetime, Issuer]] = {}


def organ_of(key: str) -> Issuer:
    """An agency by key or USCC; kept for a minute, since every licence names two."""
    kept = _organs.get(key)
    now = clock.instant()
    if kept is None or now - kept[0] > timedelta(minutes=1):
        found = identity.organ(key)
        kept = _organs[key] = (now, Issuer(found.uscc, found.name, found.division))
    return kept[1]


@dataclass(frozen=True, slots=True)
class Verified:
    """What anyone is told about a licence."""

    licence: Licence
    standing: rules.Standing
    record: dict[str, Any]

    @property
    def holds(self) -> bool:
        return self.standing == rules.Standing.VALID


def verify(identifier: str) -> Verified:
    """Check the signature over the record and read the status live; open to all."""
    found = Licence.objects.filter(identifier=identifier.strip()).first()
    if found is None:
        raise NotFound()
    one = signed(found)
    return Verified(
        licence=found,
        standing=rules.standing(
            status=found.status,
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            today=clock.today(),
            intact=is_intact(found, one),
        ),
        record=_read(one),
    )


def standing(licence: Licence) -> rules.Standing:
    """What a list says of a licence; whether its record is intact, only `verify` tells."""
    return rules.standing(
        status=licence.status,
        valid_from=licence.valid_from,
        valid_to=licence.valid_to,
        today=clock.today(),
        intact=True,
    )
