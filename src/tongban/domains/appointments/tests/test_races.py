"""Many want the last place of a slot in the same moment: one gets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.domains.appointments import queries, rules
from tongban.domains.appointments.actions import booking
from tongban.domains.appointments.models import Slot
from tongban.domains.appointments.tests.test_rules import CENTRE
from tongban.kernel import clock
from tongban.kernel.ledger.tests.databases import shared
from tongban.kernel.processes.tests.test_races import at_once


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with shared(tmp_path):
        yield


@pytest.mark.usefixtures("database")
def test_the_last_place_is_taken_once() -> None:
    at = queries.Place(item=None, hall=CENTRE, lane=CENTRE.lanes[3])  # type: ignore[arg-type]
    starts = clock.moment("2026-09-08 10:00")
    answers = at_once(*(lambda: booking._claim(at, starts) for _ in range(at.lane.capacity + 3)))
    assert sum(isinstance(answer, Slot) for answer in answers) == at.lane.capacity
    assert sum(isinstance(answer, rules.SlotFull) for answer in answers) == 3
    assert Slot.objects.get().taken == at.lane.capacity
