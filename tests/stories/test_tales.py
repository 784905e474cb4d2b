"""Both tales from the first click to the licence, across every floor, on a moved clock."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from tongban.domains.cases.models import Notice
from tongban.domains.enterprise import queries as enterprise
from tongban.domains.registries.models import LookupRecord
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger import queries as log
from tongban.simulator import stories

CITY = Path(__file__).resolve().parents[2] / "cities" / "demo"


@pytest.fixture(autouse=True)
def demo_city(settings: object) -> None:
    settings.TONGBAN_CITY = CITY  # type: ignore[attr-defined]
    settings.TONGBAN_DEMO = True  # type: ignore[attr-defined]


def lived(told: dict[str, object], who: str) -> list[str]:
    return [row["what"] for row in told["timeline"] if who in row["who"]]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_child_is_born(tmp_path: Path) -> None:
    told = stories.tell("birth", folder=settings.TONGBAN_CITY, persons=150)
    assert told["finished"]
    assert told["form"]["share"] >= 0.7  # 主要情形中至少七成字段已由共享数据填好
    assert {row["name"] for row in told["licences"]} >= {
        "出生医学证明",
        "居民户口簿（个人页）",
        "社会保障卡",
    }
    # Nobody acted on what rules may decide; officials acted on what they may not.
    assert len(lived(told, "规则")) >= 4
    assert any("落户" in what for what in lived(told, "市公安局"))
    for row in told["savings"].values():
        assert row["after"] < row["before"]
    assert all(what.endswith("valid") for what in lived(told, "任何人"))
    # Each document was told of once, by a message whose id lets the receiver drop a repeat.
    lines = [json.loads(line) for line in (tmp_path / "messages.jsonl").read_text().splitlines()]
    assert {"receipt", "acceptance", "granted"} <= {line["template"] for line in lines}
    assert len({line["id"] for line in lines}) == len(lines)
    of_papers = [line for line in lines if not line["template"].startswith("proxy_")]
    assert len(of_papers) == Notice.objects.count()
    # Every value came through a look-up that left its record.
    assert LookupRecord.objects.exclude(purpose="").exclude(case_no="").count() >= 8


@pytest.mark.django_db
def test_a_restaurant_opens() -> None:
    told = stories.tell("restaurant", folder=settings.TONGBAN_CITY, persons=150)
    assert told["finished"]
    assert told["form"]["share"] >= 0.7
    assert {row["name"] for row in told["licences"]} >= {"食品经营许可证", "户外招牌设置许可"}
    assert any("现场核查" in what for what in lived(told, "市市场监管局"))
    number = next(row["number"] for row in told["licences"] if row["name"] == "食品经营许可证")
    assert number.startswith("JY2")


@pytest.mark.django_db(transaction=True)
def test_the_ledger_of_a_tale_can_be_checked() -> None:
    stories.tell("birth", folder=settings.TONGBAN_CITY, persons=120)
    while ledger.seal(by=part("sealing")):
        pass
    report = log.verify()
    assert report.ok, report.finding
    assert report.size > 50


@pytest.mark.django_db
def test_it_is_taken_in_here_and_decided_there() -> None:
    told = stories.tell("elsewhere", folder=settings.TONGBAN_CITY, persons=150)
    assert told["finished"]
    assert any("差异" in what for what in lived(told, "平台"))
    assert any("移交" in what for what in lived(told, "市政务服务中心"))
    assert any("受理" in what for what in lived(told, "澄江市公安局"))
    assert lived(told, "澄江市公安局")[-1] == "办结：准予"


@pytest.mark.django_db
def test_a_business_is_opened_within_one_working_day() -> None:
    """企业开办一日办结: licence, seals, taxes, insurance, fund and bank, by the moved clock."""
    told = stories.tell("opening", folder=settings.TONGBAN_CITY, persons=150)
    steps, whole = told["minutes"][:-1], told["minutes"][-1]
    assert told["finished"] and 0 < whole["minutes"] <= 420
    assert len(steps) == len(told["cases"]) == 7
    assert {row["result"] for row in told["cases"].values()} == {"granted"}
    parties = {step["party"] for step in steps}
    assert {
        "市市场监管局",
        "市公安局",
        "市税务局",
        "市人社局",
        "青禾银行",
        "市公积金中心",
    } <= parties
    assert steps[0]["party"] == "市市场监管局" and steps[0]["minutes"] > 0
    assert max(step["at"] for step in steps) == whole["minutes"]
    with clock.at("2026-09-09 09:00"):
        found = enterprise.openings()
        assert found is not None and (found.n, found.within) == (1, 1)
        assert found.last.minutes == whole["minutes"], "what the zone shows is what was lived"
