"""Issue a licence, and make its next version."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from tongban.domains.licences import queries, rules
from tongban.domains.licences.models import Licence, LicenceChange
from tongban.domains.licences.queries import Issuer
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.identity import codes
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
    today = clock.today()
    identifier = rules.identifier(
        definer=queries.organ_of(kind.organ).uscc,
        code=kind.code,
        issuer=issuer.uscc,
        serial=f"{today:%Y}{serial:08d}",
    )
    licence = Licence(
        identifier=identifier,
        type=type_key,
        definition=version.id,
        number=rules.number(
            kind.number, serial=serial, division=issuer.division[:6], year=today.year
        ),
        holder_kind=holder.kind,
        holder_hash=queries.holder_hash(holder.number),
        entity=holder.uscc,
        keeper=holder.keeper,
        valid_from=today,
        valid_to=rules.years_on(today, valid_years or kind.validity_years),
        case_no=case_no,
        result_key=result_key,
    )
    _sign(licence, kind, issuer, holder=holder.name, number=holder.number, values=values)
    add_rows(licence)
    ledger.record(
        "licence.issued", licence, by=by, type=type_key, case=case_no, identifier=identifier
    )
    return licence


@transaction.atomic
def change(
    *,
    identifier: str,
    values: Mapping[str, Any],
    reasons: str,
    law: str,
    by: Actor,
    case_no: str = "",
    result_key: str = "change",
    name: str = "",
    valid_to: date | None = None,
) -> Licence:
    """Make the next version (变更、延续、更正): the old one is replaced from this moment on.

    `values` are what reads differently, by the pointers of the record's fields; `name` is the
    holder's new name, `valid_to` a later last day, where those change. With `case_no` the act
    belongs to that case's decision, whose post was asked already; without, `by` needs the grant
    `licence.revoke` of the organ that issued it. Answers the new version. Raises ReasonNeeded,
    NotPossibleNow, HasExpired, NothingChanged, NotFound.
    """
    old = queries.to_act_on(identifier, by=by, case_no=case_no)
    reasons, law = rules.check_reasons(reasons, law)
    rules.check_act(rules.Act.CHANGE, old.status, valid_to=old.valid_to, today=clock.today())
    held = queries.record(old)
    merged = {**held["fields"], **values}
    last = valid_to or old.valid_to
    holder = name.strip() or held["holder"]["name"]
    if (merged, last, holder) == (held["fields"], old.valid_to, held["holder"]["name"]):
        raise rules.NothingChanged()
    claim(old, rules.Act.CHANGE, reasons=reasons, law=law, by=by, case_no=case_no)
    version, kind = queries.type_in_force(old.type)
    read = codes.LicenceIdentifier.read(old.identifier)
    new = Licence(
        identifier=str(
            codes.LicenceIdentifier(
                type=read.type,
                issuer=read.issuer,
                serial=read.serial,
                version=f"{old.version + 1:03d}",
            )
        ),
        type=old.type,
        definition=version.id,
        number=old.number,
        holder_kind=old.holder_kind,
        holder_hash=old.holder_hash,
        entity=old.entity,
        keeper=old.keeper,
        version=old.version + 1,
        replaces=old,
        valid_from=clock.today(),
        valid_to=last,
        case_no=case_no or old.case_no,
        result_key=result_key if case_no else f"{old.result_key[:70]}#{old.version + 1}",
    )
    number = "" if old.entity else str(held["holder"].get("number") or "")
    _sign(new, kind, queries.organ_of(old.organ), holder=holder, number=number, values=merged)
    new.save(force_insert=True)
    ledger.record(
        "licence.changed",
        new,
        by=by,
        type=new.type,
        case=case_no,
        identifier=new.identifier,
        replaces=old.identifier,
    )
    return new


def claim(
    licence: Licence,
    act: rules.Act,
    *,
    reasons: str,
    law: str,
    by: Actor,
    case_no: str = "",
    until: date | None = None,
) -> None:
    """Take a licence into its next status, unless another act was faster, and keep why."""
    now = clock.now()
    won = Licence.objects.filter(pk=licence.pk, status__in=rules.FROM[act]).update(
        status=rules.TO[act],
        status_at=now,
        status_reason="" if act is rules.Act.RESUME else f"{reasons}（{law}）"[:200],
    )
    if not won:
        licence.refresh_from_db(fields=["status"])
        rules.check_act(act, licence.status, valid_to=None, today=now.date())
        raise rules.NotPossibleNow()
    LicenceChange.objects.create(
        licence=licence,
        act=act,
        reasons=reasons,
        law=law[:200],
        case_no=case_no,
        until=until,
        made_by=by.key,
        made_at=now,
    )
    licence.refresh_from_db()


def _sign(
    licence: Licence,
    kind: rules.LicenceType,
    issuer: Issuer,
    *,
    holder: str,
    number: str,
    values: Mapping[str, Any],
) -> None:
    """Write what the licence says, and sign it."""
    today = clock.today()
    digest_name, _ = vault.digest(b"")
    plain = {
        "identifier": licence.identifier,
        "type": licence.type,
        "name": kind.name,
        "number": licence.number,
        "version": licence.version,
        "replaces": licence.replaces.identifier if licence.replaces else None,
        "holder_kind": licence.holder_kind,
        "issuer": {"uscc": issuer.uscc, "name": issuer.name},
        "issued_on": today.isoformat(),
        "valid_from": licence.valid_from.isoformat(),
        "valid_to": licence.valid_to.isoformat() if licence.valid_to else None,
    }
    statements = [
        rules.Statement("holder.name", "持证主体", holder),
        rules.Statement("holder.number", "持证主体代码", licence.entity or number),
        rules.Statement("case_no", "办件编号", licence.case_no),
        *(rules.Statement(f"fields.{key}", kind.label(key), one) for key, one in values.items()),
    ]
    composed = rules.compose(
        plain,
        statements,
        digest_name=digest_name,
        digest=queries.digest_named(digest_name),
        salt=_salt,
    )
    licence.name = kind.name
    licence.organ, licence.organ_name = issuer.uscc, issuer.name
    licence.issued_at = clock.now()
    licence.record = queries.sealed(composed)
    licence.signature = str(vault.sign(composed.text.encode()))


def _salt() -> str:
    return secrets.token_urlsafe(16)
