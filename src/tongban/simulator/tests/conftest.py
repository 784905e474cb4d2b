import shutil
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tongban.kernel.crypto.keyring import create_keyring

DEMO = Path(__file__).parents[4] / "cities" / "demo"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The demo city's organs and registers, without what other parts must check."""
    keys = tmp_path / "keys"
    create_keyring(keys)
    settings.TONGBAN_KEYS = keys
    city = tmp_path / "city"
    shutil.copytree(DEMO / "registers", city / "registers")
    for name in ("city", "divisions", "organs", "officials", "names", "demo_people"):
        if (DEMO / f"{name}.toml").exists():
            shutil.copy(DEMO / f"{name}.toml", city)
    return city
