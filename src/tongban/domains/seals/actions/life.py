"""The life of a seal: proposed, made with its certificate, lost, ended."""

from dataclasses import replace
from datetime import date, datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.connectors import certificates as authorities
from tongban.connectors import seals as connector
from tongban.connectors import timestamps
from tongban.domains.seals import queries, rules
from tongban.domains.seals.actions import anchors
from tongban.domains.seals.models import Anchor, Seal
from tongban.domains.seals.rules import Kind, Status
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.documents import renderer
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def propose(
    *, organ: str, name: str, kind: Kind, valid_from: date, valid_to: date, by: Actor
) -> Seal:
    """Propose a seal for an organ; nothing is made yet."""
    by.require("seal.propose")
    kept = rules.check_proposal(name, valid_from, valid_to)
    found = identity.organ(organ)
    division = found.division[:6].ljust(6, "0")
    seal = Seal(
        organ=found.uscc,
        organ_name=found.name,
        name=kept,
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        proposed_by=by.key,
        proposed_person=by.person,
        proposed_at=clock.now(),
        code=f"?{clock.instant().timestamp() * 1000:.0f}"[-14:],
    )
    seal.save()
    seal.code = f"{division}{seal.pk:08d}"
    seal.save(update_fields=["code"])
    ledger.record(
        "seal.proposed", seal, by=by, organ=seal.organ, kind=str(seal.kind), code=seal.code
    )
    return seal


def approve(*, code: str, by: Actor) -> Seal:
    """Approve a seal that another proposed, and have it made.

    The seal service makes the key outside any transaction; if someone else approved meanwhile, the
    key that came too late is dropped with its handle. Raises SecondPersonNeeded, AlreadySettled,
    SealExists, Unavailable.
    """
    by.require("seal.approve")
    seal = queries.seal(code, by=by)
    _check_second(seal, by)
    key = connector.service().new_key(code=seal.code, organ=seal.organ)
    certificate, issuer = key.certificate, key.authority
    if not certificate:
        certificate, issuer = authorities.authority().issue(
            authorities.Wanted(
                code=seal.code,
                name=seal.name,
                organ=seal.organ,
                organ_name=seal.organ_name,
                algorithm=key.algorithm,
                public_der=key.public_der,
                valid_from=_morning(seal.valid_from),
                valid_to=_evening(seal.valid_to),
            )
        )
    info = rules.SealInfo(
        code=seal.code,
        name=seal.name,
        bearer=certificate,
        created=clock.now(),
        valid_from=_morning(seal.valid_from),
        valid_to=_evening(seal.valid_to),
        picture=renderer.seal_picture(seal.name, demo=settings.TONGBAN_DEMO),
    )
    stamps = timestamps.service().anchors(key.algorithm)
    vouching = [(Anchor.Purpose.TIME, one) for one in stamps]
    if issuer:
        vouching.append((Anchor.Purpose.SEAL, issuer))
    return _make(seal=seal, key=key, info=info, vouching=vouching, by=by)


def _made(info: rules.SealInfo) -> bytes:
    """The seal as its maker signs it."""
    body = info.encode()
    signed = vault.sign(body)
    return rules.seal_der(body, maker=signed.key_id, algorithm=signed.algorithm, value=signed.value)


@transaction.atomic
def _make(
    *,
    seal: Seal,
    key: connector.SealKey,
    info: rules.SealInfo,
    vouching: list[tuple[Anchor.Purpose, bytes]],
    by: Actor,
) -> Seal:
    try:
        with transaction.atomic():
            won = Seal.objects.filter(pk=seal.pk, status=Status.PROPOSED).update(
                status=Status.VALID,
                settled_by=by.key,
                settled_at=clock.now(),
                algorithm=key.algorithm,
                handle=key.handle,
                made=_made(info),
            )
    except IntegrityError:
        raise rules.SealExists(organ=seal.organ_name) from None
    if not won:
        raise rules.AlreadySettled()
    seal.refresh_from_db()
    for purpose, certificate in vouching:
        anchors.trust(certificate=certificate, purpose=purpose, by=by)
    anchors.certified(seal=seal, certificate=info.bearer, by=by)
    ledger.record("seal.made", seal, by=by, organ=seal.organ, kind=str(seal.kind), code=seal.code)
    return seal


@transaction.atomic
def put_certificate(*, code: str, data: bytes, by: Actor) -> Seal:
    """Give a seal the certificate that an authority issued for its key; its maker signs it anew.

    `data` is a file in PEM or DER. Raises NoCertificate where it is for another key, out of its
    dates, or of an authority that is no anchor.
    """
    by.require("seal.propose")
    seal = queries.seal(code, by=by)
    found = queries.fitting(seal, data)
    before = bytes(seal.made)
    made = _made(replace(rules.read_seal(before).info, bearer=found.whole))
    if not Seal.objects.filter(pk=seal.pk, status=Status.VALID, made=before).update(made=made):
        raise rules.AlreadySettled()
    anchors.certified(seal=seal, certificate=found.whole, by=by)
    seal.refresh_from_db()
    return seal


@transaction.atomic
def reject(*, code: str, by: Actor) -> Seal:
    """Reject a proposal."""
    by.require("seal.approve")
    seal = queries.seal(code, by=by)
    _check_second(seal, by)
    won = Seal.objects.filter(pk=seal.pk, status=Status.PROPOSED).update(
        status=Status.REJECTED, settled_by=by.key, settled_at=clock.now()
    )
    if not won:
        raise rules.AlreadySettled()
    seal.refresh_from_db()
    ledger.record(
        "seal.rejected", seal, by=by, organ=seal.organ, kind=str(seal.kind), code=seal.code
    )
    return seal


@transaction.atomic
def report_lost(*, code: str, reason: str, by: Actor) -> Seal:
    """Report a seal lost: from now on it seals nothing, and what it would seal is not believed."""
    seal, kept = _end(code, Status.LOST, reason, by)
    ledger.record("seal.lost", seal, by=by, organ=seal.organ, code=seal.code, reason=kept[:80])
    return seal


@transaction.atomic
def end(*, code: str, reason: str, by: Actor) -> Seal:
    """Take a seal out of use; what it sealed before stays good."""
    seal, kept = _end(code, Status.ENDED, reason, by)
    ledger.record("seal.ended", seal, by=by, organ=seal.organ, code=seal.code, reason=kept[:80])
    return seal


def _check_second(seal: Seal, by: Actor) -> None:
    if seal.status != Status.PROPOSED:
        raise rules.AlreadySettled()
    if by.key == seal.proposed_by or (by.person is not None and by.person == seal.proposed_person):
        raise rules.SecondPersonNeeded()


def _end(code: str, status: Status, reason: str, by: Actor) -> tuple[Seal, str]:
    by.require("seal.propose")
    seal = queries.seal(code, by=by)
    kept = rules.check_reason(reason)
    won = Seal.objects.filter(pk=seal.pk, status=Status.VALID).update(
        status=status, ended_at=clock.now(), ended_reason=kept
    )
    if not won:
        raise rules.AlreadySettled()
    anchors.revoke_all(seal=seal, reason=kept, by=by)
    seal.refresh_from_db()
    return seal, kept


def _evening(day: date) -> datetime:
    return _morning(date.fromordinal(day.toordinal() + 1))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.ZONE)
