"""Two workers sweep at the same time: every clock fires once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import OperationalError, connection

from tongban.kernel import clock as civil
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Stale
from tongban.kernel.ledger.models import Event

BY = part("deadlines")
CLOCKS, WORKERS = 120, 4


def sweep_all() -> int:
    done = 0
    try:
        for _ in range(10 * CLOCKS):
            try:
                fired = deadlines.sweep(by=BY, limit=7)
            except (Stale, OperationalError):
                continue
            if not fired:
                return done
            done += fired
        return done
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_fire_one_clock_twice() -> None:
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("SQLite in memory cannot be shared by workers; a file or PostgreSQL can.")
    with civil.at("2026-03-02 09:00"):
        for matter in range(CLOCKS):
            deadlines.start(
                matter=matter,
                kind="promised",
                budget=matter % 5,
                calendar="national",
                by=BY,
                on=date(2026, 2, 2),
            )
        with ThreadPoolExecutor(WORKERS) as pool:
            futures = [pool.submit(sweep_all) for _ in range(WORKERS)]
            done = sum(future.result() for future in futures)
        # A worker that passed by rows held by another may have gone home early.
        done += sweep_all()
    assert done == CLOCKS
    fired = Counter(Event.objects.values_list("name", "subject"))
    assert set(fired.values()) == {1}
    assert len(fired) == 2 * CLOCKS
