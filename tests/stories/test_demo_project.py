"""The demo city's project is midway when its visitors come: one phase done, one in two hands."""

from datetime import date
from pathlib import Path

import pytest

from tests.city import city as city  # a fixture
from tongban.domains.investments import queries
from tongban.domains.investments.models import Project
from tongban.domains.investments.rules import Standing
from tongban.kernel import clock
from tongban.simulator import life

CITY = Path(__file__).resolve().parents[2] / "cities" / "demo"
UNTIL = date(2026, 11, 23)


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_it_is_midway() -> None:
    life.live(folder=CITY, days=24, until=UNTIL, per_day=0)
    with clock.at("2026-11-23 09:00"):
        found = queries.view(Project.objects.get())
        assert [one.standing for one in found.phases] == [
            Standing.DONE,
            Standing.OPEN,
            Standing.WAITING,
            Standing.WAITING,
        ]
        assert found.phases[0].count.used == 9
        # Of the two agencies that have not decided, the one with the longer way is named.
        assert {one.organ for one in found.holders} == {"市自然资源局", "市城管局"}
        assert found.holder is not None and found.holder.organ == "市自然资源局"
        assert found.holder.people and found.holder.days == found.phases[1].count.used
