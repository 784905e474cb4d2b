"""Verify or seal the ledger (台账)."""

import argparse

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.kernel.ledger import actions, queries, rules


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("verify", help="recompute all that was sealed; 1 when it is not as it was")
    verbs.add_parser("seal", help="seal what was recorded, now")


def run(words: argparse.Namespace) -> int:
    """Verify or seal."""
    return _seal() if words.verb == "seal" else verify()


def verify() -> int:
    """Recompute all that was sealed, and say what is wrong first."""
    report = queries.verify()
    if report.finding is not None:
        terminal.say(_sentence(report.finding))
        return 1
    terminal.say(
        gettext(
            "{size} sealed events are as they were sealed, under {checkpoints} checkpoints."
        ).format(size=report.size, checkpoints=report.checkpoints)
    )
    if report.unsealed:
        seconds = report.oldest_unsealed.total_seconds() if report.oldest_unsealed else 0
        terminal.say(
            gettext("{count} events are not sealed yet, the oldest for {seconds} s.").format(
                count=report.unsealed, seconds=int(seconds)
            )
        )
    return 0


def _seal() -> int:
    count = 0
    try:
        while sealed := actions.seal(by=terminal.operator()):
            count += sealed
    except rules.LogBroken as broken:
        terminal.say(_sentence(broken.finding))
        return 1
    terminal.say(gettext("{count} events were sealed.").format(count=count))
    return 0


def _sentence(finding: rules.Finding) -> str:
    return gettext(rules.SAYS[finding.wrong]).format(
        event=finding.event,
        after=finding.after,
        position=finding.position,
        until=finding.until,
        size=finding.size,
        reason=gettext(rules.REASONS[finding.reason]) if finding.reason else "",
    )
