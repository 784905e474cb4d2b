"""Cases that stand still, end early, end late, or end on paper: rows 12 to 18 of the table."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tongban.connectors import couriers
from tongban.domains.cases import queries
from tongban.domains.cases.actions import (
    acceptance,
    determination,
    ending,
    hearings,
    results,
    review,
    ruling,
)
from tongban.domains.cases.models import Case, Handover, Notice
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.licences import queries as wallet
from tongban.domains.licences.models import Licence
from tongban.domains.payments import actions as payments
from tongban.domains.payments.models import Bill, Refund
from tongban.domains.payments.rules import Heard
from tongban.domains.registries import queries as registers
from tongban.domains.registries.models import RegisterRow
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.errors import NotPermitted, Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.simulator import citizens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LAW = "《中华人民共和国行政许可法》"
RECEIPT = {"name": "周梅", "document": "990102199003078024"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def accepted(**answers: str) -> Case:
    case = given.food_licence(**answers)
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    return fresh(case)


def filed(item: str) -> Case:
    by = given.restaurateur()
    return citizens.submit(key=given.draft_of(by, item=item), by=by).cases.get()


def examined(item: str) -> tuple[Case, WorkItem]:
    """A case of the item that waits for its decision."""
    case = filed(item)
    while (work := given.item_of(case)) and (legal := stage_of(work).legal) != "decide":
        by = given.official(work)
        if legal == "accept":
            acceptance.accept(item=work.pk, by=by)
        else:
            review.pass_on(item=work.pk, outcome="pass", opinion="属实", by=by)
    return fresh(case), work


def stage_of(work: WorkItem) -> flow.Stage:
    return processes.graph(work.matter.process or 0).stages[work.stage]


def fresh(case: Case) -> Case:
    return Case.objects.select_related("matter", "application").get(pk=case.pk)


def head(case: Case) -> Actor:
    return holder("case.decide", case.organ)


def holder(grant: str, organ: str) -> Actor:
    found = identity.officials_with(grant, organ)[0]
    account = identity.account_of(found.person, is_official=True)
    assert account is not None
    return identity.actor_for(account=account, post=found.post)


def dues(case: Case) -> dict[str, tuple[str, date | None]]:
    return {c.kind: (c.state, c.due_on) for c in Clock.objects.filter(matter=case.matter_id)}


def told(case: Case) -> list[str]:
    return list(case.notices.order_by("id").values_list("kind", flat=True))


def events(case: Case) -> list[str]:
    about = Event.objects.filter(subject=case.matter.subject).order_by("id")
    return list(about.values_list("name", flat=True))


def refuses(case: Case, refusal: type[Exception], act: Callable[[], object]) -> None:
    def all_of_it() -> list[Any]:
        return [
            list(Case.objects.filter(pk=case.pk).values()),
            list(Clock.objects.filter(matter=case.matter_id).order_by("id").values()),
            list(Matter.objects.filter(pk=case.matter_id).values()),
            Notice.objects.count(),
            Event.objects.count(),
        ]

    before = all_of_it()
    with pytest.raises(refusal):
        act()
    assert all_of_it() == before


# 12 suspend --------------------------------------------------------------------------------------


def test_a_suspended_case_owes_nothing_until_it_goes_on() -> None:
    case = accepted()
    item = given.item_of(case)
    by = head(case)
    clock.move("2026-09-09 09:00")
    review.suspend(item=item.pk, reason="pending_judgment", law=LAW, by=by, key="k")
    review.suspend(item=item.pk, reason="pending_judgment", law=LAW, by=by, key="k")
    case = fresh(case)
    assert case.state == State.SUSPENDED
    assert {state_ for state_, _ in dues(case).values()} == {"met", "paused"}
    assert (case.matter.state, case.matter.due_on) == ("paused", None)
    assert "尚未审结" in case.matter.paused_for
    refuses(case, state.OutOfOrder, lambda: review.pass_on(
        item=item.pk, outcome="pass", opinion="x", by=given.official(item)))  # fmt: skip
    given.next_day(20)
    case = fresh(case)
    assert case.overdue_at is None, "what stands still is never late"
    clock.move("2026-10-12 09:00")
    review.resume(item=item.pk, reasons="判决已生效", by=by)
    case = fresh(case)
    assert case.state == State.ACCEPTED
    # One of five working days was used; neither the day it stopped nor that it went on counts.
    assert dues(case)["promised"] == ("running", date(2026, 10, 16))
    assert case.matter.due_on == date(2026, 10, 16)
    assert told(case)[-2:] == [papers.Kind.SUSPENDED, papers.Kind.RESUMED]
    assert events(case)[-2:] == ["case.suspended", "case.resumed"]


def test_who_may_suspend_and_on_what_ground() -> None:
    case = accepted()
    item = given.item_of(case)
    clerk = given.official(item)
    by = head(case)
    for refusal, act in (
        (NotPermitted, lambda: review.suspend(item=item.pk, reason="by_law", law=LAW, by=clerk)),
        (state.NoSuchGround, lambda: review.suspend(item=item.pk, reason="busy", law=LAW, by=by)),
        (state.ReasonsMissing, lambda: review.suspend(
            item=item.pk, reason="by_law", law=" ", by=by)),
        (state.OutOfOrder, lambda: review.resume(item=item.pk, reasons="x", by=by)),
    ):  # fmt: skip
        refuses(case, refusal, act)
    review.suspend(item=item.pk, reason="by_law", law=LAW, by=by, proof=citizens.keep(by=by))
    assert case.materials.filter(name="中止办理证明材料").count() == 1
    refuses(case, state.OutOfOrder, lambda: review.suspend(
        item=item.pk, reason="by_law", law=LAW, by=by))  # fmt: skip


# 13 terminate ------------------------------------------------------------------------------------


def test_a_case_is_terminated_in_writing_and_its_clocks_fall_void() -> None:
    case = accepted()
    item = given.item_of(case)
    by = head(case)
    refuses(case, state.NoSuchGround, lambda: ending.terminate(
        item=item.pk, reason="tired", law=LAW, by=by))  # fmt: skip
    ending.terminate(item=item.pk, reason="object_gone", law=LAW, note="房屋已拆除", by=by)
    given.settle()
    case = fresh(case)
    assert case.state == State.TERMINATED and case.closed_at
    assert {kind for kind, (s, _) in dues(case).items() if s == "void"} == {
        "statutory",
        "promised",
    }
    assert (case.matter.state, case.matter.outcome) == ("ended", "terminated")
    assert told(case)[-1] == papers.Kind.TERMINATED
    assert case.application.__class__.objects.get(pk=case.application_id).ended_at


def test_a_term_of_law_ends_a_case_once() -> None:
    case = accepted()
    for _ in range(2):
        ending.terminate_by_law(
            matter=case.matter_id, reason="tolerance_expired", law=LAW, by=ruling.SELF
        )
    assert events(case).count("case.terminated") == 1


# 16 hearing --------------------------------------------------------------------------------------


def test_nothing_is_decided_before_the_hearing_was_offered_and_let_pass() -> None:
    case, item = examined("waste-disposal")
    by = given.official(item)
    decide = lambda: determination.grant(item=item.pk, reasons="x", by=by)  # noqa: E731
    refuses(case, state.HearingFirst, decide)
    used = dues(case)["promised"][1]
    hearings.offer(item=item.pk, by=by)
    assert told(fresh(case))[-1] == papers.Kind.HEARING
    assert dues(case)["hearing"] == ("running", date(2026, 9, 14))
    assert dues(case)["promised"] == ("paused", None)
    refuses(case, state.HearingPending, decide)
    refuses(case, state.HearingOffered, lambda: hearings.offer(item=item.pk, by=by))
    given.next_day(8)
    case = fresh(case)
    assert used and dues(case)["promised"][1] == date(2026, 9, 21), "the wait does not count"
    determination.grant(item=item.pk, reasons="无人申请听证", by=by)
    assert fresh(case).state == State.DECIDED


def test_a_hearing_that_is_asked_for_is_held_off_the_clock() -> None:
    case, item = examined("waste-disposal")
    by = given.official(item)
    mine = given.restaurateur()
    refuses(case, state.TooLateForHearing, lambda: hearings.ask(case_no=case.case_no, by=mine))
    hearings.offer(item=item.pk, by=by)
    hearings.ask(case_no=case.case_no, by=mine)
    case = fresh(case)
    assert case.state == State.SPECIAL
    assert dues(case)["special"][0] == "running" and dues(case)["promised"] == ("paused", None)
    clock.move("2026-09-17 09:00")
    review.finish_special(item=item.pk, result="听证笔录已形成", by=by)
    determination.grant(item=item.pk, reasons="根据听证笔录", by=by)
    assert fresh(case).result == state.Result.GRANTED


def test_an_item_without_a_hearing_offers_none() -> None:
    case = accepted()
    item = given.item_of(case)
    refuses(case, state.NoHearing, lambda: hearings.offer(item=item.pk, by=given.official(item)))


# 17 late, and what silence means -----------------------------------------------------------------


def test_a_late_case_is_urged_at_once_and_its_applicant_told() -> None:
    case = accepted()
    given.next_day(8)
    case = fresh(case)
    assert case.overdue_at and case.state == State.ACCEPTED
    assert papers.Kind.OVERDUE in told(case)
    urged = WorkItem.objects.filter(matter=case.matter_id, mode=flow.Mode.URGE)
    assert urged.count() == 1 and urged.get().grant == "matter.urge"


def test_silence_grants_a_renewal_on_the_day_that_law_says() -> None:
    case = filed("hygiene-renewal")
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    due = dues(case)["statutory"][1]
    assert due is not None
    while clock.today() <= due:
        given.next_day()
    case = fresh(case)
    assert (case.state, case.result) == (State.CLOSED, state.Result.GRANTED)
    made = queries.determination(case)
    assert made is not None and "第五十条" in made.law and made.made_by == "part:cases"
    assert papers.Kind.DEEMED_GRANTED in told(case)
    licences = case.application.cases.get()
    assert made.licence and licences.overdue_at
    assert case.matter.outcome == "deemed_granted"


def test_silence_grants_nothing_else() -> None:
    case = accepted()
    determination.deem_granted(matter=case.matter_id, by=ruling.SELF)
    assert fresh(case).state == State.ACCEPTED


# 18 deliver --------------------------------------------------------------------------------------


def granted(way: state.Delivery) -> Case:
    case, item = examined("food-licence")
    Case.objects.filter(pk=case.pk).update(delivery=way)
    determination.grant(item=item.pk, reasons="符合条件", by=given.official(item))
    given.settle()
    return fresh(case)


def test_what_is_electronic_is_delivered_and_closed_at_once() -> None:
    case = granted(state.Delivery.ELECTRONIC)
    assert case.state == State.CLOSED and case.delivered_at
    assert not Handover.objects.exists()


def test_paper_is_handed_out_at_the_desk_against_a_receipt() -> None:
    case = granted(state.Delivery.PICKUP)
    assert case.state == State.DECIDED
    handover = queries.handover(case)
    assert handover.matter.due_on == date(2026, 9, 20), "ten working days, article 44"
    assert papers.Kind.PICKUP in told(case)
    desk = holder("case.deliver", handover.matter.organ)
    assert [row.pk for row in queries.handovers(by=desk)] == [handover.pk]
    refuses(case, NotPermitted, lambda: ending.hand_out(
        case_no=case.case_no, receipt=RECEIPT, by=head(case)))  # fmt: skip
    for receipt in ({}, {"name": "周梅"}, {"name": " ", "document": "1"}):
        refuses(case, state.ReceiptMissing, lambda: ending.hand_out(
            case_no=case.case_no, receipt=receipt, by=desk))  # noqa: B023  # fmt: skip
    for _ in range(2):
        ending.hand_out(case_no=case.case_no, receipt=RECEIPT, by=desk, key="k")
    given.settle()
    case = fresh(case)
    assert case.state == State.CLOSED and case.delivered_at
    handover.refresh_from_db()
    assert handover.received_at and "990102199003078024" not in handover.receipt
    assert queries.opened(handover.receipt, queries.RECEIPT) == RECEIPT
    assert events(case).count("case.closed") == 1
    assert not queries.handovers(by=desk)


def test_paper_that_nobody_fetches_turns_red_and_stays_decided() -> None:
    case = granted(state.Delivery.PICKUP)
    given.next_day(18)
    handover = queries.handover(fresh(case))
    assert handover.matter.due_on and handover.matter.due_on < clock.today()
    late = Clock.objects.get(matter=handover.matter_id, kind="delivery")
    assert late.breached_at and fresh(case).state == State.DECIDED


def test_a_parcel_closes_the_case_when_it_arrives() -> None:
    with couriers.use(couriers.SimulatedCourier()):
        case, item = examined("food-licence")
        Case.objects.filter(pk=case.pk).update(delivery="post")
        determination.grant(item=item.pk, reasons="符合条件", by=given.official(item))
        given.settle()
        case = fresh(case)
        assert case.state == State.DELIVERED
        handover = queries.handover(case)
        assert handover.waybill.startswith("9920260907")
        assert papers.Kind.DISPATCHED in told(case)
        for day in (8, 9):
            clock.move(f"2026-09-{day:02} 18:00")
            deadlines.begin_day(by=ruling.SELF)
            given.settle()
        case = fresh(case)
    assert case.state == State.CLOSED
    handover.refresh_from_db()
    assert [step["what"] for step in handover.track] == ["已收寄", "运输中", "已签收"]
    assert Clock.objects.get(matter=handover.matter_id).state == "met"


def test_a_courier_gives_one_number_for_one_parcel() -> None:
    courier = couriers.SimulatedCourier()
    to = {"name": "周梅"}
    first = courier.dispatch(parcel_id="a", sender={}, to=to)
    assert courier.dispatch(parcel_id="a", sender={}, to=to) == first
    courier.returned.add(first)
    clock.move("2026-09-20 09:00")
    assert not courier.track(waybill=first).is_delivered
    courier.failures = 1
    with pytest.raises(Unavailable):
        courier.track(waybill=first)
    with pytest.raises(ValueError, match="somebody"):
        courier.dispatch(parcel_id="a", sender={}, to={})


# Fees ---------------------------------------------------------------------------------------------


def bill_of(case: Case) -> Bill:
    return Bill.objects.get(case_no=case.case_no)


def pay(case: Case) -> None:
    bill = bill_of(case)
    payments.settle(
        order_no=payments.begin(bill=bill.number, by=given.mother()).order_no,
        fen=bill.fen,
        provider_ref="1",
        paid_at=clock.now(),
        heard=Heard.CALLBACK,
        by=payments.SELF,
    )


def with_a_fee() -> Case:
    by = given.mother()
    case = citizens.submit(key=given.draft_of(by, item="id-card-renewal"), by=by).cases.get()
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    given.settle()
    return fresh(case)


def test_a_result_waits_until_its_fee_is_paid() -> None:
    case = with_a_fee()
    assert bill_of(case).fen > 0
    given.work_all(case.application)
    assert fresh(case).state == State.DECIDED, "granted, and not yet handed over"
    pay(case)
    given.settle()
    assert fresh(case).state == State.CLOSED
    assert Bill.objects.filter(case_no=case.case_no).count() == 1


@pytest.mark.parametrize("is_paid", [False, True])
def test_what_nothing_came_of_costs_nothing(is_paid: bool) -> None:
    case = with_a_fee()
    if is_paid:
        pay(case)
    ending.withdraw(case_no=case.case_no, by=given.mother())
    given.settle()
    if is_paid:
        assert Refund.objects.get(payment__bill=bill_of(case)).state == "asked"
    else:
        assert bill_of(case).state == "voided"


# Results written back ----------------------------------------------------------------------------


def test_a_result_without_a_register_is_written_nowhere() -> None:
    case = granted(state.Delivery.ELECTRONIC)
    results.write_back(matter=case.matter_id, by=ruling.SELF)
    assert "case.written_back" not in events(case)


def test_a_result_stands_in_its_register_once() -> None:
    application = given.birth()
    given.work_all(application)
    case = application.cases.get(item_key="birth-registration")
    number = str(
        wallet.record(Licence.objects.get(case_no=case.case_no))["fields"]["child.person_number"]
    )
    results.write_back(matter=case.matter_id, by=ruling.SELF)
    key = registers.subject_key(number)
    held = RegisterRow.objects.get(register="population", subject_hash=key)
    assert registers.values_of(held)["person_number"] == number


# All or nothing ----------------------------------------------------------------------------------


def test_some_items_take_all_others_down_with_them() -> None:
    application = given.restaurant()
    first = application.cases.get(item_key="business-licence-check")
    for row in application.cases.exclude(pk=first.pk):
        edges = [{**edge, "on_refuse": "cancel"} for edge in row.after]
        Case.objects.filter(pk=row.pk).update(after=edges)
    item = given.item_of(first)
    acceptance.decline(item=item.pk, reasons="无此主体", law=LAW, by=given.official(item))
    given.settle()
    others = application.cases.exclude(pk=first.pk)
    assert set(others.values_list("state", flat=True)) == {State.WITHDRAWN}
    assert {kind for row in others for kind in row.notices.values_list("kind", flat=True)} >= {
        papers.Kind.CANCELLED
    }
    application.refresh_from_db()
    assert application.ended_at
