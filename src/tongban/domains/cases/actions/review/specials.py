"""Special procedures (特别程序): while one runs, the clocks of law stand still."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import papers, state
from tongban.kernel.actor import Actor


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
    steps.conclude(
        case,
        "start_special",
        by=by,
        says=papers.special(
            item=queries.pinned(case).name,
            case_no=case.case_no,
            procedure=procedure,
            days=days,
        ),
        starts={"special": days},
        reason=procedure,
        data={"procedure": procedure},
    )


@transaction.atomic(savepoint=False)
def end_special(*, case: Case, result: str, by: Actor) -> None:
    """The clocks of law run on from where they stopped."""
    steps.conclude(case, "end_special", by=by, data={"procedure": "", "result": result})


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
