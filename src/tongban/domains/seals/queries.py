"""Questions about seals, and what can be said of a sealed document from the document alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from tongban.domains.seals import rules
from tongban.domains.seals.models import Anchor, Impression, Seal, SealCertificate
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import certificates, timestamps, vault
from tongban.kernel.crypto.certificates import Certificate
from tongban.kernel.crypto.errors import CryptoError
from tongban.kernel.crypto.providers import provider_of
from tongban.kernel.documents import ofd, pdf_seal
from tongban.kernel.errors import N_, NotFound, Refusal
from tongban.kernel.files import queries as files
from tongban.kernel.identity import queries as identity

PDF = "application/pdf"
"""The scope of an impression inside a PDF: all bytes but its own."""


class NoDocument(Refusal):
    """What was handed over is neither a PDF nor an OFD that can be read."""

    says = N_("This is neither a PDF nor an OFD that can be read: {reason}")
    hint = N_("Choose the file as you received it, not a picture or a print of it.")
    status = 422


@dataclass(frozen=True, slots=True)
class Checked:
    """What is said of a sealed document."""

    verdict: rules.Verdict
    organ: str = ""
    """The name on the seal."""
    code: str = ""
    at: datetime | None = None
    status: str = ""
    """How the seal stands in our table today; empty for a seal that is not ours."""
    why: str = ""
    serial: str = ""
    """Of the certificate of the seal's key; empty of a seal that was made without one."""
    authority: str = ""
    """Who issued it."""
    stamped_at: datetime | None = None
    """When a time stamp authority saw it that the city trusts."""
    revoked_at: datetime | None = None
    """When the certificate was revoked, should that have happened since."""


def in_force(organ: str) -> Seal | None:
    """The seal that an organ seals with today: its official one before one for a purpose."""
    today = clock.today()
    return (
        Seal.objects.filter(
            organ=organ, status=rules.Status.VALID, valid_from__lte=today, valid_to__gte=today
        )
        .order_by("-kind", "-id")
        .first()
    )


def seal_of(organ: str) -> Seal:
    """The same where there must be one. Raises NoSeal."""
    found = in_force(organ)
    if found is None:
        raise rules.NoSeal(organ=identity.organ(organ).name)
    return found


def digest_for(seal: Seal, data: bytes) -> bytes:
    """The digest that an impression of this seal takes: SM3 for SM2, SHA-256 for Ed25519."""
    return provider_of(seal.algorithm).digest(data)


def all_seals(*, by: Actor) -> QuerySet[Seal]:
    """The seals of every organ within the post's region: seals are kept in one hand (印章管理)."""
    if not by.may("seal.approve"):
        by.require("seal.propose")
    return Seal.objects.order_by("organ", "-id")


def seal(code: str, *, by: Actor) -> Seal:
    """One seal. Raises NotFound."""
    found = all_seals(by=by).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def impressions_of(found: Seal) -> list[Impression]:
    """What was sealed with it last."""
    return list(found.impressions.order_by("-id")[:50])


def organs() -> list[tuple[str, str]]:
    """Who may have a seal: (USCC, name)."""
    return [(one.uscc, one.name) for one in identity.organs()]


def verify(*, value: bytes, content: bytes, scope: str | None = None) -> Checked:
    """Verify an impression over a content; the structure is all that is needed.

    Four things must hold: the maker's signature over the seal, by a key that we published; the
    seal's signature over the impression; the digest of the content; and that the seal was good at
    that moment, which is looked up where the seal is ours.
    """
    try:
        read = rules.read_impression(value)
    except (rules.Malformed, ValueError):
        return Checked(rules.Verdict.FORGED, why="malformed")
    info = read.seal.info
    said = Checked(rules.Verdict.FORGED, organ=info.name, code=info.code, at=read.at)
    try:
        provider = provider_of(read.algorithm)
        public = provider.public_from_der(info.public_der)
        maker = vault.Signature.of(read.seal.algorithm, read.seal.maker, read.seal.value)
        is_made = vault.verify(read.seal.info_der, maker)
    except CryptoError:
        return _but(said, rules.Verdict.FORGED, "maker")
    if not is_made:
        return _but(said, rules.Verdict.FORGED, "maker")
    if (
        public is None
        or read.bearer != info.bearer
        or not provider.verify(public, read.to_sign, read.value)
    ):
        return _but(said, rules.Verdict.FORGED, "key")
    if scope is not None and scope != read.scope:
        return _but(said, rules.Verdict.FORGED, "scope")
    if provider.digest(content) != read.digest:
        return _but(said, rules.Verdict.CHANGED, "digest")
    try:
        stamped_at = _stamped(read, provider.digests, provider.digest(read.value))
    except rules.Malformed:
        return _but(said, rules.Verdict.FORGED, "stamp")
    return _at_its_moment(replace(said, stamped_at=stamped_at), read)


def _stamped(read: rules.Sealed, name: str, digest: bytes) -> datetime | None:
    """When it was stamped; None without a stamp, or by someone the city does not trust."""
    if not read.stamp:
        return None
    found = timestamps.read(read.stamp)
    if (found.digest_name, found.digest) != (name, digest):
        raise rules.Malformed("a stamp of something else")
    is_known = certificates.anchored(found.certificate, anchors(Anchor.Purpose.TIME))
    return found.at if is_known else None


