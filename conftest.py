"""What every test stands on: keys of its own, a folder of its own, no network."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tongban.kernel.crypto import keyring

# A busy machine is no fault of the code; CI tries the same examples each time.
hypothesis.settings.register_profile(
    "house", deadline=None, derandomize=os.environ.get("CI") == "true"
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    keyring.create_keyring(folder)
    return folder


@pytest.fixture(autouse=True)
def own_folders(keys: Path, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.TONGBAN_KEYS = keys
    settings.TONGBAN_FILES = tmp_path / "files"
    settings.TONGBAN_CHECKPOINTS = tmp_path / "checkpoints.log"
    settings.VAR = tmp_path
    # Where `make run` has collected, names are hashed that nobody serves to tests.
    settings.STATIC_ROOT = tmp_path / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    keyring.reload_keyring()
    yield
