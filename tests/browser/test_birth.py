"""The main job (新生儿出生一件事): from plain words to a licence that anyone checks."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.eyes import (
    DESKTOP,
    PHONE,
    Visit,
    Watch,
    axe,
    overflow,
    small_targets,
    smallest_text,
)
from tests.city import found
from tests.given import work_all
from tongban.domains.cases.models import Application
from tongban.domains.registries.models import Correction
from tongban.kernel import clock
from tongban.simulator import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def city(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    found()
    with clock.at("2026-09-07 09:00"):
        yield
    desk.forget()


class Walk:
    """A citizen at the keyboard; each page is looked at as it comes."""

    def __init__(self, page: Any, *, looks: bool = True, elder: bool = False) -> None:
        self.page, self.looks, self.elder = page, looks, elder

    def look(self) -> None:
        """Nothing for axe, nothing sideways; in elder mode everything large."""
        self.page.wait_for_load_state("load")
        self.page.locator("footer").last.wait_for(state="attached")
        assert overflow(self.page) == [], self.page.url
        if self.looks:
            assert axe(self.page) == [], self.page.url
        if self.elder:
            assert smallest_text(self.page) >= 18, self.page.url

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def link(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def sign_in(self, login: str) -> None:
        card = self.page.locator(f'form:has(input[value="{login}"])')
        card.get_by_role("button").first.click()

    def answer_all(self) -> None:
        """Answer each question; what a register suggests stays."""
        for _ in range(8):
            if "/questions/" not in self.page.url:
                return
            self.look()
            if not self.page.locator("input[type=radio]:checked").count():
                self.page.locator("input[type=radio]").first.check()
            self.button("下一步")

    def fill_the_rest(self) -> None:
        """Type what no register knows."""
        self.page.locator('[name="child.name"]').fill("李念禾")
        self.page.locator('select[name="child.relation_to_head"]').select_option(index=1)
        for name in ("child.card_bank", "mother.card_bank"):
            boxes = self.page.locator(f'input[type=radio][name="{name}"]')
            if boxes.count():
                boxes.first.check()


def to_the_facts(walk: Walk) -> None:
    page = walk.page
    page.locator("#q").fill("生孩子")
    page.locator("form.find").get_by_role("button").click()
    walk.look()
    page.locator("main a[href='/things/birth/']").first.click()
    walk.look()
    walk.link("登录后开始办理")
    walk.sign_in("lixiaoyun")
    walk.look()
    walk.button("开始办理")
    walk.answer_all()


@pytest.mark.parametrize(("width", "javascript"), [(DESKTOP, True), (PHONE, True), (PHONE, False)])
def test_from_plain_words_to_a_licence(
    visit: Visit, watch: Watch, width: int, javascript: bool
) -> None:
    watch.expected.append("422")
    page = visit("/", width=width, javascript=javascript)
    walk = Walk(page, looks=javascript)
    walk.look()
    to_the_facts(walk)

    walk.look()
    assert "其余" in page.locator(".sumline").inner_text()
    page.locator("[id='f-household.household_address'] .fix").click()
    page.locator('[name="household.household_address"]').fill("青禾市云麓区禾泽街道竹里巷 9 号")
    walk.fill_the_rest()
    walk.button("信息无误，下一步")

    assert page.url.endswith("/materials/")
    walk.look()
    walk.link("下一步")
    walk.look()
    assert page.get_by_text("您已更正").count() == 1
    walk.button("签名并提交")
    walk.look()
    assert page.get_by_role("alert").count()
    page.locator("#id_signed").check()
    walk.button("签名并提交")

    assert "/my/TB" in page.url
    walk.look()
    assert page.get_by_text("您什么都不用做").count()
    assert Correction.objects.filter(element="household_address").count() == 1

    work_all(Application.objects.get())
    page.reload()
    assert page.get_by_role("heading", name="全部办好了").count() == 1
    page.locator("main summary").first.click()
    walk.look()

    page.locator(".lic a").first.click()
    walk.look()
    walk.link("别人看到什么")
    assert page.get_by_text("今天有效").count()
    walk.look()


def test_typing_is_kept_as_one_goes(visit: Visit) -> None:
    page = visit("/")
    walk = Walk(page, looks=False)
    to_the_facts(walk)
    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        page.locator('[name="child.name"]').fill("李念禾")
        page.locator('[name="child.name"]').blur()
    assert kept.value.status == 200
    page.reload()
    assert page.locator('[name="child.name"]').input_value() == "李念禾"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_elder_mode_goes_all_the_way(visit: Visit, width: int) -> None:
    page = visit("/things/birth/", width=width, display="elder")
    walk = Walk(page, elder=True)
    walk.look()
    walk.link("登录后开始办理")
    walk.sign_in("lixiaoyun")
    walk.button("开始办理")
    walk.answer_all()
    for _ in range(20):
        if "/facts/" not in page.url:
            break
        walk.look()
        assert small_targets(page, 44) == []
        agree = page.get_by_role("button", name="都对")
        if agree.count():
            agree.click()
            continue
        text, radio = page.locator("main input[type=text]"), page.locator("input[type=radio]")
        if text.count():
            text.first.fill("李念禾")
        elif radio.count():
            radio.first.check()
        else:
            page.locator("main select").first.select_option(index=1)
        walk.button("下一步")
    assert page.url.endswith("/materials/")
    walk.look()
    walk.link("下一步")
    walk.look()
    page.locator("#id_signed").check()
    walk.button("签名并提交")
    walk.look()
    assert page.get_by_text("您什么都不用做").count()
