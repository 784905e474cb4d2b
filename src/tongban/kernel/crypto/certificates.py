"""Certificates (数字证书, X.509 after RFC 5280 and GM/T 0015): made, read, and traced to an issuer.

One path for both profiles: the usual library knows no SM2, so that structure is ours, and only the
signatures are a provider's. Certificates of outside authorities may be signed by RSA or ECDSA too.
"""

import binascii
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tongban.kernel.crypto import der
from tongban.kernel.crypto.der import Malformed, Node
from tongban.kernel.crypto.errors import UnknownAlgorithm
from tongban.kernel.crypto.providers import provider_of

ALGORITHMS: Final = {"ed25519": "1.3.101.112", "sm2sm3": "1.2.156.10197.1.501"}
"""Names of the key ring -> object identifiers (RFC 8410, GM/T 0006)."""
NAMES: Final = {
    **{dotted: name for name, dotted in ALGORITHMS.items()},
    "1.2.840.113549.1.1.11": "rsa-sha256",
    "1.2.840.10045.4.3.2": "ecdsa-sha256",
}
COUNTRY, ORGANISATION, COMMON, IDENTIFIER = "2.5.4.6", "2.5.4.10", "2.5.4.3", "2.5.4.97"
"""organizationIdentifier (2.5.4.97) bears the organ's 统一社会信用代码."""
BASIC, USAGE, PURPOSE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
STAMPING: Final = "1.3.6.1.5.5.7.3.8"
LARGEST: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate, as it was read."""

    serial: int
    issuer: bytes
    subject: bytes
    name: str
    """The common name of its subject."""
    issuer_name: str
    valid_from: datetime
    valid_to: datetime
    public_der: bytes
    is_ca: bool
    purposes: frozenset[str]
    algorithm: str
    body: bytes
    value: bytes
    whole: bytes

    @property
    def number(self) -> str:
        """The serial number as it is written: hex."""
        return f"{self.serial:x}"

    def holds_at(self, moment: datetime) -> bool:
        """Whether it was within its dates."""
        return self.valid_from <= moment < self.valid_to


def subject(*, name: str, organisation: str = "", identifier: str = "") -> bytes:
    """A name as certificates have it; all of it UTF-8."""
    rows = [(COUNTRY, der.element(0x13, b"CN"))]
    if organisation:
        rows.append((ORGANISATION, der.utf8(organisation)))
    if identifier:
        rows.append((IDENTIFIER, der.utf8(identifier)))
    rows.append((COMMON, der.utf8(name)))
    return der.sequence(*(der.set_of(der.sequence(der.oid(key), text)) for key, text in rows))


def to_sign(
    *,
    issuer: bytes,
    subject: bytes,
    public_der: bytes,
    valid_from: datetime,
    valid_to: datetime,
    algorithm: str,
    is_ca: bool = False,
    purpose: str = "",
) -> bytes:
    """TBSCertificate: what the issuer's key signs. The serial number cannot be guessed."""
    extensions = [_extension(BASIC, der.sequence(*([der.boolean(True)] if is_ca else [])))]
    # keyCertSign and cRLSign of an authority; digitalSignature and nonRepudiation of all others.
    usage = b"\x01\x06" if is_ca else b"\x06\xc0"
    extensions.append(_extension(USAGE, der.element(der.BITS, usage)))
    if purpose:
        extensions.append(_extension(PURPOSE, der.sequence(der.oid(purpose))))
    return der.sequence(
        der.tagged(0, der.integer(2)),
        der.integer(secrets.randbits(126) | 1 << 126),
        algorithm_der(algorithm),
        issuer,
        der.sequence(der.civil(valid_from), der.civil(valid_to)),
        subject,
        public_der,
        der.tagged(3, der.sequence(*extensions)),
    )


def whole(body: bytes, *, algorithm: str, value: bytes) -> bytes:
    """The certificate."""
    return der.sequence(body, algorithm_der(algorithm), der.bits(value))


def algorithm_der(algorithm: str) -> bytes:
    """AlgorithmIdentifier."""
    return der.sequence(der.oid(ALGORITHMS[algorithm]))


def _extension(key: str, body: bytes) -> bytes:
    return der.sequence(der.oid(key), der.boolean(True), der.octets(body))


def read(data: bytes) -> Certificate:
    """Read a certificate. Raises Malformed."""
    if len(data) > LARGEST:
        raise Malformed("larger than any certificate")
    try:
        return _read(data)
    except (ValueError, IndexError):
        # Fewer parts than were unpacked: whoever sent it wrote it so.
        raise Malformed("not the parts of a certificate") from None


