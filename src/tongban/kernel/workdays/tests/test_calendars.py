"""The calendar counts as the notices say, agrees with an independent package, and never raises."""

from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.workdays import tables
from tongban.kernel.workdays.calendars import LAST, BeyondCalendar, WorkCalendar, national
from tongban.kernel.workdays.tables import TableFault, YearTable

CHINA = national()
# Untyped, and an oracle only: the program itself never asks it.
ORACLE = import_module("chinese_calendar")
DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2097, 12, 31))
"""From each of them four hundred working days still lie within the calendar, even twice."""

EXCEPTIONS = {
    # 国办发明电〔2005〕35号: "12月31日（星期六）上班"; the package has it as a rest day.
    date(2005, 12, 31): True,
}


def test_every_day_of_2004_to_2026_agrees_with_an_independent_package() -> None:
    day, differing = date(2004, 1, 1), {}
    while day <= date(2026, 12, 31):
        if CHINA.is_workday(day) != ORACLE.is_workday(day):
            differing[day] = CHINA.is_workday(day)
        day += DAY
    assert differing == EXCEPTIONS


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-14", True),  # a make-up Saturday
        ("2025-01-26", True),  # a make-up Sunday
        ("2026-02-24", True),
        ("2026-02-23", False),
        ("2020-01-31", False),  # 国办发明电〔2020〕1号: the Spring Festival was prolonged
        ("2020-02-01", False),
        ("2015-09-03", False),  # 国发明电〔2015〕1号
        ("2015-09-06", True),
    ],
)
def test_days_named_by_the_notices(day: str, worked: bool) -> None:
    assert CHINA.is_workday(date.fromisoformat(day)) is worked


def test_each_year_names_its_source() -> None:
    years = tables.national().years
    assert [table.year for table in years] == list(range(2004, 2027))
    assert all(table.source and not table.provisional for table in years)


def test_a_year_without_a_notice_is_answered_and_flagged() -> None:
    assert CHINA.is_provisional(date(2026, 11, 23), date(2027, 1, 4))
    assert not CHINA.is_provisional(date(2026, 1, 1), date(2026, 12, 31))
    assert CHINA.is_workday(date(2027, 1, 4))
    assert not CHINA.is_workday(date(2027, 1, 1))
    # 除夕 is Friday 5 February 2027; two of the four days fall on a weekend and are made up.
    assert [day for day in range(1, 15) if not CHINA.is_workday(date(2027, 2, day))] == [
        5, 6, 7, 8, 9, 10, 13, 14,
    ]  # fmt: skip


def test_a_provisional_year_has_as_many_working_days_as_the_law_leaves() -> None:
    for year in range(2027, 2051):
        weekdays = sum(day == tables.WORK for day in tables.week(year))
        whole = tables.provisional(year)
        assert whole.days.count(tables.WORK) == weekdays - 13, year
    assert tables.provisional(2060).provisional


def test_a_mid_autumn_on_national_day_is_made_up() -> None:
    # 2031-10-01 is both; 1-3 October are Wed-Fri, so Monday the 6th is off as well.
    days = tables.provisional(2031).days
    first = (date(2031, 10, 1) - date(2031, 1, 1)).days
    assert days[first : first + 7] == "0000001"


def test_where_the_calendar_ends_no_day_is_guessed() -> None:
    assert CHINA.add(date(2099, 12, 1), 10).year == 2099
    last = CHINA.add(date(2100, 12, 1), CHINA.between(date(2100, 12, 1), LAST))
    assert last <= LAST and CHINA.between(last, LAST) == 0
    for day, n in ((date(2100, 12, 30), 400), (LAST, 1), (date(2150, 1, 1), 1)):
        with pytest.raises(BeyondCalendar):
            CHINA.add(day, n)
    with pytest.raises(BeyondCalendar):
        CHINA.on_or_after(date(2150, 1, 1))
    assert CHINA.add(date(2150, 1, 1), 0) == date(2150, 1, 1)


