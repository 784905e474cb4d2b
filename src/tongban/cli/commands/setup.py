"""An empty city from its folder, and its first administrator by a link that works once."""

import argparse
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.cli.commands import migrate
from tongban.kernel import clock
from tongban.kernel.crypto import keyring
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import queries
from tongban.simulator import city

GRANT = "system.administer"


class NoSuchFolder(Refusal):
    """The folder named is not that of a city."""

    says = N_("There is no city in {folder}: city.toml is missing.")
    hint = N_("docs/city.md says which files a city has; cities/demo is one to copy.")
    status = 404


class CityStands(Refusal):
    """A city was set up here before."""

    says = N_("There is a city in this database already.")
    hint = N_(
        "`tongban definitions seed` reads changed files; for another city, use another database."
    )


class NoAdministrator(Refusal):
    """No official of the city holds the post of system administrator, or not the one named."""

    says = N_(
        "No official in officials.toml with this login holds a post that administers the system."
    )
    hint = N_(
        "Give one a post with the grant system.administer, or name another with --administrator."
    )
    status = 422


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--city", type=Path, default=settings.TONGBAN_CITY)
    parser.add_argument("--administrator", default="", help="login; else the first in office")
    parser.add_argument("--hours", type=int, default=24, help="how long the link can be used")


def run(words: argparse.Namespace) -> int:
    """Set the city up; all of it or nothing."""
    folder = words.city.resolve()
    if not (folder / "city.toml").is_file():
        raise NoSuchFolder(folder=folder)
    if not (settings.TONGBAN_KEYS / keyring.FILE).exists():
        keyring.create_keyring(settings.TONGBAN_KEYS)
        terminal.say(
            gettext("A key ring was made in {folder}; keep a copy of it apart.").format(
                folder=settings.TONGBAN_KEYS
            )
        )
    migrate.prepare()
    if queries.organs():
        raise CityStands()
    with transaction.atomic():
        organs, definitions = city.found(folder=folder, on=clock.today())
        account = _administrator(words.administrator)
        token = identity.issue_link(account=account.pk, by=terminal.operator(), hours=words.hours)
        address = settings.BASE_URL + reverse("sign-in-link", args=[token])
    terminal.say(
        gettext("{organs} organs and {definitions} definitions stand.").format(
            organs=organs, definitions=definitions
        )
    )
    terminal.say(
        gettext("{name} ({login}) sets a password here, once, within {hours} hours:").format(
            name=account.person.name, login=account.username, hours=words.hours
        )
    )
    terminal.say(f"  {address}")
    return 0


def _administrator(login: str) -> queries.Account:
    for organ in queries.organs():
        for holder in queries.officials_with(GRANT, organ.key):
            account = queries.account_of(holder.person, is_official=True)
            if account is not None and login in {"", account.username}:
                return account
    raise NoAdministrator()
