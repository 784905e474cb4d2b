"""Rows come in bulk, as results of cases, and by corrections; each is closed, never overwritten."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tongban.domains.registries import queries, rules
from tongban.domains.registries.models import RegisterRow, RowLink, SourceState
from tongban.domains.registries.rules import Register, Row, RowStatus
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions as ledger

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a bulk load did."""

    register: str
    rows: int
    closed: int
    digest: str


@transaction.atomic
def load(*, register: str, rows: Iterable[Row], by: Actor) -> Loaded:
    """Take a batch of entries from their source; an entry that is already held is followed up.

    One event for the whole batch. An unknown field or an entry given twice refuses all of it.
    """
    about = queries.register(register)
    digest = hashlib.sha256()
    count = closed = 0
    taken: set[str] = set()
    for batch in _batches(rows):
        made = [_new(about, row) for row in batch]
        links = [_links(about, row.values, row.links) for row in batch]
        entries = [row.entry_hash for row in made]
        if len(set(entries)) != len(entries) or taken & set(entries):
            raise rules.EntryTwice(register=about.name)
        taken.update(entries)
        closed += _close_entries(made)
        RegisterRow.objects.bulk_create(made)
        _link(zip(made, links, strict=True))
        for row, given in zip(made, batch, strict=True):
            digest.update(f"{row.entry_hash}{_canonical(given.values)}\n".encode())
        count += len(made)
    # Keyed, because the ledger is read by many and a batch may be one person's row.
    seal = vault.keyed_hash(digest.hexdigest(), purpose="register.load")
    ledger.record(
        "register.loaded",
        f"registries.register:{register}",
        by=by,
        register=register,
        rows=count,
        closed=closed,
        digest=seal,
    )
    return Loaded(register, count, closed, seal)


def _batches(rows: Iterable[Row]) -> Iterable[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)


def _new(about: Register, row: Row) -> RegisterRow:
    about.check_fields(tuple(row.values))
    subject = row.subject or about.subject_of(row.values)
    today = clock.today()
    return RegisterRow(
        register=about.key,
        subject_hash=queries.subject_key(subject),
        entry_hash=queries.entry_key(about, subject, row.entry),
        sealed=queries.sealed(row.values, f"register.{about.key}"),
        valid_from=row.valid_from or today,
        updated_on=row.updated_on or today,
        recorded_at=clock.now(),
    )


Link = tuple[str, str]
"""(role, subject key)."""


def _links(
    about: Register, values: Mapping[str, Any], given: Iterable[tuple[str, str]] = ()
) -> set[Link]:
    named = (*about.links_of(values), *given)
    return {(role, queries.subject_key(subject)) for role, subject in named}


def _link(rows: Iterable[tuple[RegisterRow, Iterable[Link]]]) -> None:
    RowLink.objects.bulk_create(
        RowLink(row=row, role=role, subject_hash=key)
        for row, links in rows
        for role, key in sorted(links)
    )


def _close_entries(made: Sequence[RegisterRow]) -> int:
    """Close what the batch's entries follow, and let each new row name its predecessor."""
    held = {
        row.entry_hash: row
        for start in range(0, len(made), 500)
        for row in RegisterRow.objects.filter(
            register=made[0].register,
            status=RowStatus.CURRENT,
            entry_hash__in=[row.entry_hash for row in made[start : start + 500]],
        )
    }
    for row in made:
        if before := held.get(row.entry_hash):
            _close(before, RowStatus.AMENDED)
            row.follows = before
    return len(held)


def _close(row: RegisterRow, status: RowStatus) -> None:
    # Claim the row first: a second amendment must not follow the first unseen.
    closed = RegisterRow.objects.filter(pk=row.pk, status=RowStatus.CURRENT).update(
        status=status, valid_to=clock.today(), closed_at=clock.now()
    )
    if not closed:
        raise Stale()


@transaction.atomic
def amend(
    *, row: RegisterRow, about: Register, values: Mapping[str, Any], by: Actor, cause: str
) -> RegisterRow:
    """Close a row and let a new one follow from today; nothing happens when nothing changes.

    Business time of the old row ends today: what was decided on it before stays explainable.
    """
    held = queries.values_of(row)
    changed = rules.changed(held, values)
    if not changed:
        return row
    about.check_fields(changed)
    _close(row, RowStatus.AMENDED)
    today = clock.today()
    follower = RegisterRow.objects.create(
        register=row.register,
        subject_hash=row.subject_hash,
        entry_hash=row.entry_hash,
        sealed=queries.sealed({**held, **values}, f"register.{row.register}"),
        valid_from=today,
        updated_on=today,
        recorded_at=clock.now(),
        follows=row,
    )
    # What the contents lead from is read anew; links given besides are kept.
    led = {rules.role_of(lead) for lead in about.leads}
    kept = {(link.role, link.subject_hash) for link in row.links.all() if link.role not in led}
    _link([(follower, kept | _links(about, {**held, **values}))])
    ledger.record(
        "register.amended",
        f"registries.row:{follower.pk}",
        by=by,
        register=row.register,
        elements=changed,
        cause=cause,
    )
    return follower


@transaction.atomic
def apply_result(
    *,
    register: str,
    subject: str,
    values: Mapping[str, Any],
    case: str,
    by: Actor,
    links: Sequence[tuple[str, str]] = (),
    entry: str = "",
) -> RegisterRow:
    """Write a case's result back (回流): amend the subject's entry, or add it.

    Applying the same result twice changes nothing.
    """
    about = queries.register(register)
    if about.key_element:
        values = {about.key_element: subject, **values}
    row = _entry(about, subject, entry)
    if row is not None:
        return amend(row=row, about=about, values=values, by=by, cause=f"case:{case}")
    row = _new(about, Row(subject=subject, values=values, entry=entry))
    row.save(force_insert=True)
    _link([(row, _links(about, values, links))])
    ledger.record(
        "register.extended",
        f"registries.row:{row.pk}",
        by=by,
        register=register,
        elements=sorted(values),
        case=case,
    )
    return row


@transaction.atomic
def end(*, register: str, subject: str, case: str, by: Actor, entry: str = "") -> None:
    """Close a subject's entry because a case ended it: a death, a deregistration."""
    about = queries.register(register)
    row = _entry(about, subject, entry)
    if row is None:
        return
    _close(row, RowStatus.ENDED)
    ledger.record(
        "register.ended",
        f"registries.row:{row.pk}",
        by=by,
        register=register,
        case=case,
    )


def _entry(about: Register, subject: str, entry: str) -> RegisterRow | None:
    return (
        RegisterRow.objects.select_for_update(of=("self",))
        .filter(
            register=about.key,
            status=RowStatus.CURRENT,
            entry_hash=queries.entry_key(about, subject, entry),
        )
        .first()
    )


@transaction.atomic
def set_source_state(*, register: str, is_up: bool, by: Actor, reason: str = "") -> None:
    """Take a register's source out of use, or back; lookups then refuse at once."""
    by.require("register.operate")
    queries.register(register)
    SourceState.objects.update_or_create(
        register=register,
        defaults={"is_up": is_up, "reason": reason[:200], "changed_at": clock.now()},
    )
    ledger.record(
        "register.source_state_changed",
        f"registries.register:{register}",
        by=by,
        register=register,
        up=is_up,
    )
