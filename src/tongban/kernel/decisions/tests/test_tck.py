"""The DMN Technology Compatibility Kit, where its files are at hand."""

import os
from pathlib import Path

import pytest

from tongban.kernel.decisions.tck import run

# The score may only rise.
FLOORS = {"compliance-level-2": 126, "compliance-level-3": 1495}

_ROOT = Path(__file__).resolve().parents[5]
_SUITES = Path(os.environ.get("TONGBAN_SUITES") or _ROOT.parent / "shared" / "suites")


@pytest.mark.parametrize("level", FLOORS)
def test_kit(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _SUITES / "dmn-tck" / level
    if not folder.is_dir():
        pytest.skip("The DMN TCK is not here; set TONGBAN_SUITES to the folder that holds dmn-tck.")
    report = run(folder)
    with capsys.disabled():
        says = f"\nDMN TCK {level}: {report.passed} of {report.total}\n"
        os.write(1, says.encode())
    shown = "\n".join(f"{each.model} {each.case}: {each.says}" for each in report.failures[:20])
    assert report.passed >= FLOORS[level], shown