def _read(data: bytes) -> Certificate:
    body, algorithm, value = der.parts(der.read(data), der.SEQUENCE, der.SEQUENCE, der.BITS)[:3]
    rows = der.parts(body)
    if not rows or rows[0].tag != 0xA0:
        raise Malformed("no version")
    # [0] version, number, algorithm, issuer, validity, subject, key, … [3] extensions
    if len(rows) < 7 or [row.tag for row in rows[1:7]] != [der.INTEGER, *[der.SEQUENCE] * 5]:
        raise Malformed("not the parts of a certificate")
    number, _algorithm, issuer, validity, holder, public = rows[1:7]
    times = der.parts(validity)
    if len(times) != 2:
        raise Malformed("not two times")
    is_ca, purposes = _extensions(rows[7:])
    return Certificate(
        serial=der.integer_of(number),
        issuer=issuer.whole,
        subject=holder.whole,
        name=_common(holder),
        issuer_name=_common(issuer),
        valid_from=der.civil_of(times[0]),
        valid_to=der.civil_of(times[1]),
        public_der=public.whole,
        is_ca=is_ca,
        purposes=purposes,
        algorithm=algorithm_of(algorithm),
        body=body.whole,
        value=der.bits_of(value),
        whole=data,
    )


def algorithm_of(node: Node) -> str:
    """The name of an algorithm; its identifier where it is not known here. Raises Malformed."""
    dotted = der.oid_of(der.parts(node, der.OID)[0])
    return NAMES.get(dotted, dotted)


def _common(node: Node) -> str:
    for row in der.children(node):
        for pair in der.children(row):
            key, text = der.parts(pair, der.OID)[:2]
            if der.oid_of(key) == COMMON:
                return text.body.decode("utf-8", "replace")
    return ""


def _extensions(rows: list[Node]) -> tuple[bool, frozenset[str]]:
    is_ca, purposes = False, frozenset[str]()
    for row in rows:
        if row.tag != 0xA3:
            continue
        for one in der.children(der.read(row.body)):
            key, *_, body = der.parts(one, der.OID)
            if der.oid_of(key) == BASIC:
                found = der.children(der.read(body.body))
                is_ca = bool(found) and found[0].tag == der.BOOLEAN and found[0].body == b"\xff"
            elif der.oid_of(key) == PURPOSE:
                purposes = frozenset(map(der.oid_of, der.children(der.read(body.body))))
    return is_ca, purposes


def is_signed(*, algorithm: str, public_der: bytes, data: bytes, value: bytes) -> bool:
    """Whether a bare value signs the data under a SubjectPublicKeyInfo."""
    if algorithm in ALGORITHMS:
        try:
            provider = provider_of(algorithm)
        except UnknownAlgorithm:
            return False
        public = provider.public_from_der(public_der)
        return public is not None and provider.verify(public, data, value)
    try:
        key = serialization.load_der_public_key(public_der)
        if algorithm == "rsa-sha256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
            return True
        if algorithm == "ecdsa-sha256" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(hashes.SHA256()))
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def is_issued_by(found: Certificate, anchor: Certificate) -> bool:
    """Whether an anchor's key signed a certificate; an authority's own signs itself."""
    return found.issuer == anchor.subject and is_signed(
        algorithm=found.algorithm,
        public_der=anchor.public_der,
        data=found.body,
        value=found.value,
    )


def anchored(found: Certificate, anchors: Iterable[Certificate]) -> Certificate | None:
    """The anchor (信任锚) that vouches for a certificate, or that is the certificate itself."""
    return next(
        (one for one in anchors if one.whole == found.whole or is_issued_by(found, one)), None
    )


def from_file(data: bytes) -> bytes:
    """The DER of a certificate in PEM or DER. Raises Malformed."""
    if data.lstrip().startswith(b"-----BEGIN"):
        try:
            lines = data.decode("ascii").strip().splitlines()
            end = next(n for n, line in enumerate(lines) if line.startswith("-----END"))
            begin = next(n for n, line in enumerate(lines) if line.startswith("-----BEGIN CERT"))
            data = binascii.a2b_base64("".join(lines[begin + 1 : end]))
        except (UnicodeDecodeError, StopIteration, binascii.Error):
            raise Malformed("no certificate in PEM") from None
    read(data)
    return data
