"""开办餐饮店一件事: a restaurateur files for her firm, officials check on the site and decide."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.browser.eyes import DESKTOP, PHONE, Visit
from tests.browser.test_birth import Walk
from tests.browser.test_office import choose, look, send, session
from tests.city import found
from tests.given import work_all
from tests.office.people import now, owed, settle
from tongban.domains.cases import queries
from tongban.domains.cases.models import Application, Case
from tongban.domains.licences import queries as licences
from tongban.kernel import clock
from tongban.simulator import citizens, desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINE = {"food": "cake", "tobacco": "no"}
"""Decorated cakes: somebody must come and look (特别程序)."""
KNOWN_TO_HER = {
    "kitchen_area": "40",
    "seats": "30",
    "signboard_width": "6",
    "signboard_height": "1.2",
    "storey": "1",
    "exits": "2",
    "extinguishers": "4",
}


@pytest.fixture(autouse=True)
def city(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    found()
    with clock.at("2026-09-07 09:00"):
        yield
    desk.forget()


def answer(walk: Walk) -> None:
    """Each question by her own situation; the first answer where it does not matter."""
    page = walk.page
    while "/questions/" in page.url:
        walk.look()
        name = page.locator("main input[type=radio]").first.get_attribute("name")
        wanted = f"[value='{MINE[name]}']" if name in MINE else ""
        page.locator(f"main input[name='{name}']{wanted}").first.check()
        walk.button("下一步")


def hand_in(walk: Walk) -> None:
    """A promise where it is enough, a real document for the rest."""
    page = walk.page
    for _ in range(9):
        wanted = page.locator(".mats > li", has_text="还没交").first
        if not wanted.count():
            return
        promise = wanted.get_by_role("button", name="改为承诺")
        if promise.count():
            promise.click()
        else:
            file = {"name": "图.pdf", "mimeType": "application/pdf", "buffer": citizens.paper()}
            wanted.locator("input[type=file]").set_input_files([file])
            upload = wanted.get_by_role("button", name="上传")
            if upload.is_visible():
                upload.click()
        page.wait_for_load_state("networkidle")
    raise AssertionError(page.locator(".mats").inner_text())


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_restaurant_opens(visit: Visit, width: int) -> None:
    page = visit("/search/?q=开饭店", width=width)
    walk = Walk(page)
    page.locator("main a[href='/things/restaurant/']").first.click()
    walk.link("登录后开始办理")
    walk.sign_in("zhoumei")
    walk.look()
    walk.button("替这家企业办")
    walk.button("开始办理")
    answer(walk)
    # Districts ask for other papers: she sees how they differ, and stays.
    walk.look()
    assert page.get_by_text("相邻权利人同意书").count()
    walk.button("在本地办理")

    for name in ("food_business_type", "signboard_kind"):
        page.locator(f"main input[name='operator.{name}']").nth(1).check()
    for name, value in KNOWN_TO_HER.items():
        page.locator(f"main input[name='operator.{name}']").fill(value)
    walk.look()
    walk.button("信息无误，下一步")
    assert page.url.endswith("/materials/")
    assert page.get_by_text("政府已经有，不再向您要").count()
    walk.look()
    hand_in(walk)
    walk.look()
    walk.link("下一步")
    page.locator("#id_signed").check()
    walk.button("签名并提交")
    walk.look()
    application = Application.objects.get()
    settle()

    # Granted at once on her written promise; a check follows.
    cases = {queries.item_of(case).key: case for case in application.cases.all()}
    assert now(cases["fire-check"]).state == "closed"
    licence = now(cases["food-licence"])
    _check_on_the_site(visit, licence, width)

    work_all(application)
    page.reload()
    assert page.get_by_role("heading", name="全部办好了").count() == 1
    page.goto(page.url.partition("/my/")[0] + "/licences/")
    walk.look()
    assert page.get_by_text("食品经营许可证").count()
    assert licences.of_case(licence.case_no)


def _check_on_the_site(visit: Visit, case: Case, width: int) -> None:
    """The reviewer takes it on, two inspectors look at the kitchen, the chief decides."""
    chen = visit(f"/office/cases/{case.case_no}/", width=width, session=session("chen"))
    look(chen)
    choose(chen, "accept")
    send(chen)
    # Two inspectors see the kitchen; the clocks of law stand still meanwhile.
    assert chen.get_by_text("特别程序，时钟暂停").count()
    desk.work(owed(case), die=Random(1))
    settle()

    chen.goto(chen.url.partition("?")[0])
    choose(chen, "pass")
    chen.check("[name=outcome]")
    chen.fill("#id_opinion", "现场与材料相符，建议准予。")
    send(chen)
    zhao = visit(f"/office/cases/{case.case_no}/", width=width, session=session("zhao"))
    choose(zhao, "grant")
    send(zhao)
    settle()
    assert now(case).state == "closed"
