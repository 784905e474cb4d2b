"""The demo city, small, for tests that need a whole one: `from tests.city import city`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from tongban.kernel import clock
from tongban.kernel.crypto import keyring
from tongban.simulator import desk
from tongban.simulator.city import Built, build

FOLDER = Path(__file__).parents[1] / "cities" / "demo"
FOUNDED = "2026-09-01 08:00"

_founded: dict[Path, tuple[sqlite3.Connection, Built]] = {}
"""The city as it was when first built under a key ring, to be copied from then on."""


def found() -> Built:
    """Build it into the database at hand: 120 persons, 30 firms, all definitions.

    Building takes seconds, copying a file of SQLite milliseconds: it is built once.
    """
    desk.forget()
    # A copy replaces the whole file, so there can be no transaction on it.
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return _build()
    if settings.TONGBAN_KEYS not in _founded:
        built = _build()
        _founded[settings.TONGBAN_KEYS] = (_copy(), built)
    else:
        _restore(_founded[settings.TONGBAN_KEYS][0])
    return _founded[settings.TONGBAN_KEYS][1]


def _build() -> Built:
    with clock.at(FOUNDED):
        return build(folder=FOLDER, on=date(2026, 9, 1), persons=120, firms=30)


def _copy() -> sqlite3.Connection:
    """The database at hand, kept aside."""
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(copy)
    return copy


def _restore(copy: sqlite3.Connection) -> None:
    connection.ensure_connection()
    copy.backup(connection.connection)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written to the database meanwhile is gone afterwards; for wide fixtures."""
    if connection.vendor == "sqlite":
        with closing(_copy()) as before:
            try:
                yield
            finally:
                _restore(before)
    else:
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  registers may be asked in it
        with outer:
            yield
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def city(keys: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Built]:
    """One city for a module's tests: each sees it fresh, and no other module sees it at all."""
    kept = settings.TONGBAN_KEYS
    settings.TONGBAN_KEYS = keys
    keyring.reload_keyring()
    with django_db_blocker.unblock(), undone():
        yield found()
    settings.TONGBAN_KEYS = kept
    desk.forget()
