"""List, retry or skip deliveries (投递) that were set aside."""

import argparse

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.kernel.ledger import actions, queries


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="what was set aside, and how much waits")
    for verb, does in (("retry", "try it again"), ("skip", "give it up: it never happens")):
        one = verbs.add_parser(verb, help=does)
        one.add_argument("delivery", type=int)
        one.add_argument("--reason", required=True, help="stands in the ledger")


def run(words: argparse.Namespace) -> int:
    """List, or handle one."""
    by = terminal.operator()
    if words.verb == "retry":
        actions.retry(delivery=words.delivery, reason=words.reason, by=by)
        terminal.say(gettext("It will be tried again by the next turn of a worker."))
    elif words.verb == "skip":
        actions.skip(delivery=words.delivery, reason=words.reason, by=by)
        terminal.say(gettext("It was given up; what it held back goes on."))
    else:
        _list()
    return 0


def _list() -> None:
    owed = queries.oldest_owed()
    seconds = int(owed.oldest.total_seconds()) if owed.oldest else 0
    terminal.say(
        gettext("{count} wait, the oldest for {seconds} s.").format(
            count=owed.count, seconds=seconds
        )
    )
    rows = [
        (one.pk, one.event.name, one.subject, one.reaction, one.error.split("\n")[0][:120])
        for one in queries.set_aside()[:500]
    ]
    if rows:
        terminal.say(gettext("Set aside after eight failures:"))
        terminal.table(rows)
