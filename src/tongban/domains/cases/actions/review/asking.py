"""Other agencies are asked for their opinion, and answer."""

from collections.abc import Sequence

from django.db import transaction

from tongban.domains.cases.actions import steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import state
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow


@transaction.atomic
def consult(
    *,
    item: int,
    organs: Sequence[str],
    question: str,
    by: Actor,
    mode: flow.Mode = flow.Mode.CONSULT,
    join: str = "all",
    version: int | None = None,
    key: str = "",
) -> Case:
    """Ask other agencies for their opinion before acting; the clocks of law go on."""
    held = steps.hold(item)
    if not question.strip() or not organs:
        raise state.QuestionMissing()
    if any(not identity.officials_with("case.consult", organ) for organ in organs):
        raise state.NobodyThere()
    processes.ask(
        item=held.item,
        mode=mode,
        asked=[
            processes.Asked(organ=identity.organ(organ).uscc, grant="case.consult")
            for organ in organs
        ],
        question=question,
        by=by,
        join=join,
        version=version,
        key=key,
    )
    return held.case


@transaction.atomic
def answer(
    *,
    item: int,
    opinion: str,
    by: Actor,
    agrees: bool = True,
    version: int | None = None,
    key: str = "",
) -> Case:
    """Give the opinion that was asked for."""
    held = steps.hold(item)
    if not opinion.strip():
        raise state.OpinionMissing()
    if held.item.mode == flow.Mode.SERIAL:
        raise flow.NotThisOutcome(
            stage=held.stage.name,
            outcome="agree" if agrees else "disagree",
            possible=", ".join(held.stage.outcomes),
        )
    processes.act(
        item=held.item,
        outcome="agree" if agrees else "disagree",
        by=by,
        opinion=opinion,
        version=version,
        key=key,
    )
    return held.case
