"""The demo city: built once, lived in for two months, kept from then on."""

import importlib.util
import shutil
from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.cli.commands import migrate
from tongban.kernel import clock
from tongban.kernel.crypto import keyring
from tongban.kernel.identity import queries as identity
from tongban.simulator import city, portals

DAYS = 60
"""How long the city has lived when it is first seen."""
PER_DAY = 6
"""Filings on a working day: enough that every organ and every state has its cases."""
FOUNDED = 180
"""How many days ago it was founded: posts are held and definitions in force since then."""

# A row among the migrations, of an app that there is not: it stands on both databases before any
# table of ours is filled, and emptying the tables leaves it.
MARK = {"app": "tongban.demo"}
BUILDING, BUILT = "building", "built"


def prepare(
    *,
    persons: int = 5000,
    firms: int = 800,
    days: int = DAYS,
    per_day: int = PER_DAY,
    seed: int = 1,
) -> None:
    """Make sure that there is a city to show; data that is there is kept."""
    if not (settings.TONGBAN_KEYS / keyring.FILE).exists():
        keyring.create_keyring(settings.TONGBAN_KEYS)
    if _mark() == BUILDING:
        terminal.tell(gettext("The city was only half built last time; it is begun anew."))
        _empty()
    migrate.prepare()
    if _mark() == BUILT or identity.organs():
        return
    _set_aside_checkpoints()
    _put_mark(BUILDING)
    build(persons=persons, firms=firms, seed=seed)
    live(days=days, per_day=per_day, seed=seed)
    _put_mark(BUILT)


def build(*, persons: int, firms: int, seed: int) -> None:
    """The city and its people, as of its first day."""
    shown = terminal.Progress(gettext("Building the city"))
    steps: list[str] = []

    def say(text: str) -> None:
        steps.append(text)
        shown(len(steps) - 1, 2, text)

    today = clock.today()
    first = today - timedelta(days=FOUNDED)
    with clock.at(datetime.combine(first, time(8))):
        made = city.build(
            folder=settings.TONGBAN_CITY,
            on=today,
            since=first,
            persons=persons,
            firms=firms,
            seed=seed,
            say=say,
        )
        portals.build(folder=settings.VAR / "clients")
    shown.close(
        gettext(
            "{organs} organs, {definitions} definitions, {persons} persons, {firms} firms"
        ).format(
            organs=made.organs,
            definitions=made.definitions,
            persons=made.persons,
            firms=made.firms,
        )
    )


def live(*, days: int, per_day: int, seed: int) -> None:
    """Let it live until today."""
    lived = _life()
    if lived is None or not days:
        return
    shown = terminal.Progress(gettext("{days} days of life").format(days=days))
    lived(
        folder=settings.TONGBAN_CITY,
        days=days,
        until=clock.today(),
        per_day=per_day,
        seed=seed,
        progress=shown,
    )
    shown.close()


def _life() -> Callable[..., Any] | None:
    if importlib.util.find_spec("tongban.simulator.life") is None:
        return None
    found: Callable[..., Any] = import_module("tongban.simulator.life").live
    return found


def _mark() -> str:
    if not MigrationRecorder(connection).has_table():
        return ""
    row = MigrationRecorder.Migration.objects.filter(**MARK).order_by("-pk").first()
    return str(row.name) if row else ""


def _put_mark(name: str) -> None:
    MigrationRecorder.Migration.objects.filter(**MARK).delete()
    MigrationRecorder.Migration.objects.create(**MARK, name=name)


def _empty() -> None:
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        connections.close_all()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
    else:
        call_command("flush", interactive=False, verbosity=0)
        MigrationRecorder.Migration.objects.filter(**MARK).delete()
    settings.TONGBAN_CHECKPOINTS.unlink(missing_ok=True)


def _set_aside_checkpoints() -> None:
    """Checkpoints of a ledger that is gone would have every sealing of the new one refused."""
    file: Path = settings.TONGBAN_CHECKPOINTS
    if file.exists() and file.stat().st_size:
        number = 1
        while (old := file.with_name(f"{file.name}.{number}")).exists():
            number += 1
        shutil.move(file, old)
