"""From a case that lies before its agency to one that the agency has taken on, or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import clocks, notices, review, steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.files import queries as stored
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow


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
    steps.move(case, "submit", submitted_at=clock.now(), received_at=clock.now())
    ledger.record(
        "case.submitted",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        organ=case.organ,
    )


@transaction.atomic
def accept(
    *,
    item: int,
    by: Actor,
    version: int | None = None,
    opinion: str = "",
    key: str = "",
    basis: state.Basis = state.Basis.EXPLICIT,
) -> Case:
    """Take the case on (row 2): the statutory and the promised clock start the next day.

    Deemed accepted (row 6), it was accepted on the day of receipt, and its clocks run since then.
    """
    held = steps.hold(item)
    case, found = held.case, held.version
    outcome = held.outcome("accept", "pass")
    if held.is_repeated(outcome, by=by, opinion=opinion, key=key):
        return case
    is_deemed = basis == state.Basis.DEEMED
    act = "deem_accepted" if is_deemed else "accept"
    state.check(act, case.state)
    _check_stage(held, outcome)
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
    deadlines.meet_all(matter=case.matter_id, kinds=("acceptance",), by=by)
    steps.move(case, act, accepted_at=accepted_at, accept_basis=basis)
    notices.send(
        kind=papers.Kind.ACCEPTANCE,
        application=case.application,
        case=case,
        paragraphs=papers.acceptance(
            item=found.name,
            case_no=case.case_no,
            due_on=promised.due_on,
            promised=found.promised_days,
        ),
        by=by,
    )
    # A check on site that stands first stops the clocks of law at once.
    review.start_specials(case=case, by=by)
    return case


def _check_stage(held: steps.Held, outcome: str) -> None:
    """Refuse an act of acceptance at a stage that is not competent for it."""
    if held.stage.legal != "accept":
        raise flow.NotThisOutcome(
            stage=held.stage.name, outcome=outcome, possible=", ".join(held.stage.outcomes)
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
def ask_supplement(
    *,
    item: int,
    defects: Sequence[Mapping[str, str]],
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> Case:
    """Tell everything that is missing, once; the applicant's clock runs instead (row 3).

    Each defect: {"kind": "field" | "material", "key", "name", "needed"}.
    """
    held = steps.hold(item)
    case = held.case
    if processes.take(item=held.item, verb="supplement", by=by, version=version, key=key) is False:
        return case
    state.check("ask_supplement", case.state)
    _check_stage(held, "supplement")
    state.check_supplement(count=case.supplement_count, defects=defects)
    clocks.pause(
        case=case,
        kinds=("acceptance",),
        reason="补正",
        law=state.MOVES["ask_supplement"].law,
        by=by,
    )
    processes.pause(matter=case.matter, reason="等待申请人补正", by=by, records=False)
    deadlines.start_all(
        matter=case.matter_id,
        budgets={"supplement": state.SUPPLEMENT_DAYS},
        calendar=case.matter.calendar,
        by=by,
    )
    steps.move(
        case,
        "ask_supplement",
        supplement_count=case.supplement_count + 1,
        defects=[dict(d) for d in defects],
    )
    notices.send(
        kind=papers.Kind.SUPPLEMENT,
        application=case.application,
        case=case,
        paragraphs=papers.supplement(
            item=held.version.name, case_no=case.case_no, days=state.SUPPLEMENT_DAYS
        ),
        rows=[[d["name"], d["needed"]] for d in defects],
        rows_title="需要补正的内容",
        by=by,
    )
    ledger.record(
        "case.supplement_asked",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        defects=len(defects),
        work_item=item,
    )
    return case


@transaction.atomic
def supplement(
    *,
    case_no: str,
    values: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, str],
    by: Actor,
) -> Case:
    """Answer every marked defect at once; the agency's clock starts again (row 4).

    What was not marked stays as it was filed, whatever is sent.
    """
    case = queries.locked(queries.own(case_no, by=by).matter_id)
    steps.check_scope(by, case.application.thing_key, [case.item_key])
    state.check("supplement", case.state)
    missing = [d["name"] for d in case.defects if not _answer(d, values, files)]
    if missing:
        raise state.NotAllAnswered(missing="、".join(missing))
    held = queries.values_of(case)
    for defect in case.defects:
        if defect["kind"] == "field":
            held[defect["key"]] = dict(values[defect["key"]])
        else:
            _put_file(case, defect, files[defect["key"]], by=by)
    deadlines.meet_all(matter=case.matter_id, kinds=("supplement",), by=by)
    # 补正后重新计算受理审查期限: the agency looks at it afresh.
    deadlines.meet_all(matter=case.matter_id, kinds=("acceptance",), by=by)
    clocked = deadlines.start_all(
        matter=case.matter_id,
        budgets={"acceptance": state.ACCEPTANCE_DAYS},
        calendar=case.matter.calendar,
        by=by,
    )["acceptance"]
    processes.resume(
        matter=case.matter,
        reason="已补正",
        by=by,
        due_on=clocked.due_on,
        yellow_on=clocked.yellow_on,
        records=False,
    )
    steps.move(
        case,
        "supplement",
        received_at=clock.now(),
        values=queries.sealed(held),
        form_hash=queries.digest(held),
        differences=sum(1 for v in held.values() if v.get("against")),
    )
    ledger.record(
        "case.supplemented", case.matter.subject, by=by, matter=case.matter_id, item=case.item_key
    )
    return case


def _answer(
    defect: Mapping[str, str], values: Mapping[str, Mapping[str, Any]], files: Mapping[str, str]
) -> object:
    if defect["kind"] == "material":
        return files.get(defect["key"])
    return values.get(defect["key"], {}).get("value") not in (None, "")


@transaction.atomic(savepoint=False)
def _put_file(case: Case, defect: Mapping[str, str], sha256: str, *, by: Actor) -> None:
    stored.stored(sha256=sha256)  # refuses what was never handed in
    steps.put_material(
        case, key=defect["key"], name=defect["name"], way="upload", file=sha256, trust="C"
    )


@transaction.atomic
def lapse(*, matter: int, by: Actor) -> Case:
    """The applicant did not answer in time, as the notice warned (row 5)."""
    found = queries.locked(matter)
    if found.state != State.SUPPLEMENT:
        return found
    steps.move(found, "lapse", closed_at=clock.now())
    deadlines.void_all(matter=matter, by=by)
    processes.end(matter=found.matter, outcome="lapsed", by=by, records=False)
    notices.send(
        kind=papers.Kind.LAPSED,
        application=found.application,
        case=found,
        paragraphs=papers.lapsed(item=services.item_of(found.item).name, case_no=found.case_no),
        by=by,
    )
    ledger.record(
        "case.lapsed", found.matter.subject, by=by, matter=found.matter_id, item=found.item_key
    )
    return found


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
    _check_stage(held, outcome)
    state.check_reasons(reasons=reasons, law=law)
    named = identity.organ(organ_named).name if organ_named else ""
    processes.act(
        item=held.item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=reasons,
        key=key,
        event="case.declined",
        data={"item": case.item_key, "organ_named": organ_named},
    )
    deadlines.meet_all(matter=case.matter_id, kinds=("acceptance",), by=by)
    steps.move(case, "decline", closed_at=clock.now())
    notices.send(
        kind=papers.Kind.DECLINED,
        application=case.application,
        case=case,
        paragraphs=papers.declined(
            item=held.version.name,
            case_no=case.case_no,
            reasons=reasons,
            law=law,
            organ_named=named,
        ),
        by=by,
    )
    return case
