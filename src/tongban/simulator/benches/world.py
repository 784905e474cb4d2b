"""A database of its own for each measurement, made like the product's and thrown away after it."""

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from django.conf import settings
from django.db import connection, connections

from tongban.kernel.crypto import keyring
from tongban.simulator import desk

ROUNDS = 7
_OURS = ("TONGBAN_KEYS", "TONGBAN_FILES", "TONGBAN_CHECKPOINTS", "VAR")


@contextmanager
def world() -> Iterator[Path]:
    """A fresh database beside the one that is configured, of the same make; and its folder."""
    kept = {name: getattr(settings, name) for name in _OURS}
    database = connection.settings_dict["NAME"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings.VAR = folder
        settings.TONGBAN_KEYS = folder / "keys"
        settings.TONGBAN_FILES = folder / "files"
        settings.TONGBAN_CHECKPOINTS = folder / "checkpoints.log"
        keyring.create_keyring(settings.TONGBAN_KEYS)
        connection.settings_dict.setdefault("TEST", {})["NAME"] = (
            str(folder / "bench.sqlite3")
            if connection.vendor == "sqlite"
            else f"tongban_bench_{os.getpid()}"
        )
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        desk.forget()
        try:
            yield folder
        finally:
            connections.close_all()
            connection.creation.destroy_test_db(database, verbosity=0)
            for setting, value in kept.items():
                setattr(settings, setting, value)
            desk.forget()


def machine() -> str:
    """Where it was measured, in a line."""
    vendor = connection.vendor
    if vendor == "sqlite":
        version = platform.python_implementation()
        store = "SQLite WAL"
    else:
        connection.ensure_connection()
        version = platform.python_implementation()
        store = f"PostgreSQL {connection.pg_version // 10000}"  # type: ignore[attr-defined]
    return f"{os.cpu_count()} cores, {version} {platform.python_version()}, {store}"


def cpu(work: Callable[[], object], times: int) -> float:
    """Milliseconds of this process's CPU for one of so many."""
    before = process_time()
    for _ in range(times):
        work()
    return (process_time() - before) * 1000 / times


def wall(work: Callable[[], object]) -> float:
    """Seconds that pass."""
    before = perf_counter()
    work()
    return perf_counter() - before


def row(
    what: str, value: float, unit: str, *, peer: str = "", peer_value: float = 0.0
) -> dict[str, Any]:
    """One result; the ratio is ours to the peer's."""
    return {
        "what": what,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "peer_value": round(peer_value, 3),
        "ratio": round(value / peer_value, 3) if peer_value else None,
    }


def report(bench: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bench": bench, "machine": machine(), "results": rows}


__all__ = ["ROUNDS", "cpu", "machine", "median", "report", "row", "wall", "world"]
