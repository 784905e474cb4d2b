"""The signed record: it names each statement by a salted hash, so that a holder may show some.

The scheme is that of SD-JWT (docs/adr/0013), without its envelope: the signed text holds the hashes
of all disclosures; whoever is given some of them hashes each and finds it there, or it is forged.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = "tongban-licence/2"
ALWAYS: Final = frozenset(
    "format identifier type name number version issuer issued_on valid_from valid_to".split()
)
"""What every signed text states in the clear: enough to say whether it holds, nothing of whom."""
Digest = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a licence says (披露项): where it belongs, how it is called, and what it is."""

    pointer: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True)
class Composed:
    """A record made ready: the text to sign, and the disclosures that go with it."""

    text: str
    disclosures: tuple[str, ...]


def canonical(record: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(disclosure: str, digest: Digest) -> str:
    """How a disclosure is named in the signed text: base64url of its hash, without padding."""
    return urlsafe_b64encode(digest(disclosure.encode())).decode("ascii").rstrip("=")


def compose(
    plain: Mapping[str, Any],
    statements: Iterable[Statement],
    *,
    digest_name: str,
    digest: Digest,
    salt: Callable[[], str],
) -> Composed:
    """Make the text to sign. Each statement has a salt, so that a short value cannot be guessed.

    The hashes stand in their own order, which tells nothing of the order on the face.
    """
    disclosures = tuple(
        canonical_list([salt(), one.pointer, one.label, one.value]) for one in statements
    )
    body = {
        "format": FORMAT,
        **plain,
        "digest": digest_name,
        "disclosed": sorted(fingerprint(one, digest) for one in disclosures),
    }
    return Composed(canonical(body).decode(), disclosures)


def canonical_list(row: Sequence[Any]) -> str:
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":"))


def statement(disclosure: str) -> Statement:
    """Read a disclosure."""
    _salt, pointer, label, value = json.loads(disclosure)
    return Statement(str(pointer), str(label), value)


def is_faithful(text: str, disclosures: Collection[str], digest: Digest) -> bool:
    """Whether every disclosure is one that was signed."""
    named = set(json.loads(text).get("disclosed", ()))
    return all(fingerprint(one, digest) in named for one in disclosures)


def unfolded(text: str, disclosures: Iterable[str]) -> dict[str, Any]:
    """The record as one reads it: `holder`, `fields` and what stands in the clear."""
    found: dict[str, Any] = json.loads(text)
    holder: dict[str, Any] = {"kind": found.pop("holder_kind", "")}
    fields: dict[str, Any] = {}
    for one in map(statement, disclosures):
        group, _, rest = one.pointer.partition(".")
        if group == "holder":
            holder[rest] = one.value
        elif group == "fields":
            fields[rest] = one.value
        else:
            found[one.pointer] = one.value
    return {**found, "holder": holder, "fields": fields}


def chosen(disclosures: Iterable[str], pointers: Collection[str]) -> list[str]:
    """The disclosures of these pointers, in the order of the face."""
    return [one for one in disclosures if statement(one).pointer in pointers]
