"""Time stamps (时间戳, RFC 3161): who else saw a digest, and when.

A token is CMS SignedData over TSTInfo (RFC 5652, RFC 8419 for Ed25519; GM/T 0033 for SM2). It
proves to anyone that what it covers existed at its moment, whatever the clock of whoever sealed it.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongban.kernel.crypto import certificates, der
from tongban.kernel.crypto.certificates import Certificate
from tongban.kernel.crypto.der import Malformed, Node
from tongban.kernel.crypto.errors import UnknownAlgorithm
from tongban.kernel.crypto.providers import provider_of_digest

DIGESTS: Final = {
    "sha-256": "2.16.840.1.101.3.4.2.1",
    "sha-512": "2.16.840.1.101.3.4.2.3",
    "sm3": "1.2.156.10197.1.401",
}
DIGEST_NAMES: Final = {dotted: name for name, dotted in DIGESTS.items()}
OVER: Final = {"ed25519": "sha-512", "sm2sm3": "sm3"}
"""The digest of the signed attributes: RFC 8419 fixes SHA-512 for Ed25519."""
SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
POLICY: Final = "1.2.156.99.1.1"
"""Ours, for the simulated authority alone; no registered arc."""
LARGEST: Final = 32 * 1024


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says."""

    at: datetime
    digest_name: str
    digest: bytes
    serial: int
    nonce: int | None
    certificate: Certificate
    """Of whoever stamped; whether to trust it is the caller's question."""


def request(*, digest: bytes, digest_name: str, nonce: int | None = None) -> bytes:
    """TimeStampReq, asking for the certificate too."""
    number = secrets.randbits(63) if nonce is None else nonce
    return der.sequence(
        der.integer(1), _imprint(digest, digest_name), der.integer(number), der.boolean(True)
    )


def read_request(data: bytes) -> tuple[bytes, str, int | None]:
    """(digest, its name, nonce) of a request. Raises Malformed."""
    rows = der.parts(der.read(data), der.INTEGER, der.SEQUENCE)
    name, digest = _read_imprint(rows[1])
    nonce = next((der.integer_of(row) for row in rows[2:] if row.tag == der.INTEGER), None)
    return digest, name, nonce


def response(token: bytes) -> bytes:
    """TimeStampResp: granted."""
    return der.sequence(der.sequence(der.integer(0)), token)


def token_of(data: bytes) -> bytes:
    """The token in a TimeStampResp. Raises Malformed where it was not granted."""
    rows = der.parts(der.read(data), der.SEQUENCE)
    status = der.integer_of(der.parts(rows[0], der.INTEGER)[0])
    if status not in {0, 1} or len(rows) < 2:
        raise Malformed(f"no stamp was granted: status {status}")
    return rows[1].whole


def make(
    *,
    digest: bytes,
    digest_name: str,
    at: datetime,
    nonce: int | None,
    certificate: Certificate,
    algorithm: str,
    sign: Callable[[bytes], bytes],
) -> bytes:
    """TimeStampToken over a digest, signed by whoever bears the certificate."""
    info = der.sequence(
        der.integer(1),
        der.oid(POLICY),
        _imprint(digest, digest_name),
        der.integer(secrets.randbits(63)),
        der.moment(at),
        *([] if nonce is None else [der.integer(nonce)]),
    )
    over = OVER[algorithm]
    digested = der.sequence(der.oid(DIGESTS[over]))
    attributes = der.set_of(
        _attribute(CONTENT_TYPE, der.oid(TST_INFO)),
        _attribute(MESSAGE_DIGEST, der.octets(_digest(over, info))),
    )
    signer = der.sequence(
        der.integer(1),
        der.sequence(certificate.issuer, der.integer(certificate.serial)),
        digested,
        der.tagged(0, der.read(attributes).body),
        certificates.algorithm_der(algorithm),
        der.octets(sign(attributes)),
    )
    signed = der.sequence(
        der.integer(3),
        der.set_of(digested),
        der.sequence(der.oid(TST_INFO), der.tagged(0, der.octets(info))),
        der.tagged(0, certificate.whole),
        der.set_of(signer),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.tagged(0, signed))


def read(data: bytes) -> Stamp:
    """Read a token and check its own signature. Raises Malformed where anything does not fit."""
    if len(data) > LARGEST:
        raise Malformed("larger than any stamp")
    try:
        return _read(data)
    except (ValueError, IndexError):
        # Fewer parts than were unpacked: whoever sent it wrote it so.
        raise Malformed("not the parts of a stamp") from None


