"""Take work back before those it went to have opened it (撤回)."""

from django.db import transaction

from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import asking, stages
from tongban.kernel.processes.models import WorkItem
from tongban.kernel.processes.rules import Status


@transaction.atomic(savepoint=False)
def take_back(
    *, item: int | WorkItem, by: Actor, version: int | None = None, key: str = ""
) -> WorkItem:
    """Take back a question, a transfer, a delegation, or what one sent or passed on.

    What went to others comes back only until one of them has opened it. Answers the work item
    that is in one's hands again.
    """
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    request = rules.request_hash("take_back", by.key)
    if queries.is_repeat(found, key=key, key_hash=request):
        return queries.taken_up_again(found) or found
    if found.status == Status.WAITING:
        return asking.take_question_back(
            item=found, by=by, version=version, key=key, key_hash=request
        )
    if found.handed.get("by") == by.key and found.status in rules.OWED:
        again = _take_hands_back(found, by=by, version=version, key=key, key_hash=request)
    elif found.done_by == by.key and found.status == Status.DONE:
        again = _take_act_back(found, by=by, version=version, key=key, key_hash=request)
    else:
        stages.check_actable(found, version=version, by=by)
        raise rules.NothingAsked()
    ledger.record(
        "matter.recalled",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        work_item=again.pk,
        stage=again.stage,
    )
    return again


def _take_hands_back(
    item: WorkItem, *, by: Actor, version: int | None, key: str, key_hash: str
) -> WorkItem:
    queries.check_going(item, version=version)
    if item.status != Status.OPEN or item.seen_at:
        raise rules.AlreadyOpened()
    stages.change(
        item,
        by=by,
        key=key,
        key_hash=key_hash,
        organ=item.handed["organ"],
        post=item.handed["post"],
        assignee=by.key,
        status=Status.CLAIMED,
        on_behalf="",
        handed={},
    )
    return item


def _take_act_back(
    item: WorkItem, *, by: Actor, version: int | None, key: str, key_hash: str
) -> WorkItem:
    matter = item.matter
    queries.check_going(item, version=version, done=True)
    stage = queries.stage_of(item)
    if stage is not None and stage.legal and item.outcome != "sent":
        # What was told to a citizen is not unsaid by an official's second thought.
        raise rules.VerbNotAllowed(
            verb=rules.VERBS[rules.Verb.TAKE_BACK].label, stage=stage.name, possible="—"
        )
    after = queries.opened_by(item)
    if any(one.status != Status.OPEN or one.seen_at for one in after) or not after:
        raise rules.AlreadyOpened()
    asking.void([one.pk for one in after], by=by)
    # Not a row of work is unwritten: the act stays in the trail, and the work lies there anew.
    stages.change(item, by=by, key=key, key_hash=key_hash)
    if item.outcome != "sent":
        graph = queries.graph(matter.process or 0)
        matter.progress, _ = rules.go_back(graph, matter.progress, item.stage)
        matter.progress[item.stage] = "open"
        matter.stage = "、".join(
            graph.stages[s].name for s, status in matter.progress.items() if status == "open"
        )[:200]
        stages.keep(matter, "progress", "stage", by=by)
    return stages.reopen(item, by=by)
