"""Bring the database to this version, and the static files to their hashed names."""

import argparse

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext

from tongban.cli import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--check", action="store_true", help="exit 1 where something is to be done")


def run(words: argparse.Namespace) -> int:
    """Migrate."""
    if words.check:
        call_command("migrate", check_unapplied=True, verbosity=0)
        return 0
    prepare()
    terminal.say(gettext("The database stands at this version."))
    return 0


def prepare(*, static: bool = True) -> None:
    """Tables and static files, as this version wants them."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    if static:
        call_command("collectstatic", interactive=False, verbosity=0)
