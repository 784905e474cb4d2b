"""Algorithms: a provider brings one per use; a registry finds the provider of a value."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.kernel.crypto import national
from tongban.kernel.crypto.errors import UnknownAlgorithm

Use = Literal["enc", "hash", "sign"]
USES: Final[tuple[Use, ...]] = ("enc", "hash", "sign")


class Provider(Protocol):
    """A profile of algorithms (算法套件). Keys are opaque: one may be a handle into an HSM."""

    name: str
    algorithms: Mapping[Use, str]
    digests: str
    """The name of its digest, as it stands beside values: `sha-256`."""

    def new_secret(self, use: Use) -> bytes:
        """Make a key."""

    def encrypt(self, secret: bytes, plain: bytes, bound: bytes) -> bytes:
        """Encrypt and authenticate; `bound` is authenticated without being stored."""

    def decrypt(self, secret: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        """Answer the plain bytes, or None when anything was altered."""

    def keyed_hash(self, secret: bytes, data: bytes) -> bytes:
        """Hash so that nobody without the key can try out values."""

    def digest(self, data: bytes) -> bytes:
        """Hash without a key, for what anyone may recompute."""

    def sign(self, secret: bytes, data: bytes) -> bytes:
        """Sign."""

    def verify(self, public: bytes, data: bytes, value: bytes) -> bool:
        """Tell whether the signature is of these data."""

    def public_of(self, secret: bytes) -> bytes:
        """Answer the public half of a signing key."""

    def public_pem(self, public: bytes) -> str:
        """Export a public key for others to verify with."""

    def public_der(self, public: bytes) -> bytes:
        """The same as SubjectPublicKeyInfo (RFC 5280), for structures that carry a key inside."""

    def public_from_der(self, der: bytes) -> bytes | None:
        """Answer the public half that `public_der` gave; None when it is no key of this kind."""


NONCE = 12


@lru_cache(maxsize=64)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(secret)


class International:
    """AES-256-GCM, HMAC-SHA-256 and Ed25519."""

    name = "international"
    algorithms: Mapping[Use, str] = {"enc": "aesgcm", "hash": "hs256", "sign": "ed25519"}
    digests = "sha-256"

    def new_secret(self, use: Use) -> bytes:
        return secrets.token_bytes(32)

    def encrypt(self, secret: bytes, plain: bytes, bound: bytes) -> bytes:
        # Random nonces of 96 bits: safe for 2^32 values per key; a city has fewer in a decade.
        nonce = secrets.token_bytes(NONCE)
        return nonce + _cipher(secret).encrypt(nonce, plain, bound)

    def decrypt(self, secret: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        if len(sealed) < NONCE + 16:
            return None
        try:
            return _cipher(secret).decrypt(sealed[:NONCE], sealed[NONCE:], bound)
        except InvalidTag:
            return None

    def keyed_hash(self, secret: bytes, data: bytes) -> bytes:
        return hmac.digest(secret, data, "sha256")

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def sign(self, secret: bytes, data: bytes) -> bytes:
        return ed25519.Ed25519PrivateKey.from_private_bytes(secret).sign(data)

    def verify(self, public: bytes, data: bytes, value: bytes) -> bool:
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(value, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def public_of(self, secret: bytes) -> bytes:
        key = ed25519.Ed25519PrivateKey.from_private_bytes(secret).public_key()
        return key.public_bytes_raw()

    def public_pem(self, public: bytes) -> str:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        return key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode("ascii")

    def public_der(self, public: bytes) -> bytes:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        return key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def public_from_der(self, der: bytes) -> bytes | None:
        try:
            key = serialization.load_der_public_key(der)
        except (ValueError, UnsupportedAlgorithm):
            return None
        return key.public_bytes_raw() if isinstance(key, ed25519.Ed25519PublicKey) else None


INTERNATIONAL: Final[Provider] = International()
PROVIDERS: Final[dict[str, Provider]] = {}
_BY_ALGORITHM: Final[dict[str, Provider]] = {}
_BY_DIGEST: Final[dict[str, Provider]] = {}


def register(provider: Provider) -> None:
    """Make a provider known by its name and algorithms; a national (国密) profile is added here."""
    PROVIDERS[provider.name] = provider
    _BY_ALGORITHM.update(dict.fromkeys(provider.algorithms.values(), provider))
    _BY_DIGEST[provider.digests] = provider


def provider_of(algorithm: str) -> Provider:
    """Answer the provider that knows the algorithm."""
    try:
        return _BY_ALGORITHM[algorithm]
    except KeyError:
        known = ", ".join(sorted(_BY_ALGORITHM))
        raise UnknownAlgorithm(algorithm=algorithm, known=known) from None


def provider_of_digest(name: str) -> Provider:
    """Answer the provider whose digest has this name."""
    try:
        return _BY_DIGEST[name]
    except KeyError:
        raise UnknownAlgorithm(algorithm=name, known=", ".join(sorted(_BY_DIGEST))) from None


def provider_named(name: str) -> Provider:
    """Answer the provider of that name."""
    try:
        return PROVIDERS[name]
    except KeyError:
        raise UnknownAlgorithm(algorithm=name, known=", ".join(sorted(PROVIDERS))) from None


register(INTERNATIONAL)
if national.is_here():
    register(national.National())
