"""What a client changes for an applicant: file, supplement, withdraw, rate; each once."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import drafting, ending, filing, relaying
from tongban.domains.clients import actions as clients
from tongban.domains.reviews import actions as reviews
from tongban.domains.reviews.rules import Level
from tongban.doors.api.reading import (
    applicant,
    filing_of,
    meant,
    progress_of,
    state_of,
)
from tongban.doors.api.signing import SELF, Asked, operation
from tongban.kernel.errors import N_, Invalid

NOT_BASE64 = N_("This is no base64.")


def _keep(asked: Asked, told: Mapping[str, Any]) -> None:
    """The answer and what it tells of are one transaction."""
    clients.keep(client=asked.client, key=asked.signed.key, status=201, body=told, by=SELF)


def _papers(rows: Iterable[Mapping[str, str]], where: str) -> list[relaying.Paper]:
    found = []
    for at, row in enumerate(rows):
        try:
            data = base64.b64decode(row["data"], validate=True)
        except (binascii.Error, ValueError):
            raise Invalid({f"{where}materials/{at}/data": [gettext(NOT_BASE64)]}) from None
        found.append(relaying.Paper(row["key"], row["name"], data))
    return found


@operation("file")
def file(asked: Asked) -> dict[str, Any]:
    """File for an applicant, as they would have here themselves."""
    by, body = applicant(asked), asked.body
    item, thing = meant(body)
    key = relaying.prepare(
        item=item,
        thing=thing,
        filled=relaying.Filled(
            answers=body.get("answers", {}),
            values=body.get("values", {}),
            papers=_papers(body.get("materials", ()), ""),
            promised=body.get("promised", ()),
            later=body.get("later", ()),
            places=body.get("places", {}),
        ),
        by=by,
    )
    try:
        with transaction.atomic():
            filed = filing.submit(key=key, by=by, signed=body["confirmed"])
            told = {
                "number": filed.number,
                "cases": [
                    {"case_no": one.case_no, "item": one.item_key, "state": str(one.state)}
                    for one in cases.cases_of(filed)
                ],
            }
            _keep(asked, told)
    except BaseException:
        drafting.discard(key=key, by=by)
        raise
    return told


@operation("supplement")
def supplement(asked: Asked) -> dict[str, Any]:
    """Answer everything that was asked for."""
    by, body = applicant(asked), asked.body
    filing_of(asked, body["number"], by)
    given = {
        row["case_no"]: relaying.Mended(
            values=row.get("values", {}),
            papers=_papers(row.get("materials", ()), f"cases/{at}/"),
        )
        for at, row in enumerate(body["cases"])
    }
    with transaction.atomic():
        relaying.supplement(number=body["number"], given=given, by=by)
        told = progress_of(filing_of(asked, body["number"], by))
        _keep(asked, told)
    return told


@operation("withdraw")
def withdraw(asked: Asked) -> dict[str, Any]:
    """Take a case back."""
    by = applicant(asked)
    found = cases.case(asked.body["case_no"], by=by)
    filing_of(asked, found.application.number, by)
    with transaction.atomic():
        told = state_of(ending.withdraw(case_no=found.case_no, by=by))
        _keep(asked, told)
    return told


@operation("rate")
def rate(asked: Asked) -> dict[str, Any]:
    """Rate a finished filing."""
    by, body = applicant(asked), asked.body
    found = filing_of(asked, body["number"], by)
    level = Level(body["level"])
    with transaction.atomic():
        reviews.file(
            encounter=found.number,
            level=level,
            aspects=body.get("aspects", ()),
            words=body.get("words", ""),
            is_anonymous=body.get("anonymous", False),
            by=by,
        )
        told = {"number": found.number, "level": int(level)}
        _keep(asked, told)
    return told
