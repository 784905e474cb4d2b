"""Inbox, lists and search with a million cases and ten million events behind them, through HTTP."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min, Model

from tongban.domains.cases.models import Application, Case
from tongban.kernel import clock
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.simulator import city, life
from tongban.simulator.benches.served import served, sign_in
from tongban.simulator.benches.world import report, row, world

CASES, EVENTS, CLIENTS, ASKED = 1_000_000, 10_000_000, 10, 400
OPEN_ROUNDS = 0.04
"""Of the copies, the share that also repeats what is still open: a city ends what it begins."""


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of page: what it is called, and the addresses that are asked for."""

    what: str
    paths: Sequence[str]
    cookies: Sequence[str]


def measure(cases: int = CASES, events: int = EVENTS) -> dict[str, Any]:
    """The 95th percentile of answers, ten clients at once on the same cores."""
    with world() as folder:
        _live()
        small, large = _multiply(cases, events)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        rows = []
        with served(folder) as port:
            for page in _pages():
                taken = _ask(port, page)
                rows.append(row(f"{page.what}, p95, {CLIENTS} clients", _p95(taken), "ms"))
        held = f"{large} cases and {Event.objects.count()} events stored, grown from {small}"
        return report("lists", [row(held, large, "cases"), *rows])


def _p95(taken: Sequence[float]) -> float:
    return quantiles(taken, n=20)[-1] * 1000


def _live() -> None:
    """Some weeks of a small city, so that what is copied is what a city has."""
    city.build(folder=settings.TONGBAN_CITY, on=clock.today(), persons=300, firms=60)
    life.live(folder=settings.TONGBAN_CITY, days=20, until=clock.today(), per_day=6, seed=5)


def _multiply(cases: int, events: int) -> tuple[int, int]:
    """The same rows again and again, under numbers of their own."""
    small = Case.objects.count()
    rounds = max(cases // small, 1)
    over = (
        "SELECT id FROM processes_matter WHERE state = 'ended' AND (parent_id IS NULL OR parent_id"
        " IN (SELECT id FROM processes_matter WHERE state = 'ended'))"
    )
    copied = (
        _Table(Matter, f"id IN ({over})", {"parent_id": Matter}),
        _Table(WorkItem, f"matter_id IN ({over})", {"matter_id": Matter, "parent_id": WorkItem}),
        _Table(Clock, f"matter IN ({over})", {"matter": Matter}),
        _Table(Application, f"matter_id IN ({over})", {"matter_id": Matter}, "number"),
        _Table(
            Case,
            f"matter_id IN ({over}) AND application_id IN"
            f" (SELECT id FROM cases_application WHERE matter_id IN ({over}))",
            {"matter_id": Matter, "application_id": Application},
            "case_no",
        ),
        _Table(Event, "1 = 1", {"matter": Matter}),
    )
    spans = {table.model: _span(table.model) for table in copied}
    with_open = max(int(rounds * OPEN_ROUNDS), 1)
    for n in range(1, rounds):
        with transaction.atomic():
            for table in copied:
                table.copy(n, spans, only_ended=n > with_open)
    _fill_events(events)
    return small, Case.objects.count()


def _span(model: type[Model]) -> tuple[int, int]:
    found = model._default_manager.aggregate(first=Min("pk"), last=Max("pk"))
    return int(found["first"]), int(found["last"]) + 1 - int(found["first"])


@dataclass(frozen=True, slots=True)
class _Table:
    model: type[Model]
    ended: str
    """Which rows are over."""
    refers: dict[str, type[Model]]
    number: str = ""

    def copy(self, n: int, spans: dict[type[Model], tuple[int, int]], *, only_ended: bool) -> None:
        """One more copy of all rows, `n` spans further on; what is encrypted stays behind."""
        own = spans[self.model]
        columns = [str(field.column) for field in self.model._meta.concrete_fields]
        read = [self._value(column, n, spans) for column in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        kept = f" AND {self.ended}" if only_ended else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table}"
                f" ({names})"
                f" SELECT {', '.join(read)} FROM {self.model._meta.db_table}"
                f" WHERE id >= %s AND id < %s{kept} ORDER BY id",
                [own[0], own[0] + own[1]],
            )

    def copy_first(self, count: int, first: int, span: int) -> None:
        """As many rows again, from the first on, behind all that is there."""
        columns = [str(f.column) for f in self.model._meta.concrete_fields]
        read = [f"id + {span}" if name == "id" else f'"{name}"' for name in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table} ({names}) SELECT {', '.join(read)}"
                f" FROM {self.model._meta.db_table} WHERE id >= %s AND id < %s",
                [first, first + count],
            )

    def _value(self, column: str, n: int, spans: dict[type[Model], tuple[int, int]]) -> str:
        if column == "id":
            return f"id + {n * spans[self.model][1]}"
        if column in self.refers:
            return f'"{column}" + {n * spans[self.refers[column]][1]}'
        if column in {self.number, "same_as"}:
            return f"'B' || (id + {n * spans[self.model][1]})"
        return _LEFT_BEHIND.get(column, f'"{column}"')


