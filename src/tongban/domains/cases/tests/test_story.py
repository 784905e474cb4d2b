"""The two stories over days, with the clock in hand: what goes well, and what does not."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, drafting, ending
from tongban.domains.cases.models import Application, Case, CaseMaterial, Notice
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.licences.models import Licence
from tongban.domains.registries import actions as registries
from tongban.domains.registries.models import Correction
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.identity import actions as proxies
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.rules import OutsideProxy
from tongban.kernel.ledger.models import Delivery, Event
from tongban.kernel.processes.models import Matter
from tongban.simulator import citizens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def states(application: Application) -> dict[str, str]:
    return {case.item_key: case.state for case in application.cases.all()}


def case_of(application: Application, item: str) -> Case:
    return application.cases.select_related("matter", "application").get(item_key=item)


def source(register: str, *, is_up: bool) -> None:
    registries.set_source_state(register=register, is_up=is_up, by=part("test"))


def nothing_failed() -> None:
    assert not Delivery.objects.filter(done_at=None).exists()


def test_a_child_is_born() -> None:
    by = given.mother()
    filled = citizens.open_draft(by=by, thing="birth")
    assert filled.fetched / filled.fields >= 0.7
    citizens.complete(key=filled.key, by=by)
    application = citizens.submit(key=filled.key, by=by)
    assert states(application)["birth-registration"] == State.WAITING
    assert application.savings["forms"] == {"before": 7, "after": 1}
    given.settle()
    assert states(application)["birth-certificate"] == State.CLOSED
    assert states(application)["birth-registration"] == State.SUBMITTED
    given.next_day()
    given.work_all(application)
    application.refresh_from_db()
    assert set(states(application).values()) == {State.CLOSED}
    assert application.ended_at and Matter.objects.get(pk=application.matter_id).state == "ended"
    nothing_failed()
    # Outputs feed inputs: the card was made with the number that the police gave.
    page = Licence.objects.get(type="household_page")
    used = CaseMaterial.objects.filter(case__application=application, reference=page.identifier)
    assert used.exists()
    given_numbers = {licence.holder_hash for licence in Licence.objects.exclude(holder_hash="")}
    assert page.holder_hash in given_numbers
    child = queries.values_of(application)["child.name"]["value"]
    texts = str(list(Event.objects.values_list("data", flat=True)))
    assert child not in texts and identity.person(by.person or 0).name not in texts


def test_a_rule_never_refuses_and_says_why_it_decided() -> None:
    application = given.birth()
    given.settle()
    by_rule = [c for c in application.cases.all() if c.accept_basis == state.Basis.BY_RULE]
    assert by_rule
    for case in by_rule:
        made = queries.determination(case)
        assert made is not None and made.result == state.Result.GRANTED
        assert made.trace_hash and made.reasons and made.law
    assert not Event.objects.filter(name="case.refused").exists()


def test_a_restaurant_opens() -> None:
    application = given.restaurant(food="cake")
    given.settle()
    food = case_of(application, "food-licence")
    assert food.by_person  # the rule wants two officers to look
    given.work_all(application)
    application.refresh_from_db()
    assert set(states(application).values()) == {State.CLOSED}
    assert food.notices.filter(kind=papers.Kind.SPECIAL).count() == 1
    check = Event.objects.get(name="matter.acted", subject=food.matter.subject, data__stage="check")
    assert check.data["second_officer"].startswith("official:")
    nothing_failed()


def test_a_supplement_and_a_late_official() -> None:
    application = given.restaurant(food="cake")
    given.settle()
    case = case_of(application, "signboard-permit")
    item = given.item_of(case)
    acceptance.ask_supplement(
        item=item.pk,
        defects=[
            {"kind": "material", "key": "signboard_drawing", "name": "效果图", "needed": "请补尺寸"}
        ],
        by=given.official(item),
    )
    given.settle()
    given.next_day(8)  # the applicant's days, no agency's
    assert case_of(application, "signboard-permit").state == State.SUPPLEMENT
    by = given.restaurateur()
    acceptance.supplement(
        case_no=case.case_no, values={}, files={"signboard_drawing": citizens.keep(by=by)}, by=by
    )
    given.settle()
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    due = Matter.objects.get(pk=case.matter_id).due_on
    assert due is not None
    while clock.today() <= due:
        given.next_day()
    case = case_of(application, "signboard-permit")
    assert case.state == State.ACCEPTED and case.overdue_at
    assert Matter.objects.get(pk=application.matter_id).due_on is not None
    given.work_all(application)
    assert case_of(application, "signboard-permit").result == state.Result.GRANTED
    nothing_failed()


def test_silence_of_the_agency_is_acceptance() -> None:
    application = given.restaurant(food="cake")
    given.settle()
    given.next_day(8)
    case = case_of(application, "signboard-permit")
    assert case.accept_basis == state.Basis.DEEMED
    assert case.accepted_at and clock.moment(case.accepted_at).date() == date(2026, 9, 7)
    food = case_of(application, "food-licence")
    assert (food.accept_basis, food.state) == (state.Basis.DEEMED, State.SPECIAL)
    nothing_failed()


def test_a_refused_item_holds_back_what_depends_on_it_and_nothing_else() -> None:
    application = given.birth()
    first = case_of(application, "birth-certificate")
    item = given.item_of(first)
    acceptance.decline(item=item.pk, reasons="不属本院", law="《条例》", by=given.official(item))
    given.settle()
    now = states(application)
    assert now["vaccination-record"] == State.CLOSED
    assert now["birth-registration"] == now["social-security-card"] == State.WITHDRAWN
    told = Notice.objects.filter(application=application, kind=papers.Kind.BLOCKED)
    assert told.count() == application.cases.filter(result=state.Result.BLOCKED).count() >= 4
    application.refresh_from_db()
    assert application.ended_at  # nothing is left to be done
    nothing_failed()


def test_a_source_that_is_down_leaves_it_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    application = given.birth()
    source("births", is_up=False)
    given.settle()
    source("births", is_up=True)
    case = case_of(application, "birth-certificate")
    assert case.state == State.SUBMITTED and "无应答" in case.by_person
    assert Event.objects.filter(name="case.to_a_person", matter=case.matter_id).count() == 1
    given.work_all(application)
    assert set(states(application).values()) == {State.CLOSED}
    nothing_failed()


def test_a_form_fills_though_a_source_is_down_and_again_when_it_is_back() -> None:
    by = given.mother()
    source("households", is_up=False)
    key = citizens.open_draft(by=by, thing="birth").key
    source("households", is_up=True)
    view = queries.view(queries.draft(key, by=by))
    assert view.draft.unavailable and "household.household_number" in view.problems()
    drafting.write(key=key, posted={"child.name": "李安"}, by=by)
    drafting.fill(key=key, by=by)
    view = queries.view(queries.draft(key, by=by))
    assert not view.draft.unavailable and "household.household_number" not in view.problems()
    assert view.values["child.name"].value == "李安"


def test_sources_that_disagree_send_it_to_a_person_and_a_correction_to_the_source() -> None:
    application = given.restaurant(food="hot")
    case = case_of(application, "fire-check")
    draft = application.drafts.get()
    # After the filing, the premises' register comes to say another address than the firms'.
    registries.apply_result(
        register="premises",
        subject=queries.opened(draft.subjects)["premises"],
        values={"premises_address": "青禾市云麓区别处路 9 号"},
        case="",
        by=part("test"),
    )
    given.settle()
    case = case_of(application, "fire-check")
    assert case.state == State.SUBMITTED and case.by_person
    found = Correction.objects.exclude(reason="applicant")
    assert {(one.register, one.element, one.reason) for one in found} == {
        ("premises", "premises_address", "contradictory")
    }
    given.work_all(application)
    assert case_of(application, "fire-check").result == state.Result.GRANTED
    nothing_failed()


def test_what_the_applicant_puts_right_opens_a_correction() -> None:
    by = given.mother()
    key = given.draft_of(by, thing="birth")
    view = queries.view(queries.draft(key, by=by))
    assert view.values["household.household_address"].source == "prefill"
    drafting.write(key=key, posted={"household.household_address": "青禾市改正路 1 号"}, by=by)
    application = citizens.submit(key=key, by=by)
    assert any(case.differences for case in application.cases.all())
    assert Correction.objects.count() == 1
    assert eforms.corrections(eforms.load(queries.values_of(application)))


def test_a_proxy_acts_within_its_scope_only() -> None:
    mother, agent = given.mother(), given.citizen("zhoumei")
    assert mother.person and agent.person

    def by_proxy(scope: list[str]) -> Actor:
        proxy = proxies.give_proxy(
            agent=agent.person or 0,
            principal=mother.person,
            scope=scope,
            basis="family",
            to_on=date(2026, 12, 31),
            evidence="户口簿",
            by=mother,
        )
        account = identity.account("zhoumei")
        assert account is not None
        return identity.actor_for(account=account, proxy=proxy.pk)

    with pytest.raises(OutsideProxy):
        citizens.open_draft(by=by_proxy(["birth-certificate"]), thing="birth")
    by = by_proxy(["birth"])
    application = citizens.submit(key=given.draft_of(by, thing="birth"), by=by)
    assert (application.person, application.agent) == (mother.person, agent.person)
    other = by_proxy(["restaurant"])
    first = case_of(application, "birth-certificate")
    with pytest.raises(OutsideProxy):
        ending.withdraw(case_no=first.case_no, by=other)
    ending.withdraw(case_no=first.case_no, by=by)
