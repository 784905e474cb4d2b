"""`tongban services`: out to a file and back in, with each bad cell named."""

import json
from pathlib import Path

import pytest

from tests.city import city
from tongban.cli.main import main
from tongban.domains.services.rules import columns
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_out_and_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "items.json"
    with clock.at("2026-09-07 09:00"):
        assert main(["services", "export", "--to", str(file)]) == 0
        assert main(["services", "import", str(file)]) == 0
        tables = json.loads(file.read_text(encoding="utf-8"))
        tables[columns.BASIC][0]["promise_day"] = "?"
        file.write_text(json.dumps(tables), encoding="utf-8")
        capsys.readouterr()
        assert main(["services", "import", str(file)]) == 1
        told = capsys.readouterr().out
        assert columns.BASIC in told and "promise_day" in told and " 1" in told
        assert main(["services", "import", str(tmp_path / "no-such.json")]) == 2
        assert main(["services", "export", "--to", str(tmp_path / "x.exe")]) == 2
        assert not (tmp_path / "x.exe").exists()
