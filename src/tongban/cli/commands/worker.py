"""The worker: deliveries, due rows, sealing, jobs."""

import argparse

from tongban.cli import children, worker
from tongban.doors.health import safety


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--once", action="store_true", help="one round of each loop, then end")


def run(words: argparse.Namespace) -> int:
    """Work until told to stop."""
    children.die_if_watched()
    safety.refuse_unsafe()
    worker.run(children.stop_event(), once=words.once)
    return 0
