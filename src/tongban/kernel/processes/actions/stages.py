"""How stages open, close and fall void; called by the verbs beside it, inside their transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from tongban.kernel import clock, rows, trips
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import Stale
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays import terms
from tongban.kernel.workdays.calendars import WorkCalendar

Due = tuple[date | None, date | None]
"""By when a matter is owed, and from when it is nearly so."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an act led to."""

    matter: Matter
    item: WorkItem | None = None
    opened: list[WorkItem] = field(default_factory=list)
    outcome: str = ""
    """The outcome of the whole process, when this act ended it."""
    stage_done: bool = False
    repeated: bool = False
    """The same act with the same key had already been done; nothing happened again."""


def check_actable(item: WorkItem, *, version: int | None, by: Actor) -> None:
    """Refuse what has ended, is done, in other hands, paused, or no longer as it was seen."""
    matter = item.matter
    if matter.state == rules.State.ENDED:
        raise rules.HasEnded()
    if item.status not in rules.OWED:
        raise rules.AlreadyDone()
    queries.check_hands(item, by=by)
    if matter.state == rules.State.PAUSED and item.mode == rules.Mode.SERIAL:
        raise rules.IsPaused(reason=matter.paused_for)
    if version is not None and item.version != version:
        raise Stale()


def change(item: WorkItem, *, by: Actor, key: str = "", key_hash: str = "", **changes: Any) -> None:
    """Write a work item, unless another request got there first; then ours changes nothing."""
    if key:
        changes |= {"key": key, "key_hash": key_hash}
    rows.change_row(item, **changes)


def close(
    item: WorkItem,
    status: rules.Status,
    outcome: str,
    *,
    opinion: str,
    by: Actor,
    key: str = "",
    key_hash: str = "",
) -> None:
    """Let go of a work item: what became of it, by whom, and when."""
    change(
        item,
        by=by,
        key=key,
        key_hash=key_hash,
        status=status,
        outcome=outcome,
        opinion=opinion,
        done_by=by.key,
        closed_at=clock.now(),
    )


def keep(matter: Matter, *names: str, by: Actor) -> None:
    """Write a matter, unless another request got there first."""
    rows.change_row(matter, **{name: getattr(matter, name) for name in names})


def advance(
    matter: Matter,
    graph: rules.Graph,
    facts: Mapping[str, Any],
    *,
    by: Actor,
    calendar: WorkCalendar | None = None,
) -> list[WorkItem]:
    """Open the stages whose turn it is; the caller keeps the matter."""
    return open_items(matter, turn(matter, graph, facts), by=by, calendar=calendar)


def turn(matter: Matter, graph: rules.Graph, facts: Mapping[str, Any]) -> list[rules.Stage]:
    """Whose turn it is now, noted on the matter in hand."""
    matter.progress, stages = rules.advance(graph, matter.progress, facts, queries.holds)
    matter.stage = "、".join(
        graph.stages[s].name for s, status in matter.progress.items() if status == "open"
    )[:200]
    return stages


def open_items(
    matter: Matter,
    stages: Collection[rules.Stage],
    *,
    by: Actor,
    calendar: WorkCalendar | None = None,
) -> list[WorkItem]:
    """Open a work item for each stage."""
    if not calendar and any(stage.days for stage in stages):
        calendar = deadlines.calendar(matter.calendar)
    opened = []
    for stage in stages:
        item = WorkItem(
            matter=matter,
            stage=stage.id,
            name=stage.name,
            grant=stage.grant,
            organ=matter.organ,
            post=stage.post,
            officers=stage.officers,
            days=stage.days,
            opened_at=clock.now(),
        )
        run(item, calendar)
        opened.append(item)
    rows.add_later(*opened)
    return opened


def reopen(item: WorkItem, *, by: Actor, calendar: WorkCalendar | None = None) -> WorkItem:
    """Lay the same work before those who did it once more; the tree only grows."""
    again = WorkItem(
        matter=item.matter,
        parent=item,
        stage=item.stage,
        name=item.name,
        grant=item.grant,
        organ=item.organ,
        post=item.post,
        officers=item.officers,
        days=item.days,
        used_days=item.used_days,
        assignee=item.done_by,
        status=rules.Status.CLAIMED,
        opened_at=clock.now(),
        claimed_at=clock.now(),
    )
    run(again, calendar or deadlines.calendar(item.matter.calendar))
    rows.add_rows(again)
    return again


def run(item: WorkItem, calendar: WorkCalendar | None) -> None:
    """Let the work item's own days run from today; without days it is owed with its matter."""
    if not item.days or calendar is None:
        item.due_on, item.yellow_on = item.matter.due_on, item.matter.yellow_on
        return
    left = max(item.days - item.used_days, 0)
    item.running_since = clock.today()
    item.due_on = terms.due(calendar, terms.Unit.WORKDAY, item.running_since, left)
    item.yellow_on = terms.yellow(calendar, terms.Unit.WORKDAY, item.running_since, left, item.days)


def rest(item: WorkItem, calendar: WorkCalendar) -> None:
    """Stop the work item's days: while paused nothing is due, hence nothing is late."""
    if item.running_since:
        item.used_days += terms.spent(
            calendar, terms.Unit.WORKDAY, item.running_since, clock.today()
        )
    item.running_since = item.due_on = item.yellow_on = None


def owe(matter: Matter, due: Due | None) -> tuple[str, ...]:
    """Note by when the matter is owed, and with it the work without days of its own.

    Answers what the caller must keep.
    """
    if due is None or due == (matter.due_on, matter.yellow_on):
        return ()
    matter.due_on, matter.yellow_on = due
    spread_due(matter)
    return ("due_on", "yellow_on")


def spread_due(matter: Matter) -> None:
    """Work without days of its own is owed with its matter."""
    if matter.process and all(s.days for s in queries.graph(matter.process).stages.values()):
        return
    adapt = connection.ops.adapt_datefield_value
    marks = ", ".join(["%s"] * len(rules.OWED))
    trips.write(
        trips.Write(
            f"UPDATE {WorkItem._meta.db_table} SET due_on = %s, yellow_on = %s"
            f" WHERE matter_id = %s AND days = 0 AND status IN ({marks})",
            [
                adapt(matter.due_on),
                adapt(matter.yellow_on),
                matter.pk,
                *(str(status) for status in rules.OWED),
            ],
        )
    )


def void(matter: Matter, *, by: Actor, stages: Collection[str] | None = None) -> None:
    """Take open work off the hands it is in: all of the matter's, or that of some stages."""
    # By hand, as every decision of a rule does it.
    live = sorted(rules.LIVE)
    asked = f" AND stage IN ({_marks(stages)})" if stages else ""
    if stages is not None and not stages:
        return
    trips.write(
        trips.Write(
            f"UPDATE {WorkItem._meta.db_table} SET status = %s, closed_at = %s,"
            f" version = version + 1 WHERE matter_id = %s AND status IN ({_marks(live)}){asked}",
            [
                rules.Status.VOID.value,
                connection.ops.adapt_datetimefield_value(clock.now()),
                matter.pk,
                *map(str, live),
                *(stages or ()),
            ],
        )
    )


def _marks(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


def finish(matter: Matter, outcome: str) -> tuple[str, ...]:
    """End a matter; answers what the caller must keep."""
    matter.state, matter.outcome = rules.State.ENDED, outcome
    matter.ended_at = clock.now()
    matter.stage = ""
    # due_on stays: whether a matter ended in time is asked for years afterwards.
    return ("state", "outcome", "ended_at", "stage")
