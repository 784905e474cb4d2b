"""Acts per second through HTTP: granian, every middleware, the workbench's own addresses."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.urls import reverse

import tongban
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import State
from tongban.doors.sign_in import session
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens, city, desk
from tongban.simulator.benches.world import median, report, row, world

CASES, CLIENTS, THREADS = 300, 8, 8
CHUNK = 60
FIRM, OWNER = "92990102MAQH008860", "zhoumei"
SERVE = (sys.executable, "-m", "tongban.cli.main", "serve")
TOKEN = "b" * 32
"""A CSRF token of one's own making, in the cookie and in the form, as a browser sends it."""


@dataclass(frozen=True, slots=True)
class Post:
    """One click: where, with what, in whose session."""

    path: str
    body: str
    cookie: str


def measure() -> dict[str, Any]:
    """Accept, pass on and grant some hundred cases, as officials would click them."""
    with world() as folder:
        _file()
        with _served(folder) as port:
            clients = _Clients(port)
            rates: list[float] = []
            for act in ("accept", "pass", "grant"):
                posts = _posts(act)
                starts = range(0, len(posts), CHUNK)
                rates += [clients.rate(posts[start : start + CHUNK]) for start in starts]
        what = (
            f"acts of officials (accept, pass on, grant) through HTTP, {CLIENTS} clients on the"
            " same cores"
        )
        granted = Case.objects.filter(state=State.DECIDED).count()
        if granted != CASES:
            raise RuntimeError(f"{granted} of {CASES} cases were granted; the rates mean nothing.")
        return report("http", [row(what, median(rates), "/s")])


def _file() -> None:
    """A small city, and one firm that files again and again what nobody may file twice."""
    city.build(folder=settings.TONGBAN_CITY, on=clock.today(), persons=60, firms=15)
    account = identity.account(OWNER)
    if account is None:
        raise RuntimeError("The HTTP bench needs the demo city.")
    by = identity.actor_for(account=account, entity=FIRM)
    for n in range(CASES):
        key = citizens.open_draft(by=by, item="food-licence").key
        citizens.complete(key=key, by=by)
        filed = citizens.submit(key=key, by=by)
        filed.cases.update(same_as=f"bench {n}")


def _posts(act: str) -> list[Post]:
    """What lies before the officials now, each in the hands of one of them."""
    items = (
        WorkItem.objects.filter(status=flow.Status.OPEN, matter__kind="case")
        .select_related("matter")
        .order_by("id")
    )
    cookies: dict[str, str] = {}
    posts = []
    for n, item in enumerate(items):
        officials = desk.officials(item)
        by = officials[n % len(officials)]
        if by.key not in cookies:
            cookies[by.key] = _sign_in(by.person or 0, by.post or 0)
        body = {
            "csrfmiddlewaretoken": TOKEN,
            "item": item.pk,
            "version": item.version,
            "key": f"{act}-{item.pk}",
            "opinion": "材料属实，符合条件。",
            "outcome": "pass",
            "reasons": "经审查，符合法定条件、标准。",
        }
        path = reverse("office-case-act", args=[item.matter.number, act])
        posts.append(Post(path, urlencode(body), cookies[by.key]))
    return posts


def _sign_in(person: int, post: int) -> str:
    """A session as the sign-in door makes it."""
    account = identity.account_of(person, is_official=True)
    if account is None:
        raise RuntimeError(f"Person {person} has no official account.")
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    now = clock.instant().timestamp()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = session.BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store[session.BEGAN], store[session.SEEN], store[session.MEANS] = now, now, "demo"
    store[session.POST] = post
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}; csrftoken={TOKEN}"


class _Clients:
    """Browsers that keep their connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = local()
        self._pool = ThreadPoolExecutor(CLIENTS)

    def rate(self, posts: list[Post]) -> float:
        began = time.perf_counter()
        list(self._pool.map(self._send, posts))
        return len(posts) / (time.perf_counter() - began)

    def _send(self, post: Post) -> None:
        if not hasattr(self._own, "connection"):
            self._own.connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        self._own.connection.request(
            "POST",
            post.path,
            post.body,
            {
                "Cookie": post.cookie,
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self._port}/",
            },
        )
        answer = self._own.connection.getresponse()
        answer.read()
        if answer.status != 302:
            raise RuntimeError(f"{post.path} was answered with {answer.status}.")


@contextmanager
def _served(folder: Path) -> Iterator[int]:
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