def _at_its_moment(said: Checked, read: rules.Sealed) -> Checked:
    """Whether seal and certificate were good when it was sealed.

    That moment is the stamp's: whoever stole a key may write any other.
    """
    info = read.seal.info
    moment = said.stamped_at or read.at
    found = Seal.objects.filter(code=info.code).first()
    said = replace(said, status=found.status if found else "")
    is_good = info.valid_from <= moment < info.valid_to
    if found is not None and found.ended_at is not None and moment > found.ended_at:
        is_good = False
    if not is_good:
        return _but(said, rules.Verdict.SEAL_LOST, "moment")
    return _certified(said, info.certificate, moment)


def _certified(said: Checked, held: Certificate | None, moment: datetime) -> Checked:
    if held is None:
        return _but(said, rules.Verdict.GENUINE, "")
    kept = SealCertificate.objects.filter(sha256=vault.sha256_hex(held.whole)).first()
    revoked_at = kept.revoked_at if kept else None
    said = replace(said, serial=held.number, authority=held.issuer_name, revoked_at=revoked_at)
    if certificates.anchored(held, anchors(Anchor.Purpose.SEAL)) is None:
        return _but(said, rules.Verdict.CERTIFICATE_UNKNOWN, "anchor")
    if not held.holds_at(moment):
        return _but(said, rules.Verdict.CERTIFICATE_EXPIRED, "dates")
    if revoked_at is not None and moment > revoked_at:
        return _but(said, rules.Verdict.CERTIFICATE_REVOKED, "revoked")
    return _but(said, rules.Verdict.GENUINE, "")


def anchors(purpose: str) -> list[Certificate]:
    """The authorities whom the city trusts, for seals or for time."""
    rows = Anchor.objects.filter(purpose=purpose, removed_at=None).order_by("id")
    return [certificates.read(bytes(row)) for row in rows.values_list("certificate", flat=True)]


def certificates_of(found: Seal) -> list[SealCertificate]:
    """What certified a seal's key, the newest first."""
    return list(found.certificates.order_by("-id"))


def check_certificate(found: Seal) -> None:
    """Refuse to seal under a certificate that ran out or was revoked. Raises CertificateEnded."""
    newest = found.certificates.order_by("-id").first()
    if newest is None:
        return
    now = clock.now()
    is_good = newest.valid_from <= now < newest.valid_to
    if not is_good or (newest.revoked_at is not None and newest.revoked_at <= now):
        raise rules.CertificateEnded()


def fitting(found: Seal, data: bytes) -> Certificate:
    """A certificate that may be a seal's. Raises NoCertificate."""
    try:
        read = certificates.read(certificates.from_file(data))
    except rules.Malformed as fault:
        raise rules.NoCertificate(reason=str(fault)) from None
    if not found.made or read.public_der != rules.read_seal(bytes(found.made)).info.public_der:
        raise rules.NoCertificate(reason=N_("it is for another key"))
    if not read.holds_at(clock.now()):
        raise rules.NoCertificate(reason=N_("today lies outside its dates"))
    if certificates.anchored(read, anchors(Anchor.Purpose.SEAL)) is None:
        raise rules.NoCertificate(reason=N_("this city does not trust who issued it"))
    return read


def _but(said: Checked, verdict: rules.Verdict, why: str) -> Checked:
    return replace(said, verdict=verdict, why=why)


def check_document(data: bytes) -> Checked:
    """Say of a PDF or OFD by whom it is sealed, and whether it is as it was when it was sealed."""
    if data.startswith(b"%PDF-"):
        return _check_pdf(data)
    try:
        found = ofd.read(data)
    except ofd.Broken as broken:
        raise NoDocument(reason=str(broken)) from None
    if found.signature is None:
        return Checked(rules.Verdict.UNSEALED)
    one = found.signature
    said = verify(value=one.value, content=one.signed, scope=one.scope)
    if said.verdict is not rules.Verdict.GENUINE:
        return said
    changed = [
        name
        for name, digest in one.references.items()
        if vault.digest(found.files.get(name, b""), name=one.digest_name)[1] != digest
    ]
    if changed or one.uncovered:
        return _but(said, rules.Verdict.CHANGED, "digest")
    return said


def _check_pdf(data: bytes) -> Checked:
    found = pdf_seal.read(data)
    if found is None:
        return Checked(rules.Verdict.UNSEALED)
    said = verify(value=found.der, content=found.signed, scope=PDF)
    if said.verdict is rules.Verdict.GENUINE and not found.covers_all:
        return _but(said, rules.Verdict.CHANGED, "more")
    return said


def file_of(subject: str, purpose: str) -> bytes | None:
    """The file that was sealed and kept for a subject; the first, should there be two."""
    found = (
        Impression.objects.filter(subject=subject, purpose=purpose)
        .exclude(file="")
        .order_by("id")
        .first()
    )
    return files.read_file(files.stored(sha256=found.file)) if found else None


def public_pem(code: str, *, by: Actor) -> str:
    """A seal's public key as PEM, for the authority that is to certify it."""
    found = seal(code, by=by)
    if not found.made:
        raise NotFound()
    info = rules.read_seal(bytes(found.made)).info
    provider = provider_of(found.algorithm)
    public = provider.public_from_der(info.public_der)
    if public is None:
        raise NotFound()
    return provider.public_pem(public)


def listed(*, by: Actor) -> list[tuple[str, ...]]:
    """Every seal with its newest certificate, for the operator."""
    rows: list[tuple[str, ...]] = []
    for one in all_seals(by=by).prefetch_related("certificates"):
        newest = max(one.certificates.all(), key=lambda row: row.pk, default=None)
        held = ("", "", "")
        if newest is not None:
            state = "revoked" if newest.revoked_at else newest.valid_to.date().isoformat()
            held = (newest.serial, newest.issuer, state)
        rows.append((one.code, one.name, one.status, *held))
    return rows
