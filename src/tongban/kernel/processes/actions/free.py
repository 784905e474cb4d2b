"""How handlers let work go on besides its stage's outcomes (自由流转)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import running, stages
from tongban.kernel.processes.actions.hands import Asked, check_verb
from tongban.kernel.processes.actions.stages import Step
from tongban.kernel.processes.models import WorkItem
from tongban.kernel.processes.rules import Mode, Status, Verb


def _held(
    item: int | WorkItem, verb: Verb, *, by: Actor, version: int | None, key: str, asked: str
) -> tuple[WorkItem, bool]:
    """The work item, locked and in the actor's hands; True when the same request was done."""
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    if queries.is_repeat(found, key=key, key_hash=asked):
        return found, True
    stages.check_actable(found, version=version, by=by)
    if found.status == Status.WAITING:
        raise rules.StillWaiting()
    check_verb(found, verb)
    return found, False


def _tell(event: str, item: WorkItem, *, by: Actor, **data: Any) -> None:
    ledger.record(
        event, item.matter.subject, by=by, matter=item.matter_id, work_item=item.pk, **data
    )


@transaction.atomic(savepoint=False)
def send(
    *,
    item: int | WorkItem,
    to: Sequence[Asked],
    by: Actor,
    join: str = "all",
    opinion: str = "",
    version: int | None = None,
    key: str = "",
) -> list[WorkItem]:
    """Send work on to one or several within its stage (发送).

    The stage is done when all of them have finished it, or the first (`any`).
    """
    asked = rules.request_hash("send", by.key, join, opinion, *to)
    found, is_repeat = _held(item, Verb.SEND, by=by, version=version, key=key, asked=asked)
    if is_repeat:
        return list(WorkItem.objects.filter(parent=found, mode=Mode.SERIAL).order_by("id"))
    check_verb(found, Verb.SEND, to)
    if join not in {"all", "any"} or not to:
        raise rules.NothingAsked()
    stages.close(
        found,
        Status.DONE,
        "sent",
        opinion=opinion,
        by=by,
        key=key,
        key_hash=asked,
    )
    # Whoever finishes it needs what the stage demands: sent on is not handed down.
    children = _open(found, to, Mode.SERIAL, join=join, days=found.days, grant=found.grant)
    _tell("matter.sent", found, by=by, to=len(children))
    return children


def _open(
    item: WorkItem,
    to: Sequence[Asked],
    mode: Mode,
    *,
    days: int,
    join: str = "all",
    grant: str = "",
    question: str = "",
    status: Status = Status.OPEN,
    key: str = "",
) -> list[WorkItem]:
    calendar = deadlines.calendar(item.matter.calendar)
    children = []
    for one in to:
        child = WorkItem(
            matter=item.matter,
            parent=item,
            asked_at_version=item.version,
            stage=item.stage,
            name=item.name,
            mode=mode,
            join=join,
            grant=grant or one.grant or item.grant,
            organ=one.organ,
            post=one.post,
            assignee=one.assignee,
            question=question,
            status=status,
            days=days,
            opened_at=clock.now(),
            key=key,
        )
        if status == Status.OPEN:
            stages.run(child, calendar)
        children.append(child)
    rows.add_rows(*children)
    return children


@transaction.atomic(savepoint=False)
def add_after(
    *,
    item: int | WorkItem,
    to: Sequence[Asked],
    question: str,
    by: Actor,
    days: int = 3,
    version: int | None = None,
    key: str = "",
) -> list[WorkItem]:
    """Have others sign after one's own act, before its outcome counts (后加签)."""
    asked = rules.request_hash("add_after", by.key, question, *to)
    found, is_repeat = _held(item, Verb.ADD_AFTER, by=by, version=version, key=key, asked=asked)
    if is_repeat:
        return queries.signing_after(found)
    check_verb(found, Verb.ADD_AFTER, to)
    if not to:
        raise rules.NothingAsked()
    signers = _open(found, to, Mode.AFTER_SIGN, days=days, question=question, status=Status.QUEUED)
    stages.change(
        found, by=by, key=key, key_hash=asked, signs_after=found.signs_after + len(signers)
    )
    # One round, whenever each of them was added.
    WorkItem.objects.filter(parent=found, mode=Mode.AFTER_SIGN).update(asked_at_version=0)
    _tell("matter.signers_added", found, by=by, asked=len(signers))
    return signers


