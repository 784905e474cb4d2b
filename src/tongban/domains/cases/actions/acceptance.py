"""From a case that lies before its agency to one that the agency has taken on, or not."""

from collections.abc import Mapping, Sequence
from datetime import date
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
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes


@transaction.atomic
def bring(*, case: Case, by: Actor) -> None:
    """Lay a case before its agency: the acceptance clock starts, the first stage opens (row 1)."""
    state.check("submit", case.state)
    clocked = clocks.start(
        case=case,
        kind="acceptance",
        budget=state.ACCEPTANCE_DAYS,
        by=by,
    )
    processes.open_stages(matter=case.matter, facts=steps.facts(case), by=by)
    processes.set_due(
        matter=case.matter, due_on=clocked.due_on, yellow_on=clocked.yellow_on, by=by
    )
    steps.move(case, "submit", submitted_at=clock.now(), matter_opened=True)
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
    """Take the case on (row 2): the statutory and the promised clock start the next day."""
    case, stage = steps.of_item(item)
    if steps.is_repeated(item, key):
        return case
    state.check("accept" if basis != state.Basis.DEEMED else "deem_accepted", case.state)
    processes.act(
        item=item,
        outcome=steps.outcome(stage, "accept", "pass"),
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        facts=steps.facts(case),
        event="case.accepted",
        data={"item": case.item_key, "basis": str(basis)},
    )
    _accepted(case, by=by, basis=basis)
    if basis != state.Basis.BY_RULE:
        # A check on site that stands first stops the clocks of law at once.
        review.start_specials(case=case, by=by)
    return case


def _accepted(case: Case, *, by: Actor, basis: state.Basis) -> None:
    found = services.item_of(case.item)
    clocks.meet(case=case, kinds=("acceptance",), by=by)
    # 逾期未告知: accepted on the day of receipt, hence the clocks are back-dated to it (第三十二条).
    on: date | None = None
    if basis == state.Basis.DEEMED and case.submitted_at:
        on = clock.moment(case.submitted_at).date()
    clocks.start(
        case=case,
        kind="statutory",
        budget=max(found.statutory_days, 1),
        by=by,
        on=on,
    )
    promised = clocks.start(
        case=case,
        kind="promised",
        budget=max(found.promised_days, 1),
        by=by,
        on=on,
    )
    case.matter.refresh_from_db()
    processes.set_due(
        matter=case.matter, due_on=promised.due_on, yellow_on=promised.yellow_on, by=by
    )
    steps.move(
        case,
        "accept",
        accepted_at=case.submitted_at if basis == state.Basis.DEEMED else clock.now(),
        accept_basis=basis,
    )
    if basis == state.Basis.BY_RULE:
        return
    notices.send(
        kind=papers.Kind.ACCEPTANCE,
        application=case.application,
        case=case,
        organ=case.organ,
        addressee=steps.addressee(case),
        paragraphs=papers.acceptance(
            item=found.name,
            case_no=case.case_no,
            due_on=promised.due_on,
            promised=found.promised_days,
        ),
        by=by,
    )


@transaction.atomic
def deem_accepted(*, case: int, by: Actor) -> Case:
    """Nobody said in five working days what is missing: accepted from the day of receipt (row 6)."""
    found = queries.locked(case)
    if found.state != State.SUBMITTED:
        return found
    item = steps.open_item(found, legal="accept")
    return accept(item=item.pk, by=by, basis=state.Basis.DEEMED)


