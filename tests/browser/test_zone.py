"""A firm finds a policy, applies for it, an officer grants it, and the money appears."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.browser.eyes import DESKTOP, PHONE, Visit, axe, overflow, small_targets
from tests.city import found
from tests.given import item_of
from tests.office.people import FIRM, settle, signed_in
from tongban.connectors import disbursements
from tongban.connectors.disbursements import SimulatedTreasury
from tongban.domains.cases.models import Case
from tongban.domains.enterprise import actions
from tongban.domains.enterprise.models import Award
from tongban.kernel import clock
from tongban.simulator import citizens, desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICY, ACCOUNT = "catering-quality", "6222990000000000131"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    found()
    treasury = SimulatedTreasury(tmp_path / "treasury.jsonl")
    with clock.at("2026-09-07 09:00"), disbursements.use(treasury):
        yield


def session(login: str) -> str:
    key = signed_in(login).session.session_key
    assert key is not None
    return key


def look(page: Any) -> None:
    assert axe(page) == []
    assert overflow(page) == []
    assert small_targets(page, 24) == []


def enter(visit: Visit, **how: Any) -> Any:
    """From the home page into the zone, for the firm that one may act for."""
    page = visit("/", session=session("zhoumei"), **how)
    look(page)
    page.click("a[href='/enterprise/']:visible >> nth=-1")
    page.wait_for_url("**/enterprise/")
    look(page)
    page.check(f"input[value='entity:{FIRM}']")
    page.click("main form button.btn-p")
    page.wait_for_url("**/enterprise/")
    return page


def test_a_policy_is_found_applied_for_granted_and_paid(visit: Visit, tmp_path: Path) -> None:
    page = enter(visit, width=DESKTOP)
    page.click("#consent ~ form button, section[aria-labelledby=consent] button")
    page.wait_for_selector("#fits")
    look(page)
    page.click(f"a.ttl[href='/enterprise/policies/{POLICY}/']")
    look(page)
    page.click("main form[action*='/start/'] button")
    page.wait_for_url("**/facts/")
    look(page)
    page.goto(page.url.replace("/facts/", "/materials/"))
    look(page)
    paper = tmp_path / "works.pdf"
    paper.write_bytes(citizens.paper())
    page.set_input_files("input[type=file]", str(paper))
    page.click("form.upl button")
    page.wait_for_load_state()
    page.goto(page.url.rpartition("/materials/")[0] + "/sign/")
    look(page)
    page.check("input[name=signed]")
    page.click("form:has(input[name=signed]) button.btn-p")
    page.wait_for_url("**/my/TB*/")
    settle()

    case = Case.objects.get(item_key="kitchen-grant")
    for _ in range(3):
        desk.work(item_of(case), die=Random(1))
        settle()
    award = Award.objects.get()
    page.goto(page.url.partition("/my/")[0] + "/enterprise/")
    look(page)
    assert "已列入兑付名单" in page.inner_text("main")

    clerk = visit(f"/office/policies/{award.batch_id}/", session=session("chen"))
    look(clerk)
    clerk.click("form:has(input[value=submit]) button")
    chief = visit(f"/office/policies/{award.batch_id}/", session=session("zhao"))
    chief.click("form:has(input[value=approve]) button")
    look(chief)

    page.reload()
    page.click("a.act.btn-p")
    page.fill("#id_account", ACCOUNT)
    page.click("main form .btn-p")
    settle()
    clock.move("2026-09-09 09:00")
    actions.carry_out(award=award.pk, by=actions.SELF)
    paid = enter(visit, width=DESKTOP)
    assert "已到账" in paid.inner_text("main") or "已支付" in paid.inner_text("main")
    look(paid)


@pytest.mark.parametrize("display", ["std", "elder"])
def test_the_zone_on_a_telephone(visit: Visit, display: str) -> None:
    page = enter(visit, width=PHONE, display=display)
    page.click("form[action='/enterprise/consent/'] button")
    page.wait_for_load_state()
    look(page)
