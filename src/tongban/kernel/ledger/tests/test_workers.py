"""Several workers at the same rows, over connections of their own."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import OperationalError, connection, transaction

from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions, order, queries
from tongban.kernel.ledger.models import Delivery, Event, Leaf
from tongban.kernel.ledger.tests.given import BY, happened, heard

pytestmark = pytest.mark.usefixtures("shared_database")
Result = TypeVar("Result")
WORKERS = 4


def at_once(work: Callable[[], Result], workers: int = WORKERS) -> list[Result]:
    start = threading.Barrier(workers)

    def one() -> Result:
        try:
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(workers)]]


def patiently(work: Callable[[], Result]) -> Result:
    """As the worker's loops do: what is locked is tried again."""
    while True:
        try:
            return work()
        except OperationalError:
            time.sleep(0.01)


def test_two_workers_deliver_each_once_and_in_order() -> None:
    def react(event: Event) -> None:
        actions.record("test.other", event.subject, by=BY, no=event.data["no"])

    with heard(react):
        with transaction.atomic():
            for number in range(200):
                actions.record("test.happened", f"test.thing:{number % 5}", by=BY, no=number)
        done = at_once(lambda: patiently(actions.deliver))
        assert sum(done) + actions.deliver() == 200
    for line in range(5):
        heard_of = [event.data["no"] for event in queries.about(f"test.thing:{line}")]
        assert heard_of == 2 * list(range(line, 200, 5))


def test_an_outside_reaction_is_in_one_hand_at_a_time() -> None:
    sent: list[int] = []

    def send(event: Event) -> None:
        assert not connection.in_atomic_block, "no call outside happens inside a transaction"
        sent.append(event.delivery_id)
        time.sleep(0.01)

    with heard(send, outside=True):
        for number in range(20):
            happened(no=number, subject=f"test.thing:{number}")
        done = at_once(lambda: patiently(actions.deliver))
        actions.deliver()
    assert set(Counter(sent).values()) == {1}
    assert len(sent) == 20 and sum(done) <= 20
    assert not Delivery.objects.filter(done_at__isnull=True).exists()


def test_one_leader_seals() -> None:
    with transaction.atomic():
        for number in range(300):
            actions.record("test.happened", "test.thing:1", by=BY, no=number)
    sealed = at_once(lambda: patiently(lambda: actions.seal(by=BY)))
    assert sum(sealed) == 300
    assert Leaf.objects.count() == 300
    assert queries.verify().ok


def test_two_fold_each_event_once() -> None:
    for number in range(40):
        happened(no=number)
    seen: list[int] = []

    def count() -> None:
        while True:
            try:
                fresh: list[Event] = []
                if not actions.fold(name="count", by=BY, fold=fresh.extend, limit=7):
                    return
                seen.extend(event.data["no"] for event in fresh)
            except (Stale, OperationalError):
                pass

    at_once(count)
    assert Counter(seen) == Counter(range(40))


def test_a_number_still_on_its_way_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: numbers appear in their order.")
    monkeypatch.setattr(order, "PATIENCE", 0.1)
    drawn, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                actions.record("test.happened", "test.thing:slow", by=BY, no=1)
                drawn.set()
                go_on.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(slow)
        drawn.wait(10)
        happened(no=2, subject="test.thing:quick")
        assert actions.seal(by=BY) == 0
        assert actions.fold(name="count", by=BY, fold=lambda events: None) == 0
        go_on.set()
        late.result()
    assert actions.seal(by=BY) == 2
    assert queries.verify().ok
    folded: list[Event] = []
    assert actions.fold(name="count", by=BY, fold=folded.extend) == 2
    assert [event.data["no"] for event in folded] == [1, 2]
