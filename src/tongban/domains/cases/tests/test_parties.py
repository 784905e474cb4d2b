"""Items that a company does: ordered once, accepted when it takes them, ended by its answer."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.city import city as city  # a fixture
from tongban.connectors import utilities
from tongban.connectors.utilities import SimulatedCompany
from tongban.domains.cases.actions import parties
from tongban.domains.cases.models import Case, Notice
from tongban.domains.cases.queries import parties as orders
from tongban.domains.cases.rules.parties import Differences, compare
from tongban.domains.cases.rules.state import Result, State
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
SELF = part("cases")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def water(tmp_path: Path) -> Iterator[SimulatedCompany]:
    company = SimulatedCompany("青禾水务", tmp_path / "water")
    with utilities.use("water", company):
        yield company


def filed() -> Case:
    account = identity.account("chensiyuan")
    assert account is not None
    by = identity.actor_for(account=account)
    filled = citizens.open_draft(by=by, item="water-transfer")
    citizens.complete(key=filled.key, by=by)
    return citizens.submit(key=filled.key, by=by).cases.get()


def days_pass(days: int = 2) -> None:
    clock.move(days=days)
    deadlines.begin_day(by=part("deadlines"))
    ledger.deliver()


def test_its_answer_is_the_outcome(water: SimulatedCompany) -> None:
    case = filed()
    ledger.deliver()
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert list(water.book(since=date(2026, 9, 7))) == [case.case_no]
    days_pass()
    case.refresh_from_db()
    assert (case.state, case.result) == (State.CLOSED, Result.GRANTED)
    assert case.determination.made_by == "part:company"
    names = set(Event.objects.filter(matter=case.matter_id).values_list("name", flat=True))
    assert {"case.ordered", "case.accepted", "case.order_answered", "case.granted"} <= names


def test_it_is_given_only_what_its_form_asks(water: SimulatedCompany) -> None:
    order = orders.order_of(filed().matter_id)
    assert order is not None
    assert set(order.details) == {
        "traded_home.premises_code",
        "traded_home.premises_address",
        "traded_home.water_account",
        "traded_home.utility_arrears",
        "buyer.name",
        "buyer.person_number",
        "buyer.phone",
    }


def test_it_refuses_with_its_reason_and_another_remedy(water: SimulatedCompany) -> None:
    water.refuses = "原户尚有欠费，请先结清。"
    case = filed()
    ledger.deliver()
    days_pass(1)
    case.refresh_from_db()
    assert (case.state, case.result) == (State.CLOSED, Result.REFUSED)
    assert case.determination.reasons == "原户尚有欠费，请先结清。"
    assert "行政复议" not in case.determination.remedies
    assert Notice.objects.filter(case=case, kind="refused").count() == 1


def test_what_it_does_not_take_now_is_ordered_again(water: SimulatedCompany) -> None:
    water.failures = 1
    case = filed()
    with pytest.raises(Unavailable):
        parties.hand_over(matter=case.matter_id, by=SELF)
    case.refresh_from_db()
    assert case.state == State.SUBMITTED
    parties.hand_over(matter=case.matter_id, by=SELF)
    parties.hand_over(matter=case.matter_id, by=SELF)
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert Event.objects.filter(matter=case.matter_id, name="case.ordered").count() == 1


def test_what_it_lost_is_found_by_comparing_and_ordered_again(water: SimulatedCompany) -> None:
    case = filed()
    ledger.deliver()
    since = date(2026, 9, 1)
    assert orders.order_differences(organ="water", since=since).is_none
    water.lose(case.case_no)
    water.order(order_id="of-nobody", service="water-transfer", details={})
    found = orders.order_differences(organ="water", since=since)
    assert found == Differences(missing=(case.case_no,), strange=("of-nobody",))
    parties.hear_all(by=SELF)
    assert not orders.order_differences(organ="water", since=since).missing
    clock.move(days=2)
    assert orders.order_differences(organ="water", since=since).unheard == (case.case_no,)
    parties.hear_all(by=SELF)
    case.refresh_from_db()
    assert case.result == Result.GRANTED
    assert not orders.order_differences(organ="water", since=since).unheard


def test_a_silent_company_keeps_none_of_the_others(water: SimulatedCompany, tmp_path: Path) -> None:
    case = filed()
    ledger.deliver()
    clock.move(days=2)
    water.failures = 1
    with pytest.raises(Unavailable):
        parties.hear_all(by=SELF)
    assert parties.hear_all(by=SELF) == 1
    case.refresh_from_db()
    assert case.state == State.DECIDED


def test_an_answer_heard_twice_ends_it_once(water: SimulatedCompany) -> None:
    case = filed()
    ledger.deliver()
    clock.move(days=2)
    answer = water.answer(order_id=case.case_no)
    assert parties.bring_back(matter=case.matter_id, answer=answer, by=SELF)
    assert not parties.bring_back(matter=case.matter_id, answer=answer, by=SELF)
    assert Event.objects.filter(matter=case.matter_id, name="case.granted").count() == 1


def test_an_agency_gets_no_order() -> None:
    account = identity.account("chensiyuan")
    assert account is not None
    by = identity.actor_for(account=account)
    filled = citizens.open_draft(by=by, item="tax-certificate")
    citizens.complete(key=filled.key, by=by)
    assert orders.order_of(citizens.submit(key=filled.key, by=by).cases.get().matter_id) is None


def test_books_are_compared_both_ways() -> None:
    found = compare({"a", "b"}, {"c"}, {"b": True, "c": True, "d": False})
    assert found == Differences(missing=("a",), unheard=("b",), strange=("d",))
    assert not found.is_none and compare({"a"}, set(), {"a": False}).is_none
