"""The national profile (国密): SM4-GCM, HMAC-SM3, SM2 with SM3; the extra `tongban[sm]` brings it.

SM3 and SM4 come from the library that the international profile uses too; it has no SM2 (its curve
is not known there), so SM2 alone comes from Tongsuo. Vendors differ in three things, pinned here:
a signature is DER of (r, s), a public key the point 04‖x‖y, and the signer's id the default
`1234567812345678` of GM/T 0009-2012.
"""

import base64
import secrets
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import util
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

if TYPE_CHECKING:
    from tongban.kernel.crypto.providers import Use

NONCE: Final = 12
POINT: Final = 65
TAG: Final = 16
ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""n of the curve (GM/T 0003.5-2012); a private key lies in 1 … n−2."""

_PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""SubjectPublicKeyInfo before the 65 bytes of the point; the curve is 1.2.156.10197.1.301."""


def is_here() -> bool:
    """Whether SM2 can be computed: the extra `tongban[sm]` is installed."""
    return util.find_spec("tongsuopy") is not None


class National:
    """SM4-GCM (GM/T 0002), HMAC-SM3 (GM/T 0004) and SM2 (GM/T 0003, 0009)."""

    name = "national"
    algorithms: "Mapping[Use, str]" = {"enc": "sm4gcm", "hash": "hsm3", "sign": "sm2sm3"}
    digests = "sm3"

    def new_secret(self, use: "Use") -> bytes:
        if use == "enc":
            return secrets.token_bytes(16)
        if use == "hash":
            return secrets.token_bytes(32)
        return (1 + secrets.randbelow(ORDER - 2)).to_bytes(32, "big")

    def encrypt(self, secret: bytes, plain: bytes, bound: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        cipher = Cipher(algorithms.SM4(secret), modes.GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(bound)
        return nonce + cipher.update(plain) + cipher.finalize() + cipher.tag

    def decrypt(self, secret: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        if len(sealed) < NONCE + TAG:
            return None
        nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
        cipher = Cipher(algorithms.SM4(secret), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(bound)
        try:
            return cipher.update(body) + cipher.finalize()
        except InvalidTag:
            return None

    def keyed_hash(self, secret: bytes, data: bytes) -> bytes:
        found = hmac.HMAC(secret, hashes.SM3())
        found.update(data)
        return found.finalize()

    def digest(self, data: bytes) -> bytes:
        found = hashes.Hash(hashes.SM3())
        found.update(data)
        return found.finalize()

    def sign(self, secret: bytes, data: bytes) -> bytes:
        signature: bytes = _private(secret).sign(data, _tongsuo().scheme)
        return signature

    def verify(self, public: bytes, data: bytes, value: bytes) -> bool:
        tongsuo = _tongsuo()
        try:
            # Read before the library does: what it cannot parse stays on its stack of errors, and
            # the next honest signature would be refused for it.
            r, s = decode_dss_signature(value)
            if not (0 < r < ORDER and 0 < s < ORDER) or len(public) != POINT:
                return False
            _public(public).verify(encode_dss_signature(r, s), data, tongsuo.scheme)
        except (tongsuo.InvalidSignature, tongsuo.InternalError, ValueError, TypeError):
            return False
        return True

    def public_of(self, secret: bytes) -> bytes:
        numbers = _private(secret).public_key().public_numbers()
        point: bytes = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        return point

    def public_pem(self, public: bytes) -> str:
        text = base64.encodebytes(self.public_der(public)).decode("ascii").replace("\n", "")
        lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
        return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"

    def public_der(self, public: bytes) -> bytes:
        return _PREFIX + public

    def public_from_der(self, der: bytes) -> bytes | None:
        point = der.removeprefix(_PREFIX)
        return point if der.startswith(_PREFIX) and len(point) == POINT and point[0] == 4 else None


class _Tongsuo:
    """The library's names, loaded when first used: the profile is an extra."""

    def __init__(self) -> None:
        from tongsuopy.crypto import exceptions, hashes  # noqa: PLC0415 – an extra
        from tongsuopy.crypto.asymciphers import ec  # noqa: PLC0415 – an extra

        self.ec: Any = ec
        self.InvalidSignature: type[Exception] = exceptions.InvalidSignature
        self.InternalError: type[Exception] = exceptions.InternalError
        self.scheme: Any = ec.ECDSA(hashes.SM3())


@cache
def _tongsuo() -> _Tongsuo:
    return _Tongsuo()


@lru_cache(maxsize=64)
def _private(secret: bytes) -> Any:
    ec = _tongsuo().ec
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SM2())


@lru_cache(maxsize=256)
def _public(public: bytes) -> Any:
    ec = _tongsuo().ec
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SM2(), public)
