"""Publish, send back and end versions."""

from datetime import date

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import kinds, queries
from tongban.kernel.catalogue.actions.rows import (
    check,
    check_status,
    last_published,
    move,
    new_edition,
    placed,
    record,
)
from tongban.kernel.catalogue.kinds import Body
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.catalogue.rules import (
    NotWhatWasRead,
    Overtaken,
    PastDate,
    ReasonNeeded,
    Window,
    WouldBreak,
    WrongState,
    check_second_person,
    place,
)
from tongban.kernel.errors import Fault

Status = Definition.Status


@transaction.atomic
def publish(
    *, definition: int, by: Actor, valid_from: date | None = None, expected: str = ""
) -> Definition:
    """Sign as the second person; the version is in force from a day on (today by default).

    The one before ends that day. `expected` is the content hash that was read: another is refused.
    """
    by.require("definition.publish")
    row = queries.definition(definition)
    check_status(row, Status.SUBMITTED)
    check_second_person(author=row.author, author_person=row.author_person, by=by)
    if expected and expected != row.content_hash:
        raise NotWhatWasRead()
    begins = valid_from or clock.today()
    if begins < clock.today():
        raise PastDate(day=begins)
    kinds.check_conditions(row.kind, row.key, row.content_hash)
    new_edition()
    newer = last_published(row.kind, row.key)
    if newer != row.based_on:
        raise Overtaken(newer=newer, title=row.title)
    check(row, queries.known(begins, **{row.kind: {row.key: row.body}}))
    _check_others(row, row.body, begins)
    cut, ends = place(queries.windows(row.kind, row.key), begins)
    if cut:
        Definition.objects.filter(pk=cut.id).update(valid_to=begins)
    move(
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
    new_edition()
    record("definition.published", row, by, hash=row.content_hash, valid_from=begins.isoformat())
    return row


@transaction.atomic
def refuse(*, definition: int, reason: str, by: Actor) -> Definition:
    """Send a submitted version back with a reason; authors may so take back their own."""
    row = queries.definition(definition)
    is_author = by.key == row.author or (by.person is not None and by.person == row.author_person)
    by.require("definition.draft" if is_author else "definition.publish")
    if not reason.strip():
        raise ReasonNeeded({"reason": []})
    check_status(row, Status.SUBMITTED)
    move(row, Status.SUBMITTED, Status.REFUSED, reason=reason.strip())
    record("definition.refused", row, by)
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
    check_status(row, Status.PUBLISHED)
    day = on or clock.today()
    if day < clock.today():
        raise PastDate(day=day)
    new_edition()
    row.refresh_from_db()
    check_status(row, Status.PUBLISHED)
    assert row.valid_from is not None
    if row.valid_to is not None and row.valid_to <= day:
        raise WrongState(no=row.no, title=row.title, status=Status.RETIRED, needed=Status.PUBLISHED)
    ends, next_end = max(day, row.valid_from), row.valid_to
    resumed = _before(row) if row.valid_from > day else None
    _check_others(row, queries.by_id(resumed.id).body if resumed else None, ends)
    move(row, Status.PUBLISHED, Status.RETIRED, valid_to=ends, reason=reason.strip())
    if resumed:
        Definition.objects.filter(pk=resumed.id).update(valid_to=next_end)
    new_edition()
    record("definition.retired", row, by, valid_to=ends.isoformat())
    return row


def _check_others(row: Definition, body: Body | None, on: date) -> None:
    """Refuse a change after which something else in force would no longer pass."""
    before = queries.known(on)
    after = queries.known(on, **{row.kind: {row.key: body}})
    broken: list[Fault] = []
    for kind in kinds.all_kinds():
        for version in queries.all_current(kind.name, on):
            if (version.kind, version.key) == (row.kind, row.key):
                continue
            found = kind.faults(version.body, after)
            # What was at fault before is not this change's doing.
            old = {(f.where, f.says) for f in kind.faults(version.body, before)} if found else set()
            broken += [
                placed(fault, f"{version.kind} {version.key}")
                for fault in found
                if (fault.where, fault.says) not in old
            ]
    if broken:
        raise WouldBreak(broken, title=row.title or row.key)


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
