"""A restaurant's licence reaches those who will come and look."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.handovers import actions, queries, rules, workbench
from tongban.domains.handovers.models import Supervision
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.rules import NoSuchOrgan
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter
from tongban.kernel.ui import modes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def inspector(organ: str) -> Actor:
    holder = identity.officials_with("handover.receive", identity.organ(organ).uscc)[0]
    account = identity.account_of(holder.person, is_official=True)
    assert account is not None
    return identity.actor_for(account=account, post=holder.post)


@pytest.fixture
def food() -> Supervision:
    """The food licence of a new restaurant, granted."""
    application = given.restaurant(food="cake")
    given.settle()
    given.work_all(application)
    given.settle()
    return Supervision.objects.get(item_key="food-licence")


def test_the_brigade_signs_for_a_food_licence(food: Supervision, rf: Any) -> None:
    def ask(view: Any, by: Actor, *args: str, post: dict[str, str] | None = None) -> Any:
        request = rf.get("/") if post is None else rf.post("/", post)
        request.actor, request.ui = by, modes.read("zh")
        return view(request, *args)

    brigade, no = inspector("market"), food.case_no
    assert food.organ == identity.organ("market").uscc and food.received_at is None
    assert no in ask(workbench.office, brigade).content.decode()
    assert no not in ask(workbench.office, inspector("urban")).content.decode()
    page = ask(workbench.supervision, brigade, no).content.decode()
    assert queries.licences_of(food)[0].number in page and "签收" in page
    with pytest.raises(rules.PlanMissing):
        ask(workbench.supervision, brigade, no, post={"plan": " "})
    assert ask(workbench.supervision, brigade, no, post={"plan": "三十日内首查"}).status_code == 302
    with pytest.raises(rules.AlreadyReceived):
        actions.receive(case_no=no, plan="再签", by=brigade)
    food.refresh_from_db()
    assert (food.plan, food.matter.state) == ("三十日内首查", "ended")
    assert "三十日内首查" in ask(workbench.supervision, brigade, no).content.decode()
    assert no not in ask(workbench.office, brigade).content.decode()
    with pytest.raises(NotPermitted):
        ask(workbench.office, given.mother())
    with pytest.raises(NotFound):
        ask(workbench.supervision, inspector("urban"), no)


def test_who_does_not_sign_is_late(food: Supervision) -> None:
    due = food.matter.due_on
    assert due is not None
    clock.move("2026-10-20 09:00")
    while deadlines.sweep(by=part("test")):
        pass
    late = Event.objects.filter(name="clock.breached", data__kind="handover.receive")
    assert late.filter(matter=food.matter_id).count() == 1 and due < date(2026, 10, 20)
    actions.receive(case_no=food.case_no, plan="补签", by=inspector("market"))


def test_passing_on_keeps_the_clock(food: Supervision) -> None:
    market, urban = inspector("market"), inspector("urban")
    due = food.matter.due_on
    for organ, reason, refusal in (
        ("market", "不归我们", rules.SameOrgan),
        ("urban", " ", rules.ReasonMissing),
        ("nowhere", "不归我们", NoSuchOrgan),
    ):
        with pytest.raises(refusal):
            actions.pass_on(case_no=food.case_no, organ=organ, reason=reason, by=market)
    actions.pass_on(case_no=food.case_no, organ="urban", reason="占道经营，由城管监管", by=market)
    with pytest.raises(NotFound):
        actions.receive(case_no=food.case_no, plan="x", by=market)
    assert Matter.objects.get(pk=food.matter_id).due_on == due
    received = actions.receive(case_no=food.case_no, plan="日常巡查", by=urban)
    assert received.passed_on[0][1] == "占道经营，由城管监管"
    with pytest.raises(rules.AlreadyReceived):
        actions.pass_on(case_no=food.case_no, organ="market", reason="退回", by=urban)


def test_handing_twice_is_once_and_what_needs_no_supervision_is_not_handed() -> None:
    application = given.birth()
    given.settle()
    assert not Supervision.objects.exists()  # a public service, not a licence
    case = application.cases.first()
    assert case is not None and actions.hand(matter=case.matter_id, by=actions.SELF) is None


def test_in_every_supervising_organ_somebody_can_sign() -> None:
    settings = queries.settings()
    assert settings is not None
    for version in catalogue.all_current("service_item"):
        if settings.is_handed(version.body):
            organ = identity.organ(rules.supervisor(version.body, version.body["organ"]))
            assert identity.officials_with("handover.receive", organ.uscc), version.key
