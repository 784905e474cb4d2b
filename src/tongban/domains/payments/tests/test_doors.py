from typing import Any

import pytest
from django.test import Client

from tongban.connectors import payments as connector
from tongban.connectors.payments import Mode, SimulatedProvider
from tongban.domains.payments import actions, queries
from tongban.domains.payments.models import Bill, Payment, Refund
from tongban.domains.payments.tests import people
from tongban.domains.payments.tests.people import charged, official, paid, provider
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded
from tongban.kernel.ui import modes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(monday: None, rf: Any) -> Any:
    """One request as the sign-in door hands it on."""
    from django.urls import resolve  # noqa: PLC0415

    def asked(path: str, by: Actor, post: dict[str, Any] | None = None, ui: str = "zh") -> Any:
        request = rf.get(path) if post is None else rf.post(path, post)
        request.actor, request.ui = by, modes.read(ui)
        found = resolve(path.partition("?")[0])
        return found.func(request, *found.args, **found.kwargs)

    return asked


def test_from_the_bill_to_the_receipt(lin: Actor, ask: Any, client: Client) -> None:
    bill = charged(lin)
    page = ask(f"/payments/{bill.number}/", lin).content.decode()
    assert "20.00" in page and "立即缴费" in page and "发改价格" in page
    assert bill.number in ask("/payments/", lin).content.decode()
    off = ask(f"/payments/{bill.number}/pay/", lin, post={})
    assert off["Location"].startswith("/cashier/")
    assert "20.00" in ask(off["Location"], lin).content.decode()
    back = ask(off["Location"], lin, post={})
    shown = ask(back["Location"], lin).content.decode()
    assert "已缴费" in shown and "立即缴费" not in shown
    pdf = ask(f"/payments/{bill.number}/receipt/", lin)
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"
    assert ask(f"/payments/{bill.number}/receipt/", lin).content == pdf.content
    bill.refresh_from_db()
    code = queries.check_code(bill)
    assert client.get(f"/receipts/{bill.number}/?code={code}").status_code == 200
    for wrong in ("", "000000" if code != "000000" else "1", "票"):
        assert client.get(f"/receipts/{bill.number}/", {"code": wrong}).status_code == 404


def test_the_elder_pages(lin: Actor, ask: Any) -> None:
    bill = charged(lin)
    for path in ("/payments/", f"/payments/{bill.number}/"):
        page = ask(path, lin, ui="elder").content.decode()
        assert "e-" in page and "20.00" in page


def test_back_without_paying_says_so(lin: Actor, ask: Any) -> None:
    bill = charged(lin)
    ask(f"/payments/{bill.number}/pay/", lin, post={})
    page = ask(f"/payments/{bill.number}/back/", lin).content.decode()
    assert 'role="status"' in page and "立即缴费" in page
    provider().failures = 1
    assert 'role="status"' in ask(f"/payments/{bill.number}/back/", lin).content.decode()


def test_nobody_and_strangers_see_nothing(lin: Actor, ask: Any) -> None:
    bill = charged(lin)
    begun = actions.begin(bill=bill.number, by=lin)
    stranger = people.citizen("王建国", 301)
    for path in (f"/payments/{bill.number}/", f"/cashier/{begun.order_no}/"):
        with pytest.raises(SignInNeeded):
            ask(path, NOBODY)
        with pytest.raises(NotFound):
            ask(path, stranger)
    with pytest.raises(NotFound):
        ask(f"/payments/{bill.number}/receipt/", stranger)


def test_the_providers_messages(lin: Actor, client: Client) -> None:
    bill = charged(lin)
    begun = actions.begin(bill=bill.number, by=lin)
    provider().pay(begun.order_no, mode=Mode.DOUBLE)
    first, second = provider().callbacks()

    def post(body: bytes, signature: str) -> int:
        return client.post(
            "/payments/notify/",
            data=body,
            content_type="application/json",
            headers={"X-Signature": signature},
        ).status_code

    assert post(first.body, "") == 403 and post(first.body, "é") == 403
    assert post(b"x" * 70_000, first.signature) == 413
    assert not Payment.objects.filter(state="paid").exists()
    assert post(first.body, first.signature) == 200
    assert post(second.body, second.signature) == 200
    provider().create_order(order_no="STRANGER", fen=1, title="别处")
    provider().pay("STRANGER")
    [told] = provider().callbacks()
    assert post(told.body, told.signature) == 404
    assert client.get("/payments/notify/").status_code == 405
    assert Bill.objects.get().state == "paid"


def test_a_real_provider_has_its_own_cashier(lin: Actor, ask: Any, tmp_path: Any) -> None:
    bill = charged(lin)
    begun = actions.begin(bill=bill.number, by=lin)

    class Other:
        def __getattr__(self, name: str) -> Any:
            return getattr(SimulatedProvider(tmp_path / "other.jsonl"), name)

    with connector.use(Other()), pytest.raises(NotFound):  # type: ignore[arg-type]
        ask(f"/cashier/{begun.order_no}/", lin)


def test_the_office(lin: Actor, ask: Any) -> None:
    bill = charged(lin)
    paid(bill, lin)
    wu, qian, shen = official("wu"), official("qian"), official("shen")
    assert bill.number in ask("/office/payments/", wu).content.decode()
    assert bill.number in ask(f"/office/payments/?q={bill.case_no}", wu).content.decode()
    assert bill.number not in ask("/office/payments/?q=none", wu).content.decode()
    assert bill.number not in ask("/office/payments/?state=open", wu).content.decode()
    for path in ("/office/payments/", f"/office/payments/{bill.number}/"):
        with pytest.raises(NotPermitted):
            ask(path, lin)
    page = f"/office/payments/{bill.number}/"
    assert ask(page, qian, post={"yuan": "1,x", "reason": "多缴"}).status_code == 422
    assert not Refund.objects.exists()
    assert ask(page, qian, post={"yuan": "5", "reason": "多缴"}).status_code == 302
    refund = Refund.objects.get()
    assert refund.fen == 500
    assert "多缴" in ask("/office/payments/refunds/", shen).content.decode()
    with pytest.raises(NotPermitted):
        ask("/office/payments/refunds/", wu)
    decided = {"refund": str(refund.pk), "decision": "approve"}
    assert ask("/office/payments/refunds/", shen, post=decided).status_code == 302
    with pytest.raises(NotFound):
        ask("/office/payments/refunds/", shen, post={"refund": "x", "decision": "approve"})


def test_the_days(lin: Actor, ask: Any) -> None:
    payment = paid(charged(lin), lin)
    Payment.objects.filter(pk=payment.pk).update(fen=1999)
    qian = official("qian")
    assert ask("/office/payments/days/", qian).status_code == 200
    with clock.at("2026-01-06 09:00"):
        made = ask("/office/payments/days/compare/", qian, post={"day": "2026-01-05"})
        assert made["Location"] == "/office/payments/days/2026-01-05/"
        page = ask(made["Location"], qian).content.decode()
        assert "19.99" in page and "20.00" in page and payment.bill.number in page
        [found] = queries.discrepancies(queries.reconciliations(by=qian)[0])
        said = {"discrepancy": str(found.pk), "finding": "少记一分"}
        assert ask(made["Location"], qian, post=said).status_code == 302
        assert "少记一分" in ask(made["Location"], qian).content.decode()
        assert "19.99" in ask("/office/payments/days/", qian).content.decode()
        with pytest.raises(NotFound):
            ask("/office/payments/days/2026-01-01/", qian)
    with pytest.raises(NotPermitted):
        ask("/office/payments/days/", official("wu"))
