"""Terms: the published vectors, exactly, and what must hold for every term."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.workdays import terms
from tongban.kernel.workdays.calendars import national
from tongban.kernel.workdays.terms import Pause, Reading, Unit

CHINA = national()
WORKDAY, CALENDAR_DAY = Unit.WORKDAY, Unit.CALENDAR_DAY


def due(anchor: str, budget: int, *pauses: tuple[str, str]) -> str:
    stops = [Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in pauses]
    reading = terms.read(CHINA, WORKDAY, date.fromisoformat(anchor), budget, stops)
    return str(reading.due_on)


def used(anchor: str, *pauses: tuple[str, str]) -> int:
    stops = [Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in pauses]
    return terms.read(CHINA, WORKDAY, date.fromisoformat(anchor), 20, stops).used


def test_twenty_days_over_the_spring_festival() -> None:
    assert due("2026-02-10", 20) == "2026-03-16"  # Monday to Friday alone would say 10 March


def test_a_make_up_sunday_can_be_the_last_day() -> None:
    assert due("2025-01-20", 5) == "2025-01-26"


def test_twenty_days_over_labour_day() -> None:
    assert due("2026-04-28", 20) == "2026-05-28"


def test_a_special_procedure_a_suspension_and_an_extension() -> None:
    special = ("2026-02-25", "2026-03-06")
    assert used("2026-02-10", special) == 5
    assert due("2026-02-10", 20, special) == "2026-03-27"
    suspension = ("2026-03-10", "2026-03-12")
    assert used("2026-02-10", special, suspension) == 6
    assert due("2026-02-10", 20, special, suspension) == "2026-04-01"
    assert due("2026-02-10", 30, special, suspension) == "2026-04-16"


def test_a_term_into_a_year_without_a_notice_is_answered() -> None:
    anchor = date(2026, 11, 23)
    reading = terms.read(CHINA, WORKDAY, anchor, 30)
    assert reading.due_on == date(2027, 1, 5)
    assert CHINA.is_provisional(anchor, reading.due_on)


def test_a_paused_term_is_due_on_no_day() -> None:
    reading = terms.read(CHINA, WORKDAY, date(2026, 2, 10), 20, [Pause(date(2026, 2, 25))])
    assert reading == Reading(used=5, running_since=None, due_on=None, yellow_on=None)


def test_yellow_at_a_fifth_but_at_least_one_day() -> None:
    for budget, left in ((20, 4), (5, 1), (3, 1), (9, 1), (10, 2)):
        reading = terms.read(CHINA, WORKDAY, date(2026, 3, 2), budget)
        assert reading.yellow_on and reading.due_on
        assert CHINA.between(reading.yellow_on, reading.due_on) == left, budget
    # What is due tomorrow is yellow from the start.
    assert terms.read(CHINA, WORKDAY, date(2026, 3, 2), 1).yellow_on == date(2026, 3, 2)


def test_a_calendar_term_ending_on_a_rest_day_ends_on_the_next_working_day() -> None:
    reading = terms.read(CHINA, CALENDAR_DAY, date(2026, 2, 1), 15)  # 16 February, a holiday
    assert reading.due_on == date(2026, 2, 24)
    # A make-up Saturday is worked, so it does not move.
    assert terms.read(CHINA, CALENDAR_DAY, date(2026, 2, 13), 15).due_on == date(2026, 2, 28)


def test_what_is_spent_is_owed_at_once() -> None:
    pause = Pause(date(2026, 3, 20), date(2026, 3, 30))
    assert terms.read(CHINA, WORKDAY, date(2026, 3, 2), 5, [pause]).due_on == date(2026, 3, 30)


def test_remaining_counts_down_and_then_how_late() -> None:
    friday = date(2026, 3, 13)
    assert terms.remaining(CHINA, WORKDAY, friday, date(2026, 3, 11)) == 2
    assert terms.remaining(CHINA, WORKDAY, friday, friday) == 0
    assert terms.remaining(CHINA, WORKDAY, friday, date(2026, 3, 16)) == -1


DAYS = st.dates(date(2004, 1, 1), date(2080, 12, 31))
UNITS = st.sampled_from(list(Unit))
GAPS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4)


def stops(anchor: date, gaps: list[tuple[int, int]]) -> list[Pause]:
    pauses, day = [], anchor
    for run, rest in gaps:
        start = day + timedelta(days=run)
        day = start + timedelta(days=rest)
        pauses.append(Pause(start, day))
    return pauses


@given(DAYS, st.integers(0, 60), UNITS, GAPS)
def test_pausing_never_makes_a_term_due_earlier(
    anchor: date, budget: int, unit: Unit, gaps: list[tuple[int, int]]
) -> None:
    pauses = stops(anchor, gaps)
    dues = [
        terms.read(CHINA, unit, anchor, budget, pauses[:n]).due_on for n in range(len(pauses) + 1)
    ]
    # A pause that begins after the term was over changes nothing that the law would call due.
    before = [due_on for due_on in dues if due_on]
    for earlier, later, pause in zip(before, before[1:], pauses, strict=False):
        assert later >= earlier or pause.start > earlier


@given(DAYS, st.integers(1, 60), UNITS, GAPS)
def test_a_larger_budget_is_never_due_earlier(
    anchor: date, budget: int, unit: Unit, gaps: list[tuple[int, int]]
) -> None:
    pauses = stops(anchor, gaps)
    less = terms.read(CHINA, unit, anchor, budget, pauses)
    more = terms.read(CHINA, unit, anchor, budget + 1, pauses)
    assert less.due_on and more.due_on and less.due_on <= more.due_on
    assert less.used == more.used


@given(DAYS, st.integers(0, 60), UNITS, GAPS)
def test_it_warns_before_it_is_due_and_while_it_runs(
    anchor: date, budget: int, unit: Unit, gaps: list[tuple[int, int]]
) -> None:
    reading = terms.read(CHINA, unit, anchor, budget, stops(anchor, gaps))
    assert reading.running_since and reading.yellow_on and reading.due_on
    assert reading.running_since <= reading.yellow_on <= reading.due_on


@given(DAYS, st.integers(1, 60), st.integers(1, 40))
def test_used_and_left_make_the_budget(anchor: date, budget: int, run: int) -> None:
    stop = anchor + timedelta(days=run)
    reading = terms.read(CHINA, Unit.WORKDAY, anchor, budget, [Pause(stop, stop)])
    assert reading.due_on
    if reading.used <= budget:
        assert reading.used + CHINA.between(stop, reading.due_on) == budget
