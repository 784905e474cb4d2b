"""The verbs of a running process. Law lives in the domains: they decide what an outcome means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.decisions import engine
from tongban.kernel.errors import NotFound, Stale
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays import terms


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


@dataclass(frozen=True, slots=True)
class Asked:
    """One who is asked, besides the holder of the work: an organ's post, or a named official."""

    organ: str
    grant: str
    post: str = ""
    assignee: str = ""


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether a FEEL condition holds; anything but true is no."""
    return engine.expression(text)(facts) is True


@transaction.atomic
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
) -> Matter:
    """Begin a matter; with `opens` its first stages open at once.

    A domain whose own event says that it began (an application with ten cases) records that one
    instead.
    """
    found = Matter.objects.create(
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
    if process and opens:
        _advance(found, queries.graph(process.id), facts or {})
        found.save(update_fields=["progress", "stage", "version"])
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


def _advance(
    matter: Matter, graph: rules.Graph, facts: Mapping[str, Any], resume_to: str = ""
) -> list[WorkItem]:
    """Open the stages whose turn it is; the caller saves the matter."""
    matter.progress, stages = rules.advance(graph, matter.progress, facts, holds)
    opened = [_open(matter, stage, resume_to=resume_to) for stage in stages]
    if len(opened) == 1:
        opened[0].save(force_insert=True)
    elif opened:
        WorkItem.objects.bulk_create(opened)
    _name_stage(matter, graph)
    matter.version += 1
    return opened


def _name_stage(matter: Matter, graph: rules.Graph) -> None:
    matter.stage = "、".join(
        graph.stages[s].name for s, status in matter.progress.items() if status == "open"
    )[:200]


def _open(matter: Matter, stage: rules.Stage, resume_to: str = "") -> WorkItem:
    found = WorkItem(
        matter=matter,
        stage=stage.id,
        name=stage.name,
        grant=stage.grant,
        organ=matter.organ,
        post=stage.post,
        officers=stage.officers,
        days=stage.days,
        resume_to=resume_to,
        opened_at=clock.now(),
    )
    _run(found, matter.calendar)
    return found


def _run(item: WorkItem, calendar: str) -> None:
    """Let the work item's own days run from today; a stage without days owes none."""
    left = max(item.days - item.used_days, 0)
    if not item.days:
        return
    cal = deadlines.calendar(calendar)
    item.running_since = clock.today()
    item.due_on = terms.due(cal, terms.Unit.WORKDAY, item.running_since, left)
    item.yellow_on = terms.yellow(cal, terms.Unit.WORKDAY, item.running_since, left, item.days)


def _rest(item: WorkItem, calendar: str) -> None:
    """Stop the work item's days: while paused nothing is due, hence nothing is late."""
    if item.running_since:
        item.used_days += terms.spent(
            deadlines.calendar(calendar),
            terms.Unit.WORKDAY,
            item.running_since,
            clock.today(),
        )
    item.running_since = item.due_on = item.yellow_on = None


def _locked(key: int) -> tuple[WorkItem, Matter]:
    try:
        found = WorkItem.objects.select_for_update().select_related("matter").get(pk=key)
    except WorkItem.DoesNotExist:
        raise NotFound() from None
    return found, found.matter


def _check_actable(item: WorkItem, *, version: int | None, by: Actor) -> None:
    if item.matter.state == rules.State.ENDED:
        raise rules.HasEnded()
    if item.status not in rules.OWED:
        raise rules.AlreadyDone()
    queries.check_hands(item, by=by)
    if item.matter.state == rules.State.PAUSED and item.mode == rules.Mode.SERIAL:
        raise rules.IsPaused(reason=item.matter.paused_for)
    if version is not None and item.version != version:
        raise Stale()


@transaction.atomic
def claim(*, item: int, by: Actor) -> WorkItem:
    """Take a work item into one's own hands; the conditional update lets only one win."""
    found, _ = _locked(item)
    if found.status == rules.Status.CLAIMED and found.assignee == by.key:
        return found
    _check_actable(found, version=None, by=by)
    now = clock.now()
    won = WorkItem.objects.filter(pk=item, status=rules.Status.OPEN, assignee="").update(
        status=rules.Status.CLAIMED, assignee=by.key, claimed_at=now, version=F("version") + 1
    )
    if not won and found.assignee != by.key:
        raise rules.AlreadyClaimed()
    found.status, found.assignee, found.claimed_at = rules.Status.CLAIMED, by.key, now
    found.version += won
    return found