_LEFT_BEHIND = {"values": "''", "about_id": "NULL", "deliver_to": "''"}
"""What a copy does not hold: encrypted answers, which no list reads, and other cases."""


def _fill_events(events: int) -> None:
    """The ledger remembers more than cases: as many events again as are still missing."""
    table = _Table(Event, "1 = 1", {})
    while (held := Event.objects.count()) < events:
        first, span = _span(Event)
        with transaction.atomic():
            table.copy_first(min(span, events - held), first, span)


def _pages() -> list[Page]:
    dice = random.Random(3)
    officials = [identity.account(login) for login in ("chen", "wu", "lin", "zhao", "sun")]
    cookies = []
    for account in officials:
        posts = identity.posts_of(account) if account else []
        if account and posts:
            cookies.append(sign_in(account.person_id, posts[0].id))
    newest = list(Case.objects.order_by("-id").values_list("case_no", flat=True)[:2000])
    names = list(Application.objects.order_by("id").values_list("addressee", flat=True)[:200])
    items = ["食品经营许可", "出生登记", "老年人优待证"]
    citizen = identity.account("lixiaoyun")
    own = [sign_in(citizen.person_id, 0, is_official=False)] if citizen else []
    return [
        Page("Inbox", ["/office/"], cookies),
        Page("Inbox, one light", ["/office/?light=red", "/office/?light=green"], cookies),
        Page("What I finished", ["/office/done/"], cookies),
        Page("Search by number", _searches(dice.sample(newest, 100)), cookies),
        Page("Search by applicant", _searches(dice.sample(names, 100)), cookies),
        Page("Search by item", _searches(items), cookies),
        Page("A citizen's progress list", ["/my/"], own),
    ]


def _searches(words: Sequence[str]) -> list[str]:
    return [f"/office/search/?q={quote(one)}" for one in words]


def _ask(port: int, page: Page) -> list[float]:
    """Seconds of each answer."""
    dice = random.Random(page.what)
    asked = [(dice.choice(page.paths), dice.choice(page.cookies)) for _ in range(ASKED)]

    def client(part: Sequence[tuple[str, str]]) -> list[float]:
        taken = []
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        for path, cookie in part:
            began = time.perf_counter()
            line.request("GET", path, headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            taken.append(time.perf_counter() - began)
            if answer.status not in {200, 302}:
                raise RuntimeError(f"{path} was answered with {answer.status}.")
        return taken

    warm: Callable[[], object] = lambda: client(asked[:CLIENTS])  # noqa: E731
    warm()
    with ThreadPoolExecutor(CLIENTS) as clients:
        parts = [asked[n::CLIENTS] for n in range(CLIENTS)]
        return [second for part in clients.map(client, parts) for second in part]
