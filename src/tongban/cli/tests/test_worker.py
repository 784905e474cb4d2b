"""The worker does what is owed, goes on after failures, and leaves when told."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import OperationalError

from tongban.cli import worker
from tongban.kernel import clock
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.jobs import queries as job_queries
from tongban.kernel.jobs import registry as job_registry
from tongban.kernel.jobs.registry import Handle
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger import queries
from tongban.kernel.ledger.models import Delivery, Event
from tongban.kernel.ledger.tests.given import BY, happened, heard


def soon(is_so: Callable[[], bool], within: float = 20.0) -> bool:
    """Wait for another thread; no fixed sleep."""
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.django_db
def test_once_does_all_that_is_owed() -> None:
    ran: list[int] = []

    def run(handle: Handle) -> None:
        happened(no=2, name="test.other")
        handle.progress(1, 1)

    def ask_for_work(event: Event) -> None:
        jobs.enqueue(kind="test.work", by=BY)

    def tell(event: Event) -> None:
        ran.append(event.data["no"])

    job_registry.job("test.work")(run)  # type: ignore[arg-type]
    try:
        with heard(ask_for_work), heard(tell, "test.other", outside=True):
            happened(no=1)
            with clock.at("2026-03-02 09:00"):
                deadlines.start(
                    matter=1,
                    kind="promised",
                    budget=1,
                    calendar="national",
                    by=BY,
                    on=date(2026, 2, 2),
                )
                worker.run(threading.Event(), once=True)
    finally:
        job_registry.forget("test.work")
    assert ran == [2]
    assert Event.objects.filter(name="clock.breached").exists()
    assert queries.unsealed().count == 0
    assert queries.verify().ok


@pytest.mark.django_db
def test_finished_deliveries_are_pruned_once_a_day() -> None:
    with heard(lambda event: None):
        happened(no=1)
        ledger.deliver()
    month = clock.instant() + timedelta(days=40)
    with mock.patch.object(clock, "instant", return_value=month):
        worker.run(threading.Event(), once=True)
    assert not Delivery.objects.filter(event__name="test.happened").exists()


@pytest.mark.usefixtures("shared_database")
def test_it_works_beats_and_leaves_within_two_seconds() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        with heard(lambda event: None):
            happened(no=1)
            assert soon(lambda: Delivery.objects.filter(done_at__isnull=False).exists())
            assert soon(lambda: queries.unsealed().count == 0)
        names = {"deliveries", "outside", "due", "sealing", "jobs"}
        assert soon(lambda: {pulse.loop for pulse in job_queries.pulses()} == names)
        assert not any(pulse.error for pulse in job_queries.pulses())
    finally:
        stop.set()
        thread.join(2.5)
    assert not thread.is_alive()


@pytest.mark.usefixtures("shared_database")
def test_a_hanging_call_outside_neither_stops_the_rest_nor_its_end() -> None:
    hangs, let_go = threading.Event(), threading.Event()

    def hang(event: Event) -> None:
        hangs.set()
        let_go.wait(30)

    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    before = set(threading.enumerate())
    with heard(hang, "test.other", outside=True), heard(lambda event: None, "test.happened"):
        happened(no=1, name="test.other")
        thread.start()
        try:
            assert hangs.wait(20)
            happened(no=2)
            brought = Delivery.objects.filter(event__name="test.happened", done_at__isnull=False)
            assert soon(lambda: brought.count() == 1)
        finally:
            stop.set()
            thread.join(2.5)
            is_gone = not thread.is_alive()
            let_go.set()
            for other in set(threading.enumerate()) - before:
                other.join(10)
    assert is_gone


@pytest.mark.django_db
def test_a_failed_turn_is_logged_and_the_next_waits_longer(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test's own transaction would end with its connection.
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "connection", mock.Mock())
    loop = worker.loops(threading.Event())[0]
    assert loop._careful_turn() == 0.2
    locked = OperationalError("database is locked")
    with (
        caplog.at_level(logging.WARNING),
        mock.patch.object(ledger, "deliver", side_effect=locked),
    ):
        waits = [loop._careful_turn() for _ in range(12)]
    assert waits == sorted(waits) and waits[0] < 1 and waits[-1] == 30
    assert "a turn failed" in caplog.text
    assert loop._careful_turn() == 0.2
    assert loop.failures == 0


def test_the_due_loop_wakes_at_midnight() -> None:
    with clock.at("2026-03-02 23:59:50"):
        assert worker.until_midnight(clock.now()) == pytest.approx(10.2)
    with clock.at("2026-03-02 12:00"):
        due = worker.loops(threading.Event())[2]
        assert due.pause() == 30


def test_a_dead_loop_ends_the_process() -> None:
    class Dying(worker.Loop):
        def run(self) -> None:
            return None

    stop = threading.Event()
    with (
        mock.patch.object(worker, "loops", return_value=[Dying("dying", 1, "w", stop)]),
        pytest.raises(RuntimeError, match="dying"),
    ):
        worker.run(stop)
    assert stop.is_set()
