from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tongban.domains.payments.tests import people
from tongban.kernel import clock
from tongban.kernel.actor import Actor


@pytest.fixture
def monday(db: None, settings: Settings) -> Iterator[None]:
    """Monday, 5 January 2026, ten o'clock, in a small city."""
    settings.TONGBAN_DEMO = False
    with clock.at("2026-01-05 10:00"):
        people.seed_city()
        yield


@pytest.fixture
def lin(monday: None) -> Actor:
    """Who has to pay."""
    return people.citizen("林小雨", 202)
