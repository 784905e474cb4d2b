"""Note what is to go up, in the transaction that hears of it; nothing is asked outside here."""

from django.db import transaction

from tongban.domains.cases import queries as cases
from tongban.domains.uplinks import queries
from tongban.domains.uplinks.models import UplinkRecord
from tongban.domains.uplinks.rules import State, Uplink, tables
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.ledger import queries as ledger

SELF = part("uplinks")
ONCE = ("accept", "process", "review")
"""Kinds whose record says what was then; the others say what is now, and change with it."""


@transaction.atomic
def tell_case(*, matter: int, by: Actor) -> int:
    """Note what of a case is not noted yet: from its acceptance on, with the steps before it.

    A case that was never accepted does not go up: the platform takes a step of accepted ones only.
    """
    found = cases.by_matter(matter)
    if found is None or found.accepted_at is None:
        return 0
    noted = 0
    events = list(ledger.of_matter(matter).filter(name__in=tables.ACTS))
    for uplink in queries.uplinks():
        known = queries.steps_noted(uplink.key, [f"{found.case_no}#{e.pk}" for e in events])
        noted += _note(uplink, "accept", found.case_no, f"matter:{matter}")
        for event in events:
            key = f"{found.case_no}#{event.pk}"
            if key not in known:
                noted += _note(uplink, "process", key, f"event:{event.pk}")
            if event.name == "case.special_started":
                noted += _note(uplink, "special", key, f"event:{event.pk}")
        if found.decided_at or found.closed_at:
            noted += _note(uplink, "result", found.case_no, f"matter:{matter}")
    return noted


@transaction.atomic
def tell_item(*, key: str, by: Actor) -> int:
    """Note an item as it is in force now, or that it has ended."""
    version = catalogue.find("service_item", key)
    source = f"item:{key}@{version.no if version else 0}"
    return sum(_note(uplink, "item", key, source) for uplink in queries.uplinks())


@transaction.atomic
def tell_all_items(*, by: Actor) -> int:
    """Note every item of which another version went up; one may begin or end by its date."""
    now = {v.key: f"item:{v.key}@{v.no}" for v in catalogue.all_current("service_item")}
    changed = {
        key
        for uplink in queries.uplinks()
        for key, source in {**queries.items_sent(uplink.key), **now}.items()
        if (queries.items_sent(uplink.key).get(key), now.get(key)) != (source, source)
    }
    return sum(tell_item(key=key, by=by) for key in sorted(changed))


@transaction.atomic
def tell_review(*, event: int, review: str, by: Actor) -> int:
    """Note a rating, without its author."""
    return sum(_note(uplink, "review", review, f"event:{event}") for uplink in queries.uplinks())


def _note(uplink: Uplink, kind: str, key: str, source: str) -> int:
    if kind not in uplink.kinds:
        return 0
    row = queries.find(uplink.key, kind, key)
    if row is not None and (kind in ONCE or row.state == State.DROPPED):
        return 0
    built = queries.build(kind, source, queries.codes_of(uplink))
    if built is None or (row is None and built.operation == "D"):
        return 0
    digest = tables.digest(built.tables)
    if row is not None:
        if row.source != source:
            row.source = source
            row.save(update_fields=["source"])
        if row.digest == digest and (row.operation == "D") == (built.operation == "D"):
            return 0
        renew(row, built.tables, operation="D" if built.operation == "D" else "U")
        return 1
    # Two deliveries of one case may note the same: the first stands.
    _, is_new = UplinkRecord.objects.get_or_create(
        uplink=uplink.key,
        kind=kind,
        key=key,
        defaults={
            "source": source,
            "day": clock.today(),
            "rows": queries.sealed(built.tables),
            "digest": digest,
            "made_at": clock.now(),
        },
    )
    return int(is_new)


def renew(row: UplinkRecord, rows: tables.Tables, *, operation: str) -> None:
    """Have a record go up anew: a revision of its own, counted under today."""
    row.rows, row.digest = queries.sealed(rows), tables.digest(rows)
    row.revision, row.operation = row.revision + 1, operation
    row.state, row.batch, row.tries, row.taken_at = State.WAITING, None, 0, None
    row.day = clock.today()
    row.save(
        update_fields=[
            "rows", "digest", "revision", "operation", "state", "batch", "tries", "taken_at", "day",
        ]
    )  # fmt: skip
