from collections.abc import Iterator
from datetime import date

import pytest

from tongban.kernel import clock
from tongban.kernel.errors import NotPermitted
from tongban.kernel.identity import actions, codes, queries, rules
from tongban.kernel.identity.models import Person, Proxy
from tongban.kernel.identity.tests import people

pytestmark = pytest.mark.django_db

JANUARY = date(2026, 1, 31)


@pytest.fixture(autouse=True)
def _day(db: None) -> Iterator[None]:
    with clock.at("2026-01-05 10:00"):
        yield


def family(grandmother: Person, son: Person, **changes: object) -> Proxy:
    given: dict[str, object] = {
        "principal": grandmother.pk,
        "agent": son.pk,
        "scope": ["birth", "pension"],
        "basis": "family",
        "to_on": JANUARY,
        "evidence": "agreed in the app",
        "by": people.signed_up(grandmother),
    }
    return actions.give_proxy(**{**given, **changes})  # type: ignore[arg-type]


@pytest.fixture
def grandmother() -> Person:
    return people.citizen(2, "李秀兰", born_on=date(1948, 2, 3))


@pytest.fixture
def son() -> Person:
    person = people.citizen(1, "王建国")
    people.signed_up(person, "son")
    return person


def test_an_agent_acts_for_the_principal(grandmother: Person, son: Person) -> None:
    proxy = family(grandmother, son)
    actor = queries.actor_for(account=people.official("son"), proxy=proxy.pk)
    assert (actor.person, actor.for_person, actor.proxy) == (son.pk, grandmother.pk, proxy.pk)
    assert actor.on_behalf == f"person:{grandmother.pk}"
    assert queries.principal_name(actor) == "李秀兰"
    assert queries.proxies_for(son.pk) == [proxy]
    assert queries.proxies_given_by(grandmother.pk) == [proxy]
    (shown,) = queries.principals_of(people.official("son"))
    assert (shown.name, shown.proxy, shown.to_on) == ("李秀兰", proxy.pk, JANUARY)


def test_a_proxy_covers_its_scope_only(grandmother: Person, son: Person) -> None:
    proxy = family(grandmother, son)
    actor = queries.actor_for(account=people.official("son"), proxy=proxy.pk)
    queries.check_scope(actor, "birth")
    with pytest.raises(rules.OutsideProxy, match="restaurant"):
        queries.check_scope(actor, "restaurant")
    queries.check_scope(queries.actor_for(account=people.official("son")), "restaurant")


def test_an_ended_proxy_is_refused(grandmother: Person, son: Person) -> None:
    proxy = family(grandmother, son)
    with clock.at("2026-01-31 23:59"):
        actor = queries.actor_for(account=people.official("son"), proxy=proxy.pk)
    with clock.at("2026-02-01 00:00"):
        with pytest.raises(rules.ProxyEnded):
            queries.actor_for(account=people.official("son"), proxy=proxy.pk)
        with pytest.raises(rules.ProxyEnded):
            queries.check_scope(actor, "birth")
        assert queries.proxies_for(son.pk) == []


def test_a_proxy_to_come_does_not_count_yet(grandmother: Person, son: Person) -> None:
    proxy = family(grandmother, son, from_on=date(2026, 1, 10))
    with pytest.raises(rules.ProxyEnded):
        queries.actor_for(account=people.official("son"), proxy=proxy.pk)


@pytest.mark.parametrize("who", ["principal", "agent"])
def test_a_revoked_proxy_is_refused_at_once(grandmother: Person, son: Person, who: str) -> None:
    proxy = family(grandmother, son)
    account = queries.account_of(grandmother.pk if who == "principal" else son.pk)
    assert account is not None
    by = queries.actor_for(account=account)
    assert actions.revoke_proxy(proxy=proxy.pk, by=by).revoked_by == by.key
    actions.revoke_proxy(proxy=proxy.pk, by=by)
    with pytest.raises(rules.ProxyEnded):
        queries.actor_for(account=people.official("son"), proxy=proxy.pk)


def test_strangers_neither_use_nor_revoke_a_proxy(grandmother: Person, son: Person) -> None:
    proxy = family(grandmother, son)
    stranger = people.citizen(5, "赵六")
    by = people.signed_up(stranger, "stranger")
    with pytest.raises(rules.ProxyEnded):
        queries.actor_for(account=people.official("stranger"), proxy=proxy.pk)
    with pytest.raises(NotPermitted):
        actions.revoke_proxy(proxy=proxy.pk, by=by)


def test_nobody_gives_a_proxy_in_anothers_name(grandmother: Person, son: Person) -> None:
    account = people.official("son")
    alone = queries.actor_for(account=account)
    with pytest.raises(NotPermitted):
        family(grandmother, son, by=alone)
    proxy = family(grandmother, son, scope=["*"])
    agent = queries.actor_for(account=account, proxy=proxy.pk)
    third = people.citizen(5, "赵六")
    with pytest.raises(NotPermitted):
        family(grandmother, third, by=agent)
    with pytest.raises(NotPermitted):
        actions.give_proxy(
            principal=son.pk,
            agent=third.pk,
            scope=["*"],
            basis="family",
            to_on=JANUARY,
            evidence="x",
            by=agent,
        )


