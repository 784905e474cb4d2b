"""Grant or refuse: by an official with reasons, by a published rule, or on a promise."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import clocks, notices, numbers, steps
from tongban.domains.cases.models import Case, Determination
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import Result, State
from tongban.domains.licences import actions as licences
from tongban.domains.licences import queries as wallet
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, Outcome
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flows
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.actions import stages
from tongban.kernel.rows import add_rows


@transaction.atomic
def grant(
    *,
    item: int,
    by: Actor,
    reasons: str = "",
    law: str = "",
    version: int | None = None,
    key: str = "",
) -> Case:
    """Grant (准予, row 16): the signed licence is written in the same transaction."""
    held = steps.hold(item)
    case, found = held.case, held.version
    outcome = held.outcome("grant")
    if held.is_repeated(outcome, by=by, opinion=reasons, key=key):
        return case
    by.require("case.decide")
    state.check("grant", case.state)
    processes.act(
        item=held.item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=reasons,
        key=key,
        event="case.granted",
        data={"item": case.item_key, "by_rule": False},
    )
    deadlines.meet_all(matter=case.matter_id, kinds=clocks.LAW, by=by)
    law = law.strip() or "、".join(map(str, found.laws))
    _granted(case, found, by=by, act="grant", reasons=reasons, law=law)
    return case


@transaction.atomic(savepoint=False)
def _granted(
    case: Case,
    found: Item,
    *,
    by: Actor,
    act: str,
    reasons: str,
    law: str,
    decision: int | None = None,
    trace: str = "",
    trace_hash: str = "",
    **changes: Any,
) -> None:
    values = queries.values_of(case)
    issued = [
        _issue(case, result, values, by=by) for result in found.results if result.licence_type
    ]
    now = clock.now()
    made = Determination(
        case=case,
        result=Result.GRANTED,
        reasons=reasons,
        law=law,
        made_by=by.key,
        made_at=now,
        decision=decision,
        trace=trace,
        trace_hash=trace_hash,
        licence=issued[0] if issued else "",
    )
    add_rows(made)
    steps.move(case, act, decided_at=now, result=Result.GRANTED, **changes)
    _owe_check(case, found, by=by)
    notices.send(
        kind=papers.Kind.GRANTED,
        application=case.application,
        case=case,
        paragraphs=papers.granted(
            item=found.name,
            case_no=case.case_no,
            reasons=reasons,
            law=law,
            by_rule=decision is not None,
        ),
        by=by,
    )


def _is_promised(case: Case, found: Item) -> bool:
    """Whether a written promise lies in the case, in a situation for which the item allows one."""
    terms = found.body.get("promise_terms", {})
    when = terms.get("when", "")
    allowed = found.promise and bool(terms) and (not when or flows.holds(when, steps.facts(case)))
    return allowed and any(m.way == "promise" for m in queries.materials(case))


@transaction.atomic(savepoint=False)
def _owe_check(case: Case, found: Item, *, by: Actor) -> None:
    """What was granted on a promise is checked afterwards: its own matter and clock (row 9)."""
    if not _is_promised(case, found):
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


def _from_output(case: Case, source: str, pointer: str) -> Any:
    """A value that an earlier item of the filing gave: `output:household_page.person_number`."""
    role = pointer.partition(".")[0]
    result, _, element = source.removeprefix("output:").partition(".")
    for before in case.application.cases.filter(result=Result.GRANTED):
        for licence in steps.licences_of(before, result):
            return wallet.record(licence)["fields"].get(f"{role}.{element}")
    return None


@transaction.atomic(savepoint=False)
def _issue(case: Case, result: Outcome, values: Mapping[str, Any], *, by: Actor) -> str:
    fields: dict[str, Any] = {}
    for row in result.fields:
        pointer = f"{row.get('role', result.holder_role)}.{row['element']}"
        value = values.get(pointer, {}).get("value")
        if value is None and row.get("assigned"):
            value = numbers.assigned(
                pointer=pointer, values=values, division=services.city()["code"], by=by
            )
        if value is None and row.get("from"):
            value = _from_output(case, row["from"], pointer)
        if value is not None:
            fields[pointer] = value
    role = result.holder_role
    uscc = str(fields.get(f"{role}.uscc") or (case.entity if role == "operator" else ""))
    name = (
        values.get(f"{role}.name", {}).get("value")
        or values.get(f"{role}.entity_name", {}).get("value")
        or case.application.addressee
    )
    number = fields.get(f"{role}.person_number") or values.get(f"{role}.person_number", {}).get(
        "value"
    )
    issued = licences.issue(
        type_key=result.licence_type,
        organ=case.organ,
        holder=licences.Holder(
            kind="entity" if uscc else "person",
            uscc=uscc,
            number=str(number or ""),
            name=str(name),
            keeper=case.person,
        ),
        values=fields,
        case_no=case.case_no,
        serial=case.pk,
        result_key=result.key,
        valid_years=result.valid_years,
        by=by,
    )
    return issued.identifier


@transaction.atomic
def grant_by_rule(
    *,
    matter: int,
    decision: int,
    trace: Mapping[str, Any],
    trace_hash: str,
    reasons: str,
    law: str,
    by: Actor,
) -> Case:
    """A published rule accepts and grants at once; it never refuses (PIPL 24, 行政许可法 38)."""
    found = queries.locked(matter)
    if found.state != State.SUBMITTED:
        return found
    item = services.item_of(found.item)
    processes.end(matter=found.matter, outcome="grant", by=by, records=False)
    deadlines.meet_all(matter=matter, kinds=("acceptance",), by=by)
    _granted(
        found,
        item,
        by=by,
        act="grant_by_rule",
        reasons=reasons,
        law=law or "、".join(map(str, item.laws)),
        decision=decision,
        trace=queries.sealed(trace, queries.TRACE),
        trace_hash=trace_hash,
        accepted_at=clock.now(),
        accept_basis=state.Basis.BY_RULE,
    )
    ledger.record(
        "case.accepted",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        basis=str(state.Basis.BY_RULE),
    )
    ledger.record(
        "case.granted",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        by_rule=True,
        trace=trace_hash,
    )
    return found


@transaction.atomic
def leave_to_a_person(*, matter: int, reason: str, by: Actor) -> Case:
    """The rule does not decide: an official will, and sees why."""
    found = queries.locked(matter)
    if found.state != State.SUBMITTED or found.by_person:
        return found
    Case.objects.filter(pk=found.pk).update(by_person=reason[:200])
    found.by_person = reason[:200]
    ledger.record(
        "case.to_a_person",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        reason=reason[:80],
    )
    return found


@transaction.atomic
def grant_on_promise(*, item: int, by: Actor, version: int | None = None, key: str = "") -> Case:
    """Grant at once on a written promise (告知承诺, row 9); a check after it is owed.

    The one who decides does so over the stage of acceptance, whosever hands that is in.
    """
    held = steps.hold(item)
    case, found = held.case, held.version
    asked = flow.request_hash("promise", by.key)
    if flows.is_repeat(held.item, key=key, key_hash=asked):
        return case
    by.require("case.decide")
    if case.organ != by.organ or not case.region.startswith(by.region):
        raise state.NotYours()
    if version is not None and held.item.version != version:
        raise Stale()
    state.check("promise", case.state)
    if not _is_promised(case, found):
        raise state.NoPromise()
    if key:
        stages.change(held.item, by=by, key=key, key_hash=asked)
    processes.end(matter=case.matter, outcome="grant", by=by, records=False)
    deadlines.meet_all(matter=case.matter_id, kinds=("acceptance",), by=by)
    _granted(
        case,
        found,
        by=by,
        act="promise",
        reasons="申请人已作出书面承诺，按告知承诺制办理。",
        law="、".join(map(str, found.laws)),
        accepted_at=clock.now(),
        accept_basis=state.Basis.PROMISE,
    )
    ledger.record(
        "case.granted",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        by_rule=False,
        promise=True,
    )
    return case


@transaction.atomic
def refuse(
    *,
    item: int,
    reasons: str,
    law: str,
    remedies: str,
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> Case:
    """Refuse (不予, row 16): only a person may, with reasons, law and remedies."""
    held = steps.hold(item)
    case = held.case
    outcome = held.outcome("refuse")
    if held.is_repeated(outcome, by=by, opinion=reasons, key=key):
        return case
    by.require("case.decide")
    state.check("refuse", case.state)
    state.check_refusal(reasons=reasons, law=law, remedies=remedies)
    processes.act(
        item=held.item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=reasons,
        key=key,
        event="case.refused",
        data={"item": case.item_key},
    )
    deadlines.meet_all(matter=case.matter_id, kinds=clocks.LAW, by=by)
    made = Determination(
        case=case,
        result=Result.REFUSED,
        reasons=reasons,
        law=law,
        remedies=remedies,
        made_by=by.key,
        made_at=clock.now(),
    )
    add_rows(made)
    steps.move(case, "refuse", decided_at=clock.now(), result=Result.REFUSED)
    notices.send(
        kind=papers.Kind.REFUSED,
        application=case.application,
        case=case,
        paragraphs=papers.refused(
            item=held.version.name,
            case_no=case.case_no,
            reasons=reasons,
            law=law,
            remedies=remedies,
        ),
        by=by,
    )
    return case
