"""The stages of a review: finished, sent back, or passed to other hands."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases.actions import steps
from tongban.domains.cases.actions.review.specials import end_special, start_specials
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import state
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.trips import together


@transaction.atomic
@together()
def pass_on(
    *,
    item: int,
    outcome: str,
    by: Actor,
    opinion: str = "",
    version: int | None = None,
    key: str = "",
    second_officer: str = "",
) -> Case:
    """Finish a stage of the review that decides nothing by itself (row 15); statutory never resets.

    A check on site needs two officers, and ends the special procedure that it was; the second is
    named as the ledger names them: `official:5@post:31`.
    """
    held = steps.hold(item)
    case, stage = held.case, held.stage
    if held.is_repeated(outcome, by=by, opinion=opinion, key=key):
        return case
    state.check("work", case.state)
    if stage.legal in {"accept", "decide"}:
        raise flow.NotThisOutcome(
            stage=stage.name, outcome=outcome, possible=", ".join(stage.outcomes)
        )
    if stage.officers > 1 and second_officer not in steps.others(stage, case.organ, by):
        # 行政许可法 第三十四条: two officers or more check on site.
        raise state.TwoOfficersNeeded()
    return _work(
        held,
        outcome,
        by=by,
        opinion=opinion,
        version=version,
        key=key,
        data={"second_officer": second_officer} if second_officer else None,
    )


@transaction.atomic
@together()
def send_back(
    *,
    item: int,
    opinion: str,
    by: Actor,
    outcome: str = "",
    version: int | None = None,
    key: str = "",
) -> Case:
    """Return the case along a declared edge, saying what is to be looked at again.

    `outcome` names the edge where the stage has several; else it is the first.
    """
    held = steps.hold(item)
    back = [name for name, does in held.stage.effects.items() if does.kind in flow.BACK]
    outcome = held.outcome(
        *([name for name in back if name == outcome] if outcome else back), "back"
    )
    if held.is_repeated(outcome, by=by, opinion=opinion, key=key):
        return held.case
    state.check("work", held.case.state)
    if not opinion.strip():
        raise state.OpinionMissing()
    return _work(held, outcome, by=by, opinion=opinion, version=version, key=key)


@transaction.atomic(savepoint=False)
def _work(
    held: steps.Held,
    outcome: str,
    *,
    by: Actor,
    opinion: str,
    version: int | None,
    key: str,
    data: Mapping[str, Any] | None = None,
) -> Case:
    case = held.case
    processes.act(
        item=held.item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        facts=steps.facts(case),
        data=data,
    )
    if held.stage.legal == "special" and case.state == state.State.SPECIAL:
        end_special(case=case, result=outcome, by=by)
    start_specials(case=case, by=by)
    return case


@transaction.atomic
def hand_over(
    *,
    item: int,
    to: str,
    reason: str,
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> Case:
    """Pass a work item to a colleague of the organ whose post may do it (转办)."""
    held = steps.hold(item)
    found = held.item
    colleagues = {
        f"official:{holder.person}@post:{holder.post}"
        for holder in identity.officials_with(found.grant, found.organ)
        if found.post in {"", holder.post_key} and holder.person != by.person
    }
    if to not in colleagues:
        raise state.NobodyThere()
    if not reason.strip():
        raise state.OpinionMissing()
    processes.transfer(
        item=found,
        organ=found.organ,
        post=found.post,
        assignee=to,
        reason=reason.strip()[:80],
        by=by,
        version=version,
        key=key,
    )
    return held.case
