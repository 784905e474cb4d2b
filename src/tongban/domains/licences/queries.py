"""Questions about licences; the only way to a row."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from tongban.domains.licences import rules
from tongban.domains.licences.models import Licence, LicenceUse
from tongban.kernel import clock
from tongban.kernel.actor import Actor
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


def record(licence: Licence) -> dict[str, Any]:
    """The record that was signed, in the clear."""
    found: dict[str, Any] = json.loads(vault.decrypt(licence.record, purpose=RECORD))
    return found


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
    held = record(found)
    intact = vault.verify(rules.canonical(held), vault.Signature.parse(found.signature)) and (
        held["identifier"] == found.identifier
    )
    return Verified(
        licence=found,
        standing=rules.standing(
            status=found.status,
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            today=clock.today(),
            intact=intact,
        ),
        record=held,
    )


def mine(*, by: Actor) -> QuerySet[Licence]:
    """The wallet: one's own and one's children's, or the firm's."""
    if by.for_entity:
        return Licence.objects.filter(entity=by.for_entity).order_by("-id")
    owner = by.for_person or by.person
    if owner is None:
        return Licence.objects.none()
    return Licence.objects.filter(keeper=owner, entity="").order_by("-id")


def own(identifier: str, *, by: Actor) -> Licence:
    """A licence in the actor's wallet, or of the organ whose post may revoke it."""
    rows = Licence.objects.filter(identifier=identifier)
    if by.is_official:
        by.require("licence.revoke")
        rows = rows.filter(organ=by.organ)
    else:
        rows = rows.filter(pk__in=mine(by=by))
    found = rows.first()
    if found is None:
        raise NotFound()
    return found


def uses_of(licence: Licence) -> list[LicenceUse]:
    """Where a licence stood in the place of a paper, the newest first; for its holder's page."""
    return list(licence.uses.order_by("-used_at", "-id")[:200])


def issued_by(*, by: Actor) -> QuerySet[Licence]:
    """The licences of the organ of the post held now."""
    by.require("licence.revoke")
    return Licence.objects.filter(organ=by.organ).order_by("-id")


def of_case(case_no: str) -> list[Licence]:
    """What a case gave."""
    return list(Licence.objects.filter(case_no=case_no).order_by("id"))


def of_cases(case_nos: Iterable[str]) -> list[Licence]:
    """What several cases gave."""
    return list(Licence.objects.filter(case_no__in=list(case_nos)).order_by("id"))


def in_force(
    wanted: Iterable[tuple[str, str, str]], *, keeper: int, entity: str = ""
) -> dict[tuple[str, str], str]:
    """Which of (type, role, number in the role) are held: (type, role) -> identifier."""
    rows = list(wanted)
    if not rows:
        return {}
    hashes = {holder_hash(number): (role, number) for _, role, number in rows if number}
    today = clock.today()
    held = Licence.objects.filter(
        Q(holder_hash__in=[h for h in hashes if h]) | (Q(entity=entity) & ~Q(entity="")),
        type__in={key for key, _, _ in rows},
        status=rules.Status.VALID,
        valid_from__lte=today,
    ).filter(Q(valid_to=None) | Q(valid_to__gte=today))
    found: dict[tuple[str, str], str] = {}
    for licence in held.order_by("id"):
        for key, role, number in rows:
            same = (
                licence.entity == entity
                if licence.entity
                else (bool(number) and licence.holder_hash == holder_hash(number))
            )
            if key == licence.type and same:
                found[key, role] = licence.identifier
    return found


def standing(licence: Licence) -> rules.Standing:
    """What a list says of a licence; whether its record is intact, only `verify` tells."""
    return rules.standing(
        status=licence.status,
        valid_from=licence.valid_from,
        valid_to=licence.valid_to,
        today=clock.today(),
        intact=True,
    )
