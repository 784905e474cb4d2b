"""The code of sixty seconds (动态亮证码): which licence, which statements, until when."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tongban.kernel.errors import N_, Refusal

SECONDS: Final = 60
LATE: Final = 5
"""Seconds of grace: between the camera and the page lies a slow network."""
TAG: Final = 32
Tag = Callable[[str], str]


class CodeForged(Refusal):
    """The code is none of ours, or was altered."""

    says = N_("This code was not made here.")
    hint = N_("Do not trust what you were shown; ask for the code in the holder's own wallet.")
    status = 404


class CodeExpired(Refusal):
    """The code was real, and its sixty seconds are over."""

    says = N_("This code has run out.")
    hint = N_("A code holds for sixty seconds, so that a picture of it is worth nothing. Ask anew.")
    status = 410


@dataclass(frozen=True, slots=True)
class Showing:
    """One code: the licence's row, real seconds since 1970, a bit per disclosure, a number."""

    licence: int
    until: int
    mask: int
    number: str

    @property
    def text(self) -> str:
        return f"{self.licence:x}.{self.until:x}.{self.mask:x}.{self.number}"

    def token(self, tag: Tag) -> str:
        """What stands in the address: the text and its keyed hash."""
        return f"{self.text}.{tag(self.text)[:TAG]}"


def read_showing(token: str, *, tag: Tag, now: int) -> Showing:
    """Read a token. Raises CodeForged and CodeExpired, in that order."""
    parts = token.split(".")
    if len(token) > 120 or len(parts) != 5:
        raise CodeForged()
    text, given = ".".join(parts[:4]), parts[4]
    if not hmac.compare_digest(tag(text)[:TAG].encode(), given.encode()):
        raise CodeForged()
    try:
        found = Showing(int(parts[0], 16), int(parts[1], 16), int(parts[2], 16), parts[3])
    except ValueError:
        raise CodeForged() from None
    if now > found.until + LATE:
        raise CodeExpired()
    return found


def mask_of(chosen: Sequence[bool]) -> int:
    """One bit per disclosure, the first one lowest."""
    return sum(1 << place for place, one in enumerate(chosen) if one)


def unmasked(mask: int, items: Sequence[str]) -> list[str]:
    """The items whose bit is set."""
    return [one for place, one in enumerate(items) if mask >> place & 1]
