from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import city
from tongban.connectors import disbursements
from tongban.connectors.disbursements import SimulatedTreasury
from tongban.kernel import clock

__all__ = ["city"]


@pytest.fixture
def monday(db: None, city: object) -> Iterator[None]:
    """Monday, 7 September 2026, nine o'clock, in the demo city."""
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def treasury(tmp_path: Path) -> Iterator[SimulatedTreasury]:
    """A treasury of one's own."""
    made = SimulatedTreasury(tmp_path / "treasury.jsonl")
    with disbursements.use(made):
        yield made
