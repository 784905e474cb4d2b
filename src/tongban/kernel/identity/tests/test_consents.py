"""Consent by a code on the registered telephone: sent to it, tried five times, used once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import actions, queries, rules
from tongban.kernel.identity.models import ConsentCode, Person
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db
LAST = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _day(db: None) -> Iterator[None]:
    with clock.at("2026-01-05 10:00"):
        yield


def phone(person: Person, number: str) -> Person:
    person.phone = vault.encrypt(number, purpose=queries.PHONE)
    person.save()
    return person


@pytest.fixture
def grandmother() -> Person:
    return phone(people.citizen(2, "李秀兰", born_on=date(1948, 2, 3)), "13900000001")


@pytest.fixture
def son() -> Actor:
    return people.signed_up(phone(people.citizen(1, "王建国"), "13900000002"), "son")


@pytest.fixture
def request_(grandmother: Person, son: Actor) -> int:
    return actions.ask_for_proxy(principal=grandmother.pk, scope=["birth"], to_on=LAST, by=son).pk


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_read_out_is_consent(request_: int, son: Actor, grandmother: Person) -> None:
    _, code = actions.code_for_request(request=request_, by=son)
    assert len(code) == 6 and code.isdecimal()
    agreed = actions.agree_by_code(request=request_, code=f" {code[:3]} {code[3:]}", by=son)
    assert agreed.state == "agreed" and agreed.proxy is not None
    given = queries.proxy(agreed.proxy.pk)
    assert (given.scope, given.to_on, given.basis) == (["birth"], LAST, "family")
    assert "code" in given.evidence and given.given_by == son.key
    with pytest.raises(rules.CodeWrong):
        actions.agree_by_code(request=request_, code=code, by=son)


def test_the_code_stands_nowhere(request_: int, son: Actor) -> None:
    _, code = actions.code_for_request(request=request_, by=son)
    actions.agree_by_code(request=request_, code=code, by=son)
    row = ConsentCode.objects.values().get()
    assert not any(code in str(value) for name, value in row.items() if name != "code_hash")
    assert code not in row["code_hash"].rpartition("$")[0]
    assert all(code not in str(one.data) for one in Event.objects.filter(name__startswith="code."))
    assert not any("13900000001" in str(one.data) for one in Event.objects.all())


def test_five_tries_and_no_more(request_: int, son: Actor) -> None:
    _, code = actions.code_for_request(request=request_, by=son)
    for _ in range(rules.CODE_TRIES):
        with pytest.raises(rules.CodeWrong):
            actions.agree_by_code(request=request_, code=wrong(code), by=son)
    with pytest.raises(rules.CodeWrong):
        actions.agree_by_code(request=request_, code=code, by=son)
    assert not queries.proxies_for(son.person or 0)
    assert queries.proxy_request(request_).state == "asked"


class Watch:
    """Real time, by hand: a held civil clock must not bring a code back to life."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.instant()
        monkeypatch.setattr(clock, "instant", lambda: self.at)

    def wait(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def test_ten_minutes(request_: int, son: Actor, watch: Watch) -> None:
    _, code = actions.code_for_request(request=request_, by=son)
    watch.wait(10)
    with pytest.raises(rules.CodeWrong):
        actions.agree_by_code(request=request_, code=code, by=son)
    watch.wait(-0.1)
    assert actions.agree_by_code(request=request_, code=code, by=son).state == "agreed"


def test_a_new_code_ends_the_one_before_and_they_are_counted(
    request_: int, son: Actor, watch: Watch
) -> None:
    _, first = actions.code_for_request(request=request_, by=son)
    with pytest.raises(rules.CodeTooSoon):
        actions.code_for_request(request=request_, by=son)
    for _ in range(rules.CODES_A_DAY - 1):
        watch.wait(1.1)
        _, code = actions.code_for_request(request=request_, by=son)
        if first != code:
            with pytest.raises(rules.CodeWrong):
                actions.agree_by_code(request=request_, code=first, by=son)
    watch.wait(60)
    with pytest.raises(rules.CodeTooSoon):
        actions.code_for_request(request=request_, by=son)
    watch.wait(24 * 60)
    assert actions.code_for_request(request=request_, by=son)


def test_what_the_gateway_did_not_take_counts_against_nobody(request_: int, son: Actor) -> None:
    key, code = actions.code_for_request(request=request_, by=son)
    actions.void_code(code=key, by=son)
    with pytest.raises(rules.CodeWrong):
        actions.agree_by_code(request=request_, code=code, by=son)
    assert actions.code_for_request(request=request_, by=son)


def test_a_code_for_one_thing_is_none_for_another(
    request_: int, son: Actor, grandmother: Person
) -> None:
    _, code = actions.issue_code(person=grandmother.pk, subject="filing:1:abc", by=son)
    with pytest.raises(rules.CodeWrong):
        actions.agree_by_code(request=request_, code=code, by=son)


def test_only_whoever_asked_enters_it(request_: int, son: Actor, city: object) -> None:
    _, code = actions.code_for_request(request=request_, by=son)
    stranger = people.signed_up(people.citizen(7, "赵一"))
    for by in (stranger, people.acting("chen"), replace(son, for_person=99, proxy=1)):
        with pytest.raises(NotFound):
            actions.agree_by_code(request=request_, code=code, by=by)
        with pytest.raises(NotFound):
            actions.code_for_request(request=request_, by=by)


def test_one_telephone_for_both_is_no_consent(
    request_: int, son: Actor, grandmother: Person
) -> None:
    phone(grandmother, "13900000002")
    with pytest.raises(rules.PhoneIsShared):
        actions.code_for_request(request=request_, by=son)
    grandmother.phone = ""
    grandmother.save()
    with pytest.raises(rules.NoPhoneKnown):
        actions.code_for_request(request=request_, by=son)
    assert not ConsentCode.objects.exists()


def test_an_answered_request_gets_no_code(request_: int, son: Actor) -> None:
    actions.take_request_back(request=request_, by=son)
    with pytest.raises(rules.RequestOver):
        actions.code_for_request(request=request_, by=son)
