"""Create or rotate the keys (密钥)."""

import argparse

from django.conf import settings
from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.kernel.crypto import keyring


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("create", help="a new key ring; one that is there is kept")
    rotate = verbs.add_parser("rotate", help="a new key in place of the active one")
    rotate.add_argument("use", choices=("enc", "sign"))
    rotate.add_argument("--provider", default="", help="move to another profile of algorithms")


def run(words: argparse.Namespace) -> int:
    """Create or rotate."""
    if words.verb == "create":
        keyring.create_keyring(settings.TONGBAN_KEYS)
        terminal.say(
            gettext(
                "The keys are in {folder}. Keep a copy apart from the backups:"
                " without it nothing encrypted can be read again."
            ).format(folder=settings.TONGBAN_KEYS)
        )
        return 0
    made = keyring.rotate(words.use, provider=words.provider)
    terminal.say(
        gettext(
            "{key} ({algorithm}) is active; what the old key wrote stays readable."
            " Restart web and worker, and copy the key ring anew."
        ).format(key=made.id, algorithm=made.algorithm)
    )
    return 0
