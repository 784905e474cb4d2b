"""Promises in writing (告知承诺): the check that is owed after a grant, and what came of it."""

from django.db import transaction

from tongban.domains.cases.actions import steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import state
from tongban.domains.services.rules import Item
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flows


@transaction.atomic(savepoint=False)
def owe_check(*, case: Case, found: Item, by: Actor) -> None:
    """What was granted on a promise is checked afterwards: its own matter and clock (row 9)."""
    if not steps.is_promised(case, found):
        return
    terms = found.body["promise_terms"]
    matter = processes.start(
        process=catalogue.current("process", terms["check_process"]),
        kind="post_check",
        subject=case.matter.subject,
        number=case.case_no,
        title=f"{found.name}：承诺核查"[:200],
        detail=case.matter.detail,
        badge="承诺",
        parent=case.matter,
        organ=case.organ,
        region=case.region,
        calendar=case.matter.calendar,
        by=by,
        records=False,
    )
    owed = deadlines.start_all(
        matter=matter.pk,
        budgets={"post_check": int(terms["check_within_days"])},
        calendar=case.matter.calendar,
        by=by,
    )["post_check"]
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=by)


@transaction.atomic
def check_promise(
    *,
    item: int,
    outcome: str,
    opinion: str,
    second_officer: str,
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> None:
    """Check afterwards what was granted on a promise: kept, or broken (row 9).

    The second officer is named as the ledger names them. A broken promise takes nothing back by
    itself: it opens the case of revocation (撤销), which is a decision of its own.
    """
    found = flows.locked(item)
    stage = flows.graph(found.matter.process or 0).stages[found.stage]
    if second_officer not in steps.others(stage, found.organ, by):
        raise state.TwoOfficersNeeded()
    if not opinion.strip():
        raise state.OpinionMissing()
    step = processes.act(
        item=found,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        event="case.promise_checked",
        data={"second_officer": second_officer},
    )
    if not step.repeated:
        deadlines.meet_all(matter=found.matter_id, kinds=("post_check",), by=by)
