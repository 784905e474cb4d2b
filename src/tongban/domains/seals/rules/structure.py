"""A seal and an impression in the structure of GB/T 38540-2020 (SESeal, SES_Signature), version 4.

Where the standard has the signer's certificate, so have these; seals made before 0.2 carry the bare
public key (SubjectPublicKeyInfo) there, and are still read. The maker is named by the id of a key
that the deployment publishes. A time stamp over the signature's value closes an impression.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongban.kernel.crypto import certificates, der
from tongban.kernel.crypto.certificates import ALGORITHMS, Certificate

VERSION: Final = 4
PICTURE: Final = "PNG"
SIZE: Final = 40
"""Millimetres across: an organ's round seal is 42 mm or less (国发〔1999〕25号)."""

NAMES: Final = {dotted: name for name, dotted in ALGORITHMS.items()}


@dataclass(frozen=True, slots=True)
class SealInfo:
    """What the maker signs of a seal (印章信息)."""

    code: str
    name: str
    bearer: bytes
    """The certificate of the seal's key; of older seals the bare key."""
    created: datetime
    valid_from: datetime
    valid_to: datetime
    picture: bytes

    def encode(self) -> bytes:
        """SES_SealInfo."""
        header = der.sequence(der.ia5("ES"), der.integer(VERSION), der.ia5("TONGBAN"))
        listed = der.sequence(der.octets(self.bearer))
        stated = der.sequence(
            der.integer(1),
            der.utf8(self.name),
            der.integer(1),
            listed,
            *map(der.moment, (self.created, self.valid_from, self.valid_to)),
        )
        picture = der.sequence(
            der.ia5(PICTURE), der.octets(self.picture), der.integer(SIZE), der.integer(SIZE)
        )
        return der.sequence(header, der.ia5(self.code), stated, picture)

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of the seal's key; None of a seal that was made without one."""
        return certificate_of(self.bearer)

    @property
    def public_der(self) -> bytes:
        """The seal's public key."""
        held = self.certificate
        return held.public_der if held else self.bearer


def certificate_of(bearer: bytes) -> Certificate | None:
    """The certificate in the place of one; None where a bare key stands there."""
    try:
        return certificates.read(bearer)
    except der.Malformed:
        return None


@dataclass(frozen=True, slots=True)
class MadeSeal:
    """A seal that its maker signed (SESeal)."""

    info: SealInfo
    info_der: bytes
    maker: str
    """The key id of the maker's key, as it was published."""
    algorithm: str
    value: bytes
    whole: bytes


def seal_der(info_der: bytes, *, maker: str, algorithm: str, value: bytes) -> bytes:
    """SESeal: what the maker signed, who that was, and the signature."""
    return der.sequence(
        info_der, der.octets(maker.encode()), der.oid(ALGORITHMS[algorithm]), der.bits(value)
    )


def read_seal(data: bytes) -> MadeSeal:
    """Read a SESeal. Raises Malformed."""
    info, maker, algorithm, value, *_ = der.parts(
        der.read(data), der.SEQUENCE, der.OCTETS, der.OID, der.BITS
    )
    return MadeSeal(
        info=_read_info(info),
        info_der=info.whole,
        maker=maker.body.decode("utf-8", "replace"),
        algorithm=_algorithm(algorithm),
        value=der.bits_of(value),
        whole=data,
    )


def _read_info(node: der.Node) -> SealInfo:
    header, code, stated, picture, *_ = der.parts(
        node, der.SEQUENCE, der.IA5, der.SEQUENCE, der.SEQUENCE
    )
    kind, version, *_ = der.parts(header, der.IA5, der.INTEGER, der.IA5)
    if der.text_of(kind) != "ES" or der.integer_of(version) != VERSION:
        raise der.Malformed("another version")
    _type, name, form, listed, created, since, until, *_ = der.parts(
        stated, der.INTEGER, der.UTF8, der.INTEGER, der.SEQUENCE, der.TIME, der.TIME, der.TIME
    )
    if der.integer_of(form) != 1:
        raise der.Malformed("keys by their hash are not read")
    bearer, *_ = der.parts(listed, der.OCTETS)
    _form, image, *_ = der.parts(picture, der.IA5, der.OCTETS, der.INTEGER, der.INTEGER)
    return SealInfo(
        code=der.text_of(code),
        name=der.text_of(name),
        bearer=bearer.body,
        created=der.moment_of(created),
        valid_from=der.moment_of(since),
        valid_to=der.moment_of(until),
        picture=image.body,
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    """An impression as it lies in a document (SES_Signature)."""

    seal: MadeSeal
    at: datetime
    digest: bytes
    scope: str
    """propertyInfo: of what the digest is; the path of the signature's description in an OFD."""
    to_sign: bytes
    bearer: bytes
    algorithm: str
    value: bytes
    stamp: bytes
    """A time stamp token over the value; empty where there is none."""


def to_sign(seal: bytes, *, at: datetime, digest: bytes, scope: str) -> bytes:
    """TBS_Sign: what the seal's key signs."""
    return der.sequence(
        der.integer(VERSION), seal, der.moment(at), der.bits(digest), der.ia5(scope)
    )


def impression_der(
    body: bytes, *, bearer: bytes, algorithm: str, value: bytes, stamp: bytes = b""
) -> bytes:
    """SES_Signature, with its time stamp where there is one."""
    stamped = [der.tagged(0, der.bits(stamp))] if stamp else []
    return der.sequence(
        body, der.octets(bearer), der.oid(ALGORITHMS[algorithm]), der.bits(value), *stamped
    )


def read_impression(data: bytes) -> Sealed:
    """Read a SES_Signature. Raises Malformed."""
    body, bearer, algorithm, value, *rest = der.parts(
        der.read(data), der.SEQUENCE, der.OCTETS, der.OID, der.BITS
    )
    stamp = next((der.bits_of(der.read(one.body)) for one in rest if one.tag == 0xA0), b"")
    version, seal, at, digest, scope, *_ = der.parts(
        body, der.INTEGER, der.SEQUENCE, der.TIME, der.BITS, der.IA5
    )
    if der.integer_of(version) != VERSION:
        raise der.Malformed("another version")
    return Sealed(
        seal=read_seal(seal.whole),
        at=der.moment_of(at),
        digest=der.bits_of(digest),
        scope=der.text_of(scope),
        to_sign=body.whole,
        bearer=bearer.body,
        algorithm=_algorithm(algorithm),
        value=der.bits_of(value),
        stamp=stamp,
    )


def _algorithm(node: der.Node) -> str:
    dotted = der.oid_of(node)
    if dotted not in NAMES:
        raise der.Malformed(f"an algorithm that is not known here: {dotted}")
    return NAMES[dotted]
