import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.appointments import rules
from tongban.domains.appointments.rules import MissedRule
from tongban.kernel import clock
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.workdays import calendars

CITY = Path(__file__).parents[5] / "cities" / "demo" / "halls.toml"
BODIES = tomllib.loads(CITY.read_text(encoding="utf-8"))["hall"]
CENTRE, LINXI = (rules.hall(body) for body in BODIES)
RULE = MissedRule(times=3, within_days=90, rest_days=30)


def test_the_citys_halls_have_no_fault() -> None:
    for body in BODIES:
        assert rules.check_hall(body, Known()) == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": ""}, "name"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": "30"}, "slot_minutes"),
        ({"hours": [["13:30", "17:30"], ["09:00", "12:00"]]}, "hours[1]"),
        ({"hours": [["9", "12:00"]]}, "hours[0]"),
        ({"pickup_lane": "Z"}, "pickup_lane"),
        ({"missed": {"times": 0, "within_days": 90, "rest_days": 30}}, "missed.times"),
        ({"lane": [*BODIES[0]["lane"], BODIES[0]["lane"][0]]}, "lane[5].letter"),
    ],
)
def test_a_hall_that_cannot_be_is_refused(changes: dict[str, object], where: str) -> None:
    assert where in [fault.where for fault in rules.check_hall({**BODIES[0], **changes}, Known())]


def test_an_items_address_says_its_hall_and_lane() -> None:
    halls = [LINXI, CENTRE]
    for address, hall, letter in (
        (f"{CENTRE.address} 1 楼 B09 号窗口", CENTRE, "B"),
        (f"{CENTRE.address} 2 楼 X99 号窗口", CENTRE, "A"),
        (LINXI.address, LINXI, "A"),
    ):
        found = rules.lane_of_address(address, halls)
        assert found is not None and (found[0], found[1].letter) == (hall, letter)
    assert rules.lane_of_address("各街道社区卫生服务中心预防接种门诊", halls) is None


def test_slots_are_whole_and_end_before_the_hall_closes() -> None:
    found = rules.spans(CENTRE)
    assert len(found) == 6 + 8
    assert (found[0].begins.isoformat(), found[-1].ends.isoformat()) == ("09:00:00", "17:30:00")


def test_holidays_are_closed_and_made_up_saturdays_open() -> None:
    calendar = calendars.national()
    # 国办发明电〔2025〕7号: 2026-10-01 to 07 are free, Saturday 2026-10-10 is worked.
    days = rules.days_offered(CENTRE, date(2026, 9, 30), calendar)
    assert date(2026, 10, 1) not in days and date(2026, 10, 7) not in days
    assert date(2026, 10, 10) in days and date(2026, 10, 11) not in days
    assert rules.is_open(CENTRE, clock.moment("2026-10-10 09:00"), calendar)
    assert not rules.is_open(CENTRE, clock.moment("2026-10-10 12:00"), calendar)


def test_the_third_missed_within_ninety_days_rests_booking_for_thirty() -> None:
    first = date(2026, 6, 1)
    days = [first, first + timedelta(days=40), first + timedelta(days=89)]
    assert rules.rests_until(days[:2], RULE, days[1]) is None
    until = days[2] + timedelta(days=30)
    assert rules.rests_until(days, RULE, days[2]) == until
    assert rules.rests_until(days, RULE, until - timedelta(days=1)) == until
    assert rules.rests_until(days, RULE, until) is None
    assert rules.rests_until([*days[:2], first + timedelta(days=90)], RULE, days[2]) is None


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12), st.randoms())
def test_rest_never_depends_on_the_order_and_always_ends(days: list[date], random: object) -> None:
    today = date(2026, 12, 31)
    found = rules.rests_until(days, RULE, today)
    assert found == rules.rests_until(reversed(days), RULE, today)
    assert found is None or today < found <= today + timedelta(days=30)


MINUTES = st.integers(0, 600)
BEGIN = clock.moment("2026-09-07 08:00")


def at(minutes: int) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


@given(MINUTES, MINUTES, st.booleans(), st.none() | MINUTES)
def test_nobody_is_overtaken_without_bound(
    mine: int, theirs: int, is_first: bool, booked: int | None
) -> None:
    plain = rules.order_at(CENTRE, arrived=at(mine), booked_for=None, is_first=False)
    other = rules.order_at(
        CENTRE,
        arrived=at(theirs),
        booked_for=None if booked is None else at(booked),
        is_first=is_first,
    )
    most = CENTRE.first_minutes + CENTRE.booked_minutes + CENTRE.late_minutes
    assert plain == at(mine)
    if theirs >= mine + most:
        assert other >= plain


def test_who_waits_and_what_nobody_can_tell() -> None:
    five = [timedelta(minutes=m) for m in (2, 5, 30)]
    assert rules.expected_wait(4, 2, five) == timedelta(minutes=10)
    assert rules.expected_wait(0, 1, []) == timedelta(0)
    assert rules.expected_wait(3, 0, five) is None
    assert rules.expected_wait(3, 1, []) is None
