"""Ask others before an act, and answer when asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import stages
from tongban.kernel.processes.actions.stages import Step
from tongban.kernel.processes.models import WorkItem


@dataclass(frozen=True, slots=True)
class Asked:
    """One who is asked, besides the holder of the work: an organ's post, or a named official."""

    organ: str
    grant: str
    post: str = ""
    assignee: str = ""


@transaction.atomic(savepoint=False)
def ask(
    *,
    item: int | WorkItem,
    mode: rules.Mode,
    asked: Sequence[Asked],
    question: str,
    by: Actor,
    join: str = "all",
    days: int = 3,
    version: int | None = None,
    key: str = "",
) -> list[WorkItem]:
    """Ask others before acting: consult (征求意见), add a signer (加签), countersign (会签).

    The work item waits in the asker's hands until enough have answered: all, any, or a number of
    them. The clocks of law go on.
    """
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    matter = found.matter
    request = rules.request_hash("ask", by.key, mode, join, question, *asked)
    if queries.is_repeat(found, key=key, key_hash=request):
        return queries.asked_by(found)
    stages.check_actable(found, version=version, by=by)
    if found.status == rules.Status.WAITING:
        raise rules.StillWaiting()
    rules.check_join(join, len(asked))
    stages.change(
        found,
        by=by,
        key=key,
        key_hash=request,
        status=rules.Status.WAITING,
        assignee=found.assignee or ("" if by.kind == "part" else by.key),
    )
    calendar = deadlines.calendar(matter.calendar)
    children = []
    for one in asked:
        child = WorkItem(
            matter=matter,
            parent=found,
            asked_at_version=found.version,
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
        stages.run(child, calendar)
        children.append(child)
    WorkItem.objects.bulk_create(children)
    ledger.record(
        "matter.consulted",
        matter.subject,
        by=by,
        matter=matter.pk,
        work_item=found.pk,
        mode=str(mode),
        asked=len(children),
    )
    return children


@transaction.atomic(savepoint=False)
def answer(
    *, item: WorkItem, outcome: str, opinion: str, by: Actor, key: str, key_hash: str
) -> Step:
    """One who was asked answers; when enough have, the one who asked may act again."""
    stages.change(
        item,
        by=by,
        key=key,
        key_hash=key_hash,
        status=rules.Status.DONE,
        outcome=outcome,
        opinion=opinion,
        done_by=by.key,
        closed_at=clock.now(),
    )
    if item.mode != rules.Mode.URGE:
        round_ = queries.round_of(item)
        given = sum(one.status == rules.Status.DONE for one in round_)
        if rules.is_joined(item.join, given, len(round_)):
            _go_on(item.parent_id, [one.pk for one in round_], by=by)
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


@transaction.atomic(savepoint=False)
def take_back(*, item: int, by: Actor, version: int | None = None, key: str = "") -> WorkItem:
    """Take a question back that has not been answered enough (撤回); the asker may act again."""
    found = queries.locked(item)
    request = rules.request_hash("take_back", by.key)
    if queries.is_repeat(found, key=key, key_hash=request):
        return found
    stages.check_actable(found, version=version, by=by)
    if found.status != rules.Status.WAITING:
        raise rules.NothingAsked()
    stages.change(found, by=by, key=key, key_hash=request, status=rules.Status.CLAIMED)
    _void([one.pk for one in queries.asked_by(found)], by=by)
    ledger.record(
        "matter.taken_back", found.matter.subject, by=by, matter=found.matter_id, work_item=item
    )
    return found


@transaction.atomic(savepoint=False)
def _go_on(parent: int | None, round_: list[int], *, by: Actor) -> None:
    if parent is None:
        return
    WorkItem.objects.filter(pk=parent, status=rules.Status.WAITING).update(
        status=rules.Status.CLAIMED, version=F("version") + 1
    )
    _void(round_, by=by)


@transaction.atomic(savepoint=False)
def _void(items: list[int], *, by: Actor) -> None:
    WorkItem.objects.filter(pk__in=items, status__in=rules.OWED).update(
        status=rules.Status.VOID, closed_at=clock.now(), version=F("version") + 1
    )
