"""What callers use: encrypt, decrypt, keyed_hash, sign, verify."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from tongban.kernel.crypto.errors import NotAToken, Tampered, UnknownKey
from tongban.kernel.crypto.keyring import Key, Keyring, load_keyring, reload_keyring
from tongban.kernel.crypto.providers import provider_of, provider_of_digest


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature (签名) with what is needed to check it; `str()` is its form for a column."""

    algorithm: str
    key_id: str
    value_b64: str

    def __str__(self) -> str:
        return f"{self.algorithm}${self.key_id}${self.value_b64}"

    @classmethod
    def of(cls, algorithm: str, key_id: str, value: bytes) -> "Signature":
        """Put together what a structure keeps apart."""
        return cls(algorithm, key_id, base64.b64encode(value).decode("ascii"))

    @property
    def value(self) -> bytes:
        """The bare value."""
        return base64.b64decode(self.value_b64)

    @classmethod
    def parse(cls, text: str) -> "Signature":
        """Read the form that `str()` gives."""
        algorithm, key_id, value = _parts(text)
        return cls(algorithm, key_id, value)


def encrypt(text: str, *, purpose: str, ring: Keyring | None = None) -> str:
    """Encrypt a text for one purpose, such as `person.number`; elsewhere it does not open."""
    key = (ring or load_keyring()).active("enc")
    sealed = key.provider.encrypt(key.secret, text.encode(), _bound(key, purpose))
    return f"{key.algorithm}${key.id}${base64.b64encode(sealed).decode('ascii')}"


def decrypt(token: str, *, purpose: str, ring: Keyring | None = None) -> str:
    """Answer the text that was encrypted for this purpose."""
    algorithm, key_id, value = _parts(token)
    provider = provider_of(algorithm)
    key = _find(key_id, ring)
    sealed = _bytes(value)
    if key.algorithm != algorithm or key.use != "enc" or sealed is None:
        raise Tampered(purpose=purpose)
    plain = provider.decrypt(key.secret, sealed, _bound(key, purpose))
    if plain is None:
        raise Tampered(purpose=purpose)
    return plain.decode()


def is_current(token: str, *, ring: Keyring | None = None) -> bool:
    """Whether the token was written under the active key; if not, encrypt the value anew."""
    key = (ring or load_keyring()).active("enc")
    return token.startswith(f"{key.algorithm}${key.id}$")


def keyed_hash(value: str, *, purpose: str, ring: Keyring | None = None) -> str:
    """Hash a value so that it can be looked up without being stored.

    Person numbers have so few possibilities that a hash without a key is found by trying them all.
    """
    key = (ring or load_keyring()).active("hash")
    data = f"{purpose}\0{value.strip().upper()}".encode()
    return f"{key.algorithm}${key.id}${key.provider.keyed_hash(key.secret, data).hex()}"


def sign(data: bytes, *, ring: Keyring | None = None) -> Signature:
    """Sign data with the platform's own key; not an organ's seal (电子印章)."""
    key = (ring or load_keyring()).active("sign")
    value = key.provider.sign(key.secret, data)
    return Signature(key.algorithm, key.id, base64.b64encode(value).decode("ascii"))


def verify(data: bytes, signature: Signature, *, ring: Keyring | None = None) -> bool:
    """Tell whether the signature is of these data; keys rotated since still verify."""
    provider = provider_of(signature.algorithm)
    key = _find(signature.key_id, ring)
    value = _bytes(signature.value_b64)
    if key.algorithm != signature.algorithm or key.use != "sign" or value is None:
        return False
    return provider.verify(key.public, data, value)


def public_key(key_id: str = "", *, ring: Keyring | None = None) -> str:
    """Export a public key as PEM, the active one by default, for those who check our signatures."""
    key = _find(key_id, ring) if key_id else (ring or load_keyring()).active("sign")
    if key.use != "sign":
        raise UnknownKey(key_id=key_id)
    return key.provider.public_pem(key.public)


class PublicKey(NamedTuple):
    """What those who check our signatures need of one key."""

    id: str
    algorithm: str
    is_active: bool
    pem: str


def public_keys(*, ring: Keyring | None = None) -> list[PublicKey]:
    """All signing keys, old ones too, without their secrets; to be published."""
    return [
        PublicKey(key.id, key.algorithm, key.state == "active", key.provider.public_pem(key.public))
        for key in (ring or load_keyring()).keys
        if key.use == "sign"
    ]


def digest(data: bytes, *, name: str = "", ring: Keyring | None = None) -> tuple[str, bytes]:
    """Hash what anyone may recompute: (name of the digest, value).

    By the digest of the profile in use, or by the one that is named. Raises UnknownAlgorithm.
    """
    if name:
        return name, provider_of_digest(name).digest(data)
    provider = (ring or load_keyring()).active("sign").provider
    return provider.digests, provider.digest(data)


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """A key pair of its own, outside the ring: that of an organ's seal. Its secret has no repr."""

    algorithm: str
    secret: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"<Pair {self.algorithm}>"


def new_pair(*, ring: Keyring | None = None) -> Pair:
    """Make a signing pair in the profile in use."""
    provider = (ring or load_keyring()).active("sign").provider
    secret = provider.new_secret("sign")
    return Pair(provider.algorithms["sign"], secret, provider.public_of(secret))


def sign_by(pair: Pair, data: bytes) -> bytes:
    """Sign with a pair of its own; answers the bare value."""
    return provider_of(pair.algorithm).sign(pair.secret, data)


def verify_by(*, algorithm: str, public: bytes, data: bytes, value: bytes) -> bool:
    """Tell whether a bare value signs these data under a bare public key."""
    return provider_of(algorithm).verify(public, data, value)


def sha256_hex(data: bytes) -> str:
    """Answer the SHA-256 of data, by which stored files and documents are named."""
    return hashlib.sha256(data).hexdigest()


def _bound(key: Key, purpose: str) -> bytes:
    # Bound into the value: moved to another field or relabelled, it does not open.
    return f"{key.algorithm}${key.id}${purpose}".encode()


def _find(key_id: str, ring: Keyring | None) -> Key:
    if ring is not None:
        return ring.find(key_id)
    try:
        return load_keyring().find(key_id)
    except UnknownKey:
        return reload_keyring().find(key_id)  # Rotated by another process since we started.


def _parts(text: str) -> tuple[str, str, str]:
    parts = text.split("$")
    if len(parts) != 3 or not all(parts):
        raise NotAToken()
    return parts[0], parts[1], parts[2]


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