def test_a_proxy_to_oneself_is_refused(grandmother: Person) -> None:
    with pytest.raises(rules.ProxyToOneself):
        family(grandmother, grandmother)


def test_guardianship_is_entered_by_someone_who_has_seen_the_paper(
    city: object, son: Person
) -> None:
    child = people.citizen(3, "王小苗", born_on=date(2010, 6, 1))
    account = people.official("chen")
    reviewer, clerk = queries.posts_of(account)
    given = {
        "principal": child.pk,
        "agent": son.pk,
        "scope": ["*"],
        "basis": "guardian",
        "to_on": date(2028, 5, 31),
        "evidence": "出生医学证明",
    }
    for by in [
        queries.actor_for(account=people.official("son")),
        queries.actor_for(account=account, post=reviewer.id),
    ]:
        with pytest.raises(NotPermitted):
            actions.give_proxy(**given, by=by)
    at_window = queries.actor_for(account=account, post=clerk.id)
    with pytest.raises(rules.OfAge, match="2028-06-01"):
        actions.give_proxy(**{**given, "to_on": date(2028, 6, 1)}, by=at_window)
    assert actions.give_proxy(**given, by=at_window).agent == son


def test_a_clerk_serves_whoever_stands_there_for_a_day(city: object, grandmother: Person) -> None:
    account = people.official("chen")
    reviewer, clerk = queries.posts_of(account)
    by = queries.actor_for(account=account, post=clerk.id)
    number = queries.number_in_clear(grandmother)
    proxy = actions.serve_at_window(name="李秀兰", number=number, by=by)
    assert actions.serve_at_window(name="李秀兰", number=number, by=by) == proxy
    serving = queries.actor_for(account=account, post=clerk.id, proxy=proxy.pk, channel="window")
    assert (serving.for_person, serving.channel) == (grandmother.pk, "window")
    with pytest.raises(NotPermitted):
        queries.actor_for(account=account, post=reviewer.id, proxy=proxy.pk)
    with clock.at("2026-01-06 00:00"), pytest.raises(rules.ProxyEnded):
        queries.actor_for(account=account, post=clerk.id, proxy=proxy.pk)


def test_a_clerk_compares_the_document(city: object, grandmother: Person) -> None:
    account = people.official("chen")
    by = queries.actor_for(account=account, post=queries.posts_of(account)[1].id)
    number = queries.number_in_clear(grandmother)
    with pytest.raises(rules.NameDiffers):
        actions.serve_at_window(name="李秀英", number=number, by=by)
    with pytest.raises(codes.BadCode):
        actions.serve_at_window(name="李秀兰", number=number[:-2], by=by)
    new = codes.fictional_person_number("990102", date(1960, 1, 1), 5)
    proxy = actions.serve_at_window(name="新来", number=new, by=by)
    assert queries.person_by_number(new) == proxy.principal_person
    with pytest.raises(NotPermitted):
        actions.serve_at_window(name="李秀兰", number=number, by=people.acting("li"))


def test_a_representative_acts_for_the_firm_while_it_is_active(son: Person) -> None:
    uscc = codes.fictional_uscc("990101", 1)
    actions.enrol_entities(
        entities=[actions.NewEntity(uscc, "青禾面馆", "firm", representative=son.pk)],
        by=people.SETUP,
    )
    account = people.official("son")
    actor = queries.actor_for(account=account, entity=uscc)
    assert (actor.for_entity, actor.on_behalf) == (uscc, f"entity:{uscc}")
    assert queries.principal_name(actor) == "青禾面馆"
    assert [one.entity for one in queries.principals_of(account)] == [uscc]

    clerk = people.citizen(5, "赵六")
    people.signed_up(clerk, "clerk")
    with pytest.raises(rules.ProxyEnded):
        queries.actor_for(account=people.official("clerk"), entity=uscc)
    proxy = actions.give_proxy(
        entity=uscc,
        agent=clerk.pk,
        scope=["restaurant"],
        basis="agent",
        to_on=JANUARY,
        evidence="委托书",
        by=queries.actor_for(account=account),
    )
    agent = queries.actor_for(account=people.official("clerk"), proxy=proxy.pk)
    assert (agent.for_entity, agent.for_person) == (uscc, None)

    actions.set_entity_status(uscc=uscc, status="cancelled", by=people.SETUP)
    with pytest.raises(rules.EntityNotActive, match="cancelled"):
        queries.actor_for(account=account, entity=uscc)
    with pytest.raises(rules.EntityNotActive):
        queries.actor_for(account=people.official("clerk"), proxy=proxy.pk)
