"""Let the demo city live for some days more, up to today, on a moved clock."""

import argparse
import time

from tongban.cli import demo


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--per-day", type=int, default=demo.PER_DAY)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")


def run(words: argparse.Namespace) -> int:
    """Build the city if there is none, then live."""
    demo.prepare(days=0)
    demo.live(days=words.days, per_day=words.per_day, seed=words.seed or int(time.time()))
    return 0
