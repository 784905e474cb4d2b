"""The clocks of one case by their kind; each change belongs to the decision of its caller."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from tongban.domains.cases.models import Case
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.deadlines.models import Clock


def _open(case: Case, kinds: Collection[str]) -> list[Clock]:
    return [clock for clock in kept.open_clocks(case.matter_id) if clock.kind in kinds]


@transaction.atomic
def start(*, case: Case, kind: str, budget: int, by: Actor, on: date | None = None) -> Clock:
    """Start a clock of the case on the city's calendar."""
    return deadlines.start(
        matter=case.matter_id,
        kind=kind,
        budget=budget,
        calendar=case.matter.calendar,
        by=by,
        on=on,
    )


@transaction.atomic
def meet(*, case: Case, kinds: Collection[str], by: Actor) -> None:
    """What these clocks asked for was done."""
    for clock in _open(case, kinds):
        deadlines.meet(clock=clock, by=by)


@transaction.atomic
def pause(*, case: Case, kinds: Collection[str], reason: str, law: str, by: Actor) -> None:
    """Stop these clocks; a paused one is due on no day."""
    for clock in _open(case, kinds):
        deadlines.pause(clock=clock, reason=reason, law=law, by=by)


@transaction.atomic
def resume(*, case: Case, kinds: Collection[str], by: Actor) -> dict[str, Clock]:
    """Let these clocks run on; answers them by kind."""
    resumed = {}
    for clock in _open(case, kinds):
        resumed[clock.kind] = deadlines.resume(clock=clock, by=by)
    return resumed


@transaction.atomic
def extend(*, case: Case, days: int, reason: str, by: Actor) -> dict[str, Clock]:
    """Give the clocks of law more days."""
    return {
        clock.kind: deadlines.extend(clock=clock, days=days, reason=reason, by=by)
        for clock in _open(case, ("statutory", "promised"))
    }


@transaction.atomic
def void_all(*, case: Case, by: Actor) -> None:
    """The case is over: nothing is owed any more."""
    for clock in kept.open_clocks(case.matter_id):
        deadlines.void(clock=clock, by=by)
