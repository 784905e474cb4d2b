"""What is being worked on, and whether the workers are alive."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.jobs.models import Job, WorkerHeartbeat
from tongban.kernel.jobs.rules import State


class Pulse(NamedTuple):
    """When a loop last turned in any worker."""

    loop: str
    age: timedelta
    error: str


def mine(by: Actor) -> QuerySet[Job]:
    """The jobs this actor may see, the newest first."""
    jobs = Job.objects.order_by("-id")
    return jobs if by.may("job.handle") else jobs.filter(created_by=by.key)


def job(pk: int, *, by: Actor) -> Job:
    """One job, of one's own or with the grant."""
    found = mine(by).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def counts() -> dict[str, int]:
    """How many jobs are in each state."""
    states = Job.objects.values_list("state").annotate(Count("id"))
    return {str(state): 0 for state in State} | dict(states)


def claimable(now: datetime) -> QuerySet[Job]:
    """Jobs that wait, and jobs whose worker has died; the longest waiting first."""
    waiting = Job.objects.filter(state=State.QUEUED, due_at__lte=now)
    orphaned = Job.objects.filter(state=State.RUNNING, lease_until__lte=now)
    return (waiting | orphaned).order_by("due_at", "id")


def pulses() -> list[Pulse]:
    """Each loop and for how long it has not turned; a loop that never turned is absent."""
    now = clock.instant()
    latest = WorkerHeartbeat.objects.values("loop").annotate(newest=Max("at"))
    newest = {row["loop"]: row["newest"] for row in latest}
    errors = {
        beat.loop: beat.error
        for beat in WorkerHeartbeat.objects.filter(at__in=list(newest.values()))
        if beat.at == newest[beat.loop]
    }
    return [
        Pulse(loop, max(timedelta(0), now - at), errors.get(loop, ""))
        for loop, at in sorted(newest.items())
    ]