@transaction.atomic
def act(
    *,
    item: int,
    outcome: str,
    by: Actor,
    version: int | None = None,
    opinion: str = "",
    facts: Mapping[str, Any] | None = None,
    key: str = "",
    event: str = "matter.acted",
    data: Mapping[str, Any] | None = None,
) -> Step:
    """Finish a work item with an outcome of its stage, and open what follows.

    `version` is the work item's, as the actor saw it; `key` makes a second, equal request answer as
    the first did. A decision has one event: a domain that gives the act a meaning of its own names
    that event and its data here.
    """
    found, matter = _locked(item)
    if key and found.done_key == key:
        if found.outcome != outcome or found.done_by != by.key:
            raise rules.KeyReused()
        return Step(matter=matter, item=found, repeated=True)
    _check_actable(found, version=version, by=by)
    if found.mode != rules.Mode.SERIAL:
        return _answer(found, outcome=outcome, by=by, opinion=opinion, key=key)
    if found.status == rules.Status.WAITING:
        raise rules.StillWaiting()
    graph = queries.graph(matter.process or 0)
    stage = graph.stages[found.stage]
    if outcome not in stage.effects:
        raise rules.NotThisOutcome(
            stage=stage.name, outcome=outcome, possible=", ".join(stage.outcomes)
        )
    effect = stage.effects[outcome]
    status = rules.Status.RETURNED if effect.kind in {"return", "resume"} else rules.Status.DONE
    _close(found, status, outcome=outcome, by=by, opinion=opinion, key=key)
    step = _follow(found, matter, graph, effect, outcome=outcome, facts=facts or {})
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


def _close(
    item: WorkItem,
    status: rules.Status,
    *,
    outcome: str,
    by: Actor,
    opinion: str = "",
    key: str = "",
) -> None:
    # Claim the row first: if another request got there before us, ours changes nothing.
    won = WorkItem.objects.filter(pk=item.pk, version=item.version).update(
        status=status,
        outcome=outcome,
        opinion=opinion,
        done_by=by.key,
        done_key=key,
        closed_at=clock.now(),
        version=item.version + 1,
    )
    if not won:
        raise Stale()
    item.status, item.outcome, item.opinion, item.done_by = status, outcome, opinion, by.key
    item.version += 1


def _follow(
    item: WorkItem,
    matter: Matter,
    graph: rules.Graph,
    effect: rules.Effect,
    *,
    outcome: str,
    facts: Mapping[str, Any],
) -> Step:
    opened: list[WorkItem] = []
    ended = ""
    progress = dict(matter.progress)
    if effect.kind in {"return", "resume"}:
        progress, forgotten = rules.go_back(graph, progress, effect.target)
        if effect.kind == "resume":
            # Only the one who is asked works again; then it comes straight back.
            progress = dict(matter.progress)
            progress.pop(effect.target)
            progress.pop(item.stage)
            forgotten = {item.stage}
        _void(matter, forgotten)
        matter.progress = progress
        opened = _advance(matter, graph, facts)
    elif effect.kind == "end":
        ended = outcome
        _void(matter, set(graph.stages))
        matter.progress = {**progress, item.stage: "done"}
        _finish(matter, outcome)
    else:
        matter.progress = {**progress, item.stage: "done"}
        opened = _advance(matter, graph, facts)
        if rules.is_finished(graph, matter.progress):
            ended = outcome
            _finish(matter, outcome)
    matter.save(
        update_fields=[
            *("progress", "stage", "version"),
            *(("state", "outcome", "ended_at", "due_on", "yellow_on") if ended else ()),
        ]
    )
    return Step(
        matter=matter, item=item, opened=opened, outcome=ended, stage_done=effect.kind == "done"
    )


def _finish(matter: Matter, outcome: str) -> None:
    matter.state = rules.State.ENDED
    matter.outcome = outcome
    matter.ended_at = clock.now()
    matter.stage = ""
    matter.version += 1
    # due_on stays: whether a matter ended in time is asked for years afterwards.


