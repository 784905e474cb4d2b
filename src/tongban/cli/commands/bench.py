"""Measure one thing, on the very actions that the product runs."""

import argparse
import importlib.util
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tongban.cli import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    names = sorted(_benches())
    parser.add_argument("name", choices=[*names, "all"], help="all: one after the other")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="a folder: one NAME.json each")


def run(words: argparse.Namespace) -> int:
    """Measure, and print."""
    known = _benches()
    for name in sorted(known) if words.name == "all" else [words.name]:
        found = known[name]()
        if words.out:
            words.out.mkdir(parents=True, exist_ok=True)
            text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
            (words.out / f"{name}.json").write_text(text, encoding="utf-8")
        if words.json:
            terminal.say(json.dumps(found, ensure_ascii=False))
        else:
            _show(found)
    return 0


def _show(found: dict[str, Any]) -> None:
    terminal.say(f"{found['bench']}  ({found['machine']})")
    terminal.table(
        [
            (
                "",
                row["what"],
                f"{row['value']:g} {row['unit']}",
                f"{row['peer']} {row['peer_value']:g}" if row.get("peer") else "",
                f"×{row['ratio']:.2f}" if row.get("ratio") else "",
            )
            for row in found["results"]
        ]
    )


def _benches() -> dict[str, Callable[[], dict[str, Any]]]:
    """Name -> what measures it; they are not part of an installation that only serves."""
    if importlib.util.find_spec("tongban.simulator.benches") is None:
        return {}
    return dict(import_module("tongban.simulator.benches").BENCHES)
