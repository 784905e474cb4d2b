"""Rungs, lights, and what a new calendar may not do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.deadlines import rules
from tongban.kernel.deadlines.rules import Light, Rung, State
from tongban.kernel.workdays.calendars import national

CHINA = national()
DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))
DUE, YELLOW = date(2026, 3, 16), date(2026, 3, 10)
DAY = timedelta(days=1)


def test_lights_turn_on_their_day() -> None:
    def shown(today: date) -> Light | None:
        return rules.light(State.RUNNING, DUE, YELLOW, today)

    assert shown(YELLOW - DAY) is Light.GREEN
    assert shown(YELLOW) is shown(DUE) is Light.YELLOW
    assert shown(DUE + DAY) is Light.RED
    assert rules.light(State.PAUSED, None, None, DUE) is Light.GREY
    assert rules.light(State.MET, DUE, YELLOW, DUE + DAY) is None


def test_the_sweep_acts_on_yellow_and_on_the_day_after_due() -> None:
    assert rules.next_firing(Rung.NONE, YELLOW, DUE) == YELLOW
    assert rules.next_firing(Rung.YELLOW, YELLOW, DUE) == DUE + DAY
    assert rules.next_firing(Rung.RED, YELLOW, DUE) is None


def test_after_downtime_both_warnings_are_owed_in_order() -> None:
    assert list(rules.rungs_owed(Rung.NONE, DUE, DUE)) == [Rung.YELLOW]
    assert list(rules.rungs_owed(Rung.NONE, DUE, DUE + DAY)) == [Rung.YELLOW, Rung.RED]
    assert list(rules.rungs_owed(Rung.YELLOW, DUE, DUE + DAY)) == [Rung.RED]


def test_one_warned_too_early_is_warned_anew() -> None:
    assert rules.rung_after(Rung.YELLOW, YELLOW, YELLOW - DAY) == Rung.NONE
    assert rules.rung_after(Rung.YELLOW, YELLOW, YELLOW) == Rung.YELLOW
    assert rules.rung_after(Rung.RED, YELLOW, YELLOW - DAY) == Rung.RED


@given(DAYS, DAYS, DAYS)
def test_no_new_calendar_makes_a_breach_in_the_past(old: date, new: date, today: date) -> None:
    due_on = rules.bounded(CHINA, old, new, today)
    assert due_on >= min(old, today)
    assert due_on <= max(old, new)
    if new >= today:
        assert due_on == new


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(rules.DayOutOfOrder, match="between its last change and today"):
        rules.check_order(DUE, YELLOW, YELLOW)
    with pytest.raises(rules.BadBudget):
        rules.check_budget(-1)
    with pytest.raises(rules.BadBudget):
        rules.check_budget(0, least=1)
