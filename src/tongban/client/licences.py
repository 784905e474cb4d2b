"""Verify an electronic licence without asking anyone: a file, our public keys, and this one module.

    python -m tongban.client.licences licence.json --keys keys.json [--status list.json]

It needs `cryptography`, for licences under the national profile `tongsuopy` too, and nothing of the
platform: copy the file where it is wanted. Fetch the keys once, over a channel you trust, and keep
them; a status list tells what has been suspended, revoked, struck off or replaced since, and may be
fetched anew from the platform's `/verify/status/<organ>.json` at any time.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CHINA: Final = timezone(timedelta(hours=8))
LIMIT: Final = 8 * 1024 * 1024
"""Bytes of a file; a licence has some kilobytes, its organ's status list at most a few million."""

SAYS: Final[Mapping[str, str]] = {
    "valid": "有效 Valid",
    "not_yet": "尚未生效 Not valid yet",
    "expired": "已过期 Expired",
    "suspended": "已暂扣 Suspended",
    "revoked": "已吊销、撤销 Revoked",
    "cancelled": "已注销 Struck off",
    "replaced": "已被新版本替代 Replaced by a later version",
    "unknown": "签名真实，当前状态不明 Genuine; its status today is not known",
    "forged": "不真实，请勿相信 Not genuine: do not trust it",
}


class NotVerifiable(Exception):
    """The file is no licence of this form, or this machine lacks what its algorithm needs."""


@dataclass(frozen=True)
class Verdict:
    """What can be said of a licence."""

    standing: str
    """One of SAYS. Only `valid` means that it holds."""
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the signed text states in the clear: identifier, name, number, issuer, validity."""
    statements: tuple[tuple[str, str, Any], ...] = ()
    """What its holder disclosed: (pointer, label, value); each was signed."""
    status_of: str = ""
    """The moment of the status list, ISO 8601; empty when there was none to rely on."""

    @property
    def holds(self) -> bool:
        return self.standing == "valid"


def verify(
    document: Mapping[str, Any],
    *,
    keys: Mapping[str, Any],
    now: datetime,
    status: Mapping[str, Any] | None = None,
) -> Verdict:
    """Verify a licence's file.

    `keys` is the document from `/verify/keys.json`; `status` a status list that is newer than the
    one in the file. Raises NotVerifiable when the file is of another form; whatever is of the form
    and wrong makes a verdict `forged`.
    """
    try:
        licence = document["licence"]
        text, signature = licence["text"], licence["signature"]
        body = json.loads(text)
        disclosures = [str(one) for one in document.get("disclosures", ())]
        facts = {name: body[name] for name in FACTS}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotVerifiable(f"This is not a licence's file: {type(error).__name__}.") from None
    if not _is_signed(text, signature, keys):
        return Verdict("forged", "签名不符 The signature is not of this text.")
    try:
        statements = tuple(_disclosed(body, disclosures))
    except ValueError:
        return Verdict(
            "forged", "披露内容不在签名之内 A statement is not among those signed.", facts
        )
    standing, why, as_of = _standing(body, status or document.get("status"), keys, now)
    return Verdict(standing, why, facts, statements, as_of)


FACTS: Final = ("identifier", "name", "number", "version", "issuer", "valid_from", "valid_to")


def _disclosed(body: Mapping[str, Any], disclosures: list[str]) -> list[tuple[str, str, Any]]:
    digest = DIGESTS.get(str(body.get("digest")))
    if digest is None:
        raise NotVerifiable(f"The digest {body.get('digest')!r} is not known here.")
    signed = set(body.get("disclosed", ()))
    found = []
    for one in disclosures:
        name = base64.urlsafe_b64encode(digest(one.encode())).decode("ascii").rstrip("=")
        if name not in signed:
            raise ValueError(name)
        _salt, pointer, label, value = json.loads(one)
        found.append((str(pointer), str(label), value))
    return found


def _standing(
    body: Mapping[str, Any], status: Any, keys: Mapping[str, Any], now: datetime
) -> tuple[str, str, str]:
    today = now.astimezone(CHINA).date()
    listed, why, as_of = _listed(body, status, keys, now)
    if listed not in {"", "unknown"}:
        return listed, why, as_of
    if today < date.fromisoformat(body["valid_from"]):
        return "not_yet", "", as_of
    if body["valid_to"] and today > date.fromisoformat(body["valid_to"]):
        return "expired", "", as_of
    return (listed or "valid"), why, as_of


def _listed(
    body: Mapping[str, Any], status: Any, keys: Mapping[str, Any], now: datetime
) -> tuple[str, str, str]:
    """(status, why, as of): empty for a licence that stands in no list, `unknown` without one."""
    try:
        text = status["text"]
        if not _is_signed(text, status["signature"], keys):
            return "unknown", "状态清单签名不符 The status list is not genuine.", ""
        listing = json.loads(text)
        issued, until = (datetime.fromisoformat(listing[k]) for k in ("issued_at", "good_until"))
        entries = listing["entries"]
        fingerprint = DIGESTS[listing["digest"]](body["identifier"].encode()).hex()[:32]
        is_ours = listing["issuer"] == body["issuer"]["uscc"]
    except (KeyError, TypeError, ValueError):
        return "unknown", "没有状态清单 There is no status list.", ""
    if not is_ours:
        return "unknown", "状态清单属于其他机关 The status list is another organ's.", ""
    if fingerprint in entries:
        # Even an old list says so for good, but for a suspension, which may have ended since.
        found, since = entries[fingerprint]
        return str(found), f"自 {since} 起 Since {since}.", issued.isoformat()
    if now > until:
        return "unknown", f"状态清单已过时 The status list ran out on {until.isoformat()}.", ""
    return "", "", issued.isoformat()


def _is_signed(text: str, signature: Mapping[str, Any], keys: Mapping[str, Any]) -> bool:
    """Whether a key that we hold signed this text; a key's algorithm is ours to say, not theirs."""
    try:
        key = next(one for one in keys["keys"] if one["id"] == signature["key"])
        value = base64.b64decode(signature["value"], validate=True)
        algorithm = str(key["algorithm"])
        if algorithm != signature["algorithm"]:
            return False
    except (StopIteration, KeyError, TypeError, ValueError):
        return False
    check = VERIFIERS.get(algorithm)
    if check is None:
        raise NotVerifiable(f"The algorithm {algorithm!r} is not known here.")
    return check(str(key["pem"]), text.encode(), value)


