"""The clocks of one case by their kind; each change belongs to the decision of its caller."""

from collections.abc import Collection, Mapping

from django.db import transaction

from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.effects import ALL, LAW, Effect
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.rules import State

__all__ = ["ALL", "LAW", "apply", "extend", "pause", "resume"]


def _open(case: Case, kinds: Collection[str], *states: State) -> list[Clock]:
    found = kept.open_clocks(case.matter_id)
    return [row for row in found if row.state in states and (row.kind in kinds or kinds == ALL)]


@transaction.atomic(savepoint=False)
def apply(
    *, case: Case, effect: Effect, starts: Mapping[str, int], reason: str, law: str, by: Actor
) -> dict[str, Clock]:
    """Do to the clocks what the table says of an act; answers those that run because of it."""
    if effect.voids:
        deadlines.void_all(matter=case.matter_id, by=by)
    if effect.meets:
        deadlines.meet_all(matter=case.matter_id, kinds=effect.meets, by=by)
    if effect.pauses:
        pause(case=case, kinds=effect.pauses, reason=reason, law=law, by=by)
    running = resume(case=case, kinds=effect.resumes, by=by) if effect.resumes else {}
    if starts:
        running |= deadlines.start_all(
            matter=case.matter_id, budgets=starts, calendar=case.matter.calendar, by=by
        )
    return running


@transaction.atomic(savepoint=False)
def pause(*, case: Case, kinds: Collection[str], reason: str, law: str, by: Actor) -> None:
    """Stop those of these clocks that run; a paused one is due on no day."""
    for row in _open(case, kinds, State.RUNNING):
        deadlines.pause(clock=row, reason=reason, law=law, by=by)


@transaction.atomic(savepoint=False)
def resume(*, case: Case, kinds: Collection[str], by: Actor) -> dict[str, Clock]:
    """Let those of these clocks that stand still run on; answers them by kind."""
    paused = _open(case, kinds, State.PAUSED)
    return {row.kind: deadlines.resume(clock=row, by=by) for row in paused}


@transaction.atomic(savepoint=False)
def extend(*, case: Case, days: int, reason: str, by: Actor) -> dict[str, Clock]:
    """Give the clocks of law more days."""
    return {
        row.kind: deadlines.extend(clock=row, days=days, reason=reason, by=by)
        for row in _open(case, LAW, State.RUNNING, State.PAUSED)
    }
