"""Ask others before an act, and answer when asked."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import hands, stages
from tongban.kernel.processes.actions.hands import Asked
from tongban.kernel.processes.actions.stages import Step
from tongban.kernel.processes.models import WorkItem

_VERB = {
    rules.Mode.CONSULT: rules.Verb.CONSULT,
    rules.Mode.ADD_SIGN: rules.Verb.ADD_BEFORE,
    rules.Mode.COUNTERSIGN: rules.Verb.COUNTERSIGN,
}


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
    hands.check_verb(found, _VERB[mode], asked)
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
    stages.close(
        item,
        rules.Status.DONE,
        outcome,
        opinion=opinion,
        by=by,
        key=key,
        key_hash=key_hash,
    )
    if item.mode in rules.ASKING:
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
def drop(
    *,
    item: int | WorkItem,
    to: Sequence[Asked],
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> WorkItem:
    """Need some of those who were asked no longer (减签); enough may have answered without them."""
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    request = rules.request_hash("drop", by.key, *to)
    if queries.is_repeat(found, key=key, key_hash=request):
        return found
    stages.check_actable(found, version=version, by=by)
    round_ = queries.asked_by(found) + queries.signing_after(found)
    dropped = [
        one
        for one in round_
        if one.status in rules.LIVE
        and any(hand.is_of(one.organ, one.post, one.assignee) for hand in to)
    ]
    if not dropped:
        raise rules.NothingAsked()
    left = [one for one in round_ if one not in dropped and one.status != rules.Status.VOID]
    asked = [one for one in left if one.mode in rules.ASKING]
    given = sum(one.status == rules.Status.DONE for one in asked)
    is_free = found.status == rules.Status.WAITING and (
        given >= len(asked) or rules.is_joined(asked[0].join, given, len(asked))
    )
    stages.change(
        found,
        by=by,
        key=key,
        key_hash=request,
        signs_after=sum(one.mode == rules.Mode.AFTER_SIGN for one in left),
        status=rules.Status.CLAIMED if is_free else found.status,
    )
    void([one.pk for one in (dropped + (asked if is_free else []))], by=by)
    ledger.record(
        "matter.signers_dropped",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        work_item=found.pk,
        dropped=len(dropped),
    )
    return found


@transaction.atomic(savepoint=False)
def take_question_back(
    *, item: WorkItem, by: Actor, version: int | None = None, key: str = "", key_hash: str = ""
) -> WorkItem:
    """Take a question back that has not been answered enough; the asker may act again."""
    stages.check_actable(item, version=version, by=by)
    if item.status != rules.Status.WAITING:
        raise rules.NothingAsked()
    stages.change(item, by=by, key=key, key_hash=key_hash, status=rules.Status.CLAIMED)
    void([one.pk for one in queries.asked_by(item)], by=by)
    ledger.record(
        "matter.taken_back", item.matter.subject, by=by, matter=item.matter_id, work_item=item.pk
    )
    return item


@transaction.atomic(savepoint=False)
def _go_on(parent: int | None, round_: list[int], *, by: Actor) -> None:
    if parent is None:
        return
    WorkItem.objects.filter(pk=parent, status=rules.Status.WAITING).update(
        status=rules.Status.CLAIMED, version=F("version") + 1
    )
    void(round_, by=by)


@transaction.atomic(savepoint=False)
def void(items: Sequence[int], *, by: Actor) -> None:
    WorkItem.objects.filter(pk__in=items, status__in=rules.LIVE).update(
        status=rules.Status.VOID, closed_at=clock.now(), version=F("version") + 1
    )


@transaction.atomic(savepoint=False)
def begin_signing(item: WorkItem, *, by: Actor) -> None:
    """Those who sign after an act are asked now that it was done."""
    calendar = deadlines.calendar(item.matter.calendar)
    for signer in queries.signing_after(item):
        if signer.status == rules.Status.QUEUED:
            signer.matter = item.matter
            signer.opened_at = clock.now()
            stages.run(signer, calendar)
            stages.change(
                signer,
                by=by,
                status=rules.Status.OPEN,
                opened_at=signer.opened_at,
                running_since=signer.running_since,
                due_on=signer.due_on,
                yellow_on=signer.yellow_on,
            )
