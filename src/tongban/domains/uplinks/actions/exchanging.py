"""An exchange with the platform: what waits goes up, what lies there comes down; then the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tongban.domains.uplinks import queries, rules
from tongban.domains.uplinks.actions import pushing, receiving
from tongban.domains.uplinks.models import UplinkState
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Unavailable
from tongban.kernel.jobs import actions as jobs

JOB = "uplinks.exchange"


@transaction.atomic
def wake(*, uplink: str, by: Actor, after: timedelta = rules.SOON) -> bool:
    """Have an exchange happen `after` a while, unless one is due before; whether one was asked.

    The job bears the moment for which it was asked: one that a nearer one overtook does nothing.
    """
    now = clock.instant()
    due = now + after
    UplinkState.objects.get_or_create(pk=uplink)
    late = Q(due_at=None) | Q(due_at__gt=due) | Q(due_at__lt=now - rules.STUCK)
    if not UplinkState.objects.filter(late, pk=uplink).update(due_at=due):
        return False
    args = {"uplink": uplink, "due": due.isoformat()}
    jobs.enqueue(kind=JOB, by=by, args=args, after=after)
    return True


def run(
    *, uplink: str, due: datetime, by: Actor, tick: Callable[[int], None] = lambda done: None
) -> dict[str, int]:
    """The exchange of a job, and the next one asked for. After a crash the same is run again."""
    if queries.state_of(uplink).due_at != due:
        return {}
    done = exchange(uplink=uplink, by=by, tick=tick)
    _next(uplink=uplink, due=due, by=by)
    return done


@transaction.atomic
def _next(*, uplink: str, due: datetime, by: Actor) -> None:
    if not UplinkState.objects.filter(pk=uplink, due_at=due).update(due_at=None):
        return
    state = queries.state_of(uplink)
    is_behind = bool(queries.to_send(uplink, 1)) and not state.error
    minutes = timedelta(minutes=queries.uplink(uplink).minutes)
    wake(uplink=uplink, by=by, after=rules.SOON if is_behind else minutes)


def exchange(
    *,
    uplink: str,
    by: Actor,
    batches: int | None = None,
    tick: Callable[[int], None] = lambda done: None,
) -> dict[str, int]:
    """Everything that waits, up and down; a platform that does not answer is tried later."""
    found = queries.uplink(uplink)
    done = {"sent": 0, "received": 0}
    error = ""
    try:
        done["sent"] = pushing.push(uplink=uplink, by=by, batches=batches, tick=tick)
        if found.receives:
            done["received"] = receiving.receive(uplink=uplink, by=by)
    except Unavailable as fault:
        error = fault.sentence()
    _noted(uplink=uplink, error=error, by=by)
    return done


@transaction.atomic
def _noted(*, uplink: str, error: str, by: Actor) -> None:
    UplinkState.objects.get_or_create(pk=uplink)
    answered: dict[str, datetime] = {} if error else {"answered_at": clock.now()}
    UplinkState.objects.filter(pk=uplink).update(
        error=error[:300], tried_at=clock.now(), **answered
    )