def _ed25519(pem: str, data: bytes, value: bytes) -> bool:
    try:
        key = serialization.load_pem_public_key(pem.encode())
        if not isinstance(key, ed25519.Ed25519PublicKey):
            return False
        key.verify(value, data)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _sm2(pem: str, data: bytes, value: bytes) -> bool:
    try:
        from tongsuopy.crypto import exceptions, hashes, serialization  # noqa: PLC0415 – an extra
        from tongsuopy.crypto.asymciphers import ec  # noqa: PLC0415 – an extra
    except ImportError:
        raise NotVerifiable("SM2 needs the library tongsuopy: pip install tongsuopy.") from None
    try:
        # Read first: what Tongsuo cannot parse stays on its stack of errors.
        decode_dss_signature(value)
        key = serialization.load_pem_public_key(pem.encode())
        key.verify(value, data, ec.ECDSA(hashes.SM3()))
    except (exceptions.InvalidSignature, exceptions.InternalError, ValueError, TypeError):
        return False
    return True


def _sm3(data: bytes) -> bytes:
    found = hashes.Hash(hashes.SM3())
    found.update(data)
    return found.finalize()


VERIFIERS: Final[Mapping[str, Callable[[str, bytes, bytes], bool]]] = {
    "ed25519": _ed25519,
    "sm2sm3": _sm2,
}
DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "sha-256": lambda data: hashlib.sha256(data).digest(),
    "sm3": _sm3,
}


def read(path: Path) -> Any:
    """Read a JSON file. Raises NotVerifiable when it is none."""
    try:
        if path.stat().st_size > LIMIT:
            raise NotVerifiable(f"{path} is larger than any licence.")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotVerifiable(f"{path} cannot be read: {type(error).__name__}.") from None


def report(verdict: Verdict) -> str:
    """A verdict in lines, for a terminal."""
    lines = [SAYS.get(verdict.standing, verdict.standing)]
    if verdict.why:
        lines.append(verdict.why)
    if verdict.facts:
        facts = verdict.facts
        lines += [
            f"证照 {facts['name']}　{facts['number']}",
            f"标识 {facts['identifier']}",
            f"颁发 {facts['issuer']['name']}",
            f"有效 {facts['valid_from']} – {facts['valid_to'] or '长期'}",
        ]
    lines += [f"{label} {value}" for _pointer, label, value in verdict.statements]
    if verdict.status_of:
        lines.append(f"状态截至 {verdict.status_of}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0: it holds. 1: it does not, or its status is not known. 2: it cannot be verified."""
    parser = argparse.ArgumentParser(description="Verify an electronic licence offline.")
    parser.add_argument("file", type=Path, help="the licence's file, JSON")
    parser.add_argument("--keys", type=Path, required=True, help="the platform's public keys, JSON")
    parser.add_argument("--status", type=Path, help="a newer status list, JSON")
    given = parser.parse_args(arguments)
    try:
        verdict = verify(
            read(given.file),
            keys=read(given.keys),
            now=datetime.now(CHINA),  # noqa: TID251 – a third party has no clock but its own
            status=read(given.status) if given.status else None,
        )
    except NotVerifiable as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    sys.stdout.write(f"{report(verdict)}\n")
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
