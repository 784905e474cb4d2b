"""Long work survives whoever does it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from tongban.kernel import clock
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.jobs import actions, queries, registry, rules
from tongban.kernel.jobs.models import Job, WorkerHeartbeat
from tongban.kernel.jobs.registry import Handle
from tongban.kernel.jobs.rules import State
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.tests.given import BY, CLERK, OPERATOR
from tongban.kernel.ledger.tests.test_workers import at_once, patiently

pytestmark = pytest.mark.django_db


def later(**span: float) -> "mock._patch[mock.Mock]":
    return mock.patch.object(clock, "instant", return_value=clock.instant() + timedelta(**span))


@contextmanager
def kind(run: Callable[[Handle], dict[str, Any] | None]) -> Iterator[None]:
    registry.job("test.count")(run)
    try:
        yield
    finally:
        registry.forget("test.count")


def queued(**args: Any) -> Job:
    return actions.enqueue(kind="test.count", by=CLERK, args=args)


def run(holder: str = "one", **given: Any) -> bool:
    return actions.run_next(by=BY, holder=holder, **given)


def told(job: Job) -> list[str]:
    return [event.name for event in Event.objects.filter(subject=f"jobs.job:{job.pk}")]


class Counting:
    """Counts to `upto`, saving after each, and stumbles where it is told to."""

    def __init__(self, **stumbles: BaseException) -> None:
        self.stumbles = {int(at[2:]): fault for at, fault in stumbles.items()}
        self.counted: list[int] = []

    def __call__(self, handle: Handle) -> dict[str, Any]:
        upto = handle.args["upto"]
        for number in range(handle.state.get("next", 0), upto):
            if number in self.stumbles:
                raise self.stumbles.pop(number)
            self.counted.append(number)
            handle.progress(number + 1, upto, message="counting", state={"next": number + 1})
        return {"counted": upto}


def test_a_job_is_done_with_progress_and_result() -> None:
    with kind(Counting()):
        job = queued(upto=3)
        assert run()
        assert not run()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == (State.DONE, 3, 3, "counting")
    assert job.result == {"counted": 3}
    assert job.ended_at is not None and job.lease_until is None
    assert told(job) == ["job.queued", "job.done"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(LookupError, match="@job"):
        queued()
    assert not Job.objects.exists()


def test_after_a_crash_another_worker_goes_on_from_what_was_saved() -> None:
    work = Counting(at2=KeyboardInterrupt())
    with kind(work):
        job = queued(upto=4)
        with pytest.raises(KeyboardInterrupt):
            run("one")
        assert not run("two"), "the lease of the dead still holds"
        with later(seconds=61):
            assert run("two")
    job.refresh_from_db()
    assert (job.state, job.holder) == (State.DONE, "two")
    assert work.counted == [0, 1, 2, 3]


def test_one_that_was_taken_for_dead_writes_nothing_more() -> None:
    others: list[bool] = []

    def slow(handle: Handle) -> dict[str, Any] | None:
        if not others:
            others.append(False)
            with later(seconds=61):
                others.append(run("two"))
            handle.progress(1, 2, state={"mine": True})
            raise AssertionError("not reached: the lease is lost")
        return {"by": "two"}

    with kind(slow):
        job = queued()
        assert run("one")
    assert others == [False, True]
    job.refresh_from_db()
    assert (job.state, job.result, job.saved) == (State.DONE, {"by": "two"}, {})
    assert told(job) == ["job.queued", "job.done"]


def test_a_failure_is_tried_again_three_times() -> None:
    def fail(handle: Handle) -> dict[str, Any] | None:
        raise ValueError("number 110101199003077758")

    with kind(fail):
        job = queued()
        for attempt in range(3):
            with later(hours=attempt):
                assert run()
                assert not run()
        with later(days=1):
            assert not run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert "ValueError" in job.error and "110101199003077758" not in job.error
    assert Event.objects.get(name="job.failed").data["error"] == "ValueError"


def test_what_gets_further_each_time_is_not_given_up() -> None:
    stumbles = {f"at{number}": ValueError() for number in range(1, 6)}
    work = Counting(**stumbles)
    with kind(work):
        job = queued(upto=7)
        for hour in range(6):
            with later(hours=hour):
                assert run()
    job.refresh_from_db()
    assert job.state == State.DONE
    assert work.counted == list(range(7))


def test_workers_that_die_at_it_every_time_are_spared_the_fourth() -> None:
    def die(handle: Handle) -> dict[str, Any] | None:
        raise KeyboardInterrupt

    with kind(die):
        job = queued()
        for hour in range(3):
            with later(hours=hour), pytest.raises(KeyboardInterrupt):
                run()
        with later(hours=3):
            assert not run()
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert told(job)[-1] == "job.failed"


def test_a_refusal_ends_it_at_once() -> None:
    def refuse(handle: Handle) -> dict[str, Any] | None:
        raise Refusal()

    with kind(refuse):
        job = queued()
        run()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.FAILED, 1, "This cannot be done.")


def test_one_that_waits_is_cancelled_at_once() -> None:
    work = Counting()
    with kind(work):
        job = queued(upto=3)
        actions.cancel(job=job.pk, by=CLERK)
        assert not run()
        with pytest.raises(rules.JobEnded):
            actions.cancel(job=job.pk, by=CLERK)
    assert work.counted == []
    assert told(job) == ["job.queued", "job.cancelled"]


def test_one_that_runs_stops_at_its_next_report() -> None:
    def count(handle: Handle) -> dict[str, Any] | None:
        handle.progress(1, 3)
        actions.cancel(job=handle.job, by=OPERATOR)
        handle.check_cancelled()
        raise AssertionError("not reached")

    with kind(count):
        job = queued()
        run()
    job.refresh_from_db()
    assert (job.state, job.done) == (State.CANCELLED, 1)
    assert told(job) == ["job.queued", "job.cancelled"]


def test_one_called_off_whose_worker_died_is_not_resumed() -> None:
    work = Counting(at1=KeyboardInterrupt())
    with kind(work):
        job = queued(upto=3)
        with pytest.raises(KeyboardInterrupt):
            run()
        actions.cancel(job=job.pk, by=CLERK)
        with later(seconds=61):
            assert not run("two")
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert work.counted == [0]


def test_a_worker_that_goes_down_leaves_it_to_the_next() -> None:
    work = Counting()
    with kind(work):
        job = queued(upto=3)
        assert run("one", is_stopping=lambda: True)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (State.QUEUED, 0)
        assert run("two")
    assert work.counted == [0, 1, 2]


def test_others_jobs_are_neither_seen_nor_cancelled() -> None:
    stranger = CLERK.__class__(kind="official", key="official:7@post:7")
    with kind(Counting()):
        job = queued(upto=1)
    with pytest.raises(NotFound):
        actions.cancel(job=job.pk, by=stranger)
    assert list(queries.mine(stranger)) == []
    assert list(queries.mine(OPERATOR)) == list(queries.mine(CLERK)) == [job]
    assert queries.counts() == {
        "queued": 1,
        "running": 0,
        "done": 0,
        "failed": 0,
        "cancelled": 0,
    }


def test_heartbeats_tell_how_long_each_loop_has_been_silent() -> None:
    actions.beat(worker="a", loop="jobs")
    actions.beat(worker="a", loop="jobs", error="no disk")
    actions.beat(worker="a", loop="sealing")
    with later(seconds=40):
        actions.beat(worker="b", loop="sealing")
        jobs, sealing = queries.pulses()
        assert jobs.age > timedelta(seconds=30) and jobs.error == "no disk"
        assert sealing.age < timedelta(seconds=1) and sealing.error == ""
    with later(days=2):
        actions.beat(worker="c", loop="jobs")
    assert WorkerHeartbeat.objects.count() == 1


@pytest.mark.usefixtures("shared_database")
def test_two_workers_never_run_the_same_job() -> None:
    ran: list[int] = []

    def note(handle: Handle) -> dict[str, Any] | None:
        assert not connection.in_atomic_block, "never inside a transaction"
        handle.progress(1, 1)
        ran.append(handle.job)
        return None

    with kind(note):
        jobs = [queued().pk for _ in range(12)]

        def work() -> None:
            while patiently(lambda: run(f"thread {threading.get_ident()}")):
                pass

        at_once(work)
        work()
    assert sorted(ran) == jobs
    assert queries.counts()["done"] == 12
