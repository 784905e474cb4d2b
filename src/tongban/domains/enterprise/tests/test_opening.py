"""Working minutes: the hours of offices on working days, and nothing else."""

from datetime import date, datetime

import pytest

from tongban.domains.enterprise.rules import DAY, Opening, working_minutes


def is_workday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("begun", "ended", "minutes"),
    [
        ("2026-09-07 09:00", "2026-09-07 09:00", 0),
        ("2026-09-07 09:00", "2026-09-07 10:48", 108),
        ("2026-09-07 11:30", "2026-09-07 14:00", 60),
        ("2026-09-07 09:00", "2026-09-07 23:00", DAY),
        ("2026-09-07 09:08", "2026-09-08 09:00", DAY - 8),
        ("2026-09-11 17:00", "2026-09-14 09:30", 60),
        ("2026-09-12 09:00", "2026-09-13 17:00", 0),
        ("2026-09-08 09:00", "2026-09-07 09:00", 0),
    ],
)
def test_only_the_hours_of_offices_count(begun: str, ended: str, minutes: int) -> None:
    found = working_minutes(
        datetime.fromisoformat(begun), datetime.fromisoformat(ended), is_workday
    )
    assert found == minutes


def test_one_day_is_one_day() -> None:
    assert Opening("n", DAY, ()).is_within_a_day
    assert not Opening("n", DAY + 1, ()).is_within_a_day
