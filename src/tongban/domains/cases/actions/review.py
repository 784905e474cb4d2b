"""Between acceptance and decision: stages, special procedures, extension, asking others."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from tongban.domains.cases.actions import clocks, notices, steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import papers, state
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Stale
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flows
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.actions import stages


@transaction.atomic
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


@transaction.atomic(savepoint=False)
def start_specials(*, case: Case, by: Actor) -> None:
    """A stage that is a special procedure stops the clocks of law as soon as it opens."""
    graph = steps.graph(case)
    for stage, status in case.matter.progress.items():
        found = graph.stages[stage]
        if status == "open" and found.legal == "special" and case.state == state.State.ACCEPTED:
            start_special(case=case, procedure=found.name, days=max(found.days, 1), by=by)


@transaction.atomic(savepoint=False)
def start_special(*, case: Case, procedure: str, days: int, by: Actor) -> None:
    """Stop the clocks of law for a special procedure, in writing, with its own budget (row 10)."""
    state.check("start_special", case.state)
    item = services.item_of(case.item)
    clocks.pause(
        case=case,
        kinds=clocks.LAW,
        reason=procedure,
        law=state.MOVES["start_special"].law,
        by=by,
    )
    own = deadlines.start_all(
        matter=case.matter_id,
        budgets={"special": days},
        calendar=case.matter.calendar,
        by=by,
    )["special"]
    processes.set_due(matter=case.matter, due_on=own.due_on, yellow_on=own.yellow_on, by=by)
    steps.move(case, "start_special")
    notices.send(
        kind=papers.Kind.SPECIAL,
        application=case.application,
        case=case,
        paragraphs=papers.special(
            item=item.name, case_no=case.case_no, procedure=procedure, days=days
        ),
        by=by,
    )
    ledger.record(
        "case.special_started",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        procedure=procedure,
    )


@transaction.atomic(savepoint=False)
def end_special(*, case: Case, result: str, by: Actor) -> None:
    """The clocks of law run on from where they stopped."""
    state.check("end_special", case.state)
    deadlines.meet_all(matter=case.matter_id, kinds=("special",), by=by)
    promised = clocks.resume(case=case, kinds=clocks.LAW, by=by)["promised"]
    processes.set_due(
        matter=case.matter, due_on=promised.due_on, yellow_on=promised.yellow_on, by=by
    )
    steps.move(case, "end_special")
    ledger.record(
        "case.special_ended",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        procedure="",
        result=result,
    )


@transaction.atomic
def begin_special(
    *,
    item: int,
    procedure: str,
    days: int,
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> Case:
    """An official who has the case in hand begins one of the item's special procedures."""
    held, is_new = steps.take(item, "begin_special", by=by, version=version, key=key)
    if not is_new:
        return held.case
    state.check("start_special", held.case.state)
    known = held.version.special_procedures
    if procedure not in known:
        raise state.NoSuchSpecial(procedure=procedure, possible="、".join(known) or "—")
    if days < 1:
        raise state.DaysMissing()
    start_special(case=held.case, procedure=procedure, days=days, by=by)
    return held.case


@transaction.atomic
def finish_special(
    *, item: int, result: str, by: Actor, version: int | None = None, key: str = ""
) -> Case:
    """An official ends the special procedure, and says what came of it."""
    held, is_new = steps.take(item, "finish_special", by=by, version=version, key=key)
    if not is_new:
        return held.case
    if held.stage.legal == "special":
        # The stage itself is the procedure: it ends with the stage, not beside it.
        raise state.OutOfOrder(act="end_special", state=held.case.state, possible=held.stage.name)
    if not result.strip():
        raise state.OpinionMissing()
    end_special(case=held.case, result=result.strip()[:80], by=by)
    return held.case


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


@transaction.atomic
def extend(
    *, item: int, reasons: str, by: Actor, version: int | None = None, key: str = ""
) -> Case:
    """Give the clocks of law more days, once, before they end, told with the reason (row 11).

    The head of the agency approves it, whosever hands the case is in.
    """
    held = steps.hold(item)
    case, found = held.case, held.version
    asked = flow.request_hash("extend", by.key)
    if flows.is_repeat(held.item, key=key, key_hash=asked):
        return case
    by.require("case.decide")
    if case.organ != by.organ or not case.region.startswith(by.region):
        raise state.NotYours()
    if held.item.status not in flow.OWED:
        raise flow.AlreadyDone()
    if version is not None and held.item.version != version:
        raise Stale()
    state.check("extend", case.state)
    state.check_extension(
        extended=case.extension_count,
        allowed=found.extension_days,
        due_on=case.matter.due_on,
        today=clock.today(),
    )
    state.check_reasons(reasons=reasons, law=state.MOVES["extend"].law)
    stages.change(held.item, by=by, key=key, key_hash=asked)
    promised = clocks.extend(case=case, days=found.extension_days, reason=reasons, by=by)[
        "promised"
    ]
    processes.set_due(
        matter=case.matter, due_on=promised.due_on, yellow_on=promised.yellow_on, by=by
    )
    steps.move(case, "extend", extension_count=case.extension_count + 1)
    notices.send(
        kind=papers.Kind.EXTENSION,
        application=case.application,
        case=case,
        paragraphs=papers.extension(
            item=found.name, case_no=case.case_no, days=found.extension_days, reasons=reasons
        ),
        by=by,
    )
    ledger.record(
        "case.extended",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        days=found.extension_days,
    )
    return case


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
    itself: 撤销 is a decision of its own.
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
