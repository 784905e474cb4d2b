import shutil
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[4] / "cities" / "demo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo city's organs and registers, without what other parts must check."""
    city = tmp_path / "city"
    shutil.copytree(DEMO / "registers", city / "registers")
    for name in ("city", "divisions", "organs", "officials", "names", "demo_people"):
        if (DEMO / f"{name}.toml").exists():
            shutil.copy(DEMO / f"{name}.toml", city)
    return city
