"""Propose, sign and end versions of what a city writes; read and write its files."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import files, kinds, queries
from tongban.kernel.catalogue.files import Found
from tongban.kernel.catalogue.kinds import Body, Kind, Known
from tongban.kernel.catalogue.models import Definition, Edition
from tongban.kernel.catalogue.rules import (
    Faulty,
    NothingChanged,
    NotWhatWasRead,
    Overtaken,
    PastDate,
    ReasonNeeded,
    UnknownKind,
    Unreadable,
    Window,
    WouldBreak,
    WrongState,
    check_second_person,
    content_hash,
    place,
    shape_faults,
)
from tongban.kernel.errors import Fault, Stale
from tongban.kernel.ledger import actions as ledger

Status = Definition.Status
Source = Definition.Source

TRIES = 3


@dataclass(frozen=True, slots=True)
class Seeded:
    """What reading a city's files did (导入结果), as `kind/key`."""

    published: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    unchanged: int = 0
    missing: tuple[str, ...] = ()
    """In force, but in no file: written at the workbench, or its file was removed."""


@transaction.atomic
def draft(
    *, kind: str, key: str, body: Body, by: Actor, source: str = "workbench", note: str = ""
) -> Definition:
    """Propose a version; one's own open draft of the same key is written over.

    The text may still be incomplete: its kind's check decides when it is submitted.
    """
    by.require("definition.draft")
    known = _kind(kind)
    _check_shape(known, key, body)
    newest = queries.head(kind, key)
    digest = content_hash(body)
    if newest and newest.content_hash == digest:
        raise NothingChanged()
    fields: dict[str, Any] = {
        "title": known.title(body)[:300],
        "body": body,
        "content_hash": digest,
        "based_on": _last_published(kind, key),
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
        row = _create(kind, key, source=source, **_author(by), **fields)
    _record("definition.drafted", row, by, source=source, hash=digest)
    return row


@transaction.atomic
def submit(*, definition: int, by: Actor) -> Definition:
    """Ask for the second signature; refused while the text does not pass its kind's check."""
    by.require("definition.draft")
    row = queries.definition(definition)
    _check_status(row, Status.DRAFT)
    _check(row, queries.known(clock.today(), **{row.kind: {row.key: row.body}}))
    _move(row, Status.DRAFT, Status.SUBMITTED, submitted_at=clock.now())
    _record("definition.submitted", row, by, hash=row.content_hash)
    return row


@transaction.atomic
def publish(
    *, definition: int, by: Actor, valid_from: date | None = None, expected: str = ""
) -> Definition:
    """Sign as the second person; the version is in force from a day on (today by default).

    The one before ends that day. `expected` is the content hash that was read: another is refused.
    """
    by.require("definition.publish")
    row = queries.definition(definition)
    _check_status(row, Status.SUBMITTED)
    check_second_person(author=row.author, author_person=row.author_person, by=by)
    if expected and expected != row.content_hash:
        raise NotWhatWasRead()
    begins = valid_from or clock.today()
    if begins < clock.today():
        raise PastDate(day=begins)
    _new_edition()
    newer = _last_published(row.kind, row.key)
    if newer != row.based_on:
        raise Overtaken(newer=newer, title=row.title)
    _check(row, queries.known(begins, **{row.kind: {row.key: row.body}}))
    _check_others(row, row.body, begins)
    cut, ends = place(queries.windows(row.kind, row.key), begins)
    if cut:
        Definition.objects.filter(pk=cut.id).update(valid_to=begins)
    _move(
        row,
        Status.SUBMITTED,
        Status.PUBLISHED,
        valid_from=begins,
        valid_to=ends,
        published_at=clock.now(),
        approver=by.key,
        approver_name=by.name,
        approver_person=by.person,
    )
    _new_edition()
    _record("definition.published", row, by, hash=row.content_hash, valid_from=begins.isoformat())
    return row


@transaction.atomic
def refuse(*, definition: int, reason: str, by: Actor) -> Definition:
    """Send a submitted version back with a reason; authors may so take back their own."""
    row = queries.definition(definition)
    is_author = by.key == row.author or (by.person is not None and by.person == row.author_person)
    by.require("definition.draft" if is_author else "definition.publish")
    if not reason.strip():
        raise ReasonNeeded({"reason": []})
    _check_status(row, Status.SUBMITTED)
    _move(row, Status.SUBMITTED, Status.REFUSED, reason=reason.strip())
    _record("definition.refused", row, by)
    return row


@transaction.atomic
def retire(*, definition: int, reason: str, by: Actor, on: date | None = None) -> Definition:
    """End a published version without a successor, from a day on (today by default).

    One that has not begun yet is taken back, and the version before goes on.
    """
    by.require("definition.publish")
    if not reason.strip():
        raise ReasonNeeded({"reason": []})
    row = queries.definition(definition)
    _check_status(row, Status.PUBLISHED)
    day = on or clock.today()
    if day < clock.today():
        raise PastDate(day=day)
    _new_edition()
    row.refresh_from_db()
    _check_status(row, Status.PUBLISHED)
    assert row.valid_from is not None
    if row.valid_to is not None and row.valid_to <= day:
        raise WrongState(no=row.no, title=row.title, status=Status.RETIRED, needed=Status.PUBLISHED)
    ends, next_end = max(day, row.valid_from), row.valid_to
    resumed = _before(row) if row.valid_from > day else None
    _check_others(row, queries.by_id(resumed.id).body if resumed else None, ends)
    _move(row, Status.PUBLISHED, Status.RETIRED, valid_to=ends, reason=reason.strip())
    if resumed:
        Definition.objects.filter(pk=resumed.id).update(valid_to=next_end)
    _new_edition()
    _record("definition.retired", row, by, valid_to=ends.isoformat())
    return row


@transaction.atomic
def seed(*, folder: Path, by: Actor, valid_from: date | None = None) -> Seeded:
    """Read a city's files.

    Into an empty catalogue they are published at once: nobody is in office yet who could sign
    second, so this one time the installer answers for both (author "city files", approver "setup").
    Later a file that changed since it was last read becomes a submitted version that waits for a
    second person; what the workbench published is never written over. All or nothing.
    """
    by.require("definition.draft")
    _hold()
    found, faults = files.read(folder)
    if faults:
        raise Unreadable(faults, title=folder.name)
    begins = valid_from or clock.today()
    if queries.is_empty():
        _check_files(found, begins, folder)
        return _install(found, begins, by)
    # Only what changed is checked: a file overtaken by the workbench may refer to what is gone.
    changed = _changed(found)
    _check_files(changed, clock.today(), folder)
    return _propose(changed, found, by)


@transaction.atomic
def export(*, folder: Path, by: Actor) -> list[str]:
    """Write the last published word on everything into a folder; answers the files that changed.

    Reading the folder again then does nothing.
    """
    by.require("definition.draft")
    bodies: dict[str, list[tuple[str, Body, str]]] = {}
    for row in queries.heads().filter(kind__in=[kind.name for kind in kinds.all_kinds()]):
        bodies.setdefault(row.kind, []).append((row.key, row.body, row.file))
    return files.write(folder, bodies)


def _install(found: list[Found], begins: date, by: Actor) -> Seeded:
    now = clock.now()
    _new_edition()
    rows = [
        Definition(
            kind=one.kind.name,
            key=one.key,
            no=1,
            status=Status.PUBLISHED,
            title=one.kind.title(one.body)[:300],
            body=one.body,
            content_hash=content_hash(one.body),
            author=by.key,
            author_name="city files",
            author_person=by.person,
            approver=by.key,
            approver_name="setup",
            approver_person=by.person,
            source=Source.FILE,
            file=one.file,
            file_hash=one.file_hash,
            file_seen_at=now,
            valid_from=begins,
            drafted_at=now,
            submitted_at=now,
            published_at=now,
        )
        for one in found
    ]
    Definition.objects.bulk_create(rows, batch_size=200)
    _new_edition()
    names = tuple(f"{row.kind}/{row.key}" for row in rows)
    if rows:
        _record_seed(found, len(rows), 0, by)
    return Seeded(published=names)


def _changed(found: list[Found]) -> list[Found]:
    """What says something else than when it was last read, and than what is published."""
    heads = {(row.kind, row.key): row for row in queries.heads().defer("body")}
    # The file's memory: what it said when it was last read.
    said = {
        (kind, key): digest
        for kind, key, digest in Definition.objects.filter(file_seen_at__isnull=False)
        .order_by("file_seen_at", "no")
        .values_list("kind", "key", "content_hash")
    }
    changed: list[Found] = []
    for one in found:
        name, digest = (one.kind.name, one.key), content_hash(one.body)
        if said.get(name) == digest:
            continue
        if name in heads and heads[name].content_hash == digest:
            _mark_seen(heads[name].pk, one)
        else:
            changed.append(one)
    return changed


def _propose(changed: list[Found], found: list[Found], by: Actor) -> Seeded:
    for one in changed:
        _propose_one(one, by)
    if changed:
        _record_seed(changed, 0, len(changed), by)
    mine = [kind.name for kind in kinds.all_kinds()]
    in_files = {(one.kind.name, one.key) for one in found}
    in_force = queries.heads().filter(kind__in=mine).values_list("kind", "key")
    return Seeded(
        drafted=tuple(f"{one.kind.name}/{one.key}" for one in changed),
        unchanged=len(found) - len(changed),
        missing=tuple(f"{kind}/{key}" for kind, key in in_force if (kind, key) not in in_files),
    )


def _propose_one(one: Found, by: Actor) -> None:
    kind, now = one.kind.name, clock.now()
    # Only the newest word of a file waits for a signature.
    Definition.objects.filter(
        kind=kind, key=one.key, status__in=queries.WAITING, source=Source.FILE
    ).update(status=Status.REFUSED, reason="The file was changed again.")
    _create(
        kind,
        one.key,
        status=Status.SUBMITTED,
        title=one.kind.title(one.body)[:300],
        body=one.body,
        content_hash=content_hash(one.body),
        based_on=_last_published(kind, one.key),
        source=Source.FILE,
        file=one.file,
        file_hash=one.file_hash,
        file_seen_at=now,
        drafted_at=now,
        submitted_at=now,
        **_author(by),
    )


def _mark_seen(pk: int, one: Found) -> None:
    Definition.objects.filter(pk=pk).update(
        file=one.file, file_hash=one.file_hash, file_seen_at=clock.now()
    )


def _record_seed(found: list[Found], published: int, drafted: int, by: Actor) -> None:
    together = hashlib.sha256()
    for line in sorted(f"{o.kind.name}/{o.key} {content_hash(o.body)}\n" for o in found):
        together.update(line.encode())
    ledger.record(
        "definition.seeded",
        "catalogue.definition:city",
        by=by,
        published=published,
        drafted=drafted,
        kinds=dict(sorted(Counter(one.kind.name for one in found).items())),
        hash=together.hexdigest(),
    )


def _check_files(found: list[Found], on: date, folder: Path) -> None:
    batch: dict[str, dict[str, Body | None]] = {}
    for one in found:
        batch.setdefault(one.kind.name, {})[one.key] = one.body
    known = queries.known(on, **batch)
    faults: list[Fault] = []
    for one in found:
        own = shape_faults(one.body, one.key) or one.kind.check(one.body, known)
        faults += [_placed(fault, f"{one.file} {one.key}") for fault in own]
    if faults:
        raise Unreadable(faults, title=folder.name)


def _placed(fault: Fault, before: str) -> Fault:
    return Fault(f"{before}: {fault.where}".rstrip(": "), fault.says, fault.hint, fault.facts)


def _kind(name: str) -> Kind:
    kind = kinds.get(name)
    if kind is None:
        raise UnknownKind(kind=name, known=", ".join(k.name for k in kinds.all_kinds()))
    return kind


def _check_shape(kind: Kind, key: str, body: Body) -> None:
    faults = shape_faults(body, key)
    if faults:
        raise Faulty(faults, title=key)


def _check(row: Definition, known: Known) -> None:
    faults = shape_faults(row.body, row.key) or _kind(row.kind).check(row.body, known)
    if faults:
        raise Faulty(faults, title=row.title or row.key)


def _check_others(row: Definition, body: Body | None, on: date) -> None:
    """Refuse a change after which something else in force would no longer pass."""
    before = queries.known(on)
    after = queries.known(on, **{row.kind: {row.key: body}})
    broken: list[Fault] = []
    for kind in kinds.all_kinds():
        for version in queries.all_current(kind.name, on):
            if (version.kind, version.key) == (row.kind, row.key):
                continue
            old = {(f.where, f.says) for f in kind.check(version.body, before)}
            broken += [
                _placed(fault, f"{version.kind} {version.key}")
                for fault in kind.check(version.body, after)
                if (fault.where, fault.says) not in old
            ]
    if broken:
        raise WouldBreak(broken, title=row.title or row.key)


def _check_status(row: Definition, needed: str) -> None:
    if row.status != needed:
        raise WrongState(no=row.no, title=row.title, status=row.status, needed=needed)


def _move(row: Definition, before: str, after: str, **fields: Any) -> None:
    """Claim the step: of two who act at once, one is refused."""
    moved = Definition.objects.filter(
        pk=row.pk, status=before, content_hash=row.content_hash
    ).update(status=after, **fields)
    row.refresh_from_db()
    if not moved:
        raise WrongState(no=row.no, title=row.title, status=row.status, needed=before)


def _before(row: Definition) -> Window | None:
    """The window that a version not yet begun cut short."""
    return next(
        (
            window
            for window in queries.windows(row.kind, row.key)
            if window.ends is not None and window.begins < window.ends == row.valid_from
        ),
        None,
    )


def _hold() -> None:
    """Hold off other publications until this transaction ends."""
    if not Edition.objects.filter(pk=1).update(mark=F("mark")):
        Edition.objects.bulk_create([Edition(pk=1)], ignore_conflicts=True)
        Edition.objects.filter(pk=1).update(mark=F("mark"))


def _new_edition() -> None:
    """Change the mark: before a change, which also holds off other publications, and after it.

    What this transaction itself read in between is cached under a mark that nobody will see again.
    """
    _hold()
    Edition.objects.filter(pk=1).update(mark=uuid4().hex)


def _create(kind: str, key: str, **fields: Any) -> Definition:
    """A new version with the next number; of two at once, the later takes the number after."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return Definition.objects.create(
                    kind=kind, key=key, no=_next_no(kind, key), **fields
                )
        except IntegrityError:
            continue
    raise Stale()


def _next_no(kind: str, key: str) -> int:
    rows = Definition.objects.filter(kind=kind, key=key)
    return (rows.aggregate(last=Max(F("no")))["last"] or 0) + 1


def _last_published(kind: str, key: str) -> int:
    rows = Definition.objects.filter(kind=kind, key=key, status__in=queries.LASTING)
    return rows.aggregate(last=Max("no"))["last"] or 0


def _author(by: Actor) -> dict[str, Any]:
    return {"author": by.key, "author_name": by.name, "author_person": by.person}


def _record(name: str, row: Definition, by: Actor, **data: Any) -> None:
    ledger.record(name, row, by=by, kind=row.kind, key=row.key, no=row.no, **data)
