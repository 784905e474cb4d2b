"""The clocks of one case by their kind; each change belongs to the decision of its caller."""

from collections.abc import Collection

from django.db import transaction

from tongban.domains.cases.models import Case
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.deadlines.models import Clock

LAW = ("statutory", "promised")


def _open(case: Case, kinds: Collection[str]) -> list[Clock]:
    return [clock for clock in kept.open_clocks(case.matter_id) if clock.kind in kinds]


@transaction.atomic(savepoint=False)
def pause(*, case: Case, kinds: Collection[str], reason: str, law: str, by: Actor) -> None:
    """Stop these clocks; a paused one is due on no day."""
    for clock in _open(case, kinds):
        deadlines.pause(clock=clock, reason=reason, law=law, by=by)


@transaction.atomic(savepoint=False)
def resume(*, case: Case, kinds: Collection[str], by: Actor) -> dict[str, Clock]:
    """Let these clocks run on; answers them by kind."""
    return {clock.kind: deadlines.resume(clock=clock, by=by) for clock in _open(case, kinds)}


@transaction.atomic(savepoint=False)
def extend(*, case: Case, days: int, reason: str, by: Actor) -> dict[str, Clock]:
    """Give the clocks of law more days."""
    return {
        clock.kind: deadlines.extend(clock=clock, days=days, reason=reason, by=by)
        for clock in _open(case, LAW)
    }
