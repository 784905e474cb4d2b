"""Each event reaches each reaction once, in order, whatever fails."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tongban.kernel import clock
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.ledger import actions, queries, rules
from tongban.kernel.ledger.models import Delivery, Event
from tongban.kernel.ledger.tests.given import BY, CLERK, OPERATOR, happened, heard

pytestmark = pytest.mark.django_db


def later(**span: float) -> "mock._patch[mock.Mock]":
    """Real time moves on: what waits is due, leases lapse."""
    return mock.patch.object(clock, "instant", return_value=clock.instant() + timedelta(**span))


class Ear:
    """A reaction that notes what it heard, and fails as told."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.tried: list[int] = []
        self.fails_at: set[int] = set()

    def __call__(self, event: Event) -> None:
        self.tried.append(event.data["no"])
        if event.data["no"] in self.fails_at:
            raise ValueError("the number 110101199003077758 is not known")
        self.heard.append(event.data["no"])

    __name__ = "ear"


def test_recording_takes_one_insert_and_one_more_when_heard(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        actions.record("test.happened", "test.thing:1", by=BY)
    with (
        heard(Ear(), "test.happened"),
        transaction.atomic(),
        django_assert_num_queries(2),
    ):
        actions.record("test.happened", "test.thing:1", by=BY)


def test_an_undeclared_event_is_refused() -> None:
    with pytest.raises(LookupError, match="EVENTS"):
        actions.record("test.undeclared", "test.thing:1", by=BY)


def test_events_arrive_in_order_and_once() -> None:
    ear = Ear()
    with heard(ear):
        for number in range(450):
            happened(no=number, subject=f"test.thing:{number % 3}")
        assert actions.deliver() == 450
        assert actions.deliver() == 0
    assert ear.heard == list(range(450))


def test_a_failure_holds_back_its_subject_only() -> None:
    ear = Ear()
    ear.fails_at = {1}
    with heard(ear):
        for number in range(6):
            happened(no=number, subject=f"test.thing:{number % 2}")
        assert actions.deliver() == 3
        assert ear.heard == [0, 2, 4]
        assert actions.deliver() == 0
        assert ear.tried == [0, 1, 2, 4], "nothing later of the subject was tried before it"
        ear.fails_at = set()
        with later(seconds=3):
            assert actions.deliver() == 3
    assert ear.heard == [0, 2, 4, 1, 3, 5]


def test_effects_of_a_failed_reaction_are_undone() -> None:
    def write_and_fail(event: Event) -> None:
        actions.record("test.other", "test.thing:1", by=BY)
        raise ValueError

    with heard(write_and_fail):
        happened(no=1)
        assert actions.deliver() == 0
    assert not Event.objects.filter(name="test.other").exists()
    assert Delivery.objects.get().attempts == 1


def set_aside_one(ear: Ear) -> Delivery:
    ear.fails_at = {1}
    happened(no=1)
    happened(no=2)
    for failure in range(rules.FAILURES):
        with later(hours=failure):
            assert actions.deliver() == 0
    return queries.set_aside().get()


def test_after_eight_failures_it_is_set_aside_and_told() -> None:
    ear = Ear()
    with heard(ear):
        aside = set_aside_one(ear)
        with later(days=2):
            assert actions.deliver() == 0
    assert ear.tried == [1] * 8
    assert "110101199003077758" not in aside.error
    told = Event.objects.get(name="delivery.set_aside")
    assert told.data == {"event": aside.event_id, "reaction": aside.reaction}
    assert told.subject == f"ledger.delivery:{aside.pk}"


def test_a_retry_goes_on_where_it_stopped() -> None:
    ear = Ear()
    with heard(ear):
        aside = set_aside_one(ear)
        ear.fails_at = set()
        actions.retry(delivery=aside.pk, by=OPERATOR, reason="register mended, 13812345678 says")
        assert actions.deliver() == 2
    assert ear.heard == [1, 2]
    told = Event.objects.get(name="delivery.retried")
    assert told.actor == OPERATOR.key
    assert "13812345678" not in told.data["reason"]


def test_what_is_skipped_never_happens_and_the_rest_goes_on() -> None:
    ear = Ear()
    with heard(ear):
        aside = set_aside_one(ear)
        actions.skip(delivery=aside.pk, by=OPERATOR, reason="subject was a duplicate")
        assert actions.deliver() == 1
    assert ear.heard == [2]
    assert Delivery.objects.get(pk=aside.pk).is_skipped
    assert not queries.set_aside().exists()


def test_operators_are_refused_with_reason() -> None:
    ear = Ear()
    with heard(ear):
        aside = set_aside_one(ear).pk
    count = Event.objects.count()
    with pytest.raises(NotPermitted):
        actions.retry(delivery=aside, by=CLERK, reason="because")
    with pytest.raises(rules.ReasonNeeded):
        actions.skip(delivery=aside, by=OPERATOR, reason="  ")
    with pytest.raises(NotFound):
        actions.skip(delivery=aside + 999, by=OPERATOR, reason="because")
    with pytest.raises(rules.NotSetAside):
        other = Delivery.objects.exclude(pk=aside).get().pk
        actions.retry(delivery=other, by=OPERATOR, reason="because")
    assert Event.objects.count() == count
    assert queries.set_aside().get().pk == aside


def test_a_reaction_that_left_the_code_is_kept_for_later() -> None:
    ear = Ear()
    with heard(ear):
        happened(no=1)
    assert actions.deliver() == 0
    assert "retry after an upgrade" in Delivery.objects.get().error
    with heard(ear), later(minutes=1):
        assert actions.deliver() == 1


def test_finished_deliveries_are_pruned_and_events_stay() -> None:
    ear = Ear()
    with heard(ear):
        happened(no=1)
        actions.deliver()
        ear.fails_at = {2}
        happened(no=2)
        actions.deliver()
        assert actions.prune(by=OPERATOR) == 0
        with later(days=31):
            assert actions.prune(by=OPERATOR) == 1
            assert actions.prune(by=OPERATOR) == 0
        with pytest.raises(NotPermitted):
            actions.prune(by=CLERK)
    assert Delivery.objects.get().done_at is None
    assert Event.objects.filter(name="test.happened").count() == 2
    assert Event.objects.get(name="delivery.pruned").data == {"count": 1, "days": 30}


def test_what_is_owed_and_for_how_long() -> None:
    assert queries.oldest_owed() == queries.Owed(0, None)
    with heard(Ear()):
        happened(no=1)
        happened(no=2)
    with later(seconds=30):
        owed = queries.oldest_owed()
    assert owed.count == 2
    assert owed.oldest and timedelta(seconds=29) < owed.oldest < timedelta(seconds=40)


def test_an_outside_effect_repeats_with_the_same_id() -> None:
    sent: list[int] = []

    def send(event: Event) -> None:
        sent.append(event.delivery_id)
        if len(sent) == 1:
            raise KeyboardInterrupt  # killed between the effect and the mark

    with heard(send, outside=True):
        happened(no=1)
        with pytest.raises(KeyboardInterrupt):
            actions.deliver()
        assert actions.deliver() == 0, "it is still in the hands of the one that died"
        with later(seconds=61):
            assert actions.deliver() == 1
            assert actions.deliver() == 0
    assert sent == [Delivery.objects.get().pk] * 2


def test_outside_reactions_can_be_delivered_apart() -> None:
    inside, outside = Ear(), Ear()
    outside.__name__ = "outside_ear"
    with heard(inside, "test.happened"), heard(outside, "test.other", outside=True):
        happened(no=1)
        happened(no=2, name="test.other")
        assert actions.deliver(outside=False) == 1
        assert (inside.heard, outside.heard) == ([1], [])
        assert actions.deliver(outside=True) == 1
    assert outside.heard == [2]
    assert Delivery.objects.filter(done_at__isnull=True).count() == 0
