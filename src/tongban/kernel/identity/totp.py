"""Time-based one-time passwords (动态口令, RFC 6238): SHA-1, six digits, thirty seconds; pure."""

import base64
import hmac
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
DRIFT = 1
"""Steps by which the clock of a phone may be off, either way."""


def code_at(secret: str, step: int) -> str:
    """The code of a base32 secret in a time step (RFC 4226 §5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, seconds: float, *, after: int) -> int | None:
    """The step whose code this is, near the moment and later than `after`; None if there is none.

    Steps up to `after` were used: a code seen over a shoulder does not work a second time.
    """
    given = "".join(code.split())
    now = int(seconds // STEP)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        # Compare with all of them: the time taken must not tell which one it was.
        same = hmac.compare_digest(code_at(secret, step).encode(), given.encode())
        if same and step > after:
            found = step
    return found


def address(secret: str, *, issuer: str, name: str) -> str:
    """The `otpauth://` address that authenticator apps read from a QR code."""
    label = quote(f"{issuer}:{name}")
    asked = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{asked}"
