"""Move open clocks to the calendar now in force; called by the actions beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from tongban.kernel import clock as civil
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries, rules
from tongban.kernel.deadlines.models import Clock, ClockChange
from tongban.kernel.deadlines.rules import Rung
from tongban.kernel.workdays.calendars import WorkCalendar
from tongban.kernel.workdays.terms import Unit

BATCH = 2000


@dataclass(slots=True)
class Tally:
    """What a new calendar did to open clocks."""

    touched: set[int] = field(default_factory=set)
    earlier: int = 0
    later: int = 0
    relieved: int = 0


@transaction.atomic
def amend(*, before: Mapping[str, WorkCalendar], cause: str, by: Actor) -> tuple[Tally, int]:
    """Move open clocks from the calendars as they were to those now in force, in batches."""
    today = civil.today()
    tally = Tally()
    days: set[date] = set()
    for code, calendar in queries.calendars_in_force().items():
        changed = calendar.changed_days(before[code]) if code in before else ()
        if not changed:
            continue
        days.update(changed)
        after = 0
        while rows := queries.touched(code, changed, after, BATCH):
            reproject(rows=rows, calendar=calendar, today=today, cause=cause, by=by, tally=tally)
            after = rows[-1].pk
    return tally, len(days)


@transaction.atomic
def reproject(
    *,
    rows: Sequence[Clock],
    calendar: WorkCalendar,
    today: date,
    cause: str,
    by: Actor,
    tally: Tally,
) -> None:
    """Read each clock anew from the calendar; write those that differ, with their change."""
    stops = queries.pauses(row for row in rows if row.running_since != row.anchor_on)
    moved, changes, relieved = [], [], []
    for row in rows:
        unit = Unit(row.unit)
        old = (row.used, row.due_on, row.yellow_on)
        row.used = rules.used_before(calendar, unit, row.anchor_on, stops.get(row.pk, []))
        if row.running_since is not None and row.due_on is not None:
            at = rules.project(
                calendar, unit, since=row.running_since, used=row.used, budget=row.budget
            )
            due_on = rules.bounded(calendar, row.due_on, at.due_on, today)
            if row.breached_at and due_on >= today > row.due_on:
                # The new days show that nothing was late: the event stays, the light goes out.
                relieved.append(row.pk)
                row.rung = Rung.YELLOW
            row.due_on, row.yellow_on = due_on, min(at.yellow_on, due_on)
            row.rung = rules.rung_after(row.rung, row.yellow_on, today)
            row.fires_on = rules.next_firing(row.rung, row.yellow_on, row.due_on)
        if old == (row.used, row.due_on, row.yellow_on):
            continue
        row.calendar_rev = calendar.fingerprint
        moved.append(row)
        if row.due_on != old[1]:
            changes.append(
                ClockChange(
                    clock=row,
                    old_due=old[1],
                    new_due=row.due_on,
                    cause=cause[:240],
                    actor=by.key,
                    at=civil.now(),
                )
            )
            if row.due_on and old[1]:
                tally.later += row.due_on > old[1]
                tally.earlier += row.due_on < old[1]
    _write_dates(moved)
    ClockChange.objects.bulk_create(changes, batch_size=BATCH)
    Clock.objects.filter(pk__in=relieved).update(breached_at=None)
    tally.relieved += len(relieved)
    tally.touched.update(row.pk for row in moved)


def _write_dates(rows: Sequence[Clock]) -> None:
    # By hand, because bulk_update's CASE costs twenty times as much on the many rows of a city.
    fields = ("used", "due_on", "yellow_on", "fires_on", "rung", "calendar_rev")
    sets = ", ".join(f"{name} = %s" for name in fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Clock._meta.db_table} SET {sets} WHERE id = %s",
            [tuple(getattr(row, name) for name in (*fields, "pk")) for row in rows],
        )
