"""End a matter from outside its graph, or let an ended one take up work again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries, rules
from tongban.kernel.processes.actions import stages
from tongban.kernel.processes.models import Matter, WorkItem


@transaction.atomic(savepoint=False)
def end(*, matter: Matter, outcome: str, by: Actor, records: bool = True) -> None:
    """End a matter from outside its graph: withdrawn, terminated, decided by a rule."""
    if matter.state == rules.State.ENDED:
        raise rules.HasEnded()
    stages.void(matter, by=by)
    stages.keep(matter, *stages.finish(matter, outcome), by=by)
    if records:
        ledger.record("matter.ended", matter.subject, by=by, matter=matter.pk, outcome=outcome)


@transaction.atomic(savepoint=False)
def reopen(
    *,
    matter: Matter,
    stage: str,
    reason: str,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
) -> list[WorkItem]:
    """Let an ended process take up work again at a stage, where its domain's law allows it."""
    if matter.state != rules.State.ENDED:
        raise rules.NotEnded()
    graph = queries.graph(matter.process or 0)
    if stage not in graph.stages:
        raise rules.NotBefore(stage=stage, possible=", ".join(graph.stages))
    matter.progress, _ = rules.go_back(graph, matter.progress, stage)
    matter.state, matter.outcome, matter.ended_at = rules.State.OPEN, "", None
    opened = stages.advance(matter, graph, facts or {}, by=by)
    stages.keep(matter, "progress", "state", "outcome", "ended_at", "stage", by=by)
    ledger.record(
        "matter.reopened", matter.subject, by=by, matter=matter.pk, stage=stage, reason=reason
    )
    return opened
