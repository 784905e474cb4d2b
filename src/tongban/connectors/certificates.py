"""Certificates (电子认证服务): what any authority must do, and one of the city's own for the demo.

By 电子签名法 第十六条 a seal that is to hold against others is certified by a licensed authority: a
city imports such certificates (`tongban seal import`) or plugs the authority's service in here. The
authority of our own keeps its keys, encrypted by the key ring, beside it; who trusts it is decided
by the table of anchors, not here.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.crypto import certificates, vault
from tongban.kernel.crypto.certificates import Certificate
from tongban.kernel.crypto.providers import provider_of
from tongban.kernel.errors import Unavailable

PURPOSE = "authority.key"
LIFE = timedelta(days=365 * 20)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be certified: a seal's public key, and whose it is."""

    code: str
    name: str
    organ: str
    organ_name: str
    algorithm: str
    public_der: bytes
    valid_from: datetime
    valid_to: datetime


class Authority(Protocol):
    """A certification authority (电子认证服务机构)."""

    def issue(self, wanted: Wanted) -> tuple[bytes, bytes]:
        """(the certificate, that of the authority which signed it), DER. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key with its certificate, kept in a file beside the key ring."""

    pair: vault.Pair
    certificate: Certificate

    def sign(self, data: bytes) -> bytes:
        """Sign."""
        return vault.sign_by(self.pair, data)


def signer(file: Path, *, name: str, algorithm: str, purpose: str = "") -> Signer:
    """The signer kept in a file, made when first asked for; of two makers the first one counts."""
    held = file.with_name(f"{file.stem}-{algorithm}.json")
    if not held.exists():
        _keep(held, _new(name, algorithm, purpose))
    said = json.loads(held.read_text(encoding="ascii"))
    secret = base64.b64decode(vault.decrypt(said["secret"], purpose=PURPOSE))
    public = base64.b64decode(said["public"])
    whole = base64.b64decode(said["certificate"])
    return Signer(vault.Pair(algorithm, secret, public), certificates.read(whole))


def _new(name: str, algorithm: str, purpose: str) -> dict[str, str]:
    provider = provider_of(algorithm)
    secret = provider.new_secret("sign")
    public = provider.public_of(secret)
    # Ten years back: a demo city lives through days that lie in the past.
    now = clock.now()
    about = certificates.subject(name=name)
    body = certificates.to_sign(
        issuer=about,
        subject=about,
        public_der=provider.public_der(public),
        valid_from=now - LIFE / 2,
        valid_to=now + LIFE,
        algorithm=algorithm,
        is_ca=not purpose,
        purpose=purpose,
    )
    whole = certificates.whole(body, algorithm=algorithm, value=provider.sign(secret, body))
    return {
        "secret": vault.encrypt(base64.b64encode(secret).decode("ascii"), purpose=PURPOSE),
        "public": base64.b64encode(public).decode("ascii"),
        "certificate": base64.b64encode(whole).decode("ascii"),
    }


def _keep(file: Path, said: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as new:
        json.dump(said, new)
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()


class OwnAuthority:
    """The demo authority of a city; it certifies its own organs and nobody else."""

    NAME = "通办演示签发机构"

    def __init__(self) -> None:
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""

    def issue(self, wanted: Wanted) -> tuple[bytes, bytes]:
        """Certify a seal's key for as long as the seal is valid."""
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The certification authority")
        file = Path(settings.TONGBAN_KEYS) / "authority.json"
        root = signer(file, name=self.NAME, algorithm=wanted.algorithm)
        body = certificates.to_sign(
            issuer=root.certificate.subject,
            subject=certificates.subject(
                name=f"{wanted.name} {wanted.code}",
                organisation=wanted.organ_name,
                identifier=wanted.organ,
            ),
            public_der=wanted.public_der,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            algorithm=wanted.algorithm,
        )
        whole = certificates.whole(body, algorithm=wanted.algorithm, value=root.sign(body))
        return whole, root.certificate.whole


_in_use: Authority = OwnAuthority()


def authority() -> Authority:
    """The authority of this deployment; our own until a city connects another."""
    return _in_use


@contextmanager
def use(other: Authority) -> Iterator[None]:
    """Certify by another authority for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before