def _read(data: bytes) -> Stamp:
    kind, content = der.parts(der.read(data), der.OID)[:2]
    if der.oid_of(kind) != SIGNED_DATA:
        raise Malformed("no signed data")
    rows = der.parts(der.read(content.body), der.INTEGER, der.SET, der.SEQUENCE)
    what, wrapped = der.parts(rows[2], der.OID)[:2]
    if der.oid_of(what) != TST_INFO:
        raise Malformed("no time stamp")
    info = der.read(wrapped.body).body
    listed = [one for row in rows[3:] if row.tag == 0xA0 for one in der.children(row)]
    held = [certificates.read(one.whole) for one in listed]
    signers = der.children(rows[-1]) if rows[-1].tag == der.SET else []
    if len(signers) != 1:
        raise Malformed("not one signer")
    found = _signed_by(signers[0], info, held)
    version, _policy, imprint, serial, at, *rest = der.parts(
        der.read(info), der.INTEGER, der.OID, der.SEQUENCE, der.INTEGER, der.TIME
    )
    if der.integer_of(version) != 1:
        raise Malformed("another version")
    name, digest = _read_imprint(imprint)
    moment = _moment(at)
    if not found.holds_at(moment) or certificates.STAMPING not in found.purposes:
        raise Malformed("its certificate is not for that")
    nonce = next((der.integer_of(row) for row in rest if row.tag == der.INTEGER), None)
    return Stamp(moment, name, digest, der.integer_of(serial), nonce, found)


def _signed_by(signer: Node, info: bytes, held: list[Certificate]) -> Certificate:
    rows = der.parts(signer, der.INTEGER, der.SEQUENCE, der.SEQUENCE)
    if len(rows) < 6 or rows[3].tag != 0xA0:
        raise Malformed("no signed attributes")
    issuer, number = der.parts(rows[1], der.SEQUENCE, der.INTEGER)[:2]
    found = next(
        (c for c in held if c.issuer == issuer.whole and c.serial == der.integer_of(number)), None
    )
    if found is None:
        raise Malformed("its signer's certificate is missing")
    over = DIGEST_NAMES.get(der.oid_of(der.parts(rows[2], der.OID)[0]), "")
    said = {
        der.oid_of(pair[0]): der.children(pair[1])[0]
        for one in der.children(rows[3])
        if len(pair := der.parts(one, der.OID, der.SET)) == 2 and der.children(pair[1])
    }
    digest = said.get(MESSAGE_DIGEST)
    kind = said.get(CONTENT_TYPE)
    if digest is None or kind is None or der.oid_of(kind) != TST_INFO:
        raise Malformed("not the attributes of a stamp")
    if digest.body != _digest(over, info):
        raise Malformed("it was altered")
    algorithm = certificates.algorithm_of(rows[4])
    if algorithm == "1.2.840.113549.1.1.1" and over == "sha-256":
        algorithm = "rsa-sha256"
    attributes = der.element(der.SET, rows[3].body)
    if not certificates.is_signed(
        algorithm=algorithm, public_der=found.public_der, data=attributes, value=rows[5].body
    ):
        raise Malformed("its signature does not hold")
    return found


def _digest(name: str, data: bytes) -> bytes:
    if name == "sha-512":
        return hashlib.sha512(data).digest()
    try:
        return provider_of_digest(name).digest(data)
    except UnknownAlgorithm:
        raise Malformed(f"a digest that is not known here: {name}") from None


def _moment(node: Node) -> datetime:
    """GeneralizedTime; authorities may write fractions of a second."""
    head, point, _rest = node.body.partition(b".")
    return der.moment_of(Node(node.tag, head + b"Z", b"") if point else node)


def _imprint(digest: bytes, name: str) -> bytes:
    return der.sequence(der.sequence(der.oid(DIGESTS[name])), der.octets(digest))


def _read_imprint(node: Node) -> tuple[str, bytes]:
    algorithm, digest = der.parts(node, der.SEQUENCE, der.OCTETS)[:2]
    dotted = der.oid_of(der.parts(algorithm, der.OID)[0])
    return DIGEST_NAMES.get(dotted, dotted), digest.body


def _attribute(key: str, value: bytes) -> bytes:
    return der.sequence(der.oid(key), der.set_of(value))
