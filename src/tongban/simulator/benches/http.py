"""Acts per second through HTTP: granian, every middleware, the workbench's own addresses."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import local
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import State
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens, city, desk
from tongban.simulator.benches.served import TOKEN, served, sign_in
from tongban.simulator.benches.world import median, report, row, world

CASES, CLIENTS = 300, 8
CHUNK = 60
FIRM, OWNER = "92990102MAQH008860", "zhoumei"


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
        with served(folder) as port:
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
            cookies[by.key] = sign_in(by.person or 0, by.post or 0)
        body = {
            "csrfmiddlewaretoken": TOKEN,
            "item": item.pk,
            "version": item.version,
            "key": f"{act}-{item.pk}",
            "opinion": "材料属实，符合条件。",
            "outcome": "pass",
            "reasons": "经审查，符合法定条件、标准。",
            "law": "《中华人民共和国行政许可法》第三十八条第一款",
        }
        path = reverse("office-case-act", args=[item.matter.number, act])
        posts.append(Post(path, urlencode(body), cookies[by.key]))
    return posts


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
