from datetime import date
from typing import Any

import pytest

from tongban.connectors.payments import BadSignature, Mode
from tongban.domains.payments import actions, queries, rules
from tongban.domains.payments.models import Bill, Payment, Reconciliation, Refund
from tongban.domains.payments.rules import Asked, PaymentState, RefundState, State
from tongban.domains.payments.tests import people
from tongban.domains.payments.tests.people import CASE_NO, charged, official, paid, posted, provider
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, NotPermitted, Unavailable
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter

pytestmark = pytest.mark.django_db


def events(*names: str) -> list[str]:
    return [e.name for e in Event.objects.filter(name__in=names).order_by("id")]


def test_charged_once_and_settled_once_paid(lin: Actor) -> None:
    assert queries.is_settled(CASE_NO)
    bill = charged(lin)
    assert charged(lin).pk == bill.pk
    assert (bill.fen, rules.is_number(bill.number)) == (2000, True)
    assert not queries.is_settled(CASE_NO)
    paid(bill, lin)
    bill.refresh_from_db()
    assert bill.state == State.PAID and queries.is_settled(CASE_NO)
    assert events("bill.charged", "bill.paid") == ["bill.charged", "bill.paid"]
    said = Event.objects.get(name="bill.paid").data
    assert said == {"case_no": CASE_NO, "fen": 2000, "heard": "callback"}


def test_a_fee_off_the_list_is_refused(lin: Actor) -> None:
    with pytest.raises(rules.OffList):
        charged(lin, Asked("express"))
    assert not Bill.objects.exists() and not events("bill.charged")


def test_a_second_callback_changes_nothing(lin: Actor) -> None:
    payment = paid(charged(lin), lin, mode=Mode.DOUBLE)
    assert payment.state == PaymentState.PAID
    assert events("bill.paid", "payment.surplus") == ["bill.paid"]


def test_a_late_callback_after_we_asked(lin: Actor) -> None:
    bill = charged(lin)
    begun = actions.begin(bill=bill.number, by=lin)
    assert actions.check(order_no=begun.order_no, by=lin).state == PaymentState.PENDING
    provider().pay(begun.order_no, mode=Mode.LATE)
    assert posted() == 0
    assert actions.check(order_no=begun.order_no, by=lin).heard == "query"
    assert posted(late=True) == 1
    assert events("bill.paid", "payment.surplus") == ["bill.paid"]


def test_a_forged_callback_is_refused(lin: Actor) -> None:
    begun = actions.begin(bill=charged(lin).number, by=lin)
    provider().pay(begun.order_no)
    [told] = provider().callbacks()
    for body, signature in ((told.body + b" ", told.signature), (told.body, ""), (b"", "0" * 64)):
        with pytest.raises(BadSignature):
            actions.hear(body=body, signature=signature)
    assert not events("bill.paid")


def test_two_clicks_one_order_and_an_old_one_is_closed(lin: Actor) -> None:
    bill = charged(lin)
    first = actions.begin(bill=bill.number, by=lin)
    assert actions.begin(bill=bill.number, by=lin).order_no == first.order_no
    with clock.at("2026-01-05 13:00"):
        second = actions.begin(bill=bill.number, by=lin)
        assert second.order_no != first.order_no
        assert not provider().pay(first.order_no)
    first.refresh_from_db()
    assert first.state == PaymentState.CLOSED


def test_an_old_order_that_was_paid_settles_instead(lin: Actor) -> None:
    bill = charged(lin)
    first = actions.begin(bill=bill.number, by=lin)
    provider().pay(first.order_no, mode=Mode.SILENT)
    with clock.at("2026-01-05 13:00"), pytest.raises(rules.NotOpen):
        actions.begin(bill=bill.number, by=lin)
    assert queries.is_settled(CASE_NO)


def test_a_provider_that_is_down_loses_nothing(lin: Actor) -> None:
    bill = charged(lin)
    provider().failures = 1
    with pytest.raises(Unavailable):
        actions.begin(bill=bill.number, by=lin)
    begun = actions.begin(bill=bill.number, by=lin)
    assert begun.pay_url and Payment.objects.count() == 1


def test_another_sum_settles_nothing(lin: Actor) -> None:
    bill = charged(lin)
    payment = paid(bill, lin, fen=1)
    assert payment.is_surplus and not queries.is_settled(CASE_NO)
    assert events("bill.paid", "payment.surplus") == ["payment.surplus"]


