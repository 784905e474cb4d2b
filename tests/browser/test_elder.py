"""Elder mode on every page a citizen can open, by the numbers for pages for old people.

《互联网应用适老化通用设计规范》 (MIIT, 2021) has them; where ours are stricter, ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests import given
from tests.browser.elders import GRANDMOTHER, MOTHER, OWNER, city_of_elders
from tests.browser.eyes import (
    PHONE,
    Visit,
    Watch,
    axe,
    crowded_targets,
    overflow,
    small_targets,
    smallest_text,
)
from tests.city import found
from tests.office.people import signed_in
from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.identity import actions, queries
from tongban.kernel.identity.models import Person
from tongban.simulator import citizens, desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LETTERS, TARGET, GAP = 18, 60, 14
HOME_CHOICES, TASK_CHOICES = 10, 3
NARROW = 320

NOT_PAGES = {
    # For machines.
    "healthz", "readyz", "metrics", "search-suggest", "verify-keys", "verify-status",
    "payments:notify", "sign-in-outside", "sign-in-outside-back",
    # Files.
    "thing-notice-paper", "item-notice-paper", "licence-pdf", "licence-ofd", "licence-file",
    "licence-copy-pdf", "notice", "payments:receipt", "messages:attachment",
    # Answers to a form; each leads on to a page below.
    "sign-in-demo", "sign-out", "acting-end", "draft-again", "pass-on", "payments:pay",
    "payments:back", "messages:read-all", "screen-confirm", "proxy-revoke",
    "appointment-cancel",
    "proxy-answer", "proxy-take-back",
    # For those who build and for officials.
    "styleguide", "styleguide-page", "second-factor", "window",
    # On a wall, read from afar.
    "hall-screen",
}  # fmt: skip

FIRMS = ("enterprise:", "investments:", "api")
"""Not walked here: pages of firms, for who acts for one, and what programs read."""

OWN_FRAME = {"screen"}
"""A screen beside a clerk, who is the help: the numbers hold there, the frame is another."""


@pytest.fixture(autouse=True)
def city(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    found()
    with clock.at("2026-09-07 09:00"):
        yield
    desk.forget()


def session(login: str) -> str:
    client = signed_in(login)
    if login == OWNER:
        kept = client.session
        kept["entity"] = given.FIRM
        kept.save()
    key = client.session.session_key
    assert key is not None
    return key


def routes(resolver: Any = None, names: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Each route outside the workbench: (its name with its namespace, its path)."""
    for one in (resolver or get_resolver()).url_patterns:
        at = path + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, names + (f"{one.namespace}:" if one.namespace else ""), at)
        elif isinstance(one, URLPattern) and "office/" not in at:
            yield names + (one.name or at), at


@dataclass
class Faults:
    """What is wrong, of all pages at once: one walk tells everything."""

    found: list[str] = field(default_factory=list)

    def look(self, page: Any, name: str) -> None:
        """Measure one page at each size of letters, on the narrowest telephone and at a desk."""
        for size in ("m", "xl"):
            page.evaluate("size => document.documentElement.dataset.size = size", size)
            for width in (NARROW, 1280) if size == "m" else (NARROW,):
                page.set_viewport_size({"width": width, "height": 800})
                self._measure(page, f"{name} {size} {width}px")
        page.evaluate("document.documentElement.dataset.size = 'm'")
        if tasks := page.evaluate(CHOICES):
            most = HOME_CHOICES if name == "home" else TASK_CHOICES
            if len(tasks) > most:
                self.found.append(f"{name}: {len(tasks)} choices: {tasks}")
        for link in () if name in OWN_FRAME else ("a[href^='tel:']", "[data-family], .proxy"):
            if not page.locator(link).count():
                self.found.append(f"{name}: no {link}")
        self.found += [f"{name}: {line}" for line in axe(page)]

    def _measure(self, page: Any, where: str) -> None:
        if (size := smallest_text(page)) < LETTERS:
            self.found.append(f"{where}: letters of {size}px")
        for kind, lines in (
            ("wide", overflow(page)),
            ("small", small_targets(page, TARGET, inline=True)),
            ("near", crowded_targets(page, GAP)),
        ):
            if lines:
                self.found.append(f"{where}: {kind}: {lines[:6]}")


