"""Tell a story from first click to licence, on a moved clock, in a world of its own."""

import argparse
import json
import os
import subprocess
import tempfile
from importlib import import_module

from django.conf import settings
from django.utils import translation

from tongban.cli import children, terminal
from tongban.cli.commands import migrate
from tongban.kernel.crypto import keyring

INSIDE = "TONGBAN_STORY"
STORIES = (
    "birth",
    "restaurant",
    "start",
    "close",
    "passing",
    "retirement",
    "flexible",
    "disabled",
    "home",
    "utilities",
    "elsewhere",
    "opening",
    "project",
)
"""As in `simulator.stories.NAMES`, which needs a database to be read."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("name", choices=STORIES)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=("zh", "en"), help="as the terminal speaks by default")


def run(words: argparse.Namespace) -> int:
    """Make the world, or tell the story within it."""
    return _tell(words) if os.environ.get(INSIDE) else _apart(words)


def _apart(words: argparse.Namespace) -> int:
    """A process with its own database, keys and files: nothing of a real city is touched."""
    with tempfile.TemporaryDirectory(prefix="tongban-story-") as folder:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("TONGBAN_") and name != "DATABASE_URL"
        }
        world = {
            INSIDE: "1",
            "TONGBAN_VAR": folder,
            "TONGBAN_DEMO": "1",
            "TONGBAN_CITY": str(settings.TONGBAN_CITY),
            "TONGBAN_LOG": "plain",
            "DATABASE_URL": f"sqlite:///{folder}/story.sqlite3",
        }
        flags = [flag for flag, given in (("--json", words.json),) if given]
        flags += ["--lang", words.lang] if words.lang else []
        told = children.command("story", words.name, *flags)
        return subprocess.run(told, env={**kept, **world}, check=False).returncode


def _tell(words: argparse.Namespace) -> int:
    keyring.create_keyring(settings.TONGBAN_KEYS)
    migrate.prepare(static=False)
    stories = import_module("tongban.simulator.stories")
    spoken = {"zh": "zh-hans", "en": "en"}.get(words.lang, terminal.language())
    with translation.override(spoken):
        found = stories.tell(
            words.name,
            folder=settings.TONGBAN_CITY,
            say=terminal.tell if words.json else terminal.say,
        )
    if words.json:
        terminal.say(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    return 0