def test_voided_while_someone_pays(lin: Actor) -> None:
    bill = charged(lin)
    begun = actions.begin(bill=bill.number, by=lin)
    provider().pay(begun.order_no, mode=Mode.LATE)
    actions.void(bill=bill.number, reason="撤回申请", by=people.CASES)
    ledger.deliver()  # we try to close the order, and learn that it was paid
    begun.refresh_from_db()
    assert begun.is_surplus and events("payment.surplus")
    posted(late=True)
    bill.refresh_from_db()
    assert bill.state == State.VOIDED and len(events("payment.surplus")) == 1
    refund = actions.refund(
        bill=bill.number, order_no=begun.order_no, reason="作废后到账", by=official("qian")
    )
    actions.approve(refund=refund.pk, by=official("shen"))
    ledger.deliver()
    refund.refresh_from_db()
    assert refund.state == RefundState.DONE


def test_money_that_settles_nothing_is_a_matter_until_all_of_it_is_back(lin: Actor) -> None:
    bill = charged(lin)
    payment = paid(bill, lin, fen=2500)  # more than was asked
    ledger.deliver()
    ledger.deliver()
    matter = Matter.objects.get(kind="payment-surplus")
    assert (matter.subject, matter.organ) == (
        f"payments.payment:{payment.pk}",
        "11990100MB0000011U",
    )
    assert (matter.state, matter.due_on) == ("open", date(2026, 1, 8))
    assert queries.surplus_matters(bill) == [matter]

    def back(fen: int) -> None:
        asked = actions.refund(
            bill=bill.number, order_no=payment.order_no, fen=fen, reason="多缴", by=official("qian")
        )
        actions.approve(refund=asked.pk, by=official("shen"))
        ledger.deliver()
        ledger.deliver()
        matter.refresh_from_db()

    back(500)
    assert matter.state == "open"
    back(2000)
    assert (matter.state, matter.outcome) == ("ended", "returned")
    bill.refresh_from_db()
    assert bill.state == State.OPEN  # the bill itself was never settled


def test_the_matter_of_surplus_leads_to_its_bill(lin: Actor) -> None:
    bill = charged(lin)
    payment = paid(bill, lin, fen=1)
    assert queries.bill_of_payment(payment.pk, by=official("qian")).number == bill.number
    with pytest.raises(NotFound):
        queries.bill_of_payment(payment.pk, by=people.citizen("何青", 9))
    with pytest.raises(NotFound):
        queries.bill_of_payment(10**9, by=official("qian"))


def test_void_is_for_open_bills(lin: Actor) -> None:
    bill = charged(lin)
    with pytest.raises(rules.ReasonMissing):
        actions.void(bill=bill.number, reason=" ", by=people.CASES)
    actions.void(bill=bill.number, reason="撤回申请", by=people.CASES)
    with pytest.raises(rules.NotOpen):
        actions.void(bill=bill.number, reason="撤回申请", by=people.CASES)
    with pytest.raises(rules.NotOpen):
        actions.begin(bill=bill.number, by=lin)


def test_bills_of_others_are_not_seen(lin: Actor) -> None:
    bill = charged(lin)
    stranger = people.citizen("王建国", 301)
    with pytest.raises(NotFound):
        actions.begin(bill=bill.number, by=stranger)
    assert list(queries.mine(by=stranger)) == []
    assert queries.may_read(bill.number, by=official("wu")).pk == bill.pk


# Refunds


def test_a_refund_takes_two_persons(lin: Actor) -> None:
    bill = charged(lin)
    paid(bill, lin)
    refund = actions.refund(bill=bill.number, fen=500, reason="多缴", by=official("qian"))
    with pytest.raises(NotPermitted):
        actions.approve(refund=refund.pk, by=official("wu"))
    # The same person in the other post is still the same person.
    with pytest.raises(rules.SecondPersonNeeded):
        actions.approve(refund=refund.pk, by=official("qian", post=1))
    actions.approve(refund=refund.pk, by=official("shen"))
    with pytest.raises(rules.AlreadyDecided):
        actions.decline(refund=refund.pk, reason="迟了", by=official("shen"))
    provider().failures = 1
    ledger.deliver()
    refund.refresh_from_db()
    assert refund.state == RefundState.APPROVED  # the provider was down; it is tried again
    for _ in range(2):
        actions.carry_out(refund=refund.pk, by=actions.SELF)
    bill.refresh_from_db()
    assert (bill.state, bill.refunded_fen) == (State.PART_REFUNDED, 500)
    assert events("refund.done") == ["refund.done"]
    with pytest.raises(rules.TooMuch):
        actions.refund(bill=bill.number, fen=1501, reason="多缴", by=official("qian"))
    rest = actions.refund(bill=bill.number, reason="不予受理", by=official("wu"))
    with pytest.raises(rules.NotPaid):  # what is asked for is taken off already
        actions.refund(bill=bill.number, reason="再退", by=official("qian"))
    actions.approve(refund=rest.pk, by=official("shen"))
    ledger.deliver()
    bill.refresh_from_db()
    assert (bill.state, bill.refunded_fen) == (State.REFUNDED, 2000)


