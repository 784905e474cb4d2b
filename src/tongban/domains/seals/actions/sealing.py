"""Sealing itself: a digest, a PDF, an OFD."""

from django.db import connection, transaction

from tongban.connectors import seals as connector
from tongban.connectors import timestamps
from tongban.domains.seals import queries, rules
from tongban.domains.seals.models import Impression, Seal
from tongban.domains.seals.rules import Status
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto.providers import provider_of
from tongban.kernel.documents import ofd, pdf_seal
from tongban.kernel.files import actions as files
from tongban.kernel.ledger import actions as ledger

ROOM = 4 * 1024
"""Bytes of an impression besides the seal: its certificate again, the time stamp, names, times."""


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
    queries.check_certificate(with_seal)
    provider = provider_of(with_seal.algorithm)
    made = rules.read_seal(bytes(with_seal.made))
    body = rules.to_sign(made.whole, at=clock.now(), digest=digest, scope=scope or purpose)
    value = connector.service().sign(handle=with_seal.handle, data=body)
    stamp = timestamps.service().stamp(
        digest=provider.digest(value),
        digest_name=provider.digests,
        algorithm=with_seal.algorithm,
    )
    whole = rules.impression_der(
        body,
        bearer=made.info.bearer,
        algorithm=with_seal.algorithm,
        value=value,
        stamp=stamp,
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
    room = 2 * len(seal.made) + ROOM
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