@transaction.atomic(savepoint=False)
def circulate(
    *,
    item: int | WorkItem,
    to: Sequence[Asked],
    by: Actor,
    note: str = "",
    days: int = 3,
    version: int | None = None,
    key: str = "",
) -> list[WorkItem]:
    """Show the work to others (传阅); nothing waits for their having read it."""
    asked = rules.request_hash("circulate", by.key, note, *to)
    found, is_repeat = _held(item, Verb.CIRCULATE, by=by, version=version, key=key, asked=asked)
    if is_repeat:
        return list(WorkItem.objects.filter(parent=found, mode=Mode.CIRCULATE).order_by("id"))
    check_verb(found, Verb.CIRCULATE, to)
    if not to:
        raise rules.NothingAsked()
    stages.change(found, by=by, key=key, key_hash=asked)
    shown = _open(found, to, Mode.CIRCULATE, days=days, question=note)
    _tell("matter.circulated", found, by=by, to=len(shown))
    return shown


@transaction.atomic(savepoint=False)
def give_back(
    *,
    item: int | WorkItem,
    stage: str,
    opinion: str,
    by: Actor,
    straight_back: bool = False,
    facts: Mapping[str, Any] | None = None,
    version: int | None = None,
    key: str = "",
) -> Step:
    """Return work to an earlier stage (退回): all after it runs again, or it comes straight back.

    A stage competent for an act of law is returned to only along an edge that the graph declares.
    """
    verb = Verb.ASK_AGAIN if straight_back else Verb.RETURN
    asked = rules.request_hash(verb, by.key, stage, opinion)
    found, is_repeat = _held(item, verb, by=by, version=version, key=key, asked=asked)
    if is_repeat:
        return Step(matter=found.matter, item=found, repeated=True)
    if not opinion.strip():
        raise rules.WordsMissing()
    graph = queries.graph(found.matter.process or 0)
    possible = queries.earlier(found)
    if stage not in possible:
        raise rules.NotBefore(
            stage=graph.stages[stage].name if stage in graph.stages else stage,
            possible="、".join(graph.stages[one].name for one in possible) or "—",
        )
    kind = "resume" if straight_back else "return"
    stages.close(
        found,
        Status.RETURNED,
        f"{kind}:{stage}"[:40],
        opinion=opinion,
        by=by,
        key=key,
        key_hash=asked,
    )
    step = running.go(
        item=found, effect=rules.Effect(kind, stage), outcome=kind, facts=facts or {}, by=by
    )
    _tell(
        "matter.returned", found, by=by, stage=found.stage, back_to=stage, again=not straight_back
    )
    return step


@transaction.atomic(savepoint=False)
def urge(
    *,
    item: int | WorkItem,
    by: Actor,
    note: str,
    supervise: bool = False,
    days: int = 1,
    key: str = "",
) -> WorkItem:
    """Remind those who hold the work (催办), or bring it before the heads of their organ (督办).

    Either is a work item of its own: the work itself stays as its holder has it open.
    """
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    reminded = WorkItem.objects.filter(parent=found, mode=Mode.URGE, key=key).first()
    if key and reminded is not None:
        return reminded
    if not _asked_for(found, by):
        by.require("matter.urge")
        if by.kind != "part" and not queries.may_see(found.matter, by=by):
            raise rules.NotInYourHands(holder=found.name)
    if found.matter.state == rules.State.ENDED:
        raise rules.HasEnded()
    if found.status not in rules.OWED:
        raise rules.AlreadyDone()
    if not note.strip():
        raise rules.WordsMissing()
    if supervise:
        hand = Asked(organ=found.organ, grant="matter.urge")
    else:
        hand = Asked(found.organ, found.grant, found.post, found.assignee)
    (reminder,) = _open(found, [hand], Mode.URGE, days=days, question=note, key=key)
    WorkItem.objects.filter(pk=found.pk).update(urged=F("urged") + 1)
    _tell("matter.urged", found, by=by, supervised=supervise)
    return reminder


