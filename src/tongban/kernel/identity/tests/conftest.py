from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tongban.kernel.crypto.keyring import create_keyring
from tongban.kernel.identity import actions
from tongban.kernel.identity.tests import people


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_keyring(folder)
    return folder


@pytest.fixture(autouse=True)
def _keys(settings: Settings, key_folder: Path) -> None:
    settings.TONGBAN_KEYS = key_folder
    settings.TONGBAN_DEMO = False
    # Ten thousand rounds of hashing prove nothing here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def city(db: None) -> Callable[[str], int]:
    """A small city, seeded; answers the id of the person who signs in by a name."""
    actions.seed(folder=people.CITY, by=people.SETUP)
    return people.person_named
