"""In which order events may be read once and for all.

Numbers are given when a row is written, but rows are seen when their transaction commits: on
PostgreSQL event 10 may appear after event 11. Whoever reads the ledger once, from the front, must
not go past a number that is still on its way.
"""

import time

from django.db import connection

from tongban.kernel.ledger.models import Event

PATIENCE = 2.0
"""Seconds for which a reader waits for those who were writing when it looked."""

_WRITERS = """
    SELECT pid, backend_xid::text FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


def settled(after: int) -> int:
    """Up to which event, from `after` on, no smaller one can appear now; `after` if unknown."""
    newest = Event.objects.filter(pk__gt=after).order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return after
    # SQLite has one writer at a time, and its transactions begin by locking: numbers are in order.
    if connection.vendor != "postgresql" or _have_ended():
        return newest
    return after


def _have_ended() -> bool:
    # Whoever drew a smaller number draws its transaction's number next, within microseconds.
    time.sleep(0.1)
    deadline = time.monotonic() + PATIENCE
    before = _writers()
    while before & _writers():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _writers() -> set[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return {(pid, xid) for pid, xid in cursor.fetchall()}