# A list of what one has is one choice; help is none, it is always there.
CHOICES = """() => {
  const kinds = 'main .btn, main .e-tile, main .e-big, main .e-link, main button, main summary';
  const all = [...document.querySelectorAll(kinds)].filter(e =>
    e.checkVisibility() && e.offsetParent && !e.closest('.e-aid'));
  const lists = new Set(all.map(e => e.closest('ul, ol, dl')).filter(e => e));
  const single = all.filter(e => !e.closest('ul, ol, dl'));
  return [...single, ...lists].map(e => e.innerText.trim().slice(0, 10));
}"""


def test_every_page_of_citizens_in_elder_mode(visit: Visit) -> None:
    pages = city_of_elders()
    for name, path in routes():
        if name in NOT_PAGES or name in pages or name.startswith(FIRMS):
            continue
        # What needs nothing is looked at as anyone sees it; the rest says in `elders` where it is.
        assert "<" not in path, f"{name} is not walked: say in tests/browser/elders.py where it is"
        pages[name] = (MOTHER, f"/{path}")
    faults = Faults()
    sessions = {"": "", **{who: session(who) for who in {who for who, _ in pages.values()} if who}}
    walkers = {
        who: visit("/about/", width=NARROW, display="elder", session=key)
        for who, key in sessions.items()
    }
    for name, (who, path) in pages.items():
        page = walkers[who]
        answer = page.goto("/".join(page.url.split("/")[:3]) + (path() if callable(path) else path))
        if answer.status != 200:
            faults.found.append(f"{name}: {path} answers {answer.status}")
            continue
        if name not in OWN_FRAME and not page.locator(".e-top").count():
            faults.found.append(f"{name}: no elder page")
            continue
        faults.look(page, name)
    assert faults.found == [], "\n".join(faults.found)


def eighty() -> str:
    """Who is eighty and lives here gets an account; answers its name."""
    oldest = min(Person.objects.filter(born_on__isnull=False), key=lambda one: one.born_on)
    assert oldest.born_on.year <= clock.today().year - 81
    actions.open_account(person=oldest.pk, username="eighty", by=part("accounts"))
    return "eighty"


