"""Copy database, files and checkpoints while running; keys apart."""

import argparse
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from tongban.cli import backup, terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("folder", type=Path, help="a new folder")


def run(words: argparse.Namespace) -> int:
    """Take a backup."""
    taken = backup.take(words.folder.absolute())
    terminal.say(
        gettext(
            "{folder}: {events} events ({sealed} sealed), {files} files, {size} MB of database."
        ).format(
            folder=words.folder,
            events=taken.events,
            sealed=taken.sealed,
            files=taken.files,
            size=round(taken.size / 1e6, 1),
        )
    )
    terminal.say(
        gettext(
            "The keys in {folder} are not in it: keep a copy of them in another place."
            " Without them the backup cannot be read; beside it, anyone can."
        ).format(folder=settings.TONGBAN_KEYS)
    )
    return 0
