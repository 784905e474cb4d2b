"""Grant or refuse: by an official with reasons, by a rule, on a promise, or by silence."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import issuing, linked, promises, steps
from tongban.domains.cases.models import Case, Determination
from tongban.domains.cases.rules import needs, papers, state
from tongban.domains.cases.rules.state import Purpose, Result, State
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flows
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.actions import stages
from tongban.kernel.rows import add_later
from tongban.kernel.trips import together


@transaction.atomic
@together()
def grant(
    *,
    item: int,
    by: Actor,
    reasons: str = "",
    law: str = "",
    version: int | None = None,
    key: str = "",
    values: Mapping[str, str] | None = None,
) -> Case:
    """Grant (准予, row 16): the signed licence is written in the same transaction.

    Of a linked case it carries out what the case is for: corrects, revokes, strikes off, replaces.
    `values`: pointer -> what the one who decides puts in the place of what was decided before.
    """
    held = steps.hold(item)
    case, found = held.case, held.version
    outcome = held.outcome("grant")
    if held.is_repeated(outcome, by=by, opinion=reasons, key=key):
        return case
    by.require("case.decide")
    state.check("grant", case.state)
    _check_decidable(case, found, by=by)
    if found.tolerance:
        needs.check_supplied([row.name for row in queries.open_tolerance(case)])
    if values:
        linked.put_right(case=case, values=values, by=by)
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
    law = law.strip() or "、".join(map(str, found.laws))
    _granted(case, found, by=by, act="grant", reasons=reasons, law=law, records=False)
    return case


def _check_decidable(case: Case, found: Item, *, by: Actor) -> None:
    """What must have happened before a person decides: a hearing offered, no part of one's own."""
    queries.check_hearing(case, found)
    queries.check_impartial(case, by=by)


@transaction.atomic(savepoint=False)
def _granted(
    case: Case,
    found: Item,
    *,
    by: Actor,
    act: str,
    reasons: str,
    law: str,
    records: bool = True,
    data: Mapping[str, Any] | None = None,
    says: list[str] | None = None,
    decision: int | None = None,
    trace: str = "",
    trace_hash: str = "",
    **changes: Any,
) -> None:
    is_linked = case.purpose != Purpose.APPLY
    if is_linked:
        licence = linked.carry_out(case=case, reasons=reasons, law=law, by=by)
        says = papers.linked_decided(
            purpose=case.purpose, title=case.matter.title, case_no=case.case_no,
            about=queries.about_no(case), is_granted=True, reasons=reasons, law=law,
        )  # fmt: skip
    else:
        licence = issuing.issue(case=case, found=found, by=by)
        says = says or papers.granted(
            item=found.name, case_no=case.case_no, reasons=reasons, law=law,
            by_rule=decision is not None,
        )  # fmt: skip
    made = Determination(
        case=case,
        result=Result.GRANTED,
        reasons=reasons,
        law=law,
        made_by=by.key,
        made_at=clock.now(),
        decision=decision,
        trace=trace,
        trace_hash=trace_hash,
        licence=licence,
    )
    add_later(made)
    steps.conclude(
        case,
        act,
        by=by,
        says=says,
        kind=papers.DECIDED.get(Purpose(case.purpose)),
        data=data,
        records=records,
        result=Result.GRANTED,
        **changes,
    )
    if not is_linked:
        promises.owe_check(case=case, found=found, by=by)


@transaction.atomic(savepoint=False)
def grant_by_rule(
    *,
    case: Case,
    decision: int,
    trace: Mapping[str, Any],
    trace_hash: str,
    reasons: str,
    law: str,
    by: Actor,
) -> Case:
    """A published rule accepts and grants at once; it never refuses (PIPL 24, 行政许可法 38).

    `case` is locked by the caller.
    """
    state.check("grant_by_rule", case.state)
    item = queries.pinned(case)
    if queries.needs_hearing(item):
        # 行政许可法 第四十七条: those concerned are heard first if they wish.
        return leave_to_a_person(matter=case.matter_id, reason="依法须先告知听证权利", by=by)
    _granted(
        case,
        item,
        by=by,
        act="grant_by_rule",
        reasons=reasons,
        law=law or "、".join(map(str, item.laws)),
        decision=decision,
        trace=queries.sealed(trace, queries.TRACE),
        trace_hash=trace_hash,
        data={"by_rule": True, "trace": trace_hash},
        accept_basis=state.Basis.BY_RULE,
    )
    ledger.record(
        "case.accepted",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        basis=str(state.Basis.BY_RULE),
    )
    return case


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
def ask_for_a_person(*, case_no: str, by: Actor) -> Case:
    """The applicant wants a person to decide instead of a rule (个人信息保护法 第二十四条)."""
    found = queries.own(case_no, by=by)
    steps.check_scope(by, found.application.thing_key, [found.item_key])
    state.check("accept", found.state)
    return leave_to_a_person(matter=found.matter_id, reason=papers.ASKED_FOR_A_PERSON, by=by)


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
    if not steps.is_promised(case, found):
        raise state.NoPromise()
    needs.check_trust(
        is_trusted=not queries.has_bad_record(case),
        missing=[row.name for row in queries.tolerance_asked(case)],
    )
    queries.check_hearing(case, found)
    if key:
        stages.change(held.item, by=by, key=key, key_hash=asked)
    _granted(
        case,
        found,
        by=by,
        act="promise",
        reasons="申请人已作出书面承诺，按告知承诺制办理。",
        law="、".join(map(str, found.laws)),
        data={"by_rule": False, "promise": True},
        accept_basis=state.Basis.PROMISE,
    )
    return case


@transaction.atomic
def deem_granted(*, matter: int, by: Actor) -> Case:
    """The term of law passed without a decision, and law says what silence means (row 17).

    行政许可法 第五十条第二款: a renewal not decided in time is granted. Any other item stays late.
    """
    found = queries.locked(matter)
    item = queries.pinned(found)
    silence = state.silence(item.body)
    if found.state != State.ACCEPTED or silence is None or found.purpose != Purpose.APPLY:
        return found
    _granted(
        found,
        item,
        by=by,
        act="deem_granted",
        reasons="法定期限届满未作出决定，依法视为准予。",
        law=silence,
        says=papers.deemed_granted(item=item.name, case_no=found.case_no, law=silence),
        data={"by_rule": False, "deemed": True},
        overdue_at=found.overdue_at or clock.now(),
    )
    return found


@transaction.atomic
@together()
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
    _check_decidable(case, held.version, by=by)
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
    made = Determination(
        case=case,
        result=Result.REFUSED,
        reasons=reasons,
        law=law,
        remedies=remedies,
        made_by=by.key,
        made_at=clock.now(),
    )
    add_later(made)
    says = papers.refused(
        item=held.version.name, case_no=case.case_no, reasons=reasons, law=law, remedies=remedies
    )
    if case.purpose != Purpose.APPLY:
        says = papers.linked_decided(
            purpose=case.purpose, title=case.matter.title, case_no=case.case_no,
            about=queries.about_no(case), is_granted=False, reasons=reasons, law=law,
        )  # fmt: skip
    steps.conclude(
        case,
        "refuse",
        by=by,
        says=says,
        kind=papers.DECIDED.get(Purpose(case.purpose)),
        records=False,
        result=Result.REFUSED,
    )
    return case
