"""Name each missing or unsafe setting (体检)."""

import argparse
import json

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.doors.health import findings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--processes", type=int, default=1, help="web processes you mean to start")


def run(words: argparse.Namespace) -> int:
    """Look everywhere; 1 when something is found that production must not run with."""
    found = findings.everything(processes=words.processes)
    if words.json:
        rows = [{"grave": one.is_grave, "says": one.sentence()} for one in found]
        terminal.say(json.dumps(rows, ensure_ascii=False))
    for one in () if words.json else sorted(found, key=lambda one: not one.is_grave):
        mark = "✗" if one.is_grave else "•"
        terminal.say(f"{mark} {terminal.sentence(one.says, one.hint, one.facts)}")
    if not found and not words.json:
        terminal.say(gettext("Nothing is wanting."))
    return int(any(one.is_grave for one in found))
