"""When a matter is owed: paused, resumed, moved by its domain or by a new calendar."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from tongban.kernel import trips
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import stages
from tongban.kernel.processes.actions.stages import Due as Due
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays import terms

BATCH = 2000


@transaction.atomic(savepoint=False)
def pause(*, matter: Matter, reason: str, by: Actor, records: bool = True) -> None:
    """Stop what the matter owes; its work items rest."""
    items = queries.serial_items(matter)
    if items:
        calendar = deadlines.calendar(matter.calendar)
        for item in items:
            stages.rest(item, calendar)
        _keep_times(items, by=by)
    matter.state, matter.paused_for = rules.State.PAUSED, reason[:200]
    matter.due_on = matter.yellow_on = None
    stages.keep(matter, "state", "paused_for", "due_on", "yellow_on", by=by)
    if records:
        ledger.record("matter.paused", matter.subject, by=by, matter=matter.pk, reason=reason[:80])


@transaction.atomic(savepoint=False)
def resume(
    *,
    matter: Matter,
    reason: str,
    by: Actor,
    due_on: date | None,
    yellow_on: date | None,
    records: bool = True,
) -> None:
    """Let what the matter owes run again, up to the given dates."""
    matter.state, matter.paused_for = rules.State.OPEN, ""
    matter.due_on, matter.yellow_on = due_on, yellow_on
    items = queries.serial_items(matter)
    if items:
        calendar = deadlines.calendar(matter.calendar)
        for item in items:
            item.matter = matter
            stages.run(item, calendar)
        _keep_times(items, by=by)
    stages.keep(matter, "state", "paused_for", "due_on", "yellow_on", by=by)
    if records:
        ledger.record("matter.resumed", matter.subject, by=by, matter=matter.pk, reason=reason[:80])


@transaction.atomic(savepoint=False)
def set_due(
    *,
    matter: Matter,
    due_on: date | None,
    yellow_on: date | None,
    by: Actor,
    stage: str | None = None,
) -> None:
    """Show by when the matter as a whole is owed; part of the decision that `by` makes."""
    before = (matter.due_on, matter.yellow_on, matter.stage)
    matter.due_on, matter.yellow_on = due_on, yellow_on
    if stage is not None:
        matter.stage = stage[:200]
    if before == (matter.due_on, matter.yellow_on, matter.stage):
        return
    adapt = connection.ops.adapt_datefield_value
    trips.write(
        trips.Write(
            f"UPDATE {Matter._meta.db_table} SET due_on = %s, yellow_on = %s, stage = %s"
            " WHERE id = %s",
            [adapt(due_on), adapt(yellow_on), matter.stage, matter.pk],
        )
    )
    if matter.process:
        stages.spread_due(matter)


@transaction.atomic
def reproject(*, calendar: str, subject: str, by: Actor) -> int:
    """After a calendar changed: work items count their days anew, matters show their clocks' dates.

    A due date never moves into the past. Answers how many matters and items moved.
    """
    items = matters = 0
    for code in deadlines.calendars_upon(calendar):
        items += _move_items(code, by=by)
        matters += _move_matters(code, by=by)
    if items or matters:
        ledger.record(
            "matter.moved", subject, by=by, calendar=calendar, matters=matters, items=items
        )
    return items + matters


@transaction.atomic(savepoint=False)
def _move_items(code: str, *, by: Actor) -> int:
    calendar, moved, after = deadlines.calendar(code), 0, 0
    while rows := queries.running_items(code, after=after, limit=BATCH):
        after = rows[-1].pk
        changed = []
        for item in rows:
            before = (item.due_on, item.yellow_on)
            assert item.running_since is not None and item.due_on is not None
            left = max(item.days - item.used_days, 0)
            due_on = terms.due(calendar, terms.Unit.WORKDAY, item.running_since, left)
            item.due_on = queries.bounded(calendar, item.due_on, due_on)
            yellow_on = terms.yellow(
                calendar, terms.Unit.WORKDAY, item.running_since, left, item.days
            )
            item.yellow_on = min(yellow_on, item.due_on)
            if before != (item.due_on, item.yellow_on):
                changed.append(item)
        _write_dates(WorkItem._meta.db_table, [(i.due_on, i.yellow_on, i.pk) for i in changed])
        moved += len(changed)
    return moved


@transaction.atomic(savepoint=False)
def _move_matters(code: str, *, by: Actor) -> int:
    moved, after = 0, 0
    while rows := queries.owed_matters(code, after=after, limit=BATCH):
        after = rows[-1].pk
        nearest = deadlines.nearest([row.pk for row in rows])
        changed = [
            (*nearest[row.pk], row.pk)
            for row in rows
            if row.pk in nearest and nearest[row.pk] != (row.due_on, row.yellow_on)
        ]
        _write_dates(Matter._meta.db_table, changed)
        _write_dates(WorkItem._meta.db_table, changed, where=_OWED_WITH_MATTER)
        moved += len(changed)
    return moved


_OWED_WITH_MATTER = "matter_id = %s AND days = 0 AND status IN ('open', 'claimed', 'waiting')"


def _write_dates(
    table: str, rows: Sequence[tuple[date | None, date | None, int]], where: str = "id = %s"
) -> None:
    # By hand, because bulk_update's CASE costs twenty times as much on the many rows of a city.
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET due_on = %s, yellow_on = %s WHERE {where}", rows
            )


@transaction.atomic(savepoint=False)
def _keep_times(items: list[WorkItem], *, by: Actor) -> None:
    WorkItem.objects.bulk_update(items, ["used_days", "running_since", "due_on", "yellow_on"])
