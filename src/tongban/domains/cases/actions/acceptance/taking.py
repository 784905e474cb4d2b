"""From a case that lies before its agency to one that the agency has taken on, or not."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import review, steps
from tongban.domains.cases.actions.acceptance import owing
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import needs, papers, state
from tongban.domains.cases.rules.state import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.trips import together

ACTS = {state.Basis.DEEMED: "deem_accepted", state.Basis.TOLERANT: "accept_tolerant"}
"""The row of the table that a basis stands for, where it is not the plain one."""


@transaction.atomic(savepoint=False)
def bring(*, case: Case, by: Actor) -> None:
    """Lay a case before its agency: the acceptance clock starts, the first stage opens (row 1)."""
    state.check("submit", case.state)
    days = kept.calendar(case.matter.calendar)
    clocked = deadlines.start_all(
        matter=case.matter_id,
        budgets={"acceptance": state.ACCEPTANCE_DAYS},
        calendar=case.matter.calendar,
        days=days,
        by=by,
    )
    processes.open_stages(
        matter=case.matter,
        facts=steps.facts(case),
        due=steps.due(clocked["acceptance"]),
        calendar=days,
        by=by,
    )
    steps.conclude(case, "submit", by=by, data={"organ": case.organ})


@transaction.atomic
@together()
def accept(
    *,
    item: int,
    by: Actor,
    version: int | None = None,
    opinion: str = "",
    key: str = "",
    basis: state.Basis = state.Basis.EXPLICIT,
    tolerated: Mapping[str, int] | None = None,
) -> Case:
    """Take the case on (row 2): the statutory and the promised clock start the next day.

    Deemed accepted (row 6), it was accepted on the day of receipt, and its clocks run since then.
    `tolerated`: material -> working days, for what `accept_tolerant` lets be handed in later.
    """
    held = steps.hold(item)
    case, found = held.case, held.version
    outcome = held.outcome("accept", "pass")
    if held.is_repeated(outcome, by=by, opinion=opinion, key=key):
        return case
    is_deemed = basis == state.Basis.DEEMED
    act = ACTS.get(basis, "accept")
    state.check(act, case.state)
    needs.check_stage(held.stage, outcome)
    owed = queries.owed(case, found, tolerated, is_deemed=is_deemed)
    accepted_at = (case.received_at or clock.now()) if is_deemed else clock.now()
    days = kept.calendar(case.matter.calendar)
    promised = deadlines.start_all(
        matter=case.matter_id,
        budgets={
            "statutory": max(found.statutory_days, 1),
            "promised": max(found.promised_days, 1),
        },
        calendar=case.matter.calendar,
        days=days,
        on=clock.moment(accepted_at).date(),
        by=by,
    )["promised"]
    processes.act(
        item=held.item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        facts=steps.facts(case),
        due=steps.due(promised),
        calendar=days,
        event="case.accepted",
        data={"item": case.item_key, "basis": str(basis)},
    )
    steps.conclude(
        case,
        act,
        by=by,
        says=papers.acceptance(
            item=found.name,
            case_no=case.case_no,
            due_on=promised.due_on,
            promised=found.promised_days,
        ),
        records=False,
        accepted_at=accepted_at,
        accept_basis=basis,
    )
    if owed:
        owing.start(case=case, item=found, owed=owed, by=by)
    # A check on site that stands first stops the clocks of law at once.
    review.start_specials(case=case, by=by)
    return case


@transaction.atomic
@together()
def accept_tolerant(
    *,
    item: int,
    materials: Sequence[str],
    by: Actor,
    days: int | None = None,
    version: int | None = None,
    opinion: str = "",
    key: str = "",
) -> Case:
    """Take the case on with materials to be handed in later (容缺受理, row 8).

    `materials`: all that are missing, each of which the item tolerates and the applicant asked to
    hand in later; `days`: how many working days each has, at most what the item publishes.
    """
    held = steps.hold(item)
    case, found = held.case, held.version
    if held.is_repeated(held.outcome("accept", "pass"), by=by, opinion=opinion, key=key):
        return case
    missing = [row.key for row in queries.tolerance_asked(case)]
    needs.check_tolerance(found, missing=missing, materials=materials)
    if queries.has_bad_record(case):
        raise needs.BadRecord()
    limit = needs.tolerance_days(found, materials, city=queries.tolerance_days())
    return accept(
        item=item,
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        basis=state.Basis.TOLERANT,
        tolerated={name: needs.granted_days(days, most=most) for name, most in limit.items()},
    )


@transaction.atomic
def deem_accepted(*, matter: int, by: Actor) -> Case:
    """Nobody said in five working days what is missing: accepted since the receipt (row 6)."""
    found = queries.locked(matter)
    if found.state != State.SUBMITTED:
        return found
    item = steps.open_item(found, legal="accept")
    if item.status == flow.Status.WAITING:
        # Whether others were asked does not concern the applicant: the term has passed.
        processes.take_back(item=item.pk, by=by)
    return accept(item=item.pk, by=by, basis=state.Basis.DEEMED)


@transaction.atomic
def decline(
    *,
    item: int,
    reasons: str,
    law: str,
    by: Actor,
    organ_named: str = "",
    version: int | None = None,
    key: str = "",
) -> Case:
    """Not accept, in writing, with reasons; a wrong agency names the right one (row 7)."""
    held = steps.hold(item)
    case = held.case
    outcome = held.outcome("decline")
    if held.is_repeated(outcome, by=by, opinion=reasons, key=key):
        return case
    state.check("decline", case.state)
    needs.check_stage(held.stage, outcome)
    state.check_reasons(reasons=reasons, law=law)
    right = identity.organ(organ_named) if organ_named else None
    processes.act(
        item=held.item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=reasons,
        key=key,
        event="case.declined",
        data={"item": case.item_key, "organ_named": right.uscc if right else ""},
    )
    steps.conclude(
        case,
        "decline",
        by=by,
        says=papers.declined(
            item=held.version.name,
            case_no=case.case_no,
            reasons=reasons,
            law=law,
            organ_named=right.name if right else "",
        ),
        records=False,
        named_organ=right.uscc if right else "",
    )
    return case
