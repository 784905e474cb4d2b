"""Verify an electronic licence (电子证照) by its signature, with no database and no network."""

import argparse
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.client import licences as client
from tongban.kernel import clock
from tongban.kernel.crypto import vault


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="by its signature; 1 when it does not hold")
    verify.add_argument("file", type=Path, help="the licence's file, JSON")
    verify.add_argument("--keys", type=Path, help="public keys; ours if left out")
    verify.add_argument("--status", type=Path, help="a newer status list")


def run(words: argparse.Namespace) -> int:
    """Verify."""
    try:
        verdict = client.verify(
            client.read(words.file),
            keys=client.read(words.keys) if words.keys else _own_keys(),
            now=clock.now(),
            status=client.read(words.status) if words.status else None,
        )
    except client.NotVerifiable as fault:
        terminal.tell(gettext("This cannot be verified: {reason}").format(reason=fault))
        return 2
    terminal.say(client.report(verdict))
    return 0 if verdict.holds else 1


def _own_keys() -> dict[str, Any]:
    return {
        "keys": [
            {"id": one.id, "algorithm": one.algorithm, "pem": one.pem}
            for one in vault.public_keys()
        ]
    }