def test_provinces_cities_and_closures_lie_upon_the_nation() -> None:
    def overlay(**marks: str) -> YearTable:
        days = [tables.INHERIT] * tables.length(2026)
        for name, mark in marks.items():
            days[(date(2026, int(name[1:3]), int(name[3:5])) - date(2026, 1, 1)).days] = mark
        return YearTable(2026, "".join(days))

    province = overlay(d0420="0", d0421="0")
    closure = overlay(d0421="1", d0817="0")
    both = WorkCalendar([tables.national().years, [province], [closure]])
    assert not both.is_workday(date(2026, 4, 20))
    assert both.is_workday(date(2026, 4, 21))
    assert not both.is_workday(date(2026, 8, 17))
    assert both.changed_days(CHINA) == (date(2026, 4, 20), date(2026, 8, 17))
    assert both.fingerprint != CHINA.fingerprint
    assert WorkCalendar([tables.national().years]).fingerprint == CHINA.fingerprint


def test_an_overlay_alone_lies_upon_the_provisional_year() -> None:
    province = YearTable(2030, tables.INHERIT * 365)
    assert WorkCalendar([[province]]).is_provisional(date(2030, 1, 1), date(2030, 1, 2))


@given(DAYS, st.integers(1, 400))
def test_add_and_between_are_inverse(anchor: date, n: int) -> None:
    end = CHINA.add(anchor, n)
    assert CHINA.is_workday(end)
    assert CHINA.between(anchor, end) == n
    assert CHINA.between(anchor, end - DAY) == n - 1


@given(DAYS, st.integers(0, 300), st.integers(0, 300))
def test_adding_twice_is_adding_the_sum(anchor: date, m: int, n: int) -> None:
    assert CHINA.add(CHINA.add(anchor, m), n) == CHINA.add(anchor, m + n)


@given(DAYS, DAYS, DAYS)
def test_between_adds_up(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    assert CHINA.between(a, b) + CHINA.between(b, c) == CHINA.between(a, c)
    assert CHINA.between(c, a) == 0


@given(DAYS)
def test_on_or_after_is_the_nearest_working_day(day: date) -> None:
    found = CHINA.on_or_after(day)
    assert CHINA.is_workday(found)
    assert found == day or CHINA.between(day, found) == 1


FILE = 'code = "c"\nname = "n"\n[years.2026]\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('name = "n"', "write code"),
        ("code = ", "calendar: "),
        (FILE.replace('source = "s"', ""), "name the document"),
        (FILE + 'off = ["02-30 x"]', "is not MM-DD"),
        (FILE + 'off = ["02-20..02-10 x"]', "ends before"),
        (FILE + 'off = ["02-20 x"]\non = ["02-20 y"]', "a second time"),
        (FILE + 'closed = ["02-20 x"]', "no such key"),
        (FILE + 'status = "maybe"', "status is"),
    ],
)
def test_a_wrong_file_says_where(text: str, says: str) -> None:
    with pytest.raises(TableFault, match=says):
        tables.read(text)


def test_a_wrong_table_says_what() -> None:
    with pytest.raises(TableFault, match="365 days"):
        YearTable(2026, "1" * 366)
    with pytest.raises(TableFault, match="a day is"):
        YearTable(2026, "x" * 365)
    with pytest.raises(TableFault, match="run from"):
        YearTable(1900, "1" * 365)


def test_the_demo_city_lies_on_its_province_and_the_nation() -> None:
    folder = Path(__file__).parents[5] / "cities" / "demo" / "calendars"
    province, city = (
        tables.read((folder / name).read_text(encoding="utf-8"), where=name)
        for name in ("province-990000.toml", "city-990100.toml")
    )
    assert (province.parent, city.parent) == (tables.NATIONAL, province.code)
    qinghe = WorkCalendar([tables.national().years, province.years, city.years])
    assert [day for day in qinghe.changed_days(CHINA) if day.year == 2026] == [
        date(2026, 4, 20),
        date(2026, 4, 21),
        date(2026, 8, 17),
    ]
