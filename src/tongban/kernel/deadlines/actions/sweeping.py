"""Fire what is due."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction

from tongban.kernel import clock as civil
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries, rules
from tongban.kernel.deadlines.actions.clocks import tell
from tongban.kernel.deadlines.actions.projection import Tally, reproject
from tongban.kernel.deadlines.models import BegunDay, Clock
from tongban.kernel.deadlines.rules import Rung, State
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def sweep(*, by: Actor, limit: int = 1000) -> int:
    """Fire what is due, each clock once; answers how many it dealt with, 0 when nothing is left.

    Call it until it answers 0. After downtime a clock that owes both warnings gives both, in order.
    """
    today = civil.today()
    rows = list(queries.due(today, limit))
    # A clock started while a calendar was being published may still show the old days.
    moved = _reproject_stale(rows, today, by)
    firing = sorted((row for row in rows if row.pk not in moved), key=_due_on)
    won = 0
    for due_on, group in groupby(firing, key=_due_on):
        # Claim before telling: whoever changed the row in between keeps it.
        claim = Clock.objects.filter(
            pk__in=[row.pk for row in group],
            fires_on__lte=today,
            due_on=due_on,
            state=State.RUNNING,
        )
        if due_on < today:
            won += claim.update(
                rung=Rung.RED, fires_on=None, breached_at=rules.breach_of(due_on, civil.ZONE)
            )
        else:
            won += claim.update(rung=Rung.YELLOW, fires_on=due_on + timedelta(days=1))
    if won != len(firing):
        raise Stale()  # nothing of this batch is kept; the next round sees the rows as they are
    tell(clocks=firing, today=today, by=by)
    return len(rows)


@transaction.atomic
def begin_day(*, by: Actor) -> bool:
    """Tell once that a civil day began; whether this call did. Each worker may call it at any time.

    Days on which nothing ran are not made up for: who hears it looks for all that is owed by now.
    """
    today = civil.today()
    _, is_new = BegunDay.objects.get_or_create(day=today)
    if is_new:
        ledger.record(
            "day.began", f"deadlines.day:{today.isoformat()}", by=by, day=today.isoformat()
        )
    return is_new


def _due_on(clock: Clock) -> date:
    assert clock.due_on is not None
    return clock.due_on


def _reproject_stale(rows: Sequence[Clock], today: date, by: Actor) -> frozenset[int]:
    """Bring rows read from an older calendar up to date; answers which of them moved."""
    moved: set[int] = set()
    for code in sorted({row.calendar for row in rows}):
        calendar = queries.calendar(code)
        stale = [
            row for row in rows if row.calendar == code and row.calendar_rev != calendar.fingerprint
        ]
        tally = Tally()
        reproject(
            rows=stale,
            calendar=calendar,
            today=today,
            cause=f"calendar {code} as now in force",
            by=by,
            tally=tally,
        )
        moved |= tally.touched
    return frozenset(moved)