@transaction.atomic
def ask_supplement(
    *,
    item: int,
    defects: Sequence[Mapping[str, str]],
    by: Actor,
    version: int | None = None,
    opinion: str = "",
) -> Case:
    """Tell everything that is missing, once; the applicant's clock runs instead (row 3).

    Each defect: {"kind": "field" | "material", "key", "name", "needed"}.
    """
    case, _ = steps.of_item(item)
    steps.check_hands(item, by=by, version=version)
    state.check("ask_supplement", case.state)
    state.check_supplement(count=case.supplement_count, defects=len(defects))
    if any(not d.get("needed", "").strip() for d in defects):
        raise state.NothingMarked()
    clocks.pause(
        case=case,
        kinds=("acceptance",),
        reason="补正",
        law=state.MOVES["ask_supplement"].law,
        by=by,
    )
    processes.pause(matter=case.matter, reason="等待申请人补正", by=by, records=False)
    clocks.start(
        case=case,
        kind="supplement",
        budget=state.SUPPLEMENT_DAYS,
        by=by,
    )
    steps.move(
        case,
        "ask_supplement",
        supplement_count=case.supplement_count + 1,
        defects=[dict(d) for d in defects],
    )
    found = services.item_of(case.item)
    notices.send(
        kind=papers.Kind.SUPPLEMENT,
        application=case.application,
        case=case,
        organ=case.organ,
        addressee=steps.addressee(case),
        paragraphs=papers.supplement(
            item=found.name, case_no=case.case_no, days=state.SUPPLEMENT_DAYS
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
    """Answer every marked defect at once; the agency's clock starts again (row 4)."""
    case = queries.locked(queries.case(case_no, by=by).pk)
    state.check("supplement", case.state)
    missing = [
        d["name"]
        for d in case.defects
        if (d["kind"] == "field" and not values.get(d["key"]))
        or (d["kind"] == "material" and not files.get(d["key"]))
    ]
    if missing:
        raise state.NotAllAnswered(missing="、".join(missing))
    held = queries.values_of(case)
    held.update({key: dict(value) for key, value in values.items()})
    for defect in case.defects:
        if defect["kind"] == "material":
            steps.put_material(
                case, key=defect["key"], name=defect["name"], way="upload",
                file=files[defect["key"]], trust="C",
            )  # fmt: skip
    clocks.meet(case=case, kinds=("supplement",), by=by)
    # 补正后重新计算受理审查期限: the agency looks at it afresh.
    clocks.meet(case=case, kinds=("acceptance",), by=by)
    clocked = clocks.start(
        case=case,
        kind="acceptance",
        budget=state.ACCEPTANCE_DAYS,
        by=by,
    )
    processes.resume(
        matter=case.matter,
        reason="已补正",
        by=by,
        due_on=clocked.due_on,
        yellow_on=clocked.yellow_on,
        records=False,
    )
    steps.move(
        case, "supplement", values=queries.sealed(held), form_hash=queries.digest(held)
    )
    ledger.record(
        "case.supplemented", case.matter.subject, by=by, matter=case.matter_id, item=case.item_key
    )
    return case


@transaction.atomic
def lapse(*, case: int, by: Actor) -> Case:
    """The applicant did not answer in time, as the notice warned (row 5)."""
    found = queries.locked(case)
    if found.state != State.SUPPLEMENT:
        return found
    steps.move(found, "lapse", closed_at=clock.now())
    clocks.void_all(case=found, by=by)
    processes.end(matter=found.matter, outcome="lapsed", by=by, records=False)
    notices.send(
        kind=papers.Kind.LAPSED,
        application=found.application,
        case=found,
        organ=found.organ,
        addressee=steps.addressee(found),
        paragraphs=papers.lapsed(
            item=services.item_of(found.item).name, case_no=found.case_no
        ),
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
    case, stage = steps.of_item(item)
    if steps.is_repeated(item, key):
        return case
    state.check("decline", case.state)
    state.check_reasons(reasons=reasons, law=law)
    named = identity.organ(organ_named).name if organ_named else ""
    processes.act(
        item=item,
        outcome=steps.outcome(stage, "decline"),
        by=by,
        version=version,
        opinion=reasons,
        key=key,
        event="case.declined",
        data={"item": case.item_key, "organ_named": organ_named},
    )
    clocks.void_all(case=case, by=by)
    steps.move(case, "decline", closed_at=clock.now())
    notices.send(
        kind=papers.Kind.DECLINED,
        application=case.application,
        case=case,
        organ=case.organ,
        addressee=steps.addressee(case),
        paragraphs=papers.declined(
            item=services.item_of(case.item).name,
            case_no=case.case_no,
            reasons=reasons,
            law=law,
            organ_named=named,
        ),
        by=by,
    )
    return case
