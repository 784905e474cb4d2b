"""Each post sees what it may do, and every refusal of access says which grant is wanting."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, filed, signed_in
from tongban.kernel import clock
from tongban.kernel.catalogue import actions as definitions
from tongban.kernel.catalogue import queries
from tongban.kernel.ui import menus

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CLERK, REVIEWER, CHIEF, LEGAL = "lin", "chen", "zhao", "ren.zhiruo"
HALL, DESK, ITEMS, SIGNER, SUPERVISOR = "zhu.zhiruo", "qin.huimin", "qian", "li", "he"
STEWARD, SYSTEM, SECURITY, AUDITOR = "sun", "zhou", "zheng", "feng"
REVENUE, REFUNDS, ARCHIVIST = "qian.ruogu", "shen.mingde", "bao.shouzhong"

PAGES = {
    "/office/window/": {CLERK},
    "/office/desk/": {CLERK},
    "/office/cases/elsewhere/": {CLERK},
    "/office/cases/elsewhere/coming/": {REVIEWER, CHIEF},
    "/office/pickup/": {DESK},
    "/office/messages/questions/": {REVIEWER},
    "/office/lights/": {SUPERVISOR},
    "/office/cases/savings/": {ITEMS, SUPERVISOR},
    "/office/licences/": {CHIEF},
    "/office/licences/reports/": {CHIEF},
    "/office/credit/": {CHIEF},
    "/office/definitions/": {ITEMS, SIGNER, LEGAL},
    "/office/definitions/new/": {ITEMS},
    "/office/rules/": {ITEMS, SIGNER},
    "/office/seals/": {ITEMS, SIGNER},
    "/office/drifts/": {ITEMS},
    "/office/searches/": {ITEMS},
    "/office/firms/questions/": {HALL},
    "/office/firms/report/": {HALL},
    "/office/reviews/mend/": {CHIEF, HALL},
    "/office/reviews/verify/": {SUPERVISOR},
    "/office/reviews/answer/": {SUPERVISOR},
    "/office/corrections/": {STEWARD},
    "/office/policies/": {REVIEWER, CHIEF, REVENUE, REFUNDS},
    "/office/payments/": {REVENUE, REFUNDS},
    "/office/payments/days/": {REVENUE},
    "/office/payments/refunds/": {REFUNDS},
    "/office/archives/": {ARCHIVIST},
    "/office/messages/": {SYSTEM},
    "/office/deliveries/": {SYSTEM, AUDITOR},
    "/office/posts/": {SYSTEM, SECURITY},
    "/office/ledger/": {AUDITOR},
}
"""Address -> who of these may open it; whoever else is told why not."""
EVERYBODY = (
    CLERK, REVIEWER, CHIEF, LEGAL, HALL, DESK, ITEMS, SIGNER, SUPERVISOR, STEWARD, SYSTEM,
    SECURITY, AUDITOR, REVENUE, REFUNDS, ARCHIVIST,
)  # fmt: skip


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


ADDRESSES = {menus.address(entry.url_name) for entry in menus.rail.entries}


@pytest.mark.parametrize("login", EVERYBODY)
def test_the_rail_shows_what_opens_and_nothing_else(login: str) -> None:
    """Also of pages that nobody has put into the table above."""
    client, by = signed_in(login), acting(login)
    for entry in menus.rail.entries:
        may = entry.grant is None or any(map(by.may, entry.grant.split(",")))
        answer = client.get(menus.address(entry.url_name))
        assert answer.status_code == (200 if may else 403), (login, entry.url_name)


def test_the_legal_officer_signs_what_others_write() -> None:
    """法制审核: the second signature, and never the first."""
    grants = acting(LEGAL).grants
    assert "definition.publish" in grants and "definition.draft" not in grants
    assert not grants & {"case.receive", "case.accept", "case.decide"}
    row = definitions.begin(
        kind="one_thing",
        key="birth",
        body={**queries.current("one_thing", "birth").body, "promised_days": 9},
        by=acting(ITEMS),
    )
    page = f"/office/definitions/{row.pk}/"
    assert signed_in(ITEMS).post(f"{page}act/", {"act": "submit"}).status_code == 302
    row.refresh_from_db()
    sent = {"act": "publish", "expected": row.content_hash}
    assert signed_in(ITEMS).post(f"{page}act/", sent).status_code == 403
    assert signed_in(LEGAL).get(page).status_code == 200
    assert signed_in(LEGAL).post(f"{page}act/", sent).status_code == 302
    assert queries.current("one_thing", "birth").body["promised_days"] == 9


@pytest.mark.parametrize("login", EVERYBODY)
def test_each_post_sees_its_own_pages_and_is_told_why_not_the_others(login: str) -> None:
    client = signed_in(login)
    rail = client.get("/office/").content.decode().partition('class="rail"')[2]
    rail = rail.partition("</nav>")[0]
    for path, who in PAGES.items():
        answer = client.get(path)
        assert answer.status_code == (200 if login in who else 403), (login, path)
        if path in ADDRESSES:
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
