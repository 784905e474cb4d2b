"""Read a city's files, and write them."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import files, kinds, queries
from tongban.kernel.catalogue.actions.rows import (
    author,
    create,
    hold,
    last_published,
    new_edition,
    placed,
)
from tongban.kernel.catalogue.files import Found
from tongban.kernel.catalogue.kinds import Body
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.catalogue.rules import Unreadable, content_hash, shape_faults
from tongban.kernel.errors import Fault
from tongban.kernel.ledger import actions as ledger

Status = Definition.Status
Source = Definition.Source


@dataclass(frozen=True, slots=True)
class Seeded:
    """What reading a city's files did (导入结果), as `kind/key`."""

    published: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    unchanged: int = 0
    missing: tuple[str, ...] = ()
    """In force, but in no file: written at the workbench, or its file was removed."""


@transaction.atomic
def seed(*, folder: Path, by: Actor, valid_from: date | None = None) -> Seeded:
    """Read a city's files.

    Into an empty catalogue they are published at once: nobody is in office yet who could sign
    second, so this one time the installer answers for both (author "city files", approver "setup").
    Later a file that changed since it was last read becomes a submitted version that waits for a
    second person; what the workbench published is never written over. All or nothing.
    """
    by.require("definition.draft")
    hold()
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
    new_edition()
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
    new_edition()
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
    create(
        kind,
        one.key,
        status=Status.SUBMITTED,
        title=one.kind.title(one.body)[:300],
        body=one.body,
        content_hash=content_hash(one.body),
        based_on=last_published(kind, one.key),
        source=Source.FILE,
        file=one.file,
        file_hash=one.file_hash,
        file_seen_at=now,
        drafted_at=now,
        submitted_at=now,
        **author(by),
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
        own = shape_faults(one.body, one.key) or one.kind.faults(one.body, known)
        faults += [placed(fault, f"{one.file} {one.key}") for fault in own]
    if faults:
        raise Unreadable(faults, title=folder.name)