def _asked_for(item: WorkItem, by: Actor) -> bool:
    """Whether the actor is the one who asked for this work."""
    if item.parent_id is None:
        return False
    return WorkItem.objects.filter(pk=item.parent_id, assignee=by.key).exists()


@transaction.atomic(savepoint=False)
def jump(
    *,
    item: int | WorkItem,
    stage: str,
    reason: str,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    version: int | None = None,
    key: str = "",
) -> list[WorkItem]:
    """Send the matter to another stage over those between (跳转), never over an act of law."""
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    matter = found.matter
    asked = rules.request_hash("jump", by.key, stage, reason)
    if queries.is_repeat(found, key=key, key_hash=asked):
        return queries.open_items(matter.pk)
    by.require("matter.steer")
    if by.kind != "part" and not queries.may_see(matter, by=by):
        raise rules.NotInYourHands(holder=found.name)
    queries.check_going(found, version=version)
    check_verb(found, Verb.JUMP)
    if not reason.strip():
        raise rules.WordsMissing()
    graph = queries.graph(matter.process or 0)
    if stage not in graph.stages or stage == found.stage:
        raise rules.NotBefore(stage=stage, possible="、".join(graph.stages))
    progress, void = rules.jump(graph, matter.progress, stage)
    over = [one for one, status in progress.items() if status == "jumped"]
    again = [one for one, status in matter.progress.items() if status == "done" and one in void]
    legal = [graph.stages[one].name for one in (*over, *again) if graph.stages[one].legal]
    if legal:
        raise rules.LegalStagesLeft(stages="、".join(legal))
    stages.close(
        found,
        Status.VOID,
        f"jump:{stage}"[:40],
        opinion=reason,
        by=by,
        key=key,
        key_hash=asked,
    )
    matter.progress = progress
    stages.void(matter, by=by, stages=void)
    opened = stages.advance(matter, graph, facts or {}, by=by)
    stages.keep(matter, "progress", "stage", by=by)
    _tell("matter.jumped", found, by=by, stage=found.stage, to=stage, over=sorted(over))
    return opened


@transaction.atomic(savepoint=False)
def finish(
    *,
    item: int | WorkItem,
    opinion: str,
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> WorkItem:
    """End the matter from here (办结), unless law still demands a stage of it."""
    asked = rules.request_hash("finish", by.key, opinion)
    found, is_repeat = _held(item, Verb.FINISH, by=by, version=version, key=key, asked=asked)
    if is_repeat:
        return found
    if not opinion.strip():
        raise rules.WordsMissing()
    matter = found.matter
    if matter.process:
        graph = queries.graph(matter.process)
        left = [
            stage.name
            for stage in graph.stages.values()
            if stage.legal and matter.progress.get(stage.id) not in rules.FINISHED
        ]
        if left:
            raise rules.LegalStagesLeft(stages="、".join(left))
    stages.close(
        found,
        Status.DONE,
        "finished",
        opinion=opinion,
        by=by,
        key=key,
        key_hash=asked,
    )
    matter.progress = {**matter.progress, found.stage: "done"}
    stages.void(matter, by=by)
    stages.keep(matter, "progress", *stages.finish(matter, "finished"), by=by)
    _tell("matter.ended", found, by=by, outcome="finished")
    return found
