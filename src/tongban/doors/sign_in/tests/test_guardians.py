"""A parent acts for a child by the birth register, until the eighteenth birthday."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tests.office.people import signed_in
from tongban.domains.registries import actions, rules
from tongban.domains.registries.models import LookupRecord
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.errors import NotPermitted, Unavailable
from tongban.kernel.identity import codes, queries
from tongban.kernel.identity import rules as law
from tongban.kernel.identity.models import Proxy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
BORN = date(2010, 3, 8)
NAME = "李小满"
NUMBER = codes.fictional_person_number("990101", BORN, 77)
AT = "/sign-in/proxies/child/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        register(mother_number())
        yield


def mother_number() -> str:
    return queries.number_in_clear(queries.person(given.mother().person or 0))


def register(mother: str) -> None:
    by = part("registries")
    person = {"person_number": NUMBER, "name": NAME, "birth_date": BORN.isoformat()}
    actions.load(register="population", rows=[rules.Row(values=person)], by=by)
    birth = {
        "birth_no": "CS990101201003080077",
        "name": NAME,
        "birth_date": BORN.isoformat(),
        "mother_number": mother,
    }
    actions.load(register="births", rows=[rules.Row(values=birth)], by=by)


def acting_for(proxy: Proxy) -> Actor:
    account = queries.account("lixiaoyun")
    assert account is not None
    return queries.actor_for(account=account, proxy=proxy.pk)


def test_a_mother_acts_without_consent_until_the_birthday() -> None:
    proxy = actions.act_as_parent(name=NAME, number=NUMBER, by=given.mother())
    assert (proxy.basis, proxy.scope, proxy.to_on) == ("guardian", ["*"], date(2028, 3, 7))
    assert acting_for(proxy).for_person == proxy.principal_person_id
    again = actions.act_as_parent(name=NAME, number=NUMBER, by=given.mother())
    assert again.pk == proxy.pk
    with clock.at("2028-03-07 23:59"):
        assert acting_for(proxy)
    with clock.at("2028-03-08 00:00"):
        with pytest.raises(law.ProxyEnded):
            acting_for(proxy)
        with pytest.raises(law.OfAge):
            actions.act_as_parent(name=NAME, number=NUMBER, by=given.mother())


def test_the_registers_are_asked_with_purpose_and_basis() -> None:
    before = set(LookupRecord.objects.values_list("pk", flat=True))
    actions.act_as_parent(name=NAME, number=NUMBER, by=given.mother())
    asked = LookupRecord.objects.exclude(pk__in=before)
    assert {row.register for row in asked} == {"births", "population"}
    assert {row.purpose for row in asked} == {"核验法定监护关系"}
    assert all("第二十七条" in row.basis for row in asked)


def test_nobody_else_and_no_other_name() -> None:
    proxies = Proxy.objects.count()
    for by, name, number in (
        (given.citizen("zhoumei"), NAME, NUMBER),
        (given.mother(), "李小满满", NUMBER),
        (given.mother(), NAME, codes.fictional_person_number("990101", BORN, 79)),
        (given.mother(), NAME, "x"),
        (given.mother(), "", ""),
    ):
        with pytest.raises(rules.NotTheirParent):
            actions.act_as_parent(name=name, number=number, by=by)
    with pytest.raises(NotPermitted):
        actions.act_as_parent(name=NAME, number=NUMBER, by=given.restaurateur())
    assert Proxy.objects.count() == proxies


def test_a_register_that_is_down_proves_nothing() -> None:
    actions.set_source_state(register="births", is_up=False, by=part("registries"))
    with pytest.raises(Unavailable):
        actions.act_as_parent(name=NAME, number=NUMBER, by=given.mother())


def test_over_the_page() -> None:
    mother = signed_in("lixiaoyun")
    assert AT in mother.get("/sign-in/acting/").content.decode()
    assert mother.get(AT).status_code == 200
    bad = mother.post(AT, {"name": "某某", "number": NUMBER})
    assert bad.status_code == 422 and "err-sum" in bad.content.decode()
    good = mother.post(AT, {"name": NAME, "number": NUMBER})
    assert good.headers["Location"] == "/sign-in/acting/"
    assert NAME in mother.get("/sign-in/acting/").content.decode()