def _void(matter: Matter, stages: set[str]) -> None:
    WorkItem.objects.filter(matter=matter, stage__in=stages, status__in=rules.OWED).update(
        status=rules.Status.VOID, closed_at=clock.now(), version=F("version") + 1
    )


@transaction.atomic
def ask(
    *,
    item: int,
    mode: rules.Mode,
    asked: Sequence[Asked],
    question: str,
    by: Actor,
    join: str = "all",
    days: int = 3,
    version: int | None = None,
) -> list[WorkItem]:
    """Ask others before acting: consult (征求意见), add a signer (加签), have it countersigned (会签).

    The work item waits until enough have answered; the clocks of law go on.
    """
    found, matter = _locked(item)
    _check_actable(found, version=version, by=by)
    children = []
    for one in asked:
        child = WorkItem(
            matter=matter,
            parent=found,
            stage=found.stage,
            name=found.name,
            mode=mode,
            join=join,
            grant=one.grant,
            organ=one.organ,
            post=one.post,
            assignee=one.assignee,
            question=question,
            days=days,
            opened_at=clock.now(),
        )
        _run(child, matter.calendar)
        children.append(child)
    WorkItem.objects.bulk_create(children)
    won = WorkItem.objects.filter(pk=item, version=found.version).update(
        status=rules.Status.WAITING, version=found.version + 1
    )
    if not won:
        raise Stale()
    ledger.record(
        "matter.consulted",
        matter.subject,
        by=by,
        matter=matter.pk,
        work_item=item,
        mode=str(mode),
        asked=len(children),
    )
    return children


def _answer(item: WorkItem, *, outcome: str, by: Actor, opinion: str, key: str) -> Step:
    """One who was asked answers; when enough have, the one who asked may act again."""
    _close(item, rules.Status.DONE, outcome=outcome, by=by, opinion=opinion, key=key)
    siblings = list(WorkItem.objects.filter(parent=item.parent_id).order_by("id"))
    answers = [s.outcome for s in siblings if s.status == rules.Status.DONE]
    if rules.is_joined(item.join, answers, len(siblings)):
        WorkItem.objects.filter(pk=item.parent_id, status=rules.Status.WAITING).update(
            status=rules.Status.CLAIMED, version=F("version") + 1
        )
        WorkItem.objects.filter(parent=item.parent_id, status__in=rules.OWED).update(
            status=rules.Status.VOID, closed_at=clock.now(), version=F("version") + 1
        )
    ledger.record(
        "matter.acted",
        item.matter.subject,
        by=by,
        matter=item.matter_id,
        work_item=item.pk,
        stage=item.stage,
        outcome=outcome,
        opened=[],
    )
    return Step(matter=item.matter, item=item)


@transaction.atomic
def transfer(
    *, item: int, organ: str, by: Actor, post: str = "", assignee: str = "", reason: str = ""
) -> WorkItem:
    """Pass a work item to other hands (转办); its own days go on running."""
    found, matter = _locked(item)
    _check_actable(found, version=None, by=by)
    WorkItem.objects.filter(pk=item).update(
        organ=organ,
        post=post,
        assignee=assignee,
        status=rules.Status.OPEN,
        version=F("version") + 1,
    )
    found.refresh_from_db()
    ledger.record(
        "matter.transferred",
        matter.subject,
        by=by,
        matter=matter.pk,
        work_item=item,
        organ=organ,
        post=post,
        reason=reason,
    )
    return found


@transaction.atomic
def put_back(*, item: int, by: Actor) -> WorkItem:
    """Give a claimed work item back to the post, so that a colleague may take it."""
    found, _ = _locked(item)
    _check_actable(found, version=None, by=by)
    WorkItem.objects.filter(pk=item, status=rules.Status.CLAIMED, assignee=by.key).update(
        status=rules.Status.OPEN, assignee="", version=F("version") + 1
    )
    found.refresh_from_db()
    return found


@transaction.atomic
def open_stages(*, matter: Matter, by: Actor, facts: Mapping[str, Any] | None = None) -> list[WorkItem]:
    """Open the first stages of a matter that began without them; `by` stands for the decision's maker."""
    opened = _advance(matter, queries.graph(matter.process or 0), facts or {})
    matter.save(update_fields=["progress", "stage", "version"])
    return opened


