"""Start a matter, finish its work items one by one, open what follows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import asking, stages
from tongban.kernel.processes.actions.stages import Step
from tongban.kernel.processes.actions.times import Due
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.trips import together
from tongban.kernel.workdays.calendars import WorkCalendar


@transaction.atomic(savepoint=False)
@together()
def start(
    *,
    process: catalogue.Version | None,
    kind: str,
    subject: str,
    title: str,
    organ: str,
    region: str,
    calendar: str,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    number: str = "",
    detail: str = "",
    badge: str = "",
    parent: Matter | None = None,
    due_on: date | None = None,
    yellow_on: date | None = None,
    opens: bool = True,
    records: bool = True,
    days: WorkCalendar | None = None,
) -> Matter:
    """Begin a matter; with `opens` its first stages open at once. `days`: its calendar, if at hand.

    A domain whose own event says that it began (an application with ten cases) records that one
    instead.
    """
    found = Matter(
        kind=kind,
        subject=subject,
        number=number,
        title=title[:200],
        detail=detail[:200],
        badge=badge,
        process=process.id if process else None,
        parent=parent,
        organ=organ,
        region=region,
        calendar=calendar,
        due_on=due_on,
        yellow_on=yellow_on,
        opened_at=clock.now(),
    )
    first = stages.turn(found, queries.graph(process.id), facts or {}) if process and opens else []
    rows.add_rows(found)
    stages.open_items(found, first, by=by, calendar=days)
    if records:
        ledger.record(
            "matter.started",
            subject,
            by=by,
            matter=found.pk,
            kind=kind,
            process=process.key if process else "",
        )
    return found


@transaction.atomic(savepoint=False)
def open_stages(
    *,
    matter: Matter,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    due: Due | None = None,
    calendar: WorkCalendar | None = None,
) -> list[WorkItem]:
    """Open the first stages of a matter that began without them; part of the caller's decision."""
    graph = queries.graph(matter.process or 0)
    owed = stages.owe(matter, due)
    opened = stages.advance(matter, graph, facts or {}, by=by, calendar=calendar)
    stages.keep(matter, "progress", "stage", *owed, by=by)
    return opened


@transaction.atomic(savepoint=False)
@together()
def act(
    *,
    item: int | WorkItem,
    outcome: str,
    by: Actor,
    version: int | None = None,
    opinion: str = "",
    facts: Mapping[str, Any] | None = None,
    key: str = "",
    event: str = "matter.acted",
    data: Mapping[str, Any] | None = None,
    due: Due | None = None,
    calendar: WorkCalendar | None = None,
) -> Step:
    """Finish a work item with an outcome of its stage, and open what follows.

    `version` is the work item's, as the actor saw it; `key` makes a second, equal request answer as
    the first did. A decision has one event: a domain that gives the act a meaning of its own names
    that event and its data, and gives the day by which the matter is now owed. It may give a row
    that it has locked, together with its matter, instead of the key.
    """
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    matter = found.matter
    asked = rules.request_hash("act", by.key, outcome, opinion)
    if queries.is_repeat(found, key=key, key_hash=asked):
        return Step(matter=matter, item=found, repeated=True)
    stages.check_actable(found, version=version, by=by)
    if found.mode != rules.Mode.SERIAL:
        step = asking.answer(
            item=found, outcome=outcome, opinion=opinion, by=by, key=key, key_hash=asked
        )
        if found.mode == rules.Mode.AFTER_SIGN:
            return _after_signing(found, step, facts=facts or {}, by=by, calendar=calendar)
        return step
    if found.status == rules.Status.WAITING:
        raise rules.StillWaiting()
    graph = queries.graph(matter.process or 0)
    stage = graph.stages[found.stage]
    if outcome not in stage.effects:
        raise rules.NotThisOutcome(
            stage=stage.name, outcome=outcome, possible=", ".join(stage.outcomes)
        )
    effect = stage.effects[outcome]
    stages.close(
        found,
        rules.Status.RETURNED if effect.kind in rules.BACK else rules.Status.DONE,
        outcome,
        opinion=opinion,
        by=by,
        key=key,
        key_hash=asked,
    )
    step = _follow(
        found, graph, effect, outcome=outcome, facts=facts or {}, by=by, due=due, calendar=calendar
    )
    ledger.record(
        event,
        matter.subject,
        by=by,
        matter=matter.pk,
        **{
            "work_item": found.pk,
            "stage": found.stage,
            "outcome": outcome,
            "opened": [opened.stage for opened in step.opened],
            **(data or {}),
        },
    )
    return step


