"""Run a folder of DMN models with their test cases, in the form of the DMN TCK."""

import argparse
import json
from pathlib import Path

from tongban.cli import terminal
from tongban.kernel.decisions import tck


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("tck", help="passed / total of all test cases in a folder and below")
    one.add_argument("folder", type=Path)
    one.add_argument("--json", action="store_true")
    one.add_argument("--failures", action="store_true", help="name each failure")


def run(words: argparse.Namespace) -> int:
    """Run them; 0 when all agree, 1 otherwise."""
    if not words.folder.is_dir():
        terminal.tell(f"{words.folder}: no such folder")
        return 2
    report = tck.run(words.folder)
    if words.json:
        terminal.say(
            json.dumps(
                {
                    "passed": report.passed,
                    "total": report.total,
                    "failures": [str(one) for one in report.failures],
                },
                ensure_ascii=False,
            )
        )
    else:
        for one in report.failures if words.failures else ():
            terminal.say(str(one))
        terminal.say(f"{report.passed} / {report.total}")
    return int(report.passed < report.total or not report.total)
