"""Write and hand in versions."""

from typing import Any

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries
from tongban.kernel.catalogue.actions.rows import (
    author,
    check,
    check_shape,
    check_status,
    create,
    kind_named,
    last_published,
    move,
    record,
)
from tongban.kernel.catalogue.kinds import Body
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.catalogue.rules import (
    AuthorNeeded,
    KeyTaken,
    NothingChanged,
    content_hash,
)
from tongban.kernel.errors import Stale

Status = Definition.Status


@transaction.atomic
def draft(
    *, kind: str, key: str, body: Body, by: Actor, source: str = "workbench", note: str = ""
) -> Definition:
    """Propose a version; one's own open draft of the same key is written over.

    The text may still be incomplete: its kind's check decides when it is submitted.
    """
    by.require("definition.draft")
    known = kind_named(kind)
    check_shape(known, key, body)
    newest = queries.head(kind, key)
    digest = content_hash(body)
    if newest and newest.content_hash == digest:
        raise NothingChanged()
    fields: dict[str, Any] = {
        "title": known.title(body)[:300],
        "body": body,
        "content_hash": digest,
        "based_on": last_published(kind, key),
        "drafted_at": clock.now(),
        "note": note,
        # Written back later, it goes to the file it came from.
        "file": newest.file if newest else "",
    }
    open_draft = Definition.objects.filter(
        kind=kind, key=key, status=Status.DRAFT, author=by.key, source=source
    ).first()
    if open_draft and Definition.objects.filter(pk=open_draft.pk, status=Status.DRAFT).update(
        **fields
    ):
        open_draft.refresh_from_db()
        row = open_draft
    else:
        row = create(kind, key, source=source, **author(by), **fields)
    record("definition.drafted", row, by, source=source, hash=digest)
    return row


@transaction.atomic
def submit(*, definition: int, by: Actor) -> Definition:
    """Ask for the second signature; refused while the text does not pass its kind's check."""
    by.require("definition.draft")
    row = queries.definition(definition)
    check_status(row, Status.DRAFT)
    _check_changed(row)
    check(row, queries.known(clock.today(), **{row.kind: {row.key: row.body}}))
    move(row, Status.DRAFT, Status.SUBMITTED, submitted_at=clock.now())
    record("definition.submitted", row, by, hash=row.content_hash)
    return row


@transaction.atomic
def begin(*, kind: str, key: str, body: Body, by: Actor, is_new: bool = False) -> Definition:
    """Open a draft to be worked on at the workbench, even one that says nothing new yet.

    One's own open draft of the key is answered as it stands. `is_new` refuses a key that has been
    published already, so that a copy does not replace its original by mistake.
    """
    by.require("definition.draft")
    known = kind_named(kind)
    check_shape(known, key, body)
    if is_new and last_published(kind, key):
        raise KeyTaken({"key": []}, key=key)
    mine = queries.open_draft(kind, key, by=by)
    if mine:
        return mine
    newest = queries.head(kind, key)
    row = create(
        kind,
        key,
        title=known.title(body)[:300],
        body=body,
        content_hash=content_hash(body),
        based_on=last_published(kind, key),
        drafted_at=clock.now(),
        source=Definition.Source.WORKBENCH,
        file=newest.file if newest else "",
        **author(by),
    )
    record("definition.drafted", row, by, source=row.source, hash=row.content_hash)
    return row


@transaction.atomic
def keep(*, definition: int, body: Body, expected: str, by: Actor, note: str = "") -> Definition:
    """Keep what the author has written so far; it may be incomplete.

    `expected` is the content hash that was read: when another window saved something else in
    between, it is refused. The same text twice is one save.
    """
    by.require("definition.draft")
    row = queries.definition(definition)
    _check_author(row, by)
    check_status(row, Status.DRAFT)
    known = kind_named(row.kind)
    check_shape(known, row.key, body)
    digest = content_hash(body)
    if digest == row.content_hash:
        return row
    saved = Definition.objects.filter(pk=row.pk, status=Status.DRAFT, content_hash=expected).update(
        body=body,
        content_hash=digest,
        title=known.title(body)[:300],
        drafted_at=clock.now(),
        note=note or row.note,
    )
    if not saved:
        raise Stale()
    row.refresh_from_db()
    record("definition.drafted", row, by, source=row.source, hash=digest)
    return row


@transaction.atomic
def discard(*, definition: int, by: Actor) -> Definition:
    """Give one's own draft up; the row stays, as sent back."""
    by.require("definition.draft")
    row = queries.definition(definition)
    _check_author(row, by)
    check_status(row, Status.DRAFT)
    move(row, Status.DRAFT, Status.REFUSED, reason="Given up by the author.")
    record("definition.refused", row, by)
    return row


def _check_changed(row: Definition) -> None:
    newest = queries.head(row.kind, row.key)
    if newest and newest.content_hash == row.content_hash:
        raise NothingChanged()


def _check_author(row: Definition, by: Actor) -> None:
    if not queries.is_author(row, by):
        raise AuthorNeeded(name=row.author_name or row.author)