def _follow(
    item: WorkItem,
    graph: rules.Graph,
    effect: rules.Effect,
    *,
    outcome: str,
    facts: Mapping[str, Any],
    by: Actor,
    due: Due | None,
    calendar: WorkCalendar | None,
) -> Step:
    matter = item.matter
    ended: tuple[str, ...] = ()
    opened: list[WorkItem] = []
    if effect.kind not in rules.BACK and _is_held_up(item, effect, by=by):
        return Step(matter=matter, item=item)
    owed = stages.owe(matter, due)
    if effect.kind in rules.BACK:
        _go_back(item, graph, effect, by=by)
    else:
        matter.progress = {**matter.progress, item.stage: "done"}
        if item.escalated_at or item.urged:
            stages.void(matter, by=by, stages=[item.stage])
    if effect.kind == "end":
        if "open" in matter.progress.values():
            stages.void(matter, by=by)
        ended = stages.finish(matter, outcome)
    else:
        opened = stages.advance(matter, graph, facts, by=by, calendar=calendar)
        if rules.is_finished(graph, matter.progress):
            ended = stages.finish(matter, outcome)
    stages.keep(matter, *dict.fromkeys(("progress", "stage", *ended, *owed)), by=by)
    return Step(
        matter=matter,
        item=item,
        opened=opened,
        outcome=outcome if ended else "",
        stage_done=effect.kind == "done",
    )


def _go_back(item: WorkItem, graph: rules.Graph, effect: rules.Effect, *, by: Actor) -> None:
    matter = item.matter
    if effect.kind == "resume" and matter.progress.get(effect.target) == "done":
        matter.progress = rules.ask_again(matter.progress, item.stage, effect.target)
        stages.void(matter, by=by, stages=[item.stage])
        return
    matter.progress, forgotten = rules.go_back(graph, matter.progress, effect.target)
    stages.void(matter, by=by, stages=forgotten)


def _is_held_up(item: WorkItem, effect: rules.Effect, *, by: Actor) -> bool:
    """Whether others must sign after it, or work beside it, before its outcome counts."""
    if item.signs_after:
        asking.begin_signing(item, by=by)
        return True
    if item.parent_id is None or effect.kind == "end":
        return False
    beside = queries.beside(item)
    if beside and item.join == "all":
        return True
    if beside:
        asking.void(beside, by=by)
    return False


def _after_signing(
    signer: WorkItem,
    step: Step,
    *,
    facts: Mapping[str, Any],
    by: Actor,
    calendar: WorkCalendar | None,
) -> Step:
    """Once all who sign after an act agree, its outcome counts; one who disagrees stops it."""
    signed = queries.round_of(signer)
    if any(one.status in rules.LIVE and one.pk != signer.pk for one in signed):
        return step
    acted = queries.acted(signer)
    acted.matter = signer.matter
    if any(one.outcome == "disagree" for one in signed):
        again = stages.reopen(acted, by=by, calendar=calendar)
        return Step(matter=signer.matter, item=signer, opened=[again])
    graph = queries.graph(acted.matter.process or 0)
    acted.signs_after = 0
    return _follow(
        acted,
        graph,
        graph.stages[acted.stage].effects[acted.outcome],
        outcome=acted.outcome,
        facts=facts,
        by=by,
        due=None,
        calendar=calendar,
    )


@transaction.atomic(savepoint=False)
@together()
def go(
    *,
    item: WorkItem,
    effect: rules.Effect,
    outcome: str,
    facts: Mapping[str, Any],
    by: Actor,
) -> Step:
    """Let work go another way than its stage's outcomes: the caller has closed the work item."""
    graph = queries.graph(item.matter.process or 0)
    return _follow(
        item, graph, effect, outcome=outcome, facts=facts, by=by, due=None, calendar=None
    )
