"""Seals (电子印章服务): what any seal service must do, and one of our own.

A seal's key never enters a domain: the service answers a handle, and signs for whoever shows it. Of
a service outside, such as the national unified one (C0119), the handle is its name for the seal; of
the one here it is the key itself, encrypted by the key ring. Called outside any transaction.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from tongban.kernel.crypto import vault
from tongban.kernel.crypto.providers import provider_of
from tongban.kernel.errors import Unavailable

TIMEOUT = 10.0
"""Seconds after which a service gives up."""
HANDLE = "seal.handle"


@dataclass(frozen=True, slots=True)
class SealKey:
    """The key that a service made for a seal."""

    handle: str
    algorithm: str
    """As in the key ring: `ed25519`, `sm2sm3`."""
    public_der: bytes
    certificate: bytes = b""
    """The certificate that came with it; empty where an authority of ours certifies it."""
    authority: bytes = b""
    """The certificate of whoever issued that one."""


class SealService(Protocol):
    """A service that keeps the keys of seals."""

    def new_key(self, *, code: str, organ: str) -> SealKey:
        """Make the key of a seal. Raises Unavailable."""

    def sign(self, *, handle: str, data: bytes) -> bytes:
        """Sign with a seal's key; answers the bare value. Raises Unavailable."""


class OwnSeals:
    """Keys in the profile of the key ring, kept encrypted under it; for cities without a service.

    No certified seal service: GM/T 0031 asks for a certified module, which is plugged in here.
    """

    def __init__(self) -> None:
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""

    def new_key(self, *, code: str, organ: str) -> SealKey:
        """Make a pair; the handle is its encrypted secret."""
        self._answer()
        pair = vault.new_pair()
        kept = {
            "code": code,
            "algorithm": pair.algorithm,
            "secret": base64.b64encode(pair.secret).decode("ascii"),
            "public": base64.b64encode(pair.public).decode("ascii"),
        }
        return SealKey(
            handle=vault.encrypt(json.dumps(kept), purpose=HANDLE),
            algorithm=pair.algorithm,
            public_der=provider_of(pair.algorithm).public_der(pair.public),
        )

    def sign(self, *, handle: str, data: bytes) -> bytes:
        """Sign with the pair in the handle."""
        self._answer()
        kept = json.loads(vault.decrypt(handle, purpose=HANDLE))
        pair = vault.Pair(
            kept["algorithm"], base64.b64decode(kept["secret"]), base64.b64decode(kept["public"])
        )
        return vault.sign_by(pair, data)

    def _answer(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The seal service")


_in_use: SealService = OwnSeals()


def service() -> SealService:
    """The seal service of this deployment; our own until a city connects another."""
    return _in_use


@contextmanager
def use(other: SealService) -> Iterator[None]:
    """Seal by another service for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before
