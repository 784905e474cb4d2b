"""The web process as an operator starts it, and people signed in to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

import tongban
from tongban.doors.sign_in import session
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity

THREADS = 8
SERVE = (sys.executable, "-m", "tongban.cli.main", "serve")
TOKEN = "b" * 32
"""A CSRF token of one's own making, in the cookie and in the form, as a browser sends it."""


def sign_in(person: int, post: int, *, is_official: bool = True) -> str:
    """A session as the sign-in door makes it."""
    account = identity.account_of(person, is_official=is_official)
    if account is None:
        raise RuntimeError(f"Person {person} has no such account.")
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    now = clock.instant().timestamp()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = session.BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store[session.BEGAN], store[session.SEEN], store[session.MEANS] = now, now, "demo"
    if post:
        store[session.POST] = post
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}; csrftoken={TOKEN}"


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The web process as `tongban serve` starts it, on the database of this measurement."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    # As an operator would: SQLite takes one web process, PostgreSQL one per core.
    processes = 1 if connection.vendor == "sqlite" else os.cpu_count() or 1
    log_file = folder / "server.log"
    log = log_file.open("w")
    server = subprocess.Popen(
        [*SERVE, f"--port={port}", f"--threads={THREADS}", f"--processes={processes}"],
        env={
            **kept,
            "DATABASE_URL": _database(),
            "TONGBAN_VAR": str(folder),
            "TONGBAN_CITY": str(settings.TONGBAN_CITY),
            "TONGBAN_DEMO": "1",
            "PYTHONPATH": str(Path(tongban.__file__).parents[1]),
        },
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        if not _is_up(port):
            raise RuntimeError(f"The web process did not come up: {log_file.read_text()[-2000:]}")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _is_up(port: int) -> bool:
    """Whether it answers within a minute."""
    for _ in range(300):
        try:
            client = HTTPConnection("127.0.0.1", port, timeout=2)
            client.request("GET", "/healthz")
            if client.getresponse().status < 500:
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def _database() -> str:
    """The measurement's database as an address."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    secret = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    port = f":{found['PORT']}" if found["PORT"] else ""
    return f"postgres://{found['USER']}{secret}@{found['HOST']}{port}/{found['NAME']}"
