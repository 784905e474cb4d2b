"""Time stamps (时间戳服务): any authority that speaks RFC 3161, and a simulated one.

The one in use is named by TONGBAN_TIMESTAMPS; left empty, the simulated one stamps by our own clock
with a real token of its own key. Called outside any transaction.
"""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from tongban.connectors.certificates import Signer, signer
from tongban.kernel import clock
from tongban.kernel.crypto import certificates, timestamps
from tongban.kernel.crypto.der import Malformed
from tongban.kernel.errors import Unavailable

TIMEOUT = 5.0
"""Seconds after which an authority gives up."""
SYSTEM = "The time stamp authority"
LARGEST = 64 * 1024


class TimeStamps(Protocol):
    """An authority that stamps digests."""

    def stamp(self, *, digest: bytes, digest_name: str, algorithm: str) -> bytes:
        """A token over a digest; `algorithm` is the seal's. Raises Unavailable."""

    def anchors(self, algorithm: str) -> list[bytes]:
        """Certificates that it vouches for itself by; of an outside one none: they are imported."""


class SimulatedTimeStamps:
    """Real tokens of a key of its own; it proves nothing against whoever holds this machine."""

    NAME = "通办演示时间戳"

    def __init__(self) -> None:
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""

    def stamp(self, *, digest: bytes, digest_name: str, algorithm: str) -> bytes:
        """Answer a request in the form that is sent over the wire."""
        if self.failures:
            self.failures -= 1
            raise Unavailable(system=SYSTEM)
        held, name, nonce = timestamps.read_request(
            timestamps.request(digest=digest, digest_name=digest_name)
        )
        own = self._signer(algorithm)
        return timestamps.make(
            digest=held,
            digest_name=name,
            at=clock.now(),
            nonce=nonce,
            certificate=own.certificate,
            algorithm=algorithm,
            sign=own.sign,
        )

    def anchors(self, algorithm: str) -> list[bytes]:
        """Its own certificate."""
        return [self._signer(algorithm).certificate.whole]

    def _signer(self, algorithm: str) -> Signer:
        file = Path(settings.TONGBAN_KEYS) / "timestamps.json"
        return signer(file, name=self.NAME, algorithm=algorithm, purpose=certificates.STAMPING)


class OutsideTimeStamps:
    """An authority at an address (RFC 3161, 3.4)."""

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ValueError(f"TONGBAN_TIMESTAMPS: {address!r} is no address.")
        self.address = address

    def stamp(self, *, digest: bytes, digest_name: str, algorithm: str) -> bytes:
        """Ask it; a token over another digest or of another request is no answer."""
        asked = timestamps.request(digest=digest, digest_name=digest_name)
        nonce = timestamps.read_request(asked)[2]
        query = urllib.request.Request(
            self.address, data=asked, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(query, timeout=TIMEOUT) as answer:
                token = timestamps.token_of(answer.read(LARGEST))
            found = timestamps.read(token)
        except (urllib.error.URLError, OSError, Malformed):
            raise Unavailable(system=SYSTEM) from None
        if (found.digest, found.digest_name, found.nonce) != (digest, digest_name, nonce):
            raise Unavailable(system=SYSTEM)
        return token

    def anchors(self, algorithm: str) -> list[bytes]:
        """None: whoever runs the city says whom to trust."""
        return []


_simulated = SimulatedTimeStamps()
_in_use: TimeStamps | None = None


def service() -> TimeStamps:
    """The authority of this deployment; the simulated one until a city names another."""
    if _in_use is not None:
        return _in_use
    address = settings.TONGBAN_TIMESTAMPS
    return OutsideTimeStamps(address) if address else _simulated


@contextmanager
def use(other: TimeStamps) -> Iterator[None]:
    """Stamp by another authority for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before
