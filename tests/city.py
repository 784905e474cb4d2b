"""The demo city, small, for tests that need a whole one: `from tests.city import city`."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.crypto import keyring
from tongban.simulator import desk
from tongban.simulator.city import Built, build

FOLDER = Path(__file__).parents[1] / "cities" / "demo"
FOUNDED = "2026-09-01 08:00"


def found() -> Built:
    """Build it into the database at hand: 120 persons, 30 firms, all definitions."""
    desk.forget()
    with clock.at(FOUNDED):
        return build(folder=FOLDER, on=date(2026, 9, 1), persons=120, firms=30)


@pytest.fixture(scope="module")
def city(keys: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Built]:
    """One city for a module's tests: each sees it fresh, and no other module sees it at all."""
    kept = settings.TONGBAN_KEYS
    settings.TONGBAN_KEYS = keys
    keyring.reload_keyring()
    with django_db_blocker.unblock(), transaction.atomic():
        yield found()
        transaction.set_rollback(True)
    settings.TONGBAN_KEYS = kept
    desk.forget()
