import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tongban.domains.reviews import rules
from tongban.domains.reviews.rules import Level, Tally
from tongban.domains.reviews.tests import people
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import Invalid

BODY: dict[str, Any] = tomllib.loads((people.CITY / "reviews.toml").read_text(encoding="utf-8"))
SETTINGS = rules.settings(BODY)
ASPECT = {"key": "a", "text": "好", "levels": [1]}


def test_the_last_two_of_five_levels_are_bad() -> None:
    assert [int(level) for level in Level if rules.is_bad(level)] == [2, 1]
    assert list(rules.LEVELS) == sorted(Level, reverse=True)


def test_one_may_rate_up_to_the_last_day_and_once() -> None:
    last = rules.closes_on(date(2026, 1, 5), SETTINGS)
    assert last == date(2026, 2, 4)
    rules.check_may_file(last, last, is_rated=False)
    with pytest.raises(rules.WindowClosed):
        rules.check_may_file(last, date(2026, 2, 5), is_rated=False)
    with pytest.raises(rules.AlreadyRated):
        rules.check_may_file(last, last, is_rated=True)


@pytest.mark.parametrize("text", ["", "0", "6", "five", "2.5"])
def test_no_level_is_assumed(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.read_level(text)
    assert refused.value.problems == {"level": [rules.CHOOSE]}


def test_what_is_asked_depends_on_level_and_channel() -> None:
    bad_online = {a.key for a in SETTINGS.offered(Level.BAD, "web")}
    assert "guide-wrong" in bad_online and not bad_online & {"unfriendly", "fast"}
    assert "unfriendly" in {a.key for a in SETTINGS.offered(Level.BAD, "window")}
    rules.check_said(SETTINGS, Level.BAD, "web", ["slow"], "x" * 1000)
    with pytest.raises(Invalid) as refused:
        rules.check_said(SETTINGS, Level.BAD, "web", ["fast"], "x" * 1001)
    assert set(refused.value.problems) == {"aspects", "words"}


def test_nobody_is_asked_after_a_death() -> None:
    assert rules.prompts([{}, {"review_prompt": True}])
    assert not rules.prompts([{}, {"review_prompt": False}])


def test_few_ratings_are_not_shown() -> None:
    assert Tally("x", 9, 4, 4).rate(5) is None
    assert Tally("x", 9, 5, 4).rate(5) == Fraction(4, 5)
    assert Tally("x", 9, 0, 0).rate(0) is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"organ": ""}, "organ"),
        ({"window_days": 0}, "window_days"),
        ({"window_days": "30"}, "window_days"),
        ({"aspect": [{"key": "a", "text": "好", "levels": [6]}]}, "aspect[0].levels"),
        ({"aspect": [{"key": "a", "levels": [1]}]}, "aspect[0]"),
        ({"aspect": [{**ASPECT, "channel": "x"}]}, "aspect[0].channel"),
        ({"aspect": [{"key": "a", "text": "好", "levels": [2, 3, 4, 5]}]}, "aspect"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_found(change: dict[str, Any], where: str) -> None:
    assert rules.check(BODY, Known.of()) == []
    assert where in {fault.where for fault in rules.check({**BODY, **change}, Known.of())}
