"""Between acceptance and decision: stages, special procedures, extension, asking others."""

from collections.abc import Sequence

from django.db import transaction

from tongban.domains.cases.actions import clocks, notices, steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import papers, state
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow

LAW_CLOCKS = ("statutory", "promised")


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
    case, stage = steps.of_item(item)
    if steps.is_repeated(item, key):
        return case
    state.check("work", case.state)
    if stage.legal in {"accept", "decide"}:
        raise flow.NotThisOutcome(
            stage=stage.name, outcome=outcome, possible=", ".join(stage.outcomes)
        )
    if stage.officers > 1 and second_officer not in _others(stage, by):
        # 行政许可法 第三十四条: two officers or more check on site.
        raise state.TwoOfficersNeeded()
    step = processes.act(
        item=item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        facts=steps.facts(case),
        data={"second_officer": second_officer} if second_officer else None,
    )
    case.matter = step.matter
    if stage.legal == "special" and case.state == state.State.SPECIAL:
        end_special(case=case, result=outcome, by=by)
    start_specials(case=case, by=by)
    return case


@transaction.atomic
def send_back(
    *, item: int, opinion: str, by: Actor, version: int | None = None, key: str = ""
) -> Case:
    """Return the case along a declared edge, saying what is to be looked at again."""
    case, stage = steps.of_item(item)
    if steps.is_repeated(item, key):
        return case
    state.check("work", case.state)
    if not opinion.strip():
        raise state.OpinionMissing()
    back = [name for name, does in stage.effects.items() if does.kind in {"return", "resume"}]
    processes.act(
        item=item,
        outcome=steps.outcome(stage, *back, "back"),
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        facts=steps.facts(case),
    )
    return case


def _others(stage: flow.Stage, by: Actor) -> set[str]:
    """Who else of the organ may do the stage's work."""
    return {
        f"official:{holder.person}@post:{holder.post}"
        for holder in identity.officials_with(stage.grant, by.organ)
        if holder.person != by.person
    }


@transaction.atomic
def start_specials(*, case: Case, by: Actor) -> None:
    """A stage that is a special procedure stops the clocks of law as soon as it opens."""
    graph = steps.graph(case)
    for stage, status in case.matter.progress.items():
        found = graph.stages[stage]
        if status == "open" and found.legal == "special" and case.state == state.State.ACCEPTED:
            start_special(
                case=case, procedure=found.name, days=max(found.days, 1), by=by, checked=False
            )


@transaction.atomic
def start_special(
    *, case: Case, procedure: str, days: int, by: Actor, checked: bool = True
) -> None:
    """Stop the clocks of law for a special procedure, in writing, with its own budget (row 10)."""
    state.check("start_special", case.state)
    item = services.item_of(case.item)
    if checked and procedure not in item.special_procedures:
        raise state.NoSuchSpecial(
            procedure=procedure, possible="、".join(item.special_procedures) or "—"
        )
    clocks.pause(
        case=case,
        kinds=LAW_CLOCKS,
        reason=procedure,
        law=state.MOVES["start_special"].law,
        by=by,
    )
    own = clocks.start(case=case, kind="special", budget=days, by=by)
    processes.set_due(
        matter=case.matter, due_on=own.due_on, yellow_on=own.yellow_on, by=by
    )
    steps.move(case, "start_special")
    notices.send(
        kind=papers.Kind.SPECIAL,
        application=case.application,
        case=case,
        organ=case.organ,
        addressee=steps.addressee(case),
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


@transaction.atomic
def end_special(*, case: Case, result: str, by: Actor) -> None:
    """The clocks of law run on from where they stopped."""
    state.check("end_special", case.state)
    clocks.meet(case=case, kinds=("special",), by=by)
    promised = clocks.resume(case=case, kinds=LAW_CLOCKS, by=by)["promised"]
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
    *, item: int, procedure: str, days: int, by: Actor, version: int | None = None
) -> Case:
    """An official who has the case in hand begins one of the item's special procedures."""
    case, _ = steps.of_item(item)
    steps.check_hands(item, by=by, version=version)
    if days < 1:
        raise state.DaysMissing()
    start_special(case=case, procedure=procedure, days=days, by=by)
    return case


@transaction.atomic
def finish_special(*, item: int, result: str, by: Actor, version: int | None = None) -> Case:
    """An official ends the special procedure, and says what came of it."""
    case, stage = steps.of_item(item)
    steps.check_hands(item, by=by, version=version)
    if stage.legal == "special":
        # The stage itself is the procedure: it ends with the stage, not beside it.
        raise state.OutOfOrder(act="end_special", state=case.state, possible=stage.name)
    if not result.strip():
        raise state.OpinionMissing()
    end_special(case=case, result=result.strip()[:80], by=by)
    return case


@transaction.atomic
def hand_over(
    *, item: int, to: str, reason: str, by: Actor, version: int | None = None
) -> Case:
    """Pass a work item to a colleague of the organ whose post may do it (转办)."""
    case, _ = steps.of_item(item)
    held = steps.check_hands(item, by=by, version=version)
    colleagues = {
        f"official:{holder.person}@post:{holder.post}"
        for holder in identity.officials_with(held.grant, held.organ)
        if held.post in {"", holder.post_key} and holder.person != by.person
    }
    if to not in colleagues:
        raise state.NobodyThere()
    if not reason.strip():
        raise state.OpinionMissing()
    processes.transfer(
        item=item, organ=held.organ, post=held.post, assignee=to, reason=reason.strip()[:80], by=by
    )
    return case


@transaction.atomic
def extend(*, item: int, reasons: str, by: Actor, version: int | None = None) -> Case:
    """Give the clocks of law more days, once, before they end, told with the reason (row 11)."""
    by.require("case.decide")
    case, _ = steps.of_item(item)
    steps.check_hands(item, by=by, version=version)
    state.check("extend", case.state)
    found = services.item_of(case.item)
    state.check_extension(
        extended=case.extension_count,
        allowed=found.extension_days,
        due_on=case.matter.due_on,
        today=clock.today(),
    )
    state.check_reasons(reasons=reasons, law="行政许可法第四十二条")
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
        organ=case.organ,
        addressee=steps.addressee(case),
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
) -> Case:
    """Ask other agencies for their opinion before acting; the clocks of law go on."""
    case, _ = steps.of_item(item)
    if not question.strip() or not organs:
        raise state.QuestionMissing()
    if any(not identity.officials_with("case.consult", organ) for organ in organs):
        raise state.NobodyThere()
    processes.ask(
        item=item,
        mode=mode,
        asked=[
            processes.Asked(organ=identity.organ(organ).uscc, grant="case.consult")
            for organ in organs
        ],
        question=question,
        by=by,
        join=join,
        version=version,
    )
    return case


@transaction.atomic
def answer(
    *, item: int, opinion: str, by: Actor, agrees: bool = True, version: int | None = None
) -> Case:
    """Give the opinion that was asked for."""
    case, _ = steps.of_item(item)
    if not opinion.strip():
        raise state.OpinionMissing()
    processes.act(
        item=item,
        outcome="agree" if agrees else "disagree",
        by=by,
        opinion=opinion,
        version=version,
    )
    return case


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
    """Check afterwards what was granted on a promise: kept, or broken (row 9)."""
    if not second_officer.strip():
        raise state.TwoOfficersNeeded()
    if not opinion.strip():
        raise state.ReasonsMissing()
    processes.act(
        item=item,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        key=key,
        event="case.promise_checked",
    )
