"""One work item: its stage, its hands, what was asked beside it, what may be done with it."""

from collections.abc import Mapping
from typing import Any

from tongban.kernel import rows, trips
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.decisions import engine
from tongban.kernel.errors import NotFound, Stale
from tongban.kernel.processes import rules
from tongban.kernel.processes.models import Matter, WorkItem


def graph(version: int) -> rules.Graph:
    """The stage graph that a matter began with; compiled once per process of the machine."""
    return catalogue.compiled(catalogue.by_id(version), _graph)


def _graph(version: catalogue.Version) -> rules.Graph:
    return rules.parse(version.body)


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether a FEEL condition holds; anything but true is no."""
    return engine.expression(text)(facts) is True


def check_hands(found: WorkItem, *, by: Actor) -> None:
    """Refuse an actor whose post the work item is not in the hands of."""
    if by.kind == "part":
        return
    by.require(found.grant)
    ours = found.organ == by.organ and found.post in {"", by.post_key}
    if not ours or found.assignee not in {"", by.key}:
        raise rules.NotInYourHands(holder=found.name)


def may_see(matter: Matter, *, by: Actor) -> bool:
    """Whether an official's organ holds, or was asked about, the matter."""
    if by.kind == "part":
        return True
    if not by.is_official:
        return False
    if matter.organ == by.organ and matter.region.startswith(by.region):
        return True
    return WorkItem.objects.filter(matter=matter, organ=by.organ, grant__in=by.grants).exists()


def locked(key: int) -> WorkItem:
    """A work item with its matter, both locked; for actions.

    The matter first, always: two acts on parallel stages of one matter stand in line there.
    """
    found = rows.read_rows(_LOCKED + rows.locks("t1", "t0"), [key], WorkItem, Matter)
    if not found:
        raise NotFound()
    item: WorkItem
    item, item.matter, days = found[0]
    trips.remember(deadlines.MARK, days or "")
    return item


_LOCKED = (
    f"SELECT {{0}}, {{1}}, {deadlines.MARK} FROM {WorkItem._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id WHERE t0.id = %s"
)


def is_repeat(found: WorkItem, *, key: str, key_hash: str) -> bool:
    """Whether the same request already changed the row; the same key for another is refused."""
    if not key or found.key != key:
        return False
    if found.key_hash != key_hash:
        raise rules.KeyReused()
    return True


def asked_by(found: WorkItem) -> list[WorkItem]:
    """Those whom the holder of a work item asked last."""
    rows = list(WorkItem.objects.filter(parent=found, mode__in=rules.ASKING).order_by("id"))
    last = max((row.asked_at_version for row in rows), default=0)
    return [row for row in rows if row.asked_at_version == last]


def signing_after(found: WorkItem) -> list[WorkItem]:
    """Those who sign after a work item before its outcome counts."""
    return list(WorkItem.objects.filter(parent=found, mode=rules.Mode.AFTER_SIGN).order_by("id"))


def acted(signer: WorkItem) -> WorkItem:
    """The work item whose outcome waits for a signer."""
    return WorkItem.objects.get(pk=signer.parent_id or 0)


def beside(found: WorkItem) -> list[int]:
    """The other hands of a stage whose work was sent to several."""
    rows = WorkItem.objects.filter(
        matter=found.matter_id, stage=found.stage, mode=rules.Mode.SERIAL, status__in=rules.OWED
    )
    return list(rows.exclude(pk=found.pk).values_list("pk", flat=True))


def taken_up_again(found: WorkItem) -> WorkItem | None:
    """The work item that lies anew in the hands of the one who took an act back."""
    return WorkItem.objects.filter(parent=found, assignee=found.done_by).order_by("-id").first()


def opened_by(found: WorkItem) -> list[WorkItem]:
    """What an act opened: within the stage when it was sent on, else the stages that follow."""
    if found.outcome == "sent":
        return list(WorkItem.objects.filter(parent=found, mode=rules.Mode.SERIAL))
    after = graph(found.matter.process or 0).downstream(found.stage)
    later = WorkItem.objects.filter(matter=found.matter_id, stage__in=after, pk__gt=found.pk)
    return list(later.exclude(status=rules.Status.VOID))


def earlier(found: WorkItem) -> list[str]:
    """The stages to which work may be returned: worked on, before it, and allowed."""
    if not found.matter.process:
        return []
    plan = graph(found.matter.process)
    stage = plan.stages[found.stage]
    before = plan.upstream(found.stage)
    return [
        one.id
        for one in plan.stages.values()
        if one.id in before
        and found.matter.progress.get(one.id) == "done"
        and (not one.legal or one.id in stage.returns)
    ]


def check_going(found: WorkItem, *, version: int | None, done: bool = False) -> None:
    """Refuse what has ended, is paused, is done, or is no longer as it was seen; not whose."""
    if found.matter.state == rules.State.ENDED:
        raise rules.HasEnded()
    if found.matter.state == rules.State.PAUSED:
        raise rules.IsPaused(reason=found.matter.paused_for)
    if not done and found.status not in rules.OWED:
        raise rules.AlreadyDone()
    if version is not None and found.version != version:
        raise Stale()


def verbs(found: WorkItem, *, by: Actor) -> list[rules.Verb]:
    """What the actor may do with a work item now besides its outcomes, as `VERBS` orders them."""
    stage = stage_of(found)
    allowed = stage.verbs if stage else frozenset(rules.Verb)
    if found.matter.state != rules.State.OPEN or found.mode != rules.Mode.SERIAL:
        return []
    is_mine = found.assignee in {"", by.key} and found.organ == by.organ and by.may(found.grant)
    is_waiting = found.status == rules.Status.WAITING
    is_owed = found.status in rules.OWED
    fits = {
        rules.Verb.JUMP: is_owed and by.may("matter.steer"),
        rules.Verb.URGE: is_owed and by.may("matter.urge") and not is_mine,
        rules.Verb.SUPERVISE: is_owed and by.may("matter.urge"),
        rules.Verb.TAKE_BACK: (is_mine and is_waiting)
        or (is_owed and found.handed.get("by") == by.key and not found.seen_at)
        or (found.status == rules.Status.DONE and found.done_by == by.key),
        rules.Verb.DROP: is_mine and (is_waiting or bool(found.signs_after)),
    }
    can_work = is_mine and is_owed and not is_waiting
    returns = can_work and bool(earlier(found))
    return [
        verb
        for verb, needs in rules.VERBS.items()
        if verb in allowed and fits.get(verb, returns if needs.stage else can_work)
    ]


def stage_of(found: WorkItem) -> rules.Stage | None:
    """The stage of a work item; None in a matter that follows no graph."""
    if not found.matter.process:
        return None
    return graph(found.matter.process).stages.get(found.stage)


def round_of(found: WorkItem) -> list[WorkItem]:
    """Those who were asked together with one who was asked."""
    return list(
        WorkItem.objects.filter(
            parent=found.parent_id, mode=found.mode, asked_at_version=found.asked_at_version
        )
        .exclude(status=rules.Status.VOID)
        .order_by("id")
    )
