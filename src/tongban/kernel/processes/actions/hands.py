"""Whose hands work is in: claimed, given back, passed on; brought before the heads when late."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import stages
from tongban.kernel.processes.models import Matter, WorkItem


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose hands work goes to: an organ's post, or a named official.

    `grant` is what they need for it; empty where it is the same work that they take over.
    """

    organ: str
    grant: str = ""
    post: str = ""
    assignee: str = ""

    def is_of(self, organ: str, post: str, assignee: str) -> bool:
        """Whether these are the hands that a work item lies in."""
        return (self.organ, self.assignee) == (organ, assignee) and self.post in {"", post}


def check_verb(item: WorkItem, verb: rules.Verb, to: Sequence[Asked] = ()) -> None:
    """Refuse a verb, or hands, that the stage does not allow."""
    stage = queries.stage_of(item)
    if stage is None:
        return
    if verb not in stage.verbs:
        raise rules.VerbNotAllowed(
            verb=rules.VERBS[verb].label, stage=stage.name, possible=", ".join(sorted(stage.verbs))
        )
    for one in to:
        if stage.to and one.post not in stage.to:
            raise rules.HandsNotAllowed(hands=one.post or one.organ, stage=stage.name)


@transaction.atomic(savepoint=False)
def see(*, item: int, by: Actor) -> None:
    """Note that those a work item went to have opened it: it cannot be taken back any more."""
    WorkItem.objects.filter(
        queries.in_hands_of(by), pk=item, seen_at=None, status=rules.Status.OPEN
    ).update(seen_at=clock.now())


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
    check_verb(found, rules.Verb.TRANSFER, [Asked(organ=organ, post=post, assignee=assignee)])
    stages.change(
        found,
        by=by,
        key=key,
        key_hash=request,
        handed=_from(found, by),
        seen_at=None,
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


@transaction.atomic(savepoint=False)
def delegate(
    *,
    item: int | WorkItem,
    to: Asked,
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> WorkItem:
    """Let a colleague do it on one's behalf (委托): who acts needs the same grant, as always."""
    found = item if isinstance(item, WorkItem) else queries.locked(item)
    request = rules.request_hash("delegate", by.key, to)
    if queries.is_repeat(found, key=key, key_hash=request):
        return found
    stages.check_actable(found, version=version, by=by)
    if found.status == rules.Status.WAITING:
        raise rules.StillWaiting()
    check_verb(found, rules.Verb.DELEGATE, [to])
    if to.organ != found.organ or to.assignee in {"", by.key}:
        raise rules.HandsNotAllowed(hands=to.assignee or to.organ, stage=found.name)
    stages.change(
        found,
        by=by,
        key=key,
        key_hash=request,
        handed=_from(found, by),
        seen_at=None,
        on_behalf=by.key,
        # Of another post of the organ; the grant remains what it is.
        post=to.post,
        assignee=to.assignee,
        status=rules.Status.OPEN,
        claimed_at=None,
    )
    ledger.record(
        "matter.delegated",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        work_item=found.pk,
        to=to.assignee,
    )
    return found


def _from(item: WorkItem, by: Actor) -> dict[str, str]:
    return {
        "by": by.key, "organ": item.organ, "post": item.post, "assignee": item.assignee,
    }  # fmt: skip


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
    _urge(won, by=by)
    return len(won)


@transaction.atomic(savepoint=False)
def escalate(*, matter: Matter, by: Actor) -> int:
    """Bring what is open in a matter before the heads at once (督办), as its domain's law asks.

    Answers how many work items; those that were brought before them already are left alone.
    """
    now = clock.now()
    won = []
    for item in queries.serial_items(matter):
        if WorkItem.objects.filter(pk=item.pk, version=item.version, escalated_at=None).update(
            escalated_at=now
        ):
            item.matter = matter
            won.append(item)
    _urge(won, by=by)
    return len(won)


def _urge(items: list[WorkItem], *, by: Actor) -> None:
    now = clock.now()
    calendars = deadlines.calendars_in_force() if items else {}
    urged = []
    for item in items:
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
    for item in items:
        ledger.record(
            "matter.escalated", item.matter.subject, by=by, matter=item.matter_id, work_item=item.pk
        )
