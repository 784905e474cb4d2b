"""What others verify with: our public keys, the signed status lists, and licences as files."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from tongban.domains.licences import rules
from tongban.domains.licences.models import Licence
from tongban.domains.licences.queries.records import digest_named, organ_of, signed
from tongban.kernel import clock
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound, Refusal

GOOD_FOR = timedelta(hours=24)
"""How long a status list may be relied on without fetching it anew."""
KEPT_FOR = timedelta(seconds=30)

_kept: dict[str, tuple[datetime, dict[str, Any]]] = {}


def keys() -> dict[str, Any]:
    """All public keys, old ones too: {"format", "keys": [{"id", "algorithm", "active", "pem"}]}."""
    return {
        "format": "tongban-keys/1",
        "keys": [
            {"id": one.id, "algorithm": one.algorithm, "active": one.is_active, "pem": one.pem}
            for one in vault.public_keys()
        ],
    }


def status_list(issuer: str) -> dict[str, Any]:
    """The signed status list (状态清单) of one organ: what of its licences does not hold by status.

    Whoever asks for a whole organ's list tells nobody which licence is in their hand. Signed anew
    at most twice a minute; the page itself asks the table. Raises NotFound for an unknown organ.
    """
    now = clock.instant()
    kept = _kept.get(issuer)
    if kept is None or now - kept[0] > KEPT_FOR:
        _kept[issuer] = kept = (now, _status_list(issuer))
    return kept[1]


def _status_list(issuer: str) -> dict[str, Any]:
    try:
        organ = organ_of(issuer)
    except Refusal:
        raise NotFound() from None
    name, _ = vault.digest(b"")
    digest = digest_named(name)
    now = clock.now().replace(microsecond=0)
    rows = (
        Licence.objects.filter(organ=organ.uscc)
        .exclude(status=rules.Status.VALID)
        .values_list("identifier", "status", "status_at")
        .order_by("id")
    )
    entries = {
        digest(identifier.encode()).hex()[:32]: [
            status,
            clock.moment(at).date().isoformat() if at else "",
        ]
        for identifier, status, at in rows.iterator()
    }
    text = rules.canonical(
        {
            "format": "tongban-status/1",
            "issuer": organ.uscc,
            "issued_at": now.isoformat(),
            "good_until": (now + GOOD_FOR).isoformat(),
            "digest": name,
            "entries": entries,
        }
    ).decode()
    return {"text": text, "signature": _as_dict(vault.sign(text.encode()))}


def presentation(licence: Licence, *, pointers: Collection[str] | None = None) -> dict[str, Any]:
    """A licence as a file (离线核验文件) that proves itself under a public key alone.

    With all its disclosures, or with those of `pointers`; and the status list as it is now.
    """
    one = signed(licence)
    shown = one.disclosures if pointers is None else rules.chosen(one.disclosures, pointers)
    return {
        "format": "tongban-presentation/1",
        "licence": {
            "text": one.text,
            "signature": _as_dict(vault.Signature.parse(licence.signature)),
        },
        "disclosures": list(shown),
        "status": _status_list(licence.organ),
    }


def statements_of(licence: Licence) -> list[rules.Statement]:
    """What a holder may choose to show, in the order of the face."""
    return [rules.statement(one) for one in signed(licence).disclosures]


def in_file(document: Any) -> Licence | None:
    """The licence that a file says it is, looked up live; None when we issued no such one."""
    try:
        identifier = json.loads(document["licence"]["text"])["identifier"]
    except (ValueError, KeyError, TypeError):
        return None
    return Licence.objects.filter(identifier=str(identifier)[:128]).first()


def _as_dict(signature: vault.Signature) -> dict[str, str]:
    return {
        "algorithm": signature.algorithm,
        "key": signature.key_id,
        "value": signature.value_b64,
    }
