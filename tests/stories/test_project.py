"""An investment project from its code to acceptance: the counter against days counted by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.city import city as city  # a fixture
from tongban.kernel import clock
from tongban.simulator import stories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def september() -> Iterator[None]:
    with clock.at("2026-09-04 08:00"):
        yield


def test_ninety_days_are_counted_as_by_hand() -> None:
    """Days are working days after the filing of a phase; (a, b] holds b - a of them.

    land        approval (0,3], siting (0,5], land permit (5,7], heritage (0,9] -> (0,9]      = 9
    design      defence (0,2], green (0,3]; planning asks at 0, is answered at 4,
                and decides at 10: (4,10]                                 -> (0,3] + (4,10]   = 9
    building    drawings: the list leaves at 4, which stops the clock: (0,3]; corrected at 9,
                all agree at 10: (9,10]; construction permit (10,14]                          = 8
    acceptance  all come at 3: (0,3]; record (3,5]                                            = 5
    """
    told = stories.live_project()
    assert told["finished"], told["timeline"][-3:]
    counter: dict[str, Any] = told["counter"]
    assert {key: row["used"] for key, row in counter["phases"].items()} == {
        "land": 9,
        "design": 9,
        "building": 8,
        "acceptance": 5,
    }
    assert (counter["used"], counter["limit"], counter["light"]) == (31, 90, "done")
    # What the companies did beside it counts for nobody.
    assert not {key for key in counter["held"] if key.endswith("-connection")}
    assert counter["held"]["drawing-review"] == 4  # 3 before the list left, 1 after
    assert counter["held"]["planning-permit"] == 6  # the four days of the firm are not in it
    assert counter["delays"] == [
        {"organ": "市文旅局", "item": "heritage-survey", "held": 9, "promised": 8}
    ]


def test_who_held_it_up_is_named_on_each_day() -> None:
    told = stories.live_project()
    days = told["counter"]["days"]
    land = [row for row in days if row["phase"] == "land"]
    # At first the siting and the land permit decide the day, in the end heritage alone.
    assert land[0]["path"] == ["land-site", "land-permit"]
    assert land[0]["organ"] == "市自然资源局"
    assert land[-1]["path"] == ["heritage-survey"]
    assert (land[-1]["organ"], land[-1]["post"]) == ("市文旅局", "审查岗")
    assert land[-1]["person"] and land[-1]["days"] == 8
    assert land[-1]["used"] == 8
    # While the fire brigade alone has not signed the drawings, it is the fire brigade.
    building = [r for r in days if r["phase"] == "building" and r["standing"] == "open"]
    assert building[3]["organ"] == "市消防救援支队"
    # While the firm puts them right, nobody in the government is named, and no day is counted.
    resting = [row for row in building if not row["organ"]]
    assert len(resting) == 5 and len({row["used"] for row in resting}) == 1


def test_the_story_tells_it_all() -> None:
    told = stories.live_project()
    said = "\n".join(row["what"] for row in told["timeline"])
    for words in ("登记项目", "意见汇成一张清单", "按意见清单一次改完", "各部门同一天到场"):
        assert words in said
    assert "全流程政府部门用时 31 个工作日，上限 90" in said
    assert {row["name"] for row in told["licences"]} >= {
        "建设用地规划许可证",
        "建筑工程施工许可证",
        "竣工验收备案证明",
    }
