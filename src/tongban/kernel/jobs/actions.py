"""Long work: asked for, claimed by one worker, reported on, called off, resumed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import masking
from tongban.kernel.errors import Refusal
from tongban.kernel.jobs import queries, registry, rules
from tongban.kernel.jobs.models import Job, WorkerHeartbeat
from tongban.kernel.jobs.rules import State
from tongban.kernel.ledger import actions as ledger

log = logging.getLogger(__name__)


@transaction.atomic
def enqueue(
    *,
    kind: str,
    by: Actor,
    args: dict[str, Any] | None = None,
    after: timedelta = timedelta(0),
) -> Job:
    """Ask for long work, at once or `after` a while; `args`: codes, never personal contents."""
    if registry.find(kind) is None:
        raise LookupError(f"No code runs jobs of kind {kind!r}; register it with @job.")
    now = clock.instant()
    job = Job.objects.create(
        kind=kind, args=args or {}, created_by=by.key, created_at=now, due_at=now + after
    )
    ledger.record("job.queued", job, by=by, kind=kind)
    return job


@transaction.atomic
def cancel(*, job: int, by: Actor) -> None:
    """Call a job off: at once while it waits, else at its next report. What it did stays done."""
    found = queries.job(job, by=by)
    if Job.objects.filter(pk=job, state=State.QUEUED).update(
        state=State.CANCELLED, ended_at=clock.instant(), is_asked_to_cancel=True
    ):
        _tell_cancelled(found, by)
    elif not Job.objects.filter(pk=job, state=State.RUNNING).update(is_asked_to_cancel=True):
        raise rules.JobEnded(job=job)


@transaction.atomic
def claim(*, by: Actor, holder: str) -> Job | None:
    """Take the next job that waits or whose worker has died; None when there is none."""
    now = clock.instant()
    for job in queries.claimable(now)[:10]:
        # Claim it as it was read: whoever was faster has changed holder or state.
        if (
            not queries.claimable(now)
            .filter(pk=job.pk, holder=job.holder)
            .update(
                state=State.RUNNING,
                holder=holder,
                lease_until=now + rules.LEASE,
                heartbeat_at=now,
                started_at=job.started_at or now,
                attempts=F("attempts") + 1,
            )
        ):
            continue
        job.refresh_from_db()
        if job.is_asked_to_cancel:
            _end(job, State.CANCELLED, by)
        elif job.attempts > rules.ATTEMPTS:
            _end(job, State.FAILED, by, error="Its worker died again and again.", cause="Died")
        else:
            return job
    return None


def run_next(*, by: Actor, holder: str, is_stopping: Callable[[], bool] = bool) -> bool:
    """Run the next job to its end; whether there was one.

    Never inside a transaction: a job may last for hours. When `is_stopping` says so, the job stops
    at its next report and is left to the next worker.
    """
    job = claim(by=by, holder=holder)
    if job is None:
        return False
    handle = _Handle(job.pk, job.args, job.saved, holder, is_stopping)
    run = registry.find(job.kind)
    try:
        if run is None:
            raise LookupError(f"No code runs jobs of kind {job.kind!r}; deploy it.")
        result = run(handle)
    except rules.Cancelled:
        _end(job, State.CANCELLED, by)
    except rules.LeaseLost:
        log.warning("job was taken over", extra={"job": job.pk, "kind": job.kind})
    except rules.Stopping:
        _hand_back(job)
    except Refusal as refusal:  # the same input would be refused again
        _end(job, State.FAILED, by, error=refusal.sentence(), cause=type(refusal).__name__)
    except Exception as fault:  # the worker's edge: a job may fail in any way
        log.warning("job failed", extra={"job": job.pk, "kind": job.kind}, exc_info=True)
        _fail(job, fault, by)
    else:
        _end(job, State.DONE, by, result=result)
    return True


@dataclass
class _Handle:
    """A running job's own hand; each report is one UPDATE in a transaction of its own."""

    job: int
    args: dict[str, Any]
    state: registry.State
    holder: str
    is_stopping: Callable[[], bool]

    def progress(
        self,
        done: int,
        total: int | None = None,
        *,
        message: str = "",
        state: registry.State | None = None,
    ) -> None:
        changes: dict[str, Any] = {"done": done, "message": masking.scrub(message)[:300]}
        if total is not None:
            changes["total"] = total
        if state is not None:
            changes |= {"saved": state, "attempts": 1}
            self.state = state
        self._report(**changes)

    def check_cancelled(self) -> None:
        self._report()

    def _report(self, **changes: Any) -> None:
        now = clock.instant()
        ours = Job.objects.filter(pk=self.job, holder=self.holder, state=State.RUNNING)
        if not ours.update(heartbeat_at=now, lease_until=now + rules.LEASE, **changes):
            raise rules.LeaseLost()
        if ours.filter(is_asked_to_cancel=True).exists():
            raise rules.Cancelled()
        if self.is_stopping():
            raise rules.Stopping()


@transaction.atomic
def _end(
    job: Job,
    state: State,
    by: Actor,
    *,
    result: dict[str, Any] | None = None,
    error: str = "",
    cause: str = "",
) -> None:
    ours = Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING)
    if not ours.update(
        state=state,
        result=result,
        error=masking.scrub(error)[:2000],
        ended_at=clock.instant(),
        lease_until=None,
    ):
        log.warning("job was taken over before its end", extra={"job": job.pk, "kind": job.kind})
        return
    job.refresh_from_db()
    if state == State.CANCELLED:
        _tell_cancelled(job, by)
    elif state == State.FAILED:
        ledger.record("job.failed", job, by=by, kind=job.kind, attempts=job.attempts, error=cause)
    else:
        ledger.record(
            "job.done",
            job,
            by=by,
            kind=job.kind,
            attempts=job.attempts,
            done=job.done,
            total=job.total,
        )


def _tell_cancelled(job: Job, by: Actor) -> None:
    ledger.record("job.cancelled", job, by=by, kind=job.kind, done=job.done, total=job.total)


def _fail(job: Job, fault: Exception, by: Actor) -> None:
    error = f"{type(fault).__name__}: {fault}"
    job.refresh_from_db(fields=["attempts"])
    if job.attempts >= rules.ATTEMPTS:
        _end(job, State.FAILED, by, error=error, cause=type(fault).__name__)
        return
    Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING).update(
        state=State.QUEUED,
        error=masking.scrub(error)[:2000],
        due_at=clock.instant() + rules.wait_after(job.attempts),
        holder="",
        lease_until=None,
    )


def _hand_back(job: Job) -> None:
    # An orderly stop is no failed attempt.
    Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING).update(
        state=State.QUEUED, attempts=F("attempts") - 1, holder="", lease_until=None
    )


@transaction.atomic
def beat(*, worker: str, loop: str, error: str = "") -> None:
    """Note that a loop of a worker has turned; workers gone for a day are forgotten."""
    now = clock.instant()
    _, is_new = WorkerHeartbeat.objects.update_or_create(
        worker=worker, loop=loop, defaults={"at": now, "error": masking.scrub(error)[:300]}
    )
    if is_new:
        WorkerHeartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()
