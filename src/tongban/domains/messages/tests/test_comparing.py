"""A day's messages beside the gateway's report."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tongban.connectors import messages as connector
from tongban.connectors.messages import Delivery, SimulatedGateway
from tongban.domains.messages import actions, queries
from tongban.domains.messages.models import MessageDay, Sending
from tongban.domains.messages.rules import State
from tongban.domains.messages.tests.people import forget_the_founding
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
MONDAY = date(2026, 9, 7)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        forget_the_founding()
        yield


def gateway() -> SimulatedGateway:
    found = connector.gateway()
    assert isinstance(found, SimulatedGateway)
    return found


def test_what_failed_is_shown_and_what_was_lost_goes_anew() -> None:
    given.birth()
    given.settle()
    sent = list(Sending.objects.filter(state=State.SENT).order_by("id"))
    assert len(sent) >= 3
    failed, lost, *others = sent
    gateway().undelivered[queries.name_of(failed)] = "空号"
    gateway().lose(queries.name_of(lost))
    clock.move("2026-09-08 00:10")
    deadlines.begin_day(by=part("test"))
    given.settle()
    day = MessageDay.objects.get(day=MONDAY)
    assert (day.sent, day.delivered, day.failed, day.lost) == (len(sent), len(others), 1, 1)
    failed.refresh_from_db()
    assert (failed.state, failed.error) == (State.FAILED, "空号")
    assert all(
        row.delivered_at for row in Sending.objects.filter(pk__in=[row.pk for row in others])
    )
    lost.refresh_from_db()
    assert lost.delivered_at is None
    clock.move("2026-09-08 09:00")
    actions.send_owed(by=actions.SELF)
    lost.refresh_from_db()
    assert lost.state == State.SENT and lost.sent_at is not None
    assert gateway().report(message_ids=[queries.name_of(lost)])


def test_the_same_day_again_notes_nothing_twice() -> None:
    given.birth()
    given.settle()
    clock.move("2026-09-08 00:10")
    first = actions.compare(day=MONDAY, by=actions.SELF)
    before = list(Sending.objects.values_list("pk", "delivered_at"))
    clock.move("2026-09-08 08:10")
    assert actions.compare(day=MONDAY, by=actions.SELF) == first
    assert list(Sending.objects.values_list("pk", "delivered_at")) == before
    assert set(first) == {Delivery.DELIVERED}


def test_a_gateway_that_does_not_answer_changes_nothing() -> None:
    given.birth()
    given.settle()
    gateway().failures = 1
    with pytest.raises(Unavailable):
        actions.compare(day=MONDAY, by=actions.SELF)
    assert not MessageDay.objects.exists()
    assert not Sending.objects.filter(delivered_at__isnull=False).exists()
