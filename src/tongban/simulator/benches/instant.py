"""From the click to the licence: zero-field items decided by rule, clicked at a steady rate.

The load is open: a click is due at its time whether or not the one before was answered, and its
time counts from when it was due. A click is the signature's POST and the page it leads to, which
must show the licence; a case that a guard hands to a person is counted apart, and counts in the
times too.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import islice
from threading import local
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tongban.domains.cases import queries
from tongban.domains.cases.models import Case
from tongban.domains.licences.models import Licence
from tongban.domains.licences.rules import Status
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity.models import Account, Person
from tongban.simulator import citizens, city
from tongban.simulator.benches.served import TOKEN, served, sign_in
from tongban.simulator.benches.world import report, row, world

ITEMS = ("property-query", "elder-card")
RATES, SECONDS, CLIENTS = (5, 10, 20), 10, 32
"""Clicks a second, each for so many seconds, from so many browsers at most."""
PERSONS = 900
WARM = 20
"""So many clicks come first and are not counted: no process begins cold."""
LICENCE = re.compile(r'href="/licences/[\d.]+')
"""The link to an electronic licence on the page of a filing."""


@dataclass(frozen=True, slots=True)
class Click:
    """One draft that only waits for its signature."""

    key: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a click."""

    seconds: float
    number: str
    shows_licence: bool


def measure() -> dict[str, Any]:
    """Offer signatures at each rate, and look at each next page."""
    with world() as folder:
        clicks = iter(_drafts(WARM + sum(RATES) * SECONDS))
        with served(folder) as port:
            browsers = _Browsers(port)
            for click in islice(clicks, WARM):
                browsers.send(click, time.perf_counter())
            answers = {
                rate: browsers.offer(list(islice(clicks, rate * SECONDS)), rate) for rate in RATES
            }
        everything = [answer for found in answers.values() for answer in found]
        granted = _check(everything)
        rows = [
            row(f"click to the page with the licence, {rate}/s offered, {name}", seconds, "s")
            for rate, found in answers.items()
            for name, seconds in _quantiles([answer.seconds for answer in found])
        ]
        share = row("granted at once, of those filed", granted / len(everything), "")
        return report("instant", [*rows, share])


def _check(answers: list[Answer]) -> int:
    """Each grant has a valid licence, which the next page showed; answers how many there are."""
    numbers = {answer.number for answer in answers}
    cases = Case.objects.filter(application__number__in=numbers)
    granted = set(cases.filter(result="granted").values_list("application__number", flat=True))
    shown = {answer.number for answer in answers if answer.shows_licence}
    licensed = Licence.objects.filter(
        case_no__in=cases.values_list("case_no", flat=True), status=Status.VALID
    ).count()
    if len(numbers) != len(answers) or shown != granted or licensed < len(granted):
        raise RuntimeError(
            f"Of {len(answers)} clicks {len(granted)} were granted, {licensed} have a licence, and"
            f" {len(shown)} next pages showed it."
        )
    return len(granted)


def _quantiles(seconds: list[float]) -> list[tuple[str, float]]:
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return [(f"p{n}", ordered[min(last, len(ordered) * n // 100)]) for n in (50, 95)]


def _drafts(wanted: int) -> list[Click]:
    """A small city whose citizens have opened zero-field items, and typed nothing."""
    city.build(folder=settings.TONGBAN_CITY, on=clock.today(), persons=PERSONS, firms=5)
    clicks: list[Click] = []
    for person in Person.objects.order_by("-id"):
        cookie = ""
        for item in ITEMS:
            by = Actor(
                kind="person", key=f"person:{person.pk}", person=person.pk, for_person=person.pk
            )
            key = citizens.open_draft(by=by, item=item).key
            view = queries.view(queries.draft(key, by=by))
            if view.problems() or view.missing or not _is_due(item, view):
                continue
            cookie = cookie or _cookie(person)
            clicks.append(Click(key, cookie))
            if len(clicks) == wanted:
                return clicks
    raise RuntimeError(f"Only {len(clicks)} of {wanted} drafts could be opened.")


def _is_due(item: str, view: Any) -> bool:
    """Whether its owner would ask for it: nobody of thirty files for a senior citizen's card."""
    born = view.values.get("applicant.birth_date")
    return item != "elder-card" or clock.today().year - int(str(born.value)[:4]) > 60


def _cookie(person: Person) -> str:
    """A session of a citizen, who gets an account where there is none yet."""
    Account.objects.get_or_create(
        person=person, is_official=False, defaults={"username": f"bench{person.pk}"}
    )
    return sign_in(person.pk, 0, is_official=False)


class _Browsers:
    """Browsers that keep their connection; each click has one to itself until it is answered."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = local()

    def offer(self, clicks: list[Click], rate: float) -> list[Answer]:
        """Click at a steady rate, whatever the answers take."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            began = time.perf_counter() + 0.2
            waiting = []
            for n, click in enumerate(clicks):
                due = began + n / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                waiting.append(pool.submit(self.send, click, due))
            return [one.result() for one in waiting]

    def send(self, click: Click, due: float) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, "signed": "1"})
        status, where, _ = self._ask("POST", f"/my/drafts/{click.key}/sign/", click, body)
        if status != 302:
            raise RuntimeError(f"The signature was answered with {status}.")
        status, _, page = self._ask("GET", where, click)
        if status != 200:
            raise RuntimeError(f"The next page was answered with {status}.")
        taken = time.perf_counter() - due
        return Answer(taken, where.strip("/").rpartition("/")[2], bool(LICENCE.search(page)))

    def _ask(
        self, method: str, path: str, click: Click, body: str | None = None
    ) -> tuple[int, str, str]:
        if not hasattr(self._own, "connection"):
            self._own.connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Cookie": click.cookie, "Referer": f"http://127.0.0.1:{self._port}/"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._own.connection.request(method, path, body, headers)
        answer = self._own.connection.getresponse()
        text = answer.read().decode()
        return answer.status, answer.getheader("Location") or "", text
