"""Whether what happened kept to the plan (流程符合性): the tree of work against its graph."""

from dataclasses import dataclass

from tongban.kernel.processes import rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.processes.queries.work import graph


@dataclass(frozen=True, slots=True)
class Deviation:
    """One point at which the work left the plan, and the work item that shows it."""

    kind: str
    """jumped, returned, sent, other_hands, early, left_out, unknown_stage"""
    stage: str
    item: int | None = None
    detail: str = ""


def conformance(matter: Matter) -> list[Deviation]:
    """Where the work on a matter left its graph, in order; empty when it kept to the plan.

    Asking others and showing them the work is within every plan.
    """
    if not matter.process:
        return []
    plan = graph(matter.process)
    items = list(WorkItem.objects.filter(matter=matter).order_by("id"))
    serial = [item for item in items if item.mode == rules.Mode.SERIAL]
    found = [one for item in serial for one in _of_item(matter, plan, item, serial)]
    found += [
        Deviation("jumped", stage)
        for stage, status in matter.progress.items()
        if status == "jumped"
    ]
    if matter.state == rules.State.ENDED:
        last = {item.stage for item in serial if _ends(plan, item)}
        needed = {before for stage in last for before in plan.upstream(stage)}
        found += [
            Deviation("left_out", stage)
            for stage in plan.stages
            if stage in needed and stage not in matter.progress
        ]
    return found


def _ends(plan: rules.Graph, item: WorkItem) -> bool:
    stage = plan.stages.get(item.stage)
    effect = stage.effects.get(item.outcome) if stage else None
    return effect is not None and effect.kind == "end"


def _of_item(
    matter: Matter, plan: rules.Graph, item: WorkItem, serial: list[WorkItem]
) -> list[Deviation]:
    stage = plan.stages.get(item.stage)
    if stage is None:
        return [Deviation("unknown_stage", item.stage, item.pk)]
    found = []
    kind, _, target = item.outcome.partition(":")
    if kind in rules.BACK and item.outcome not in stage.effects:
        found.append(Deviation("returned", item.stage, item.pk, target))
    if item.outcome == "sent":
        found.append(Deviation("sent", item.stage, item.pk))
    if (item.organ, item.post) != (matter.organ, stage.post):
        found.append(Deviation("other_hands", item.stage, item.pk, f"{item.organ} {item.post}"))
    for before in stage.after:
        closed = [
            one.closed_at
            for one in serial
            if one.stage == before and one.status == rules.Status.DONE and one.closed_at
        ]
        skipped = matter.progress.get(before) in {"skipped", "jumped"}
        if not skipped and not any(at <= item.opened_at for at in closed):
            found.append(Deviation("early", item.stage, item.pk, before))
    return found
