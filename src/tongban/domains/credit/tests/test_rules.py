from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.credit import rules
from tongban.domains.credit.rules import Severity, Standing
from tongban.kernel.catalogue.kinds import Known

KIND = {"key": "k", "name": "甲", "severity": "ordinary", "months": 12, "shortest": 3, "law": "法"}


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_months_on_stays_in_the_month(day: date, months: int) -> None:
    later = rules.months_on(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_the_last_day_of_a_month() -> None:
    assert rules.months_on(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_its_last_day_still_counts() -> None:
    until = date(2026, 12, 1)
    assert rules.standing(until=until, repaired_on=None, on=until) == Standing.COUNTS
    after = until + timedelta(days=1)
    assert rules.standing(until=until, repaired_on=None, on=after) == Standing.OVER
    assert rules.standing(until=until, repaired_on=until, on=until) == Standing.REPAIRED


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"months": 13}, "months"),
        ({"months": 2}, "months"),
        ({"months": "12"}, "months"),
        ({"shortest": 13}, "shortest"),
        ({"severity": "grave"}, "severity"),
        ({"law": ""}, "law"),
        ({"severity": "minor", "months": 4}, "months"),
        ({"severity": "serious", "months": 11}, "months"),
    ],
)
def test_a_kind_may_not_count_longer_than_law_allows(change: dict[str, object], where: str) -> None:
    faults = rules.check_kind({**KIND, **change}, Known())
    assert where in {fault.where for fault in faults}
    assert not rules.check_kind(KIND, Known())


def test_every_grade_has_its_months() -> None:
    assert set(rules.MONTHS) == set(Severity)
