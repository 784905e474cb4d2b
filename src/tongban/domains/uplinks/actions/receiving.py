"""What comes down (下行): applications are filed, items drafted; the platform is told."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.connectors import superiors
from tongban.connectors.superiors import Down, Sort
from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import drafting, filing, relaying
from tongban.domains.services import actions as services
from tongban.domains.uplinks import queries
from tongban.domains.uplinks.actions.recording import SELF
from tongban.domains.uplinks.models import Downlink, UplinkState
from tongban.domains.uplinks.rules import DownState, Uplink
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Invalid, NotFound, Refusal, Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger

LIMIT = 100
UNREADABLE = "下行数据不完整，无法读取"


def receive(*, uplink: str, by: Actor) -> int:
    """Take what lies there for us, and say what became of it; answers how much came.

    Raises Unavailable.
    """
    found = queries.uplink(uplink)
    platform = superiors.superior(uplink)
    came = 0
    while fetched := platform.fetch(after=queries.state_of(uplink).cursor, limit=LIMIT):
        came += _keep(uplink=uplink, fetched=fetched, by=by)
        if len(fetched) < LIMIT:
            break
    for pk in queries.waiting_down(uplink, LIMIT):
        take(downlink=pk, by=by)
    for row in queries.untold(found.key):
        platform.acknowledge(
            serial=row.serial,
            is_taken=row.state == DownState.FILED,
            number=row.number,
            words=row.words,
        )
        _told(downlink=row.pk, by=by)
    return came


@transaction.atomic
def _keep(*, uplink: str, fetched: list[Down], by: Actor) -> int:
    """Keep what came, once, and move the cursor behind it."""
    new = 0
    UplinkState.objects.get_or_create(pk=uplink)
    for one in fetched:
        _, is_new = Downlink.objects.get_or_create(
            uplink=uplink,
            serial=one.serial,
            defaults={
                "sort": one.sort,
                "body": queries.sealed(dict(one.body), queries.BODY),
                "received_at": clock.now(),
            },
        )
        new += is_new
    last = fetched[-1].serial
    # What comes after what is the platform's affair: no database's collation is asked. Two workers
    # may set it back by a page, which is then fetched again and dropped by its serials.
    UplinkState.objects.filter(pk=uplink).update(cursor=last)
    return new


def take(*, downlink: int, by: Actor) -> Downlink:
    """File an application, or draft items; a refusal is kept with its words for the platform."""
    row = Downlink.objects.get(pk=downlink)
    if row.state != DownState.WAITING:
        return row
    body = queries.opened(row.body, queries.BODY)
    found = queries.uplink(row.uplink)
    try:
        if row.sort == Sort.ITEMS:
            _draft(row, body, found, by=by)
        else:
            _file(row, body, found, by=by)
    except Unavailable:
        return row  # a register is down: with the next exchange
    except Refusal as refusal:
        _refused(downlink=downlink, words=_said(refusal), by=by)
    except (KeyError, TypeError, ValueError, AttributeError):
        _refused(downlink=downlink, words=UNREADABLE, by=by)
    row.refresh_from_db()
    return row


def _file(row: Downlink, body: Mapping[str, Any], found: Uplink, *, by: Actor) -> None:
    given = body["applicant"]
    person = identity.person_on_document(name=str(given["name"]), number=str(given["number"]))
    portal = Actor(kind="person", key=f"uplink:{found.key}", name=found.name, channel="api")
    actor = identity.relayed(portal, person=person.pk, entity=str(given.get("entity", "")))
    if body.get("confirmed") is not True:
        raise Invalid({"confirmed": [UNREADABLE]})
    try:
        papers = [
            relaying.Paper(
                str(one["key"]), str(one["name"]), base64.b64decode(one["data"], validate=True)
            )
            for one in body.get("materials", ())
        ]
    except binascii.Error:
        raise Invalid({"materials": [UNREADABLE]}) from None
    key = relaying.prepare(
        item=str(body.get("item", "")),
        thing=str(body.get("thing", "")),
        filled=relaying.Filled(
            answers=_words(body.get("answers", {})),
            values=_words(body.get("values", {})),
            papers=papers,
        ),
        by=actor,
    )
    try:
        with transaction.atomic():
            filed = filing.submit(key=key, by=actor, signed=True)
            numbers = "、".join(one.case_no for one in cases.cases_of(filed))
            _done(row, filed.number, numbers, by=by)
    except BaseException:
        drafting.discard(key=key, by=actor)
        raise


def _words(given: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()}


@transaction.atomic
def _draft(row: Downlink, body: Mapping[str, Any], found: Uplink, *, by: Actor) -> None:
    """Items become drafts that await a second person here; nothing is published by itself."""
    content = json.dumps(body["tables"], ensure_ascii=False).encode()
    taken = services.take(name=f"{row.serial}.json", content=content, source=found.source, by=SELF)
    if taken.faults and not (taken.submitted or taken.drafted or taken.unchanged):
        raise Invalid({"tables": [f"{taken.faults[0].table} {taken.faults[0].column}"]})
    words = f"待签发 {len(taken.submitted)}，待修改 {len(taken.drafted)}，无变化 {taken.unchanged}"
    _done(row, "", words, by=by)


def _done(row: Downlink, number: str, words: str, *, by: Actor) -> None:
    waiting = Downlink.objects.filter(pk=row.pk, state=DownState.WAITING)
    if not waiting.update(
        state=DownState.FILED, number=number, words=words[:500], done_at=clock.now()
    ):
        raise NotFound()  # another worker took it: what this one filed is undone
    ledger.record("downlink.filed", row, by=by, uplink=row.uplink, serial=row.serial, number=number)


def _said(refusal: Refusal) -> str:
    if isinstance(refusal, Invalid) and refusal.problems:
        return f"{refusal.sentence()} {'、'.join(refusal.problems)}"
    return refusal.sentence()


@transaction.atomic
def _refused(*, downlink: int, words: str, by: Actor) -> None:
    waiting = Downlink.objects.filter(pk=downlink, state=DownState.WAITING)
    if waiting.update(state=DownState.REFUSED, words=words[:500], done_at=clock.now()):
        row = Downlink.objects.get(pk=downlink)
        ledger.record("downlink.refused", row, by=by, uplink=row.uplink, serial=row.serial)


@transaction.atomic
def _told(*, downlink: int, by: Actor) -> None:
    """The platform knows: what came down is needed no longer, and names people."""
    Downlink.objects.filter(pk=downlink, told_at=None).update(told_at=clock.now(), body="")
