"""List or cancel long work (作业)."""

import argparse

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.kernel.jobs import actions, queries


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="the newest first")
    listing.add_argument("--last", type=int, default=30)
    cancel = verbs.add_parser("cancel", help="call one off; what it did stays done")
    cancel.add_argument("job", type=int)


def run(words: argparse.Namespace) -> int:
    """List, or cancel one."""
    by = terminal.operator()
    if words.verb == "cancel":
        actions.cancel(job=words.job, by=by)
        terminal.say(gettext("It is called off: at once if it waits, else at its next report."))
        return 0
    jobs = list(queries.mine(by)[: words.last])
    if not jobs:
        terminal.say(gettext("There is no long work."))
        return 0
    terminal.table(
        [
            (
                job.pk,
                job.state,
                job.kind,
                f"{job.done}/{job.total or '?'}",
                job.error or job.message,
            )
            for job in jobs
        ]
    )
    return 0
