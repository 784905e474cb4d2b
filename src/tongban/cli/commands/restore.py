"""Put a backup into an empty place."""

import argparse
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from tongban.cli import backup, terminal
from tongban.cli.commands import ledger
from tongban.kernel.crypto import keyring


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("folder", type=Path, help="what `tongban backup` wrote")


def run(words: argparse.Namespace) -> int:
    """Restore, then verify the ledger where the keys are there."""
    manifest = backup.restore(words.folder.absolute())
    terminal.say(
        gettext("Restored as of {taken_at}: {events} events, {files} files.").format(**manifest)
    )
    if not (settings.TONGBAN_KEYS / keyring.FILE).exists():
        terminal.say(
            gettext(
                "Now put the key ring back into {folder}, then run `tongban ledger verify`"
                " and `tongban migrate`."
            ).format(folder=settings.TONGBAN_KEYS)
        )
        return 0
    return ledger.verify()