class Journey:
    """An old person and one button after the other; each page is looked at as it comes."""

    def __init__(self, page: Any) -> None:
        self.page, self.faults, self.asked = page, Faults(), 0

    def look(self) -> None:
        self.page.wait_for_load_state("load")
        where = self.page.url.split("/", 3)[-1] or "home"
        self.faults.look(self.page, where)
        self.page.set_viewport_size({"width": PHONE, "height": 844})

    def press(self, words: str) -> None:
        self.page.locator("main").get_by_role("button", name=words).first.click()

    def follow(self, words: str) -> None:
        self.page.locator("main").get_by_role("link", name=words).first.click()

    def confirm_the_facts(self) -> None:
        """One question a page; what the registers know is only nodded at."""
        while "/facts/" in self.page.url:
            self.look()
            self.asked += 1
            assert self.asked < 20, "the same page comes again"
            assert self.page.locator("main h1").count() == 1
            agree = self.page.get_by_role("button", name="都对")
            if agree.count():
                assert self.page.get_by_role("link", name="有不对的").count() == 1
                agree.click()
                continue
            empty = self.page.locator("main input[type=text]")
            if empty.count():
                assert empty.count() == 1, "one question a page"
                if not empty.input_value():
                    empty.fill("6228480000000000018")
            elif self.page.locator("main select").count():
                self.page.locator("main select").select_option(index=1)
            elif not self.page.locator("main input:checked").count():
                self.page.locator("main input[type=radio]").first.check()
            self.press("下一步")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_journey_of_an_elder(visit: Visit, javascript: bool) -> None:
    page = visit(
        "/", width=PHONE, display="elder", session=session(eighty()), javascript=javascript
    )
    walk = Journey(page)
    if not javascript:
        walk.faults.look = lambda page, name: None  # type: ignore[method-assign]
    walk.look()
    page.locator("#q").fill("高龄补贴")
    walk.press("查找")
    walk.look()
    page.locator("main a[href^='/items/elder-allowance/']").first.click()
    walk.look()
    page.locator("main a[href^='/start/'], main form[action^='/start/'] button").first.click()
    if "/start/" in page.url:
        walk.press("开始办理")
    walk.confirm_the_facts()
    assert page.url.endswith("/materials/")
    walk.look()
    walk.follow("下一步")
    walk.look()
    page.locator("#id_signed").check()
    walk.press("签名并提交")
    walk.look()
    number = page.url.rstrip("/").rsplit("/", 1)[-1]

    given.work_all(Application.objects.get(number=number))
    page.locator(".logo").click()
    walk.look()
    page.locator("main a[href='/my/']").click()
    walk.look()
    page.locator(f"main a[href='/my/{number}/']").first.click()
    walk.look()
    assert page.get_by_text("高龄津贴").count()

    page.goto(page.url.split("/my/")[0] + "/licences/")
    walk.look()
    page.locator("main .e-tile", has_text="高龄津贴").first.click()
    walk.look()
    walk.follow("亮证")
    walk.look()
    assert page.locator(".qr svg").count() == 1

    page.goto(page.url.split("/licences/")[0] + f"/my/{number}/")
    walk.follow("办得怎么样")
    walk.look()
    if page.url.endswith("/reviews/mine/"):
        page.locator("main a[href^='/reviews/']").first.click()
        walk.look()
    page.locator("input[name=level]").first.check(force=True)
    page.locator("main form button").first.click()
    walk.look()
    page.locator("main form[method=post] button").click()
    walk.look()
    assert page.get_by_text("非常满意").count()
    assert walk.faults.found == [], "\n".join(walk.faults.found)


def test_a_relative_acts_by_proxy_and_the_elder_sees_it(visit: Visit, watch: Watch) -> None:
    watch.expected.append("403")
    grandson = visit("/sign-in/acting/", width=PHONE, session=session("wangjianguo"))
    grandson.locator("input[value^='proxy:']").check()
    grandson.get_by_role("button", name="继续").click()
    grandson.goto("/".join(grandson.url.split("/")[:3]) + "/start/item/elder-card/")
    for button in ("开始办理", "在本地办理", "信息无误，下一步"):
        if grandson.get_by_role("button", name=button).count():
            assert "正在替 王*兰 办理" in grandson.locator(".proxy").inner_text()
            assert axe(grandson) == []
            assert overflow(grandson) == []
            grandson.get_by_role("button", name=button).first.click()
    assert grandson.locator(".proxy").count()
    account = queries.account("wangjianguo")
    assert account is not None
    held = queries.proxies_for(account.person_id)[0]
    by = queries.actor_for(account=account, proxy=held.pk)
    key = cases.drafts(by=by)[0].key
    citizens.complete(key=key, by=by)
    citizens.submit(key=key, by=by)

    elder = visit("/sign-in/proxies/", width=PHONE, display="elder", session=session(GRANDMOTHER))
    elder.get_by_role("link", name="办了什么").click()
    assert "老年人优待证办理" in elder.locator("main").inner_text()
    assert "提交了申请" in elder.locator("main").inner_text()
    elder.go_back()
    elder.locator("form[action$='/revoke/'] button").click()
    assert elder.get_by_text("目前没有人").count()
    answer = grandson.goto(grandson.url)
    assert answer.status == 403, "what is taken back holds at once"
