"""Each post sees what it may do, and every refusal of access says which grant is wanting."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, filed, signed_in
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CLERK, REVIEWER, CHIEF, LEGAL = "lin", "chen", "zhao", "ren.zhiruo"
HALL, DESK, ITEMS, SUPERVISOR, SYSTEM = "zhu.zhiruo", "qin.huimin", "qian", "he", "zhou"

PAGES = {
    "/office/window/": {CLERK},
    "/office/pickup/": {DESK},
    "/office/lights/": {SUPERVISOR},
    "/office/licences/": {CHIEF},
    "/office/definitions/": {ITEMS, LEGAL},
    "/office/posts/": {SYSTEM},
    "/office/deliveries/": {SYSTEM},
}
"""Address -> who of these may open it; whoever else is told why not."""
EVERYBODY = (CLERK, REVIEWER, CHIEF, LEGAL, HALL, DESK, ITEMS, SUPERVISOR, SYSTEM)


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.mark.parametrize("login", EVERYBODY)
def test_each_post_sees_its_own_pages_and_is_told_why_not_the_others(login: str) -> None:
    client = signed_in(login)
    rail = client.get("/office/").content.decode().partition('class="rail"')[2]
    rail = rail.partition("</nav>")[0]
    for path, who in PAGES.items():
        answer = client.get(path)
        assert answer.status_code == (200 if login in who else 403), (login, path)
        assert (f'href="{path}"' in rail) == (login in who), (login, path)
        if login not in who:
            body = answer.content.decode()
            assert "您的岗位" in body and "case." not in body.partition("<h1>")[2][:200]


def test_a_refusal_names_the_grant_in_words() -> None:
    assert "收件" in signed_in(REVIEWER).get("/office/window/").content.decode()
    english = signed_in(REVIEWER)
    english.cookies["ui"] = "std.en"
    assert "Receive a filing at the window" in english.get("/office/window/").content.decode()


def test_no_post_both_receives_and_decides() -> None:
    """收受分离, and the supervisor handles nothing."""
    for login in EVERYBODY:
        grants = acting(login).grants
        assert not {"case.receive", "case.decide"} <= grants
        assert not {"case.receive", "case.accept"} <= grants
    handling = {"case.accept", "case.examine", "case.check", "case.decide", "case.consult"}
    assert not acting(SUPERVISOR).grants & handling
    assert not acting(HALL).grants & handling


def test_the_supervisor_sees_lights_and_opens_nothing() -> None:
    case, client = filed(), signed_in(SUPERVISOR)
    with clock.at("2026-09-30 09:00"):
        body = client.get("/office/lights/").content.decode()
    assert case.case_no in body and "周梅" not in body
    assert reverse("office-case", args=[case.case_no]) not in body
    assert client.get(reverse("office-case", args=[case.case_no])).status_code == 403


def test_the_watermark_says_name_and_post() -> None:
    body = signed_in(REVIEWER).get("/office/").content.decode()
    mark = body.partition('class="wm"')[2].partition("</svg>")[0]
    assert "陈静" in mark and "受理审查岗" in mark and "official:" not in mark
