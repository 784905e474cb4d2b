"""Whose hands work is in: claimed, given back, passed on; brought before the heads when late."""

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import stages
from tongban.kernel.processes.models import WorkItem


@transaction.atomic(savepoint=False)
def claim(*, item: int, by: Actor, version: int | None = None, key: str = "") -> WorkItem:
    """Take a work item into one's own hands; of two who try, one does."""
    found = queries.locked(item)
    request = rules.request_hash("claim", by.key)
    if queries.is_repeat(found, key=key, key_hash=request):
        return found
    is_ours = found.organ == by.organ and by.may(found.grant)
    if is_ours and found.assignee not in {"", by.key} and found.status in rules.OWED:
        raise rules.AlreadyClaimed()
    stages.check_actable(found, version=version, by=by)
    if found.status != rules.Status.OPEN:
        return found  # it is in these hands already, and may wait for others' answers
    stages.change(
        found,
        by=by,
        key=key,
        key_hash=request,
        status=rules.Status.CLAIMED,
        assignee=by.key,
        claimed_at=clock.now(),
    )
    return found


@transaction.atomic(savepoint=False)
def put_back(*, item: int, by: Actor, version: int | None = None, key: str = "") -> WorkItem:
    """Give a claimed work item back to the post, so that a colleague may take it."""
    found = queries.locked(item)
    request = rules.request_hash("put_back", by.key)
    if queries.is_repeat(found, key=key, key_hash=request):
        return found
    stages.check_actable(found, version=version, by=by)
    if found.status == rules.Status.WAITING:
        raise rules.StillWaiting()
    if found.assignee:
        stages.change(
            found,
            by=by,
            key=key,
            key_hash=request,
            status=rules.Status.OPEN,
            assignee="",
            claimed_at=None,
        )
    return found


@transaction.atomic(savepoint=False)
def take(
    *, item: WorkItem, verb: str, by: Actor, version: int | None = None, key: str = ""
) -> bool:
    """Let a domain do something with a work item that does not finish it: one request at a time.

    Refuses like `act`; answers False when the same request was already done.
    """
    request = rules.request_hash(verb, by.key)
    if queries.is_repeat(item, key=key, key_hash=request):
        return False
    stages.check_actable(item, version=version, by=by)
    stages.change(item, by=by, key=key, key_hash=request)
    return True


@transaction.atomic(savepoint=False)
def transfer(
    *,
    item: int | WorkItem,
    organ: str,
    by: Actor,
    post: str = "",
    assignee: str = "",
    reason: str = "",
    version: int | None = None,
    key: str = "",
) -> WorkItem:
    """Pass a work item to other hands (转办); its own days go on running."""
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    request = rules.request_hash("transfer", by.key, organ, post, assignee)
    if queries.is_repeat(found, key=key, key_hash=request):
        return found
    stages.check_actable(found, version=version, by=by)
    if found.status == rules.Status.WAITING:
        raise rules.StillWaiting()
    stages.change(
        found,
        by=by,
        key=key,
        key_hash=request,
        organ=organ,
        post=post,
        assignee=assignee,
        status=rules.Status.OPEN,
        claimed_at=None,
    )
    ledger.record(
        "matter.transferred",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        work_item=found.pk,
        organ=organ,
        post=post,
        reason=reason,
    )
    return found


@transaction.atomic
def escalate_late(*, by: Actor, limit: int = 200, days: int = 2) -> int:
    """Bring work that is late by so many working days before the heads of its organ (督办), once.

    The work stays where it is. Call it until it answers 0.
    """
    now = clock.now()
    late = queries.late(days=days, limit=limit)
    # Claim before telling: of two workers, one brings it up.
    won = [
        item
        for item in late
        if WorkItem.objects.filter(pk=item.pk, version=item.version, escalated_at=None).update(
            escalated_at=now
        )
    ]
    calendars = deadlines.calendars_in_force() if won else {}
    urged = []
    for item in won:
        child = WorkItem(
            matter=item.matter,
            parent=item,
            stage=item.stage,
            name=item.name,
            mode=rules.Mode.URGE,
            grant="matter.urge",
            organ=item.organ,
            days=1,
            opened_at=now,
            escalated_at=now,
        )
        stages.run(child, calendars[item.matter.calendar])
        urged.append(child)
    WorkItem.objects.bulk_create(urged)
    for item in won:
        ledger.record(
            "matter.escalated", item.matter.subject, by=by, matter=item.matter_id, work_item=item.pk
        )
    return len(won)
