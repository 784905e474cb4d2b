from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from tongban.kernel.identity import actions
from tongban.kernel.identity.tests import people


@pytest.fixture(autouse=True)
def no_demo(settings: Settings) -> None:
    """Whatever the shell of the one who runs the tests says."""
    settings.TONGBAN_DEMO = False


@pytest.fixture
def city(db: None) -> Callable[[str], int]:
    """A small city, seeded; answers the id of the person who signs in by a name."""
    actions.seed(folder=people.CITY, by=people.SETUP)
    return people.person_named
