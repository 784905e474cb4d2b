"""Whom the city trusts to certify seals and to stamp time, and what of theirs no longer holds."""

from datetime import datetime

from cryptography import x509
from django.db import transaction

from tongban.domains.seals import queries, rules
from tongban.domains.seals.models import Anchor, Seal, SealCertificate
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import certificates, vault
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def trust(*, certificate: bytes, purpose: str, by: Actor) -> Anchor:
    """Trust an authority's certificate, PEM or DER, for seals or for time; twice is once."""
    try:
        whole = certificates.from_file(certificate)
        found = certificates.read(whole)
    except rules.Malformed as fault:
        raise rules.NoCertificate(reason=str(fault)) from None
    made, is_new = Anchor.objects.get_or_create(
        purpose=purpose,
        sha256=vault.sha256_hex(whole),
        defaults={
            "name": found.name[:200],
            "certificate": whole,
            "added_by": by.key,
            "added_at": clock.now(),
        },
    )
    if is_new:
        ledger.record("seal.anchored", made, by=by, purpose=str(purpose), sha256=made.sha256)
    return made


@transaction.atomic(savepoint=False)
def certified(*, seal: Seal, certificate: bytes, by: Actor) -> SealCertificate:
    """Keep the certificate of a seal's key."""
    found = certificates.read(certificate)
    made, is_new = SealCertificate.objects.get_or_create(
        sha256=vault.sha256_hex(certificate),
        defaults={
            "seal": seal,
            "serial": found.number,
            "issuer": found.issuer_name[:200],
            "certificate": certificate,
            "valid_from": found.valid_from,
            "valid_to": found.valid_to,
            "added_by": by.key,
            "added_at": clock.now(),
        },
    )
    if is_new:
        ledger.record(
            "seal.certified", seal, by=by, organ=seal.organ, code=seal.code, serial=made.serial
        )
    return made


@transaction.atomic
def revoke(*, serial: str, reason: str, by: Actor) -> SealCertificate:
    """Say that a certificate no longer holds from now on; what was sealed before stays good."""
    by.require("seal.propose")
    kept = rules.check_reason(reason)
    found = SealCertificate.objects.select_related("seal").filter(serial=serial.lower()).first()
    if found is None:
        raise NotFound()
    _revoke(found, kept, clock.now(), by)
    return found


@transaction.atomic(savepoint=False)
def revoke_all(*, seal: Seal, reason: str, by: Actor) -> None:
    """Revoke what certifies a seal that was lost or ended."""
    for found in seal.certificates.filter(revoked_at=None):
        _revoke(found, reason, clock.now(), by)


def _revoke(found: SealCertificate, reason: str, at: datetime, by: Actor) -> None:
    if not SealCertificate.objects.filter(pk=found.pk, revoked_at=None).update(
        revoked_at=at, reason=reason
    ):
        return
    found.refresh_from_db()
    ledger.record(
        "seal.certificate_revoked",
        found.seal,
        by=by,
        organ=found.seal.organ,
        code=found.seal.code,
        serial=found.serial,
        reason=reason[:80],
    )


@transaction.atomic
def read_revocations(*, data: bytes, by: Actor) -> int:
    """Follow an authority's list of revoked certificates (CRL); answers how many are new.

    A list that no anchor signed changes nothing. Raises NoCertificate.
    """
    by.require("seal.propose")
    is_pem = data.lstrip().startswith(b"-----BEGIN")
    try:
        listed = x509.load_pem_x509_crl(data) if is_pem else x509.load_der_x509_crl(data)
    except ValueError:
        raise rules.NoCertificate(reason=N_("it is no list of revoked certificates")) from None
    issuer = listed.issuer.public_bytes()
    algorithm = certificates.NAMES.get(listed.signature_algorithm_oid.dotted_string, "")
    is_trusted = any(
        anchor.subject == issuer
        and certificates.is_signed(
            algorithm=algorithm,
            public_der=anchor.public_der,
            data=listed.tbs_certlist_bytes,
            value=listed.signature,
        )
        for anchor in queries.anchors(Anchor.Purpose.SEAL)
    )
    if not is_trusted:
        raise rules.NoCertificate(reason=N_("this city does not trust who issued it"))
    new = 0
    for found in SealCertificate.objects.filter(revoked_at=None).select_related("seal"):
        entry = listed.get_revoked_certificate_by_serial_number(int(found.serial, 16))
        # One number may be two certificates': of two authorities each counts its own.
        if entry is not None and certificates.read(bytes(found.certificate)).issuer == issuer:
            _revoke(found, "CRL", entry.revocation_date_utc, by)
            new += 1
    return new
