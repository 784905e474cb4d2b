"""Copies of a licence: sealed files rendered when first opened, and copies for one use (加注件)."""

import secrets
from datetime import date, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import transaction

from tongban.domains.licences import queries, rules
from tongban.domains.licences.models import Licence, LicenceUse
from tongban.domains.seals import actions as seals
from tongban.domains.seals import queries as seal_queries
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.documents import ofd as sheets
from tongban.kernel.documents import renderer
from tongban.kernel.files import actions as files
from tongban.kernel.files import queries as stored
from tongban.kernel.ledger import actions as ledger

SELF = part("licences")
SELF_MADE = "copy:"
Column = Literal["file", "ofd"]


def pdf(*, licence: Licence, by: Actor, base_url: str) -> bytes:
    """The convenience copy, sealed by its organ; the signed record is the licence."""
    if licence.file:
        return _stored(licence.file)
    data = _sealed_pdf(licence, _face(licence, base_url), ledger.subject_of(licence))
    return _keep(licence=licence, data=data, column="file", by=by)


def ofd(*, licence: Licence, by: Actor, base_url: str) -> bytes:
    """The same as OFD (GB/T 33190), the form in which offices exchange."""
    if licence.ofd:
        return _stored(licence.ofd)
    data = sheets.render("licence", _face(licence, base_url))
    if seal_queries.in_force(licence.organ):
        data = seals.seal_ofd(
            data=data,
            organ=licence.organ,
            purpose="licence.ofd",
            subject=ledger.subject_of(licence),
            by=SELF,
        )
    return _keep(licence=licence, data=data, column="ofd", by=by)


@transaction.atomic
def annotate(*, identifier: str, purpose: str, user: str, valid_to: date, by: Actor) -> LicenceUse:
    """Make a copy good for one use only: for whom, what for, until when. By its holder.

    Raises Invalid, and NotPossibleNow for a licence that does not hold today.
    """
    licence = queries.own(identifier, by=by)
    today = clock.today()
    purpose, user = rules.check_copy(purpose, user, valid_to, today=today)
    if queries.standing(licence) is not rules.Standing.VALID:
        raise rules.NotPossibleNow()
    use = LicenceUse.objects.create(
        licence=licence,
        purpose=purpose,
        organ="",
        user=user,
        case_no=f"{SELF_MADE}{secrets.token_hex(8)}",
        valid_to=min(valid_to, licence.valid_to or valid_to),
        used_at=clock.now(),
    )
    ledger.record(
        "licence.used",
        licence,
        by=by,
        type=licence.type,
        identifier=identifier,
        case=use.case_no,
    )
    return use


def annotated(*, use: LicenceUse, by: Actor, base_url: str) -> bytes:
    """The annotated copy (加注件) of a use, as sealed PDF."""
    if use.file:
        return _stored(use.file)
    licence = use.licence
    user = use.user or queries.organ_of(use.organ).name
    day = clock.moment(use.used_at).date()
    until = use.valid_to or (day + timedelta(days=rules.COPY_DAYS))
    only_for = f"仅供{user}办理“{use.purpose}”使用，{day:%F} 至 {until:%F} 有效，他用无效"
    face = {**_face(licence, base_url), "copy": "加注件", "only_for": only_for}
    data = _sealed_pdf(licence, face, ledger.subject_of(use))
    return _keep_use(use=use, data=data, by=by)


def _face(licence: Licence, base_url: str) -> dict[str, Any]:
    return {
        "title": licence.name,
        "organ": licence.organ_name,
        "number": licence.number,
        "identifier": licence.identifier,
        "fields": [[label, text] for _, label, text in queries.face(licence)],
        "issued_on": clock.moment(licence.issued_at).date(),
        "valid_from": licence.valid_from,
        "valid_until": licence.valid_to or "长期",
        "qr": f"{base_url}/verify/{licence.identifier}",
        "made_at": licence.issued_at,
        "demo": settings.TONGBAN_DEMO,
        # No seal is drawn that is not there: the picture and the impression come together.
        "seal": seal_queries.in_force(licence.organ) is not None,
    }


def _sealed_pdf(licence: Licence, face: dict[str, Any], subject: str) -> bytes:
    data = renderer.render("licence", face)
    if not face["seal"]:
        return data
    return seals.seal_pdf(
        pdf=data, organ=licence.organ, purpose="licence.pdf", subject=subject, by=SELF
    )


@transaction.atomic
def _keep(*, licence: Licence, data: bytes, column: Column, by: Actor) -> bytes:
    kept = files.store(data=data, name=f"licence.{'pdf' if column == 'file' else 'ofd'}", by=by)
    rows = Licence.objects.filter(pk=licence.pk, **{column: ""})
    if not rows.update(**{column: kept.sha256}):
        licence.refresh_from_db(fields=[column])
        return _stored(getattr(licence, column))
    return data


@transaction.atomic
def _keep_use(*, use: LicenceUse, data: bytes, by: Actor) -> bytes:
    kept = files.store(data=data, name="copy.pdf", by=by)
    if not LicenceUse.objects.filter(pk=use.pk, file="").update(file=kept.sha256):
        use.refresh_from_db(fields=["file"])
        return _stored(use.file)
    return data


def _stored(sha256: str) -> bytes:
    return stored.read_file(stored.stored(sha256=sha256))
