"""What one types, and what comes back: words, language, exit codes."""

import argparse
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import OperationalError

from tongban.cli import main, terminal
from tongban.cli.commands import ledger
from tongban.kernel.errors import N_, Refusal


class Closed(Refusal):
    says = N_("There is nothing here that you may see.")
    hint = N_("Please sign in first.")


def command(fault: BaseException | None) -> ModuleType:
    made = ModuleType("made")

    def run(words: argparse.Namespace) -> int:
        if fault:
            raise fault
        return 0

    made.arguments = lambda parser: None  # type: ignore[attr-defined]
    made.run = run  # type: ignore[attr-defined]
    return made


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        (None, 0, ""),
        (Closed(), 2, "There is nothing here that you may see. Please sign in first.\n"),
        (KeyboardInterrupt(), 130, ""),
        (OperationalError("no such table: x"), 1, "no such table: x. Look at DATABASE_URL"),
        (ZeroDivisionError("by nought"), 1, "ZeroDivisionError: by nought"),
    ],
)
def test_what_goes_wrong_has_a_sentence_and_a_code(
    fault: BaseException | None,
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(main.importlib, "import_module", lambda name: command(fault))
    assert main.main(["migrate"]) == code
    assert says in capsys.readouterr().err


def test_a_refusal_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setattr(main.importlib, "import_module", lambda name: command(Closed()))
    assert main.main(["migrate"]) == 2
    assert "请先登录" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "zh_CN"}, "zh-hans"),
    ],
)
def test_the_language_is_that_of_the_terminal(environment: dict[str, str], spoken: str) -> None:
    assert terminal.language(environment) == spoken


def test_a_mistyped_command_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["ledgr"]) == 2
    assert "did you mean ledger?" in capsys.readouterr().err


def test_each_command_has_its_module_and_explains_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.main([]) == 0
    overview = capsys.readouterr().out
    folder = Path(ledger.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == set(main.COMMANDS)
    for name in main.COMMANDS:
        assert f"\n  {name} " in overview
        with pytest.raises(SystemExit) as end:
            main.main([name, "--help"])
        assert end.value.code == 0


def test_progress_prints_tenths_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[Any],
) -> None:
    shown = terminal.Progress("60 days")
    for day in range(1, 61):
        shown(day, 60, f"day {day}")
    shown.close()
    lines = capsys.readouterr().err.splitlines()
    assert 10 <= len(lines) <= 13
    assert lines[-2].startswith("60 days 60/60")
