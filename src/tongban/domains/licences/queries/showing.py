"""Codes of sixty seconds: made for a holder, read for whoever scans one. Real time, not civil."""

import secrets
from collections.abc import Collection
from typing import NamedTuple

from tongban.domains.licences import rules
from tongban.domains.licences.models import Licence
from tongban.domains.licences.queries.offline import statements_of
from tongban.domains.licences.queries.records import signed
from tongban.kernel import clock
from tongban.kernel.crypto import vault

SHOWING = "licence.showing"


def showing_token(licence: Licence, *, pointers: Collection[str]) -> str:
    """A token for this licence and these statements, from now on for sixty seconds."""
    showing = rules.Showing(
        licence=licence.pk,
        until=_now() + rules.SECONDS,
        mask=rules.mask_of([one.pointer in pointers for one in statements_of(licence)]),
        number=secrets.token_hex(8),
    )
    return showing.token(_tag)


class Shown(NamedTuple):
    """What a scanned code shows."""

    licence: Licence
    showing: rules.Showing
    statements: list[rules.Statement]


def shown(token: str) -> Shown:
    """Read a token. Raises CodeForged and CodeExpired."""
    found = rules.read_showing(token, tag=_tag, now=_now())
    licence = Licence.objects.filter(pk=found.licence).first()
    if licence is None:
        raise rules.CodeForged()
    kept = rules.unmasked(found.mask, signed(licence).disclosures)
    return Shown(licence, found, [rules.statement(one) for one in kept])


def _tag(text: str) -> str:
    return vault.keyed_hash(text, purpose=SHOWING).rpartition("$")[2]


def _now() -> int:
    return int(clock.instant().timestamp())
