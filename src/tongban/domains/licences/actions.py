"""Issue, revoke, and note each use of a licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.domains.licences import queries, rules
from tongban.domains.licences.models import Licence, LicenceUse
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.documents import renderer
from tongban.kernel.files import actions as files
from tongban.kernel.files import queries as stored
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.rows import add_rows


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a licence: a person by number, or a firm by USCC; and in whose wallet it lies."""

    kind: str
    name: str
    keeper: int
    number: str = ""
    uscc: str = ""


@transaction.atomic(savepoint=False)
def issue(
    *,
    type_key: str,
    organ: str,
    holder: Holder,
    values: Mapping[str, Any],
    case_no: str,
    serial: int,
    result_key: str,
    by: Actor,
    valid_years: int = 0,
) -> Licence:
    """Issue a licence in the decision's own transaction; the tables refuse a second one.

    `serial` is the case's own running number: nothing that two decisions could both draw.
    """
    version, kind = queries.type_in_force(type_key)
    issuer = queries.organ_of(organ)
    definer = queries.organ_of(kind.organ)
    today = clock.today()
    identifier = rules.identifier(
        definer=definer.uscc,
        code=kind.code,
        issuer=issuer.uscc,
        serial=f"{today:%Y}{serial:08d}",
    )
    valid_to = rules.years_on(today, valid_years or kind.validity_years)
    face = rules.number(kind.number, serial=serial, division=issuer.division[:6], year=today.year)
    record = {
        "identifier": identifier,
        "type": type_key,
        "name": kind.name,
        "number": face,
        "holder": {
            "kind": holder.kind,
            "name": holder.name,
            "number": holder.uscc or holder.number,
        },
        "issuer": {"uscc": issuer.uscc, "name": issuer.name},
        "issued_on": today.isoformat(),
        "valid_from": today.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
        "case_no": case_no,
        "fields": dict(values),
    }
    bytes_ = rules.canonical(record)
    licence = Licence(
        identifier=identifier,
        type=type_key,
        definition=version.id,
        number=face,
        name=kind.name,
        organ=issuer.uscc,
        organ_name=issuer.name,
        holder_kind=holder.kind,
        holder_hash=queries.holder_hash(holder.number),
        entity=holder.uscc,
        keeper=holder.keeper,
        record=vault.encrypt(bytes_.decode(), purpose=queries.RECORD),
        signature=str(vault.sign(bytes_)),
        valid_from=today,
        valid_to=valid_to,
        issued_at=clock.now(),
        case_no=case_no,
        result_key=result_key,
    )
    add_rows(licence)
    ledger.record(
        "licence.issued", licence, by=by, type=type_key, case=case_no, identifier=identifier
    )
    return licence


@transaction.atomic
def revoke(*, identifier: str, reason: str, law: str, by: Actor) -> Licence:
    """Revoke a licence: every verifier is told from this moment on."""
    by.require("licence.revoke")
    found = queries.own(identifier, by=by)
    if not reason.strip() or not law.strip():
        raise rules.ReasonNeeded()
    won = (
        Licence.objects.filter(pk=found.pk)
        .exclude(status=rules.Status.REVOKED)
        .update(
            status=rules.Status.REVOKED,
            status_at=clock.now(),
            status_reason=f"{reason}（{law}）"[:200],
        )
    )
    if not won:
        raise rules.AlreadyRevoked()
    found.refresh_from_db()
    ledger.record(
        "licence.revoked",
        found,
        by=by,
        type=found.type,
        identifier=identifier,
        reason=reason[:80],
    )
    return found


@transaction.atomic(savepoint=False)
def note_use(*, identifier: str, purpose: str, organ: str, case_no: str, by: Actor) -> LicenceUse:
    """Note that a licence stood in the place of a paper; the same case notes it once."""
    licence = Licence.objects.get(identifier=identifier)
    use, is_new = LicenceUse.objects.get_or_create(
        licence=licence,
        case_no=case_no,
        defaults={"purpose": purpose[:200], "organ": organ, "used_at": clock.now()},
    )
    if is_new:
        ledger.record(
            "licence.used",
            licence,
            by=by,
            type=licence.type,
            identifier=identifier,
            case=case_no,
        )
    return use


def pdf(*, licence: Licence, by: Actor, base_url: str) -> bytes:
    """The convenience copy, rendered on first opening; the signed record is the licence."""
    if licence.file:
        return stored.read_file(stored.stored(sha256=licence.file))
    kind = queries.type_of(licence.definition)
    record = queries.record(licence)
    data = renderer.render(
        "licence",
        {
            "title": kind.name,
            "organ": licence.organ_name,
            "number": licence.number,
            "identifier": licence.identifier,
            "fields": [
                [kind.label(pointer), str(value)] for pointer, value in record["fields"].items()
            ],
            "issued_on": licence.valid_from,
            "valid_from": licence.valid_from,
            "valid_until": licence.valid_to or "长期",
            "qr": f"{base_url}/verify/{licence.identifier}",
            "made_at": licence.issued_at,
            "demo": settings.TONGBAN_DEMO,
            "seal": True,
        },
    )
    return _keep(licence=licence, data=data, by=by)


@transaction.atomic
def _keep(*, licence: Licence, data: bytes, by: Actor) -> bytes:
    kept = files.store(data=data, name="licence.pdf", by=by)
    if not Licence.objects.filter(pk=licence.pk, file="").update(file=kept.sha256):
        licence.refresh_from_db(fields=["file"])
        return stored.read_file(stored.stored(sha256=licence.file))
    return data
