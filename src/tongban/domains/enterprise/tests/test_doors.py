from datetime import date

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tongban.connectors.disbursements import SimulatedTreasury
from tongban.domains.enterprise import actions, queries, reactions
from tongban.domains.enterprise.models import Award, AwardBatch, FirmQuestion
from tongban.domains.enterprise.tests.people import FIRM, POLICY, granted, restaurateur
from tongban.domains.licences.models import Licence
from tongban.kernel import clock
from tongban.kernel.errors import Refusal
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.jobs.models import Job
from tongban.kernel.ledger.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday", "treasury")]


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.TONGBAN_DEMO = True


def as_(login: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    return client


def owner() -> Client:
    """The restaurateur at the browser, acting for the firm."""
    client = as_("zhoumei")
    assert client.post("/sign-in/acting/", {"as": f"entity:{FIRM}"}).status_code == 302
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:500]
    return str(answer.content.decode())


def test_from_consent_to_the_money_through_the_doors(treasury: SimulatedTreasury) -> None:
    client = owner()
    assert "让政策找到您" in page(client, "/enterprise/")
    assert client.post("/enterprise/consent/").status_code == 302
    zone = page(client, "/enterprise/")
    assert "初创企业一次性创业补贴" in zone and "5,000.00" in zone and "朱芷若" in zone
    policy = page(client, f"/enterprise/policies/{POLICY}/")
    assert "符合" in policy and "成立日期" in policy and "2026-08" in policy
    assert "照片" in page(client, "/enterprise/policies/catering-quality/")
    reactions_of_the_first_of_the_month()
    batch = AwardBatch.objects.get(policy=POLICY)
    assert batch.month == date(2026, 9, 1)
    address = f"/office/policies/{batch.pk}/"
    clerk, chief = as_("ge.xiuyuan"), as_("xi.mengyao")
    assert "初创企业" in page(clerk, "/office/policies/")
    assert "提交" in page(clerk, address)
    award = Award.objects.get(batch=batch, entity=FIRM)
    strike = {"do": "strike", "award": str(award.pk), "reason": ""}
    assert clerk.post(address, strike).status_code == 422
    assert clerk.post(address, {"do": "dance"}).status_code == 404
    assert clerk.post(address, {"do": "submit"}).status_code == 302
    assert chief.post(address, {"do": "return", "reason": ""}).status_code == 422
    assert chief.post(address, {"do": "approve"}).status_code == 302
    mine = f"/enterprise/awards/{award.pk}/"
    assert "5,000.00" in page(client, mine)
    assert client.post(mine, {"account": "12"}).status_code == 422
    assert client.post(mine, {"account": "6222020200112233"}).status_code == 302
    reactions.pay(ledger_event("award.confirmed"))
    assert "已到账" in page(client, mine)
    assert len(treasury.statement(day=date(2026, 9, 7))) == 1


def ledger_event(name: str) -> Event:
    return Event.objects.filter(name=name).latest("id")


def reactions_of_the_first_of_the_month() -> None:
    reactions.begin_the_month(day_began())
    assert jobs.run_next(by=actions.SELF, holder="test")
    reactions.begin_the_month(day_began())
    assert Job.objects.count() == 1, "every list of the month is there"


def day_began() -> Event:
    return Event(name="day.began", data={"day": "2026-09-07"})


def test_a_question_and_its_answer_through_the_doors() -> None:
    client = owner()
    assert 'name="q"' in page(client, "/enterprise/ask/")
    form = page(client, "/enterprise/ask/?q=创业补贴谁能领")
    assert "1 个工作日" in form
    sent = {"topic": "policy", "words": "我店能领创业补贴吗", "key": "k1"}
    assert client.post("/enterprise/ask/", {**sent, "words": "短"}).status_code == 422
    assert client.post("/enterprise/ask/", {**sent, "topic": "x"}).status_code == 404
    answered = client.post("/enterprise/ask/", sent)
    assert client.post("/enterprise/ask/", sent)["Location"] == answered["Location"]
    assert "9" in page(client, answered["Location"])
    assert as_("gaozihan").get(answered["Location"]).status_code in {403, 404}
    officer = as_("zhu.zhiruo")
    question = FirmQuestion.objects.get()
    address = f"/office/firms/questions/{question.pk}/"
    assert "惠企政策" in page(officer, "/office/firms/questions/")
    assert "我店能领" in page(officer, address)
    assert as_("feng.ziqian").get(address).status_code == 404
    assert officer.post(address, {"words": ""}).status_code == 422
    assert officer.post(address, {"words": "成立三年内可以领取。"}).status_code == 302
    assert "成立三年内" in page(client, answered["Location"])
    publish = {"do": "publish", "asks": "创业补贴谁能领", "answers": f"{FIRM} 可以领取"}
    assert officer.post(address, publish).status_code == 422
    assert officer.post(address, {**publish, "answers": "三年内的小微主体。"}).status_code == 302
    visitor = Client(headers={"host": "localhost"})
    assert "三年内的小微主体" in page(visitor, "/enterprise/answers/?q=谁能领创业补贴")
    assert "三年内的小微主体" in page(visitor, "/enterprise/answers/?topic=policy")
    assert "三年内的小微主体" not in page(visitor, "/enterprise/answers/?topic=tax")
    assert "三年内的小微主体" in page(client, "/enterprise/ask/?q=谁能领创业补贴")


