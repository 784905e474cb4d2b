"""Each missing or unsafe setting, in a sentence that says what to do (体检发现)."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from tongban.doors.health import readiness
from tongban.kernel import clock
from tongban.kernel.crypto import keyring
from tongban.kernel.crypto.errors import CryptoError
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.ledger.rules import SEALING
from tongban.kernel.workdays.tables import NATIONAL

LEAST_FREE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    says: str
    hint: str
    is_grave: bool = False
    """Production must not run with it."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self) -> str:
        """Say it in the source language."""
        return f"{self.says} {self.hint}".format(**self.facts).strip()


def everything(*, processes: int = 1) -> list[Finding]:
    """All that can be found; what needs the database is left out when there is none."""
    found = [*always(processes=processes), *production(), *_surroundings()]
    try:
        found += list(_inside())
    except DatabaseError as wrong:
        found.append(
            Finding(
                N_("The database cannot be asked: {reason}."),
                N_("Check DATABASE_URL and that the server runs; then `tongban migrate`."),
                is_grave=True,
                facts={"reason": str(wrong).strip().replace("\n", " ")},
            )
        )
    return found


def always(*, processes: int = 1) -> list[Finding]:
    """What no process may start with, in production or not."""
    found = list(_keys())
    if processes > 1 and _is_sqlite():
        found.append(
            Finding(
                N_("{count} web processes write to one SQLite file."),
                N_("Start one, or move to PostgreSQL with DATABASE_URL."),
                is_grave=True,
                facts={"count": processes},
            )
        )
    return found


def production() -> list[Finding]:
    """What is grave once citizens are served; `doctor` names it before."""
    found = []
    if settings.DEBUG:
        found.append(
            Finding(
                N_("DEBUG shows citizens the inside of the program."),
                N_("Unset TONGBAN_DEBUG."),
                is_grave=True,
            )
        )
    if settings.SECRET_KEY_IS_DEFAULT:
        found.append(
            Finding(
                N_("The secret of sessions is the one that everyone knows."),
                N_("Set TONGBAN_SECRET_KEY to at least 50 random characters."),
                is_grave=True,
            )
        )
    elif len(settings.SECRET_KEY) < 32:
        found.append(
            Finding(
                N_("The secret of sessions is short enough to be guessed."),
                N_("Set TONGBAN_SECRET_KEY to at least 50 random characters."),
                is_grave=True,
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Finding(
                N_("Every host name is served, so that links can be made to point elsewhere."),
                N_("Name your hosts in TONGBAN_HOSTS."),
                is_grave=True,
            )
        )
    if settings.TONGBAN_DEMO:
        found.append(
            Finding(
                N_("In the demo anyone may be anyone."),
                N_("Unset TONGBAN_DEMO where citizens are served."),
                is_grave=True,
            )
        )
    return found


def _keys() -> Iterator[Finding]:
    try:
        keyring.reload_keyring()
    except CryptoError as wrong:
        yield Finding(wrong.says, wrong.hint, is_grave=True, facts=wrong.facts)


def _surroundings() -> Iterator[Finding]:
    """The machine and the folders."""
    if settings.PRODUCTION and _is_sqlite():
        yield Finding(
            N_("The database is one SQLite file."),
            N_("It bears a trial; for a city, move to PostgreSQL with DATABASE_URL."),
        )
    if not settings.PRODUCTION:
        yield Finding(
            N_("TONGBAN_PRODUCTION is not set."),
            N_("Set it to 1 where citizens are served: nothing unsafe will start then."),
        )
    elif not settings.BASE_URL.startswith("https://"):
        yield Finding(
            N_("Addresses on licences and notices begin with {address}."),
            N_("Set TONGBAN_BASE_URL to the https:// address that citizens reach."),
            facts={"address": settings.BASE_URL},
        )
    place = _first_existing(settings.VAR)
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        yield Finding(
            N_("Only {free} MB are free in {folder}."),
            N_("Make room: a full disk stops every case."),
            facts={"free": free // 1024**2, "folder": place},
        )
    if not os.access(place, os.W_OK):
        yield Finding(
            N_("The folder {folder} cannot be written to."),
            N_("Give it to the user under whom this runs, or set TONGBAN_VAR."),
            is_grave=True,
            facts={"folder": place},
        )
    if not settings.TONGBAN_CITY.is_dir():
        yield Finding(
            N_("There is no city in {folder}."),
            N_("Set TONGBAN_CITY to the folder with city.toml."),
            is_grave=True,
            facts={"folder": settings.TONGBAN_CITY},
        )


def _inside() -> Iterator[Finding]:
    """What only the database knows."""
    pending = readiness.pending_migrations()
    if pending:
        yield Finding(
            N_("The database is behind this version by {count} migrations."),
            N_("Run `tongban migrate`."),
            is_grave=True,
            facts={"count": pending},
        )
        return
    try:
        identity.check_demo_is_safe()
    except Refusal as wrong:
        yield Finding(wrong.says, wrong.hint, is_grave=True, facts=wrong.facts)
    tail = ledger.unsealed()
    if tail.oldest is not None and tail.oldest > 3 * SEALING:
        yield Finding(
            N_("{count} events are not sealed, the oldest for {seconds} s."),
            N_("See that a worker runs; `tongban ledger seal` seals them now."),
            facts={"count": tail.count, "seconds": int(tail.oldest.total_seconds())},
        )
    aside = ledger.set_aside().count()
    if aside:
        yield Finding(
            N_("{count} deliveries failed eight times and were set aside."),
            N_("`tongban deliveries list` shows them; retry or skip each with a reason."),
            facts={"count": aside},
        )
    age = readiness.worker_age()
    if age is None or age > readiness.WORKER_IS_LATE:
        yield Finding(
            N_("No worker has given a sign of life for {seconds} s."),
            N_("Start one with `tongban worker`."),
            facts={"seconds": "∞" if age is None else int(age.total_seconds())},
        )
    yield from _calendars()


def _calendars() -> Iterator[Finding]:
    """A year without a notice lets every due date in it move; the notice comes in November."""
    today = clock.today()
    years = {today.year, (today.replace(day=1)).year + (today.month >= 11)}
    calendar = deadlines.calendar(NATIONAL)
    for year in sorted(years):
        day = today.replace(year=year, month=6, day=1)
        if calendar.is_provisional(day, day):
            yield Finding(
                N_("The working days of {year} are provisional."),
                N_("Publish the State Council's notice as a revision of the calendar."),
                facts={"year": year},
            )


def _is_sqlite() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def _first_existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
