"""Everything that changes a seal, and sealing itself."""

from datetime import date, datetime, time

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tongban.connectors import seals as connector
from tongban.domains.seals import queries, rules
from tongban.domains.seals.models import Impression, Seal
from tongban.domains.seals.rules import Kind, Status
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.crypto.providers import provider_of
from tongban.kernel.documents import ofd, pdf_seal, renderer
from tongban.kernel.files import actions as files
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger

ROOM = 1024
"""Bytes of an impression besides the seal: two signatures, a key, names and times."""


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
    info = rules.SealInfo(
        code=seal.code,
        name=seal.name,
        public_der=key.public_der,
        created=clock.now(),
        valid_from=_morning(seal.valid_from),
        valid_to=_morning(date.fromordinal(seal.valid_to.toordinal() + 1)),
        picture=renderer.seal_picture(seal.name, demo=settings.TONGBAN_DEMO),
    ).encode()
    signed = vault.sign(info)
    made = rules.seal_der(info, maker=signed.key_id, algorithm=signed.algorithm, value=signed.value)
    return _make(seal=seal, key=key, made=made, by=by)


@transaction.atomic
def _make(*, seal: Seal, key: connector.SealKey, made: bytes, by: Actor) -> Seal:
    try:
        with transaction.atomic():
            won = Seal.objects.filter(pk=seal.pk, status=Status.PROPOSED).update(
                status=Status.VALID,
                settled_by=by.key,
                settled_at=clock.now(),
                algorithm=key.algorithm,
                handle=key.handle,
                made=made,
            )
    except IntegrityError:
        raise rules.SealExists(organ=seal.organ_name) from None
    if not won:
        raise rules.AlreadySettled()
    seal.refresh_from_db()
    ledger.record("seal.made", seal, by=by, organ=seal.organ, kind=str(seal.kind), code=seal.code)
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


def apply(
    *,
    organ: str,
    digest: bytes,
    purpose: str,
    subject: str,
    by: Actor,
    scope: str = "",
    seal: Seal | None = None,
) -> Impression:
    """Seal a digest with the organ's seal of today; outside any transaction, then kept in one.

    `digest` is by the digest of the seal's algorithm (see `queries.digest_for`). `scope` says of
    what it is and is signed with it. Raises NoSeal where the organ has none, Unavailable when the
    service does not answer.
    """
    _refuse_inside_transaction()
    with_seal = seal or queries.seal_of(organ)
    provider = provider_of(with_seal.algorithm)
    made = rules.read_seal(bytes(with_seal.made))
    body = rules.to_sign(made.whole, at=clock.now(), digest=digest, scope=scope or purpose)
    value = connector.service().sign(handle=with_seal.handle, data=body)
    whole = rules.impression_der(
        body, public_der=made.info.public_der, algorithm=with_seal.algorithm, value=value
    )
    return _keep(
        with_seal,
        whole,
        digest=digest,
        name=provider.digests,
        purpose=purpose,
        subject=subject,
        by=by,
    )


def seal_pdf(*, pdf: bytes, organ: str, purpose: str, subject: str, by: Actor) -> bytes:
    """Seal a PDF of ours: the impression lies inside it and covers every other byte."""
    seal = queries.seal_of(organ)
    room = len(seal.made) + ROOM
    prepared = pdf_seal.prepare(pdf, room=room, signer=seal.name, at=clock.now())
    impression = apply(
        organ=organ,
        digest=queries.digest_for(seal, prepared.signed),
        purpose=purpose,
        subject=subject,
        by=by,
        scope=queries.PDF,
        seal=seal,
    )
    return prepared.finish(bytes(impression.value))


def seal_ofd(
    *, data: bytes, organ: str, purpose: str, subject: str, by: Actor, keep_as: str = ""
) -> bytes:
    """Seal an OFD of ours: the impression lies in its `Signs` and covers every file.

    With `keep_as`, a file's name, it is stored, and `queries.file_of` finds it by its subject.
    """
    seal = queries.seal_of(organ)
    provider = provider_of(seal.algorithm)
    prepared = ofd.prepare(
        data,
        seal=bytes(seal.made),
        algorithm=seal.algorithm,
        digest_name=provider.digests,
        digest=provider.digest,
        at=clock.now(),
    )
    impression = apply(
        organ=organ,
        digest=provider.digest(prepared.signed),
        purpose=purpose,
        subject=subject,
        by=by,
        scope=prepared.scope,
        seal=seal,
    )
    sealed = prepared.finish(bytes(impression.value))
    if keep_as:
        _file_away(impression, sealed, keep_as, by)
    return sealed


@transaction.atomic
def _file_away(impression: Impression, data: bytes, name: str, by: Actor) -> None:
    kept = files.store(data=data, name=name, by=by)
    Impression.objects.filter(pk=impression.pk).update(file=kept.sha256)


@transaction.atomic
def _keep(
    seal: Seal, value: bytes, *, digest: bytes, name: str, purpose: str, subject: str, by: Actor
) -> Impression:
    # The service may have taken its time: a seal that was ended meanwhile seals nothing.
    if not Seal.objects.filter(pk=seal.pk, status=Status.VALID).exists():
        raise rules.NoSeal(organ=seal.organ_name)
    impression = Impression.objects.create(
        seal=seal,
        subject=subject[:80],
        purpose=purpose[:80],
        digest_algorithm=name,
        digest=digest.hex(),
        algorithm=seal.algorithm,
        value=value,
        made_by=by.key,
        made_at=clock.now(),
    )
    ledger.record(
        "seal.applied",
        impression,
        by=by,
        organ=seal.organ,
        code=seal.code,
        purpose=purpose,
        digest=impression.digest,
    )
    return impression


def _refuse_inside_transaction() -> None:
    """Refuse inside an open transaction: a seal service may take seconds, holding every lock."""
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError("apply() was called inside an open transaction: seal after it.")


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
    seal.refresh_from_db()
    return seal, kept


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.ZONE)
