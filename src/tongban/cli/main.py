"""`tongban`: finds the command, and maps what goes wrong to a sentence and an exit code."""

import argparse
import difflib
import importlib
import os
import sys
import traceback
from types import ModuleType

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError
from django.utils import translation
from django.utils.translation import gettext

from tongban import __version__
from tongban.cli import terminal
from tongban.kernel.crypto.errors import CryptoError
from tongban.kernel.errors import N_, Refusal

COMMANDS: dict[str, str] = {
    "run": N_("the demo city, web and worker: all that `make run` starts"),
    "serve": N_("the web process"),
    "worker": N_("the worker: deliveries, due rows, sealing, jobs"),
    "migrate": N_("bring the database to this version"),
    "setup": N_("an empty city from its folder, and its first administrator"),
    "keys": N_("create or rotate the keys"),
    "definitions": N_("read the city's files, or write back what was published"),
    "services": N_("write the items in the national columns, or read them in"),
    "ledger": N_("verify or seal the ledger"),
    "licence": N_("verify an electronic licence by its signature"),
    "seal": N_("certificates of seals: whom to trust, what was issued, what is revoked"),
    "deliveries": N_("list, retry or skip what could not be delivered"),
    "jobs": N_("list or cancel long work"),
    "doctor": N_("name each missing or unsafe setting"),
    "backup": N_("copy database, files and checkpoints while running"),
    "restore": N_("put a backup into an empty place"),
    "archive": N_("verify an archive package without the platform's database"),
    "city": N_("let the demo city live for some more days"),
    "story": N_("tell a story from first click to licence"),
    "decisions": N_("run a folder of decision models and their expected results"),
    "bench": N_("measure one thing"),
}
PROCESSES = {"serve", "worker"}
"""What runs on writes one JSON object per line; other commands speak to a person."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    name = words[0] if words else "--help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
    os.environ.setdefault("TONGBAN_LOG", "json" if name in PROCESSES else "plain")
    if name == "--version":
        terminal.say(__version__)
        return 0
    django.setup()
    with translation.override(terminal.language()):
        if name in {"-h", "--help"}:
            terminal.say(_overview())
            return 0
        if name not in COMMANDS:
            terminal.tell(_unknown(name))
            return 2
        return _run(name, words[1:])


def _run(name: str, words: list[str]) -> int:
    command: ModuleType = importlib.import_module(f"tongban.cli.commands.{name}")
    parser = argparse.ArgumentParser(prog=f"tongban {name}", description=gettext(COMMANDS[name]))
    command.arguments(parser)
    given = parser.parse_args(words)
    try:
        return int(command.run(given))
    except (Refusal, CryptoError) as refusal:
        terminal.tell(terminal.sentence(refusal.says, refusal.hint, refusal.facts))
        return 2
    except ImproperlyConfigured as wrong:
        terminal.tell(str(wrong))
        return 2
    except KeyboardInterrupt:
        return 130
    except (OperationalError, ProgrammingError) as wrong:
        if settings.DEBUG:
            traceback.print_exc()
        terminal.tell(
            gettext(
                "The database refused: {reason}. Look at DATABASE_URL, then run `tongban migrate`."
            ).format(reason=str(wrong).strip().rstrip("."))
        )
        return 1
    except Exception:  # the edge of the program: whatever it is, the operator sees all of it
        traceback.print_exc()
        return 1


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {gettext(does)}" for name, does in COMMANDS.items()]
    first = gettext("tongban COMMAND …   (each tells more with --help)")
    return "\n".join([first, "", *lines])


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, COMMANDS, n=1)
    if near:
        return gettext("There is no command {name}; did you mean {near}?").format(
            name=name, near=near[0]
        )
    return gettext("There is no command {name}; `tongban --help` lists them.").format(name=name)


if __name__ == "__main__":
    sys.exit(main())