def test_everyone_reads_the_policies_and_nobody_else_the_rest() -> None:
    visitor = Client(headers={"host": "localhost"})
    assert "纳税信用 A 级企业奖励" in page(visitor, "/enterprise/policies/")
    assert "min(" not in page(visitor, "/enterprise/policies/tax-credit-award/")
    assert visitor.get("/enterprise/policies/no-such/").status_code == 404
    for path in ("/enterprise/", "/enterprise/ask/", "/office/policies/", "/office/firms/report/"):
        assert visitor.get(path).status_code == 302
    citizen = as_("gaozihan")
    assert "没有登记在您名下的企业" in page(citizen, "/enterprise/")
    assert citizen.get("/enterprise/ask/").status_code == 403
    assert citizen.post("/enterprise/consent/").status_code == 403
    assert citizen.get("/enterprise/consent/").status_code == 405
    assert as_("wu").get("/office/policies/").status_code == 403


def test_the_elder_pages() -> None:
    client = owner()
    client.cookies["ui"] = "elder"
    assert "e-big" in page(client, "/enterprise/")
    client.post("/enterprise/consent/")
    for path in ("/enterprise/", "/enterprise/policies/", f"/enterprise/policies/{POLICY}/"):
        assert "创业补贴" in page(client, path)
    award = granted()[1]
    assert "e-big" in page(client, f"/enterprise/awards/{award.pk}/")
    assert client.post(f"/enterprise/awards/{award.pk}/", {"account": "1"}).status_code == 422
    for path in ("/enterprise/ask/", "/enterprise/ask/?q=补贴", "/enterprise/answers/"):
        shown = page(client, path)
        assert "wrap page" not in shown and "wrap narrow page" not in shown


def test_the_report() -> None:
    actions.consent(by=restaurateur())
    actions.match(firm=FIRM, by=restaurateur())
    head = as_("zhu.zhiruo")
    shown = page(head, "/office/firms/report/?month=2026-09")
    assert "成立满 2 年" in shown and "&lt; 3" in shown
    assert head.get("/office/firms/report/?month=no").status_code == 404
    assert as_("chen").get("/office/firms/report/").status_code == 403


def test_the_daily_round_asks_the_treasury_and_compares(treasury: SimulatedTreasury) -> None:
    reactions.look_after_the_money(day_began())
    treasury.failures = 1
    with pytest.raises(Refusal):
        reactions.look_after_the_money(day_began())
    assert queries.unfinished() == []


def test_licences_that_run_out_stand_in_the_zone() -> None:
    def held(identifier: str, name: str, valid_to: date | None) -> None:
        Licence.objects.create(
            identifier=identifier,
            type="food_licence",
            definition=1,
            number=f"JY{identifier}",
            name=name,
            organ="11990100MB0000031X",
            organ_name="市市场监管局",
            holder_kind="entity",
            holder_hash="",
            entity=FIRM,
            keeper=1,
            record="",
            signature=identifier,
            case_no=identifier,
            result_key="food",
            valid_from=date(2021, 1, 1),
            valid_to=valid_to,
            issued_at=clock.now(),
        )

    held("1", "食品经营许可证", date(2026, 12, 1))
    held("2", "营业执照", None)
    held("3", "排水许可证", date(2027, 12, 1))
    client = owner()
    zone = page(client, "/enterprise/")
    assert "食品经营许可证" in zone and "JY1" in zone
    assert "JY2" not in zone and "JY3" not in zone
    client.cookies["ui"] = "elder"
    assert "食品经营许可证" in page(client, "/enterprise/")
