"""Who may ask what: the signature over a request, its time, its scope."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Refusal

WINDOW = timedelta(minutes=5)
"""A request is good for so long, before and after the time that it states."""
ANSWERS_KEPT = timedelta(days=30)
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""A nonce, and an idempotency key."""

SCOPES = {
    "items": N_("Read the published items"),
    "cases": N_("Read how a case stands, for its applicant"),
    "applications": N_("File for an applicant, supplement, withdraw, and rate what was filed"),
    "documents": N_("Fetch the notices and licences of what was filed"),
    "all-filings": N_("Do so for what was filed elsewhere too, not only by this client"),
}
QUOTA, QUOTA_AT_MOST = 600, 60_000
"""Requests a minute: of a client whose definition names no quota, and at most."""


class NotSigned(Refusal):
    """Says not what was wrong: whoever tries keys learns nothing."""

    says = N_("The request is not signed by a client that is known here.")
    hint = N_("Look at the guide for signing, the time of your machine and your key.")
    status = 401


class UsedBefore(Refusal):
    says = N_("This request was sent before.")
    hint = N_("Sign every request anew, with a nonce of its own.")
    status = 401


class NotInScope(Refusal):
    says = N_("Your client may not do this ({scope}).")
    hint = N_("Whoever runs the platform can add the scope to the definition of your client.")
    status = 403


class KeyNeeded(Refusal):
    says = N_("The Idempotency-Key is missing.")
    hint = N_("Send one of 16 to 64 letters, figures, - or _, and keep it when you try again.")
    status = 422


class KeyOfAnother(Refusal):
    says = N_("This Idempotency-Key belongs to another request.")
    hint = N_("Use a new key for a new request.")
    status = 422


class StillAtWork(Refusal):
    says = N_("The first request with this Idempotency-Key is still being worked on.")
    hint = N_("Ask again in a moment with the same key.")
    status = 409


class TooMany(Refusal):
    """The quota of this minute is used up; `seconds` until the next."""

    says = N_("Your client has asked {quota} times this minute, which is its quota.")
    hint = N_("Try again in {seconds} seconds.")
    status = 429


@dataclass(frozen=True, slots=True)
class Client:
    """A client (对接应用) as it is published."""

    key: str
    name: str
    public_key: bytes
    scopes: frozenset[str]
    quota: int = QUOTA
    """Requests a minute (调用配额)."""

    def require(self, scope: str) -> None:
        """Refuse what is not in its scopes."""
        if scope not in self.scopes:
            raise NotInScope(scope=scope)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as it was signed."""

    method: str
    path: str
    """With its query, as it was sent."""
    timestamp: str
    """Seconds since 1970, UTC."""
    nonce: str
    key: str
    """The Idempotency-Key, or nothing."""
    body: bytes

    def text(self) -> bytes:
        """What the signature covers: six lines, the last the SHA-256 of the body in hex."""
        digest = hashlib.sha256(self.body).hexdigest()
        lines = (self.method, self.path, self.timestamp, self.nonce, self.key, digest)
        return "\n".join(lines).encode()

    def fingerprint(self) -> str:
        """The same for the same request, however often it is signed."""
        return hashlib.sha256(
            b"\n".join((self.method.encode(), self.path.encode(), self.body))
        ).hexdigest()


def client(body: Mapping[str, Any]) -> Client:
    """Read a published definition."""
    return Client(
        key=body["key"],
        name=body["name"],
        public_key=base64.b64decode(body["public_key"], validate=True),
        scopes=frozenset(body["scopes"]),
        quota=int(body.get("quota", QUOTA)),
    )


def check_client(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a client from being heard: no key, a scope that does not exist."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("key", "name", "public_key", "scopes")
        if not body.get(name)
    ]
    try:
        length = len(base64.b64decode(str(body.get("public_key", "")), validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if length != 32:
        says, hint = N_("This is no Ed25519 public key."), N_("32 bytes in base64 (RFC 8032).")
        faults.append(Fault("public_key", says, hint))
    quota = body.get("quota", QUOTA)
    if not isinstance(quota, int) or isinstance(quota, bool) or not 1 <= quota <= QUOTA_AT_MOST:
        says = N_("The quota is a number of requests a minute.")
        faults.append(Fault("quota", says, f"1–{QUOTA_AT_MOST}"))
    faults += [
        Fault(f"scopes[{at}]", N_("There is no such scope."), ", ".join(SCOPES))
        for at, scope in enumerate(body.get("scopes") or ())
        if scope not in SCOPES
    ]
    return faults


def check_signature(one: Client, request: Signed, signature: str, *, now: datetime) -> None:
    """Refuse what the client did not sign, or signed too long ago or for later."""
    if not TOKEN.fullmatch(request.nonce) or not re.fullmatch(r"\d{9,11}", request.timestamp):
        raise NotSigned()
    if abs(now.timestamp() - int(request.timestamp)) > WINDOW.total_seconds():
        raise NotSigned()
    try:
        key = Ed25519PublicKey.from_public_bytes(one.public_key)
        key.verify(base64.b64decode(signature, validate=True), request.text())
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotSigned() from None


def minute_of(now: datetime) -> datetime:
    """The minute for which requests are counted."""
    return now.replace(second=0, microsecond=0)


def check_key(key: str) -> None:
    if not TOKEN.fullmatch(key):
        raise KeyNeeded()
