"""Several clocks of one matter at once: a statement for all, where one by one takes many."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from tongban.kernel import clock as civil
from tongban.kernel import rows, trips
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries, rules
from tongban.kernel.deadlines.actions.clocks import meet, new
from tongban.kernel.deadlines.models import Clock, ClockSegment
from tongban.kernel.deadlines.rules import OPEN, State
from tongban.kernel.workdays.calendars import WorkCalendar


@transaction.atomic(savepoint=False)
def start_all(
    *,
    matter: int,
    budgets: Mapping[str, int],
    calendar: str,
    by: Actor,
    days: WorkCalendar | None = None,
    on: date | None = None,
) -> dict[str, Clock]:
    """Start a clock of each kind on one calendar; `days` is that calendar, if it is at hand."""
    for budget in budgets.values():
        rules.check_budget(budget)
    days = days or queries.calendar(calendar)
    made = [
        new(
            matter=matter,
            kind=kind,
            budget=budget,
            calendar=calendar,
            anchor=on or civil.today(),
            days=days,
            by=by,
        )
        for kind, budget in budgets.items()
    ]
    rows.add_later(*made)
    return {row.kind: row for row in made}


@transaction.atomic(savepoint=False)
def meet_all(*, matter: int, kinds: Collection[str], by: Actor) -> None:
    """What these clocks asked for is done; a breach is recorded first where it came too late."""
    # By hand, as every acceptance and every decision does it.
    day = connection.ops.adapt_datefield_value(civil.today())
    marks = ", ".join(["%s"] * len(kinds))

    def look(cursor: Any) -> None:
        if cursor.rowcount < len(kinds):
            # One is late or paused, or was never started: look at each.
            for row in queries.open_clocks(matter):
                if row.kind in kinds:
                    meet(clock=row, by=by)

    trips.write(
        trips.Write(
            f"UPDATE {Clock._meta.db_table} SET state = %s, ended_on = %s, fires_on = NULL"
            f" WHERE matter = %s AND state = %s AND due_on >= %s AND kind IN ({marks})",
            [State.MET.value, day, matter, State.RUNNING.value, day, *kinds],
            look,
        )
    )


@transaction.atomic(savepoint=False)
def void_all(*, matter: int, by: Actor) -> None:
    """The matter is over: nothing of it is owed any longer."""
    today = civil.today()
    ClockSegment.objects.filter(
        clock__matter=matter, clock__state=State.PAUSED, to_on__isnull=True
    ).update(to_on=today)
    Clock.objects.filter(matter=matter, state__in=OPEN).update(
        state=State.VOID, ended_on=today, fires_on=None
    )
