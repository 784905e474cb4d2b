"""Read the city's files, or write back what was published."""

import argparse
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.kernel.catalogue import actions


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, does in (
        ("seed", "read the files: changed ones become drafts that await a second person"),
        ("export", "write the last published versions into the files"),
    ):
        one = verbs.add_parser(verb, help=does)
        one.add_argument("--city", type=Path, default=settings.TONGBAN_CITY)


def run(words: argparse.Namespace) -> int:
    """Seed or export."""
    by = terminal.operator()
    if words.verb == "seed":
        seeded = actions.seed(folder=words.city, by=by)
        terminal.say(
            gettext("{published} published, {drafted} await a second person.").format(
                published=len(seeded.published), drafted=len(seeded.drafted)
            )
        )
        return 0
    written = actions.export(folder=words.city, by=by)
    for name in written:
        terminal.say(name)
    terminal.tell(gettext("{count} files were written.").format(count=len(written)))
    return 0
