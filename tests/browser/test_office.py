"""From the queue to the licence, as officials do it, at a desk and on a telephone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.eyes import DESKTOP, PHONE, Visit, Watch, axe, overflow, small_targets
from tests.city import found
from tests.office.people import FIRM, acting, filed, now, owed, settle, signed_in
from tongban.domains.cases.actions import acceptance, review
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    found()
    with clock.at("2026-09-07 09:00"):
        yield


def session(login: str) -> str:
    key = signed_in(login).session.session_key
    assert key is not None
    return key


def look(page: Any) -> None:
    """Nothing for axe to find, nothing that scrolls sideways, nothing too small to hit."""
    assert axe(page) == []
    assert overflow(page) == []
    assert small_targets(page, 24) == []


def choose(page: Any, name: str) -> None:
    page.click(f".dec a[href*='act={name}']")
    look(page)


def send(page: Any) -> None:
    page.click(".act-f button.btn-p")
    page.wait_for_selector("#toasts .toast")
    look(page)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_from_the_queue_to_the_licence(visit: Visit, width: int) -> None:
    case = filed(food="hot")
    chen = visit("/office/", width=width, session=session("chen"))
    look(chen)
    chen.click("a.ttl")
    if width == DESKTOP:
        # On a wide screen a preview stands beside the queue; the address stays.
        chen.wait_for_selector("#case .cmp")
        look(chen)
        assert chen.url.endswith("/office/")
        chen.click("#case .decide .btn-p")
    chen.wait_for_url(f"**/office/cases/{case.case_no}/")
    look(chen)

    choose(chen, "supplement")
    assert chen.locator("[name=mark]:checked").count() == 0
    chen.fill("#id_further", "平面图")
    chen.fill("#id_further_needed", "请上传经营场所平面图")
    send(chen)
    assert now(case).state == "supplement"
    _supplement(case)

    chen.goto(chen.url.partition("?")[0])
    choose(chen, "accept")
    send(chen)
    choose(chen, "pass")
    chen.check("[name=outcome]")
    chen.fill("#id_opinion", "材料属实，建议准予。")
    send(chen)

    zhao = visit("/office/", width=width, session=session("zhao"))
    zhao.goto(chen.url.partition("?")[0])
    choose(zhao, "grant")
    send(zhao)
    settle()
    assert now(case).state == "closed"
    zhao.goto(zhao.url.partition("?")[0])
    assert zhao.locator("#lic-t").is_visible()


def _supplement(case: Any) -> None:
    account = identity.account("zhoumei")
    assert account is not None
    uploaded = case.materials.exclude(file="").first()
    acceptance.supplement(
        case_no=case.case_no,
        values={},
        files={"further": uploaded.file},
        by=identity.actor_for(account=account, entity=FIRM),
    )


def test_it_works_without_javascript(visit: Visit) -> None:
    case = filed(food="hot")
    page = visit("/office/", session=session("chen"), javascript=False)
    page.click("form[action='/office/next/'] button")
    assert case.case_no in page.url
    page.click(".dec a[href*='act=accept']")
    page.click(".act-f button.btn-p")
    assert now(case).state == "accepted"


def test_a_form_that_is_not_complete_takes_the_focus(visit: Visit, watch: Watch) -> None:
    watch.expected.append("422")
    case = filed(food="hot")
    page = visit(f"/office/cases/{case.case_no}/?act=supplement", session=session("chen"))
    page.click(".act-f button.btn-p")
    assert page.evaluate("document.activeElement.className").startswith("err-sum")
    look(page)


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("chen", "/office/done/"),
        ("zhao", "/office/licences/"),
        ("qian", "/office/definitions/"),
        ("qian", "/office/definitions/kinds/service_item/"),
        ("feng", "/office/ledger/"),
        ("feng", "/office/deliveries/"),
        ("zheng", "/office/posts/"),
        ("zheng", "/office/posts/market/"),
        ("lin", "/office/window/"),
    ],
)
def test_the_other_pages(visit: Visit, login: str, path: str) -> None:
    key = session(login)
    for width in (DESKTOP, PHONE):
        look(visit(path, width=width, session=key))
    look(visit(path, display="std.en", session=key))


def test_the_legal_officer_is_asked_and_answers(visit: Visit) -> None:
    case = filed(food="hot")
    at = f"/office/cases/{case.case_no}/"
    chen = visit(at, session=session("chen"))
    choose(chen, "accept")
    send(chen)
    chen.goto(chen.url.partition("?")[0])
    look(chen)
    found = owed(now(case))
    review.consult(
        item=found.pk, organs=["market"], question="拟作决定是否合法？", by=acting("chen")
    )
    legal = visit("/office/", session=session("ren.zhiruo"))
    look(legal)
    legal.goto(legal.url + at.removeprefix("/office/"))
    choose(legal, "answer")
    legal.check("[name=agrees][value=yes]")
    legal.fill("#id_opinion", "程序合法，同意。")
    send(legal)
    chen.goto(chen.url)
    assert "程序合法" in chen.content()
