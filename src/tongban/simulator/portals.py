"""Another portal for the demo city: its client is registered, its private key lies in var alone."""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.identity import queries as identity

CLIENT = "demo-portal"


def build(*, folder: Path) -> Path | None:
    """Make its key and have the public half published; answers the file of the private one.

    None in a city without two officials who may draft and publish.
    """
    proposer, approver = _holder("definition.draft"), _holder("definition.publish")
    if proposer is None or approver is None:
        return None
    secret = Ed25519PrivateKey.generate()
    file = folder / f"{CLIENT}.key"
    _write(file, base64.b64encode(secret.private_bytes_raw()).decode() + "\n")
    public = base64.b64encode(secret.public_key().public_bytes_raw()).decode()
    made = catalogue.draft(
        kind="client",
        key=CLIENT,
        body={
            "key": CLIENT,
            "name": "省政务服务平台（演示）",
            "public_key": public,
            "scopes": ["items", "cases", "applications", "documents"],
            "quota": 600,
        },
        by=proposer,
    )
    catalogue.submit(definition=made.pk, by=proposer)
    catalogue.publish(definition=made.pk, valid_from=clock.today(), by=approver)
    return file


def _holder(grant: str) -> Actor | None:
    for organ in identity.organs():
        for holder in identity.officials_with(grant, organ.uscc):
            account = identity.account_of(holder.person, is_official=True)
            if account is not None:
                return identity.actor_for(account=account, post=holder.post)
    return None


def _write(file: Path, text: str) -> None:
    """For its owner alone from the first byte on; an older key of a city that is gone goes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