def test_a_refund_declined_can_be_asked_again(lin: Actor) -> None:
    bill = charged(lin)
    with pytest.raises(rules.NotPaid):
        actions.refund(bill=bill.number, reason="未缴", by=official("qian"))
    paid(bill, lin)
    refund = actions.refund(bill=bill.number, reason="多缴", by=official("qian"))
    with pytest.raises(rules.ReasonMissing):
        actions.decline(refund=refund.pk, reason="", by=official("shen"))
    actions.decline(refund=refund.pk, reason="已办结，不予退付", by=official("shen"))
    ledger.deliver()
    assert Refund.objects.get().state == RefundState.DECLINED
    assert actions.refund(bill=bill.number, reason="补充理由", by=official("qian")).fen == 2000


# Reconciliation


def begin_day(moment: str) -> None:
    with clock.at(moment):
        from_deadlines().begin_day(by=people.SETUP)
        ledger.deliver()


def from_deadlines() -> Any:
    from tongban.kernel.deadlines import actions as deadlines  # noqa: PLC0415

    return deadlines


def test_a_day_that_agrees(lin: Actor) -> None:
    paid(charged(lin), lin)
    begin_day("2026-01-06 00:10")
    found = Reconciliation.objects.get()
    assert (found.day, found.matched, found.ours_fen, found.theirs_fen) == (
        date(2026, 1, 5), 1, 2000, 2000,
    )  # fmt: skip
    assert found.matter is None
    begin_day("2026-01-06 08:10")
    assert Reconciliation.objects.count() == 1


def test_paid_and_never_told_is_found_by_the_next_day(lin: Actor) -> None:
    begun = actions.begin(bill=charged(lin).number, by=lin)
    provider().pay(begun.order_no, mode=Mode.SILENT)
    with clock.at("2026-01-06 00:10"):
        found = actions.reconcile(day=date(2026, 1, 5), by=actions.SELF)
    assert (found.adopted, found.matched, found.matter) == (1, 1, None)
    assert queries.is_settled(CASE_NO)
    assert Event.objects.get(name="bill.paid").data["heard"] == "statement"


def test_what_differs_is_somebodys_matter(lin: Actor) -> None:
    payment = paid(charged(lin), lin)
    Payment.objects.filter(pk=payment.pk).update(fen=1999)
    provider().create_order(order_no="STRANGER", fen=300, title="别处的订单")
    provider().pay("STRANGER", mode=Mode.SILENT)
    qian = official("qian")
    with clock.at("2026-01-06 00:10"):
        found = actions.reconcile(day=date(2026, 1, 5), by=qian)
        assert actions.reconcile(day=date(2026, 1, 5), by=qian).pk == found.pk
    matter = Matter.objects.get()
    assert (matter.kind, matter.due_on) == ("payment-discrepancy", date(2026, 1, 8))
    first, second = queries.discrepancies(found)
    assert {first.kind, second.kind} == {"amount", "theirs_only"}
    with pytest.raises(rules.ReasonMissing):
        actions.resolve(discrepancy=first.pk, finding=" ", by=qian)
    with pytest.raises(NotPermitted):
        actions.resolve(discrepancy=first.pk, finding="已查明", by=official("wu"))
    with clock.at("2026-01-07 09:00"):
        actions.resolve(discrepancy=first.pk, finding="少记一分，已更正", by=qian)
        with pytest.raises(rules.AlreadyResolved):
            actions.resolve(discrepancy=first.pk, finding="再来", by=qian)
        matter.refresh_from_db()
        assert matter.state == "open"
        actions.resolve(discrepancy=second.pk, finding="他市订单，已转", by=qian)
    matter.refresh_from_db()
    assert (matter.state, matter.outcome) == ("ended", "resolved")


def test_today_is_not_compared_and_a_provider_that_is_down_is_asked_again(lin: Actor) -> None:
    with pytest.raises(rules.DayNotOver):
        actions.reconcile(day=date(2026, 1, 5), by=official("qian"))
    with pytest.raises(NotPermitted):
        actions.reconcile(day=date(2026, 1, 4), by=official("wu"))
    provider().failures = 1
    with pytest.raises(Unavailable):
        actions.reconcile(day=date(2026, 1, 4), by=official("qian"))
    assert not Reconciliation.objects.exists()


def test_days_on_which_nothing_ran_are_made_up_for(lin: Actor) -> None:
    begin_day("2026-01-06 00:10")
    begin_day("2026-01-09 00:10")
    assert [r.day.day for r in Reconciliation.objects.order_by("day")] == [5, 6, 7, 8]
