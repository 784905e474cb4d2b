"""What must answer before citizens are sent here."""

from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tongban.kernel.crypto import keyring
from tongban.kernel.crypto.errors import CryptoError
from tongban.kernel.jobs import queries as jobs

WORKER_IS_LATE = timedelta(seconds=60)

_migrated: list[bool] = [False]


def pending_migrations() -> int:
    """How many migrations this version has that the database has not."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def worker_age() -> timedelta | None:
    """For how long the loop that is furthest behind has not turned; None when none ever did."""
    return max((pulse.age for pulse in jobs.pulses()), default=None)


def checks() -> dict[str, str]:
    """Each thing that must answer, and `ok` or what is wrong with it."""
    return {
        "database": _try(_database),
        "migrations": _try(_migrations),
        "keys": _try(_keys),
        "worker": _try(_worker),
    }


def _try(check: Callable[[], str]) -> str:
    try:
        return check()
    except DatabaseError:
        return "the database does not answer"
    except CryptoError:
        return "the key ring cannot be used; run `tongban doctor`"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    # Asked until it is so: no migration is taken back under a running process.
    if not _migrated[0]:
        pending = pending_migrations()
        if pending:
            return f"{pending} are pending; run `tongban migrate`"
        _migrated[0] = True
    return "ok"


def _keys() -> str:
    keyring.load_keyring()
    return "ok"


def _worker() -> str:
    age = worker_age()
    if age is None:
        return "no worker has run yet"
    if age > WORKER_IS_LATE:
        return f"no sign of life for {int(age.total_seconds())} s"
    return "ok"
