"""The writes of one act go together, and nobody can tell but by the number of trips."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.kernel import rows, trips
from tongban.kernel.actor import part
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Delivery, Event
from tongban.kernel.ledger.tests.given import heard
from tongban.kernel.processes.models import Matter
from tongban.kernel.processes.tests.given import matter

pytestmark = pytest.mark.django_db
BY = part("test")


def record(number: int) -> Event:
    return ledger.record("test.happened", f"test.thing:{number}", by=BY, no=number)


def told() -> list[int]:
    rows_ = Event.objects.filter(name="test.happened").order_by("pk")
    return [row.data["no"] for row in rows_]


def test_writes_wait_for_each_other_and_make_one_trip() -> None:
    found = matter()
    with (
        heard(lambda event: None),
        CaptureQueriesContext(connection) as asked,
        transaction.atomic(),
        trips.together(),
    ):
        rows.change_row(found, title="eins")
        first, second = record(1), record(2)
        assert first.pk is None, "it learns its key with the trip"
    assert [q["sql"].count("INSERT") for q in asked.captured_queries if "INSERT" in q["sql"]] == [4]
    assert first.pk < second.pk
    owed = Delivery.objects.filter(event__name="test.happened").order_by("pk")
    assert [row.event_id for row in owed] == [first.pk, second.pk]
    assert Matter.objects.get(pk=found.pk).title == "eins"


def test_a_reader_sees_what_was_written_before() -> None:
    with transaction.atomic(), trips.together():
        record(1)
        assert told() == [1]
        record(2)
        trips.send()
        record(3)
    assert told() == [1, 2, 3]


def test_of_two_who_read_the_same_one_is_stale_when_the_trip_is_made() -> None:
    found = matter()
    other = Matter.objects.get(pk=found.pk)
    rows.change_row(other, title="zwei")
    with pytest.raises(Stale), transaction.atomic(), trips.together():
        rows.change_row(found, title="eins")
        record(1)
    assert told() == []
    assert Matter.objects.get(pk=found.pk).title == "zwei"


def test_an_act_that_is_refused_writes_nothing_then_or_later() -> None:
    with pytest.raises(LookupError), transaction.atomic(), trips.together():
        record(1)
        raise LookupError
    with transaction.atomic(), trips.together():
        record(2)
    assert told() == [2]


def test_a_savepoint_takes_back_its_own_writes_only() -> None:
    with transaction.atomic(), trips.together():
        record(1)
        with pytest.raises(LookupError), transaction.atomic():
            record(2)
            raise LookupError
        with transaction.atomic():
            record(3)
    assert told() == [1, 3]


def test_what_was_read_is_kept_for_the_act_only() -> None:
    trips.remember("mark", 1)
    assert trips.remembered("mark") is None
    with trips.together():
        trips.remember("mark", 1)
        with trips.together():
            assert trips.remembered("mark") == 1
    assert trips.remembered("mark") is None


def test_a_request_remembers_until_it_changes_something_itself() -> None:
    with trips.remembering():
        trips.remember("mark", 1)
        with transaction.atomic(), trips.together():
            assert trips.remembered("mark") == 1
        trips.forget("mark")
        trips.remember("mark", 2)
        assert trips.remembered("mark") is None, "from its own change on it asks each time"
    assert trips.remembered("mark") is None
