import pytest

from tongban.domains.registries.tests import people
from tongban.kernel import clock
from tongban.kernel.catalogue import actions as definitions
from tongban.kernel.identity import actions as identity


@pytest.fixture
def city(db: None) -> None:
    """A small city with three registers and the rows of one family and one firm."""
    seed_city()


def seed_city() -> None:
    """Also for tests that need real transactions."""
    with clock.at("2025-12-22 09:00"):
        identity.seed(folder=people.CITY, by=people.SETUP)
        definitions.seed(folder=people.CITY, by=people.SETUP)
        people.load_family()
