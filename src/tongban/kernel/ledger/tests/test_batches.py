"""Deliveries that share a transaction are, each for itself, done or not done."""

from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tongban.kernel.ledger import actions
from tongban.kernel.ledger.actions import batches
from tongban.kernel.ledger.models import Delivery, Event
from tongban.kernel.ledger.tests.given import BY, happened, heard

pytestmark = pytest.mark.django_db


class Writer:
    """A reaction that records another event, and fails after it at the numbers told."""

    def __init__(self, *fails_at: int) -> None:
        self.fails_at = set(fails_at)

    __name__ = "writer"

    def __call__(self, event: Event) -> None:
        actions.record("test.other", event.subject, by=BY, no=event.data["no"])
        if event.data["no"] in self.fails_at:
            raise ValueError


def written() -> list[int]:
    rows = Event.objects.filter(name="test.other").order_by("pk")
    return [row.data["no"] for row in rows]


def three_lines(count: int = 9) -> None:
    for number in range(count):
        happened(no=number, subject=f"test.thing:{number % 3}")


def test_a_failure_takes_back_its_own_effects_and_no_others() -> None:
    with heard(Writer(4)):
        three_lines()
        assert actions.deliver() == 7
    assert written() == [0, 1, 2, 3, 5, 6, 8], "4 failed, and 7 of its subject waits"
    left = {row.event.data["no"]: row.attempts for row in Delivery.objects.filter(done_at=None)}
    assert left == {4: 1, 7: 0}


def test_many_share_one_claim_and_one_commit() -> None:
    with heard(Writer()):
        three_lines(30)
        with CaptureQueriesContext(connection) as asked:
            assert actions.deliver() == 30
    claims = [q["sql"] for q in asked.captured_queries if "UPDATE ledger_delivery" in q["sql"]]
    assert len(claims) == 1


def test_a_batch_that_lasts_gives_the_rest_back() -> None:
    with heard(Writer()), mock.patch.object(batches, "LONGEST", 0.0):
        three_lines()
        assert actions.deliver() == 9
    assert written() == list(range(9))
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_a_lost_transaction_is_done_again_one_by_one() -> None:
    plain, calls = batches._run_together, []

    def lose_the_first(group: list[Delivery]) -> dict[int, bool | None]:
        found = plain(group)
        calls.append(len(group))
        if len(calls) == 1:
            connection.set_rollback(False)
            raise OperationalError("deadlock detected")
        return found

    with heard(Writer()):
        three_lines(3)
        with mock.patch.object(batches, "_run_together", lose_the_first):
            assert actions.deliver() == 0, "the double did it, so nobody is left to do it"
    assert calls == [3, 1, 1, 1]
    assert written() == [0, 1, 2]


def test_what_another_worker_took_holds_back_what_follows_it() -> None:
    with heard(Writer()):
        three_lines(6)
        first = Delivery.objects.order_by("pk")[0]
        owed = list(Delivery.objects.select_related("event").order_by("pk"))
        Delivery.objects.filter(pk=first.pk).update(set_aside_at=first.due_at)
        held: set[batches.Line] = set()
        outcomes = batches.run(owed, held)
    assert outcomes == [None, True, True, None, True, True]
    assert held == {batches.line(first)}
    assert written() == [1, 2, 4, 5]