@transaction.atomic
def pause(*, matter: Matter, reason: str, by: Actor, records: bool = True) -> None:
    """Stop what the matter owes; its work items rest."""
    items = list(
        WorkItem.objects.filter(
            matter=matter, status__in=rules.OWED, mode=rules.Mode.SERIAL
        )
    )
    for item in items:
        _rest(item, matter.calendar)
    _save_times(items)
    matter.state, matter.paused_for = rules.State.PAUSED, reason[:200]
    matter.due_on = matter.yellow_on = None
    matter.version += 1
    matter.save(update_fields=["state", "paused_for", "due_on", "yellow_on", "version"])
    if records:
        ledger.record("matter.paused", matter.subject, by=by, matter=matter.pk, reason=reason[:80])


@transaction.atomic
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
    items = list(
        WorkItem.objects.filter(
            matter=matter, status__in=rules.OWED, mode=rules.Mode.SERIAL
        )
    )
    for item in items:
        _run(item, matter.calendar)
    _save_times(items)
    matter.state, matter.paused_for = rules.State.OPEN, ""
    matter.due_on, matter.yellow_on = due_on, yellow_on
    matter.version += 1
    matter.save(update_fields=["state", "paused_for", "due_on", "yellow_on", "version"])
    if records:
        ledger.record("matter.resumed", matter.subject, by=by, matter=matter.pk, reason=reason[:80])


def _save_times(items: list[WorkItem]) -> None:
    if items:
        WorkItem.objects.bulk_update(
            items, ["used_days", "running_since", "due_on", "yellow_on"]
        )


@transaction.atomic
def set_due(
    *, matter: Matter, due_on: date | None, yellow_on: date | None, by: Actor, stage: str = ""
) -> None:
    """Show by when the matter as a whole is owed; part of the decision that `by` makes."""
    matter.due_on, matter.yellow_on = due_on, yellow_on
    changed = {"due_on": due_on, "yellow_on": yellow_on}
    if stage:
        matter.stage = stage
        changed["stage"] = stage
    Matter.objects.filter(pk=matter.pk).update(**changed)


@transaction.atomic
def end(*, matter: Matter, outcome: str, by: Actor, records: bool = True) -> None:
    """End a matter from outside its graph: withdrawn, terminated, decided by a rule."""
    if matter.state == rules.State.ENDED:
        raise rules.HasEnded()
    WorkItem.objects.filter(matter=matter, status__in=rules.OWED).update(
        status=rules.Status.VOID, closed_at=clock.now(), version=F("version") + 1
    )
    _finish(matter, outcome)
    matter.save(
        update_fields=["state", "outcome", "ended_at", "stage", "version"]
    )
    if records:
        ledger.record(
            "matter.ended", matter.subject, by=by, matter=matter.pk, outcome=outcome
        )


@transaction.atomic
def reopen(*, matter: Matter, stage: str, reason: str, by: Actor) -> list[WorkItem]:
    """Let an ended process take up work again at a stage, where its domain's law allows it."""
    graph = queries.graph(matter.process or 0)
    matter.progress, _ = rules.go_back(graph, matter.progress, stage)
    matter.state, matter.outcome, matter.ended_at = rules.State.OPEN, "", None
    opened = _advance(matter, graph, {})
    matter.save(
        update_fields=["progress", "state", "outcome", "ended_at", "stage", "version"]
    )
    ledger.record(
        "matter.reopened", matter.subject, by=by, matter=matter.pk, stage=stage, reason=reason
    )
    return opened


@transaction.atomic
def escalate(*, item: WorkItem, post: str, grant: str, by: Actor) -> None:
    """Bring late work before the head of its post; it stays where it is."""
    child = WorkItem(
        matter=item.matter,
        parent=item,
        stage=item.stage,
        name=item.name,
        mode=rules.Mode.CONSULT,
        join="any",
        grant=grant,
        organ=item.organ,
        post=post,
        opened_at=clock.now(),
        days=1,
    )
    _run(child, item.matter.calendar)
    child.save()
    ledger.record(
        "matter.escalated", item.matter.subject, by=by, matter=item.matter_id, work_item=item.pk
    )
