"""The window and the pick-up desk as clerks and visitors use them, by mouse and by keys alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.browser.eyes import DESKTOP, PHONE, Visit, Watch, axe, overflow, small_targets
from tests.city import found
from tests.office.people import settle, signed_in
from tests.office.test_pickup import DESK, granted
from tests.office.test_window import fill_in
from tongban.connectors import messages as connector
from tongban.domains.cases.models import Application, Draft
from tongban.domains.windows.models import Visit as AtWindow
from tongban.kernel import clock
from tongban.kernel.identity import queries as people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WINDOW, VISITOR, THING = "/office/window/", "lixiaoyun", "birth"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
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


def root(page: Any) -> str:
    return "/".join(page.url.split("/")[:3])


def tab_to(page: Any, selector: str, most: int = 90) -> None:
    """Reach something by the Tab key alone; where the focus is must be seen on the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            seen = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"
            )
            assert seen, f"the focus on {selector} is not seen"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def enter(page: Any) -> None:
    """Press what has the focus; it leads to another page, or to this one anew."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def served(page: Any) -> AtWindow:
    """The card is read, the clerk has seen the person, and serves them."""
    page.select_option("#id_card", VISITOR)
    with page.expect_navigation():
        page.click(f"form[action='{WINDOW}read/'] button")
    assert page.input_value("#id_number"), "the reader filled it in"
    look(page)
    page.check("#id_consent")
    with page.expect_navigation():
        page.click(f"form[action='{WINDOW}serve/'] button")
    look(page)
    return AtWindow.objects.get(ended_at=None)


def filled(page: Any, visit: AtWindow) -> None:
    """The clerk opens the citizens' form under the visitor's proxy; it names whom it is for."""
    page.goto(f"{root(page)}/start/thing/{THING}/")
    look(page)
    assert page.locator(".proxy").count(), "the page says for whom one acts"
    key = fill_in(visit)
    page.goto(f"{root(page)}/my/drafts/{key}/")
    look(page)
    assert page.locator(".proxy").count()
    assert Draft.objects.get(key=key).channel == "window"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_clerk_files_while_the_visitor_reads_along(
    visit: Visit, watch: Watch, width: int
) -> None:
    watch.expected.append("404")  # the visitor's screen goes dark with the visit
    clerk = visit(WINDOW, width=width, session=session("lin"))
    look(clerk)
    at = served(clerk)
    second = visit(reverse("screen", args=[at.token]) + "?still=1", width=width)
    look(second)
    filled(clerk, at)

    clerk.goto(root(clerk) + WINDOW)
    look(clerk)
    assert not clerk.locator(f"form[action='{WINDOW}send/']").count(), "not confirmed yet"
    second.goto(second.url)
    look(second)
    with second.expect_navigation():
        second.click("form[action$='/confirm/'] button")
    look(second)

    clerk.goto(root(clerk) + WINDOW)
    look(clerk)
    with clerk.expect_navigation():
        clerk.click(f"form[action='{WINDOW}send/'] button")
    look(clerk)
    found_ = Application.objects.get()
    assert found_.number in clerk.content() and found_.channel == "window"
    paper = clerk.request.get(root(clerk) + reverse("office-receipt", args=[found_.number]))
    assert paper.body().startswith(b"%PDF")

    clerk.goto(root(clerk) + WINDOW)
    clerk.click(f"form[action='{WINDOW}end/'] button")
    clerk.wait_for_load_state("load")
    look(clerk)
    home = visit(f"/my/{found_.number}/", width=width, session=session(VISITOR))
    assert axe(home) == []
    assert overflow(home) == []


def test_the_window_by_keys_alone_and_a_code(visit: Visit) -> None:
    clerk = visit(WINDOW, session=session("lin"))
    tab_to(clerk, "#id_card")
    clerk.select_option("#id_card", VISITOR)
    tab_to(clerk, f"form[action='{WINDOW}read/'] button")
    enter(clerk)
    tab_to(clerk, "#id_consent")
    clerk.keyboard.press("Space")
    tab_to(clerk, f"form[action='{WINDOW}serve/'] button")
    enter(clerk)
    at = AtWindow.objects.get(ended_at=None)
    filled(clerk, at)
    clerk.goto(root(clerk) + WINDOW)
    tab_to(clerk, "details.more summary")
    clerk.keyboard.press("Enter")
    look(clerk)
    tab_to(clerk, f"form[action='{WINDOW}code/'] button")
    enter(clerk)
    assert clerk.url.endswith("code=sent")
    look(clerk)
    code = connector.demo_code(people.phone_in_clear(people.person(at.person)))
    assert code in clerk.locator("main").inner_text(), "a demo has no telephone"
    tab_to(clerk, "#id_code")
    clerk.keyboard.type(code)
    enter(clerk)
    tab_to(clerk, f"form[action='{WINDOW}send/'] button")
    enter(clerk)
    assert Application.objects.get().number in clerk.content()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_result_on_paper_is_handed_out(visit: Visit, width: int) -> None:
    case = granted()
    desk = visit("/office/pickup/", width=width, session=session(DESK))
    look(desk)
    desk.fill("#pq", case.case_no)
    enter(desk)
    desk.click("a.ttl")
    look(desk)
    paper = desk.request.get(root(desk) + reverse("office-pickup-receipt", args=[case.case_no]))
    assert paper.body().startswith(b"%PDF")
    desk.select_option("#id_card", "zhoumei")
    with desk.expect_navigation():
        desk.click("form[action$='/read/'] button")
    assert desk.input_value("#id_document")
    look(desk)
    desk.check("[name=signed]")
    desk.click("form[action$='/hand-out/'] button")
    desk.wait_for_url("**done=1")
    look(desk)
    settle()
    case.refresh_from_db()
    assert case.state == "closed"
    desk.goto(root(desk) + "/office/pickup/")
    look(desk)
    assert case.case_no not in desk.locator("main").inner_text()


def test_the_pick_up_desk_by_keys_alone_and_without_a_signature(visit: Visit, watch: Watch) -> None:
    watch.expected.append("422")
    case = granted()
    desk = visit(f"/office/pickup/{case.case_no}/", session=session(DESK))
    tab_to(desk, "#id_name")
    desk.keyboard.type("周梅")
    tab_to(desk, "#id_document")
    desk.keyboard.type("990102198710098422")
    tab_to(desk, "form[action$='/hand-out/'] button")
    enter(desk)
    assert desk.evaluate("document.activeElement.className").startswith("err-sum")
    look(desk)
    tab_to(desk, "[name=signed]")
    desk.keyboard.press("Space")
    tab_to(desk, "form[action$='/hand-out/'] button")
    enter(desk)
    assert desk.url.endswith("done=1")
    case.refresh_from_db()
    assert case.state == "closed"
