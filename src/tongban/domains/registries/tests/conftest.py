from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tongban.domains.registries.tests import people
from tongban.kernel import clock
from tongban.kernel.catalogue import actions as definitions
from tongban.kernel.crypto.keyring import create_keyring
from tongban.kernel.identity import actions as identity


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_keyring(folder)
    return folder


@pytest.fixture(autouse=True)
def _keys(settings: Settings, key_folder: Path) -> None:
    settings.TONGBAN_KEYS = key_folder
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
