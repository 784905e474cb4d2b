from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.identity import actions, queries, rules
from tongban.kernel.identity.models import Person, Proxy
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db

LAST = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _day(db: None) -> Iterator[None]:
    with clock.at("2026-01-05 10:00"):
        yield


@pytest.fixture
def grandmother() -> Person:
    return people.citizen(2, "李秀兰", born_on=date(1948, 2, 3))


@pytest.fixture
def son() -> Actor:
    return people.signed_up(people.citizen(1, "王建国"), "son")


def asked(grandmother: Person, son: Actor, to_on: date = LAST) -> int:
    return actions.ask_for_proxy(principal=grandmother.pk, scope=["birth"], to_on=to_on, by=son).pk


def held(son: Actor) -> list[Proxy]:
    assert son.person is not None
    return queries.proxies_for(son.person)


def test_asking_alone_allows_nothing(grandmother: Person, son: Actor) -> None:
    request = asked(grandmother, son)
    assert held(son) == []
    assert [one.pk for one in queries.requests_to(grandmother.pk)] == [request]
    assert Event.objects.get(name="proxy.asked").data["principal"] == f"person:{grandmother.pk}"


def test_the_principal_agrees_and_the_proxy_is_what_was_asked(
    grandmother: Person, son: Actor
) -> None:
    request = asked(grandmother, son)
    actions.answer_request(request=request, agrees=True, by=people.signed_up(grandmother))
    (proxy,) = held(son)
    assert (proxy.scope, proxy.to_on, proxy.basis) == (["birth"], LAST, "family")
    assert queries.requests_to(grandmother.pk) == []
    with pytest.raises(rules.RequestOver):
        actions.answer_request(
            request=request, agrees=False, by=people.signed_up(grandmother, "again")
        )
    assert held(son) == [proxy]


def test_declined_it_may_be_asked_again(grandmother: Person, son: Actor) -> None:
    by = people.signed_up(grandmother)
    actions.answer_request(request=asked(grandmother, son), agrees=False, by=by)
    assert held(son) == []
    assert asked(grandmother, son)


def test_nobody_else_agrees(grandmother: Person, son: Actor, city: object) -> None:
    request = asked(grandmother, son)
    stranger = people.signed_up(people.citizen(7, "赵一"))
    for by in (son, stranger, people.acting("chen")):
        with pytest.raises(NotFound):
            actions.answer_request(request=request, agrees=True, by=by)
    assert held(son) == []


def test_consent_in_person_needs_the_person_at_the_window(
    grandmother: Person, son: Actor, city: object
) -> None:
    request = asked(grandmother, son)
    chen = people.official("chen")
    clerk = queries.actor_for(account=chen, post=queries.posts_of(chen)[1].id)
    visit = actions.serve_at_window(
        name="李秀兰", number=queries.number_in_clear(grandmother), by=clerk
    )
    serving = queries.actor_for(
        account=chen, post=queries.posts_of(chen)[1].id, proxy=visit.pk, channel="window"
    )
    actions.answer_request(request=request, agrees=True, by=serving)
    (proxy,) = held(son)
    assert "window" in proxy.evidence
    assert proxy.given_by.startswith("official:")


def test_a_request_lapses(grandmother: Person, son: Actor) -> None:
    request = asked(grandmother, son)
    with clock.at("2026-01-20 10:00"):
        assert queries.requests_to(grandmother.pk) == []
        with pytest.raises(rules.RequestOver):
            actions.answer_request(request=request, agrees=True, by=people.signed_up(grandmother))
        assert asked(grandmother, son) != request


def test_one_request_to_one_person_and_five_at_a_time(grandmother: Person, son: Actor) -> None:
    first = asked(grandmother, son)
    with pytest.raises(rules.AskedAlready):
        asked(grandmother, son)
    for serial in range(10, 14):
        asked(people.citizen(serial, "赵一"), son)
    sixth = people.citizen(20, "赵二")
    with pytest.raises(rules.AskedTooOften):
        asked(sixth, son)
    actions.take_request_back(request=first, by=son)
    assert asked(sixth, son)


def test_what_cannot_be_asked(grandmother: Person, son: Actor) -> None:
    own = queries.person(son.person or 0)
    with pytest.raises(rules.ProxyToOneself):
        asked(own, son)
    with pytest.raises(rules.PeriodReversed):
        asked(grandmother, son, date(2026, 1, 4))
    with pytest.raises(rules.FamilyForAYear):
        asked(grandmother, son, date(2027, 1, 6))
    with pytest.raises(rules.ProxyScopeUnknown):
        actions.ask_for_proxy(principal=grandmother.pk, scope=[], to_on=LAST, by=son)
    behalf = son.acting_for(person=grandmother.pk, proxy=1)
    with pytest.raises(NotPermitted):
        asked(grandmother, behalf)
    assert queries.requests_to(grandmother.pk) == []


@given(some.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_year_is_a_year(day: date) -> None:
    last = rules.year_after(day)
    assert timedelta(days=364) < last - day <= timedelta(days=366)
