"""What a licence says, when it holds, and that it is given once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.city import city as city  # a fixture
from tongban.domains.licences import actions, queries, rules
from tongban.domains.licences.models import Licence, LicenceUse
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event

BY = part("test")
DAY = date(2026, 9, 7)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", "2026990100000007"),
        ("Q{seq:09d}", "Q000000007"),
        ("JY2{division}{seq:06d}{check}", "JY2990100000007"),
    ],
)
def test_the_number_on_its_face(pattern: str, expected: str) -> None:
    found = rules.number(pattern, serial=7, division="990100", year=2026)
    assert found.startswith(expected) and len(found) <= len(expected) + 1


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ({}, "valid"),
        ({"intact": False, "status": "revoked"}, "altered"),
        ({"status": "revoked"}, "revoked"),
        ({"status": "suspended"}, "suspended"),
        ({"valid_from": date(2026, 9, 8)}, "not_yet"),
        ({"valid_to": date(2026, 9, 6)}, "expired"),
        ({"valid_to": DAY}, "valid"),
    ],
)
def test_what_a_verifier_is_told(given: dict[str, Any], standing: str) -> None:
    facts = {"status": "valid", "valid_from": DAY, "valid_to": None, "today": DAY, "intact": True}
    assert rules.standing(**{**facts, **given}) == standing


def test_years_end_the_day_before() -> None:
    assert rules.years_on(date(2026, 9, 7), 5) == date(2031, 9, 6)
    assert rules.years_on(date(2024, 2, 29), 1) == date(2025, 2, 27)
    assert rules.years_on(DAY, 0) is None


@pytest.fixture
def held(city: object, db: None) -> Iterator[Licence]:
    with clock.at("2026-09-07 09:00"), transaction.atomic():
        yield issue()


def mother() -> Actor:
    account = identity.account("lixiaoyun")
    assert account is not None
    return identity.actor_for(account=account)


def issue(**more: Any) -> Licence:
    organ = identity.organ("market")
    whole = {
        "type_key": "food_licence",
        "organ": organ.uscc,
        "holder": actions.Holder(
            kind="person", name="李晓芸", keeper=mother().person or 0, number="990102199403225527"
        ),
        "values": {"operator.entity_name": "面馆"},
        "case_no": "C1",
        "serial": 1,
        "result_key": "food_licence",
        "by": BY,
    }
    return actions.issue(**{**whole, **more})


def revoker(organ: str) -> Actor:
    found = identity.organ(organ)
    return Actor(
        kind="official", key="official:1", organ=found.uscc, grants=frozenset(["licence.revoke"])
    )


def test_anyone_can_check_it_and_finds_any_change(held: Licence) -> None:
    assert queries.verify(held.identifier).holds
    assert "990102199403225527" not in held.record
    other = issue(case_no="C2", serial=2)
    Licence.objects.filter(pk=held.pk).update(record=other.record)
    assert queries.verify(held.identifier).standing == "altered"
    with pytest.raises(NotFound):
        queries.verify("1.2.156")


def test_one_case_gives_it_once(held: Licence) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        issue(serial=9)
    assert Licence.objects.count() == 1


def test_only_the_organ_that_gave_it_takes_it_back_with_reasons(held: Licence) -> None:
    revoke = {"identifier": held.identifier, "reasons": "隐瞒情况", "law": "《许可法》第六十九条"}
    with pytest.raises(NotFound):
        actions.revoke(**revoke, by=revoker("fire"))
    with pytest.raises(rules.ReasonNeeded):
        actions.revoke(**{**revoke, "law": " "}, by=revoker("market"))
    actions.revoke(**revoke, by=revoker("market"))
    assert queries.verify(held.identifier).standing == "revoked"
    with pytest.raises(rules.AlreadyRevoked):
        actions.revoke(**revoke, by=revoker("market"))
    assert Event.objects.filter(name="licence.revoked").count() == 1


def test_a_use_is_noted_once_for_its_holder(held: Licence) -> None:
    for _ in range(2):
        actions.note_use(
            identifier=held.identifier, purpose="开户", organ="bank", case_no="C9", by=BY
        )
    assert LicenceUse.objects.count() == 1
    assert [row.pk for row in queries.mine(by=mother())] == [held.pk]
