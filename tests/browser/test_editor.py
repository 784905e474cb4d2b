"""A clerk's new item, made only in the browser, finished by a citizen in the browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.eyes import DESKTOP, PHONE, Visit, Watch, axe, overflow, small_targets
from tests.browser.test_birth import Walk
from tests.browser.test_office import session
from tests.city import found
from tests.office.people import settle
from tongban.domains.cases.models import Application
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.simulator import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ITEM, NAME = "card-again", "敬老优待证补发（演示）"
THING, WHOLE = "card-and-dog", "搬来养老一件事（演示）"


@pytest.fixture(autouse=True)
def city(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    found()
    with clock.at("2026-09-07 09:00"):
        yield
    desk.forget()


def look(page: Any) -> None:
    page.wait_for_load_state("load")
    assert axe(page) == [], page.url
    assert overflow(page) == [], page.url
    assert small_targets(page, 24) == [], page.url


class Clerk:
    """An items administrator at the sheet; every page is looked at as it comes."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def begin(self, kind: str, key: str, name: str) -> None:
        self.page.goto(
            re.sub(r"/office/.*", f"/office/definitions/new/?kind={kind}", self.page.url)
        )
        look(self.page)
        self.write(key=key, name=name)
        self.press("开始起草")
        assert self.page.locator("main .err-sum").all_inner_texts() == []

    def press(self, name: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        look(self.page)

    def act(self, value: str) -> None:
        """Press one of the buttons that change rows."""
        with self.page.expect_navigation():
            self.page.locator(f"button[name=do][value='{value}']").first.click()

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.put(name, text)

    def put(self, name: str, text: str) -> None:
        self._show(name)
        self.page.locator(f"main [name='{name}']").first.fill(text)

    def choose(self, name: str, value: str) -> None:
        self._show(name)
        self.page.locator(f"main select[name='{name}']").first.select_option(value)

    def tick(self, name: str, value: str) -> None:
        self._show(name)
        self.page.locator(f"main input[name='{name}'][value='{value}']").check()

    def _show(self, name: str) -> None:
        folded = self.page.locator(f"details:not([open]):has([name='{name}']) > summary")
        for _ in range(folded.count()):
            folded.first.click()


def make_item(clerk: Clerk) -> None:
    clerk.begin("service_item", ITEM, NAME)
    # What is missing stands beside its line, before anything was handed in.
    assert clerk.page.locator("#id_basic_code").locator("xpath=..").locator(".err").count() == 1
    clerk.write(basic_code="992009001000", organ="civil")
    clerk.choose("process", "short-review")
    clerk.act("law.add")
    clerk.put("law.0.title", "中华人民共和国老年人权益保障法")
    clerk.put("law.0.article", "第五十三条")
    clerk.press("保存并继续")

    clerk.write(statutory_days="10", promised_days="2", conditions="已领过优待证；")
    clerk.press("保存")
    # The process needs three days: said here already, mended before it is handed in.
    assert clerk.page.get_by_text("多于承诺").count() or clerk.page.locator("details.note").count()
    clerk.write(promised_days="3")
    clerk.press("保存并继续")

    clerk.act("situation.add")
    clerk.put("situation.0.id", "why")
    clerk.put("situation.0.text", "为什么要补发？")
    clerk.put("situation.0.options", "lost | 遗失了\nworn | 破损了")
    clerk.press("保存并继续")

    clerk.act("field.add")
    clerk.put("field.3.element", "birth_date")
    clerk.act("save")
    clerk.page.locator("select[name='field.3.source']").first.select_option("population.birth_date")
    clerk.choose("field.3.mode", "locked")
    clerk.act("field.add")
    clerk.put("field.4.element", "facility_note")
    clerk.put("field.4.group", "补发")
    clerk.put("field.4.name", "遗失经过")
    clerk.choose("field.4.required.how", "when")
    clerk.tick("field.4.required.is", "why=lost")
    clerk.choose("field.4.when.how", "when")
    clerk.tick("field.4.when.is", "why=lost")
    clerk.press("保存并继续")

    clerk.act("material.add")
    clerk.put("material.0.key", "old_card")
    clerk.put("material.0.name", "破损的优待证照片")
    clerk.choose("material.0.need.how", "when")
    clerk.tick("material.0.need.is", "why=worn")
    clerk.press("保存并继续")

    clerk.act("result.add")
    clerk.put("result.0.key", "elder_card")
    clerk.put("result.0.name", "老年人优待证")
    clerk.choose("result.0.licence_type", "elder_card")
    for name in ("name", "person_number", "birth_date"):
        clerk.tick("result.0.fields", f"applicant.{name}")
    clerk.press("保存并查看全文")


def make_thing(clerk: Clerk) -> None:
    clerk.begin("one_thing", THING, WHOLE)
    clerk.write(lead="civil", promised_days="6", words="补优待证\n搬来养老")
    clerk.press("保存并继续")
    clerk.act("question.add")
    clerk.put("question.0.id", "dog")
    clerk.put("question.0.text", "家里养犬吗？")
    clerk.put("question.0.options", "yes | 养\nno | 不养")
    clerk.act("question.add")
    clerk.put("question.1.id", "why")
    clerk.put("question.1.text", "为什么要补发优待证？")
    clerk.put("question.1.options", "lost | 遗失了\nworn | 破损了")
    clerk.act("save")
    clerk.choose("main_situation.dog", "no")
    clerk.choose("main_situation.why", "lost")
    clerk.press("保存并继续")
    clerk.act("item.add")
    clerk.put("item.0.key", ITEM)
    clerk.act("item.add")
    clerk.put("item.1.key", "dog-registration")
    clerk.choose("item.1.when.how", "when")
    clerk.tick("item.1.when.is", "dog=yes")
    clerk.press("保存并继续")
    # An arrow each way is a circle: refused with the line, then taken out.
    for n, (first, then) in enumerate([(ITEM, "dog-registration"), ("dog-registration", ITEM)]):
        clerk.act("edge.add")
        clerk.choose(f"edge.{n}.from", first)
        clerk.choose(f"edge.{n}.to", then)
    clerk.act("save")
    assert clerk.page.locator("#edge-0 .err, #edge-1 .err").count() >= 1
    clerk.act("edge.1.drop")
    clerk.press("保存并查看全文")


def hand_in(clerk: Clerk) -> str:
    """Submit; answers the address at which the second person finds it."""
    assert clerk.page.locator("main .err-sum").count() == 0, clerk.page.inner_text("main .err-sum")
    clerk.press("提交审核")
    assert (
        clerk.page.get_by_text("等待第二人签发").count()
        or clerk.page.locator(".badge.amber").count()
    )
    return str(clerk.page.url)


def sign(visit: Visit, address: str) -> None:
    path = "/office/" + address.partition("/office/")[2]
    page = visit(path, session=session("li"))
    look(page)
    # The second person sees what it would do, in every situation.
    assert page.locator("svg.gantt").first.is_visible()
    with page.expect_navigation():
        page.locator("button[name=act][value=publish]").click()
    look(page)
    assert page.locator(".badge.green").first.is_visible()


def file_it(
    visit: Visit, words: str, link: str, *, login: str = "lixiaoyun", width: int = DESKTOP
) -> Walk:
    page = visit("/", width=width)
    walk = Walk(page)
    page.locator("#q").fill(words)
    page.locator("form.find").get_by_role("button").click()
    walk.look()
    page.locator(f"main a[href='{link}']").first.click()
    walk.look()
    walk.link("登录后开始办理")
    walk.sign_in(login)
    walk.look()
    walk.button("开始办理")
    for _ in range(4):
        if "/questions/" not in page.url:
            break
        if not page.locator("input[type=radio]:checked").count():
            wanted = ", ".join(f"input[type=radio][value={v}]" for v in ("no", "lost"))
            page.locator(wanted).first.check()
        walk.button("下一步")
        page.wait_for_load_state("load")
    walk.look()
    page.locator('[name="applicant.facility_note"]').fill("搬家时遗失")
    return walk


def send(walk: Walk) -> None:
    walk.button("信息无误，下一步")
    walk.look()
    walk.link("下一步")
    walk.look()
    walk.page.locator("#id_signed").check()
    walk.button("签名并提交")
    walk.look()
    assert "/my/TB" in walk.page.url, walk.page.inner_text("main")


def official(visit: Visit, login: str, case: str, *acts: tuple[str, bool]) -> None:
    page = visit(f"/office/cases/{case}/", session=session(login))
    for name, gives_opinion in acts:
        page.goto(page.url.partition("?")[0])
        page.click(f".dec a[href*='act={name}']")
        if gives_opinion:
            page.locator("[name=outcome]").first.check()
            page.fill("#id_opinion", "属实，建议准予。")
        page.click(".act-f button.btn-p")
        page.wait_for_selector("#toasts .toast")


def test_a_clerks_item_is_finished_by_a_citizen(visit: Visit, watch: Watch) -> None:
    watch.expected.append("422")
    clerk = Clerk(visit("/office/definitions/", session=session("qian")))
    make_item(clerk)
    sign(visit, hand_in(clerk))

    walk = file_it(visit, "敬老优待证补发", f"/items/{ITEM}/", width=PHONE)
    # Of five fields one is typed; the registers know the others.
    send(walk)
    filed = Application.objects.latest("pk")
    case = filed.cases.get()
    official(visit, "lu.xiaolan", case.case_no, ("accept", False))
    official(visit, "wei.zhixing2", case.case_no, ("pass", True))
    official(visit, "chang.xinran", case.case_no, ("grant", False))
    settle()
    case.refresh_from_db()
    assert case.state in {"decided", "delivered", "closed"}
    walk.page.goto(re.sub(r"(https?://[^/]+)/.*", r"\1/licences/", walk.page.url))
    walk.look()
    assert walk.page.get_by_text("老年人优待证").count() >= 1

    # The same item is composed into a one-thing, tried, signed, and filed.
    make_thing(clerk)
    assert clerk.page.locator("svg.gantt").first.is_visible()
    assert clerk.page.get_by_text("已推演 4 种情形").count() == 1
    sign(visit, hand_in(clerk))
    assert catalogue.current("one_thing", THING).body["question"][0]["id"] == "dog"
    walk = file_it(visit, "搬来养老", f"/things/{THING}/", login="wangjianguo")
    send(walk)
    last = Application.objects.latest("pk")
    assert last.pk != filed.pk and last.cases.exists()


def test_the_pages_of_an_author(visit: Visit) -> None:
    """The sheet of a large item, and the composition of a one-thing, on a desk and a telephone."""
    key = session("qian")
    for kind, name in (("one_thing", "birth"), ("service_item", "food-licence")):
        version = catalogue.current(kind, name)
        page = visit(f"/office/definitions/{version.id}/", session=key)
        with page.expect_navigation():
            page.get_by_role("button", name="以此版本起草新版本").click()
        address = "/office/" + page.url.partition("/office/")[2].partition("/edit/")[0]
        paths = page.locator("nav.tabs a").evaluate_all("all => all.map(a => a.pathname)")
        for path in [*dict.fromkeys(paths), f"{address}/"]:
            for width in (DESKTOP, PHONE):
                look(visit(path, width=width, session=key))


def test_it_works_without_javascript_and_saves_by_itself_with_it(visit: Visit) -> None:
    plain = visit("/office/definitions/new/", session=session("qian"), javascript=False)
    plain.locator("#id_key").fill("plain-one")
    plain.locator("#id_name").fill("不用脚本")
    plain.get_by_role("button", name="开始起草").click()
    plain.locator("main [name=organ]").fill("civil")
    plain.locator("button[name=do][value=save]").last.click()
    assert plain.locator("main [name=organ]").input_value() == "civil"
    page = visit(plain.url.partition("8")[0] and "/office/" + plain.url.partition("/office/")[2],
                 session=session("qian"))  # fmt: skip
    page.locator("main [name=organ]").fill("health")
    page.locator("main [name=organ]").blur()
    page.get_by_text(re.compile("已保存|Saved")).wait_for()
    plain.reload()
    assert plain.locator("main [name=organ]").input_value() == "health"
