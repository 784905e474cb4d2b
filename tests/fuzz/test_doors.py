"""Every page and form within reach, given what nobody should send: a sentence, never a 500.

The pages are found by following links as each kind of user; each form on them is sent with its
fields filled wrongly, left out, or doubled; each route is asked with impossible parts.
"""

import random
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404
from lxml import html

from tests.city import city
from tests.given import FIRM
from tests.office.people import filed, signed_in
from tongban.domains.registries.models import RegisterRow
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

NASTY = (
    "",
    " ",
    "x" * 5000,
    "\x00",
    "‮反转\u200b",
    "😀" * 40,
    "-1",
    "0",
    "９９",
    "99999999999999999999999",
    "1e400",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "'; DROP TABLE cases_case; --",
    "../../../../etc/passwd",
    "{{ 7*7 }}{% now %}",
    "%s%n{0}{x}",
    "<script>alert(1)</script>",
    '{"a": [1, {"b": null}]}',
    "nan",
    "每" * 300,
)
PER_ROUTE, PAGES, FORMS = 3, 150, 90

PEOPLE = ("lixiaoyun", "zhoumei", "wangxiulan", "chen", "wu", "zhao", "li", "feng", "he", None)


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


def browser(login: str | None) -> Client:
    client = signed_in(login) if login else Client()
    client.raise_request_exception = False
    if login == "zhoumei":
        session = client.session
        session["entity"] = FIRM
        session.save()
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What did succeed leaves the next pages as they were; no block, which registers refuse."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


def survives(answer: Any, what: str) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, f"{what}: {answer.status_code}"


def routes() -> Iterator[str]:
    """Every route as a pattern with its parts."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield here
            else:
                yield from walk(one, here)

    yield from walk(get_resolver(), "/")


def addresses(client: Client) -> Iterator[tuple[str, Any]]:
    """The pages that someone finds by following links, each route a few times."""
    waiting, seen, often = deque(["/", "/office/"]), set[str](), Counter[str]()
    pages = 0
    while waiting and pages < PAGES:
        address = waiting.popleft()
        path = urlsplit(address).path
        try:
            route = resolve(path).route
        except Resolver404:
            continue
        if often[route] >= PER_ROUTE or "static" in path:
            continue
        often[route] += 1
        pages += 1
        answer = client.get(address)
        survives(answer, f"GET {address}")
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer["Location"])
            continue
        if "html" not in answer.get("Content-Type", "") or not answer.content:
            continue
        page = html.fromstring(answer.content.decode())
        yield address, page
        for link in page.xpath("//a/@href"):
            to = urljoin(address, str(link)).split("#")[0]
            if to.startswith("/") and to not in seen:
                seen.add(to)
                waiting.append(to)


def sent(form: Any, dice: random.Random) -> Iterator[dict[str, Any]]:
    """What a form is sent with: as it stands but for one field; all wrong; nothing at all."""
    held: dict[str, Any] = {}
    for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        kind, name = field.get("type", field.tag), field.get("name")
        if kind == "select":
            values = field.xpath(".//option/@value")
            held[name] = str(values[-1]) if values else ""
        elif kind in {"radio", "checkbox"}:
            held.setdefault(name, field.get("value", "on"))
        elif kind == "file":
            held[name] = None
        else:
            held[name] = field.get("value", "") or "一二三"
    names = [name for name in held if name != "csrfmiddlewaretoken"]
    yield {}
    yield {name: [dice.choice(NASTY), dice.choice(NASTY)] for name in names}
    for name in names:
        yield {
            **{k: v for k, v in held.items() if v is not None},
            name: bad_file(dice) if held[name] is None else dice.choice(NASTY),
        }


def bad_file(dice: random.Random) -> SimpleUploadedFile:
    return SimpleUploadedFile(
        dice.choice(["证明.pdf", "a.exe", "x" * 200 + ".jpg", "..pdf", "a\n.png"]),
        dice.choice([b"", b"%PDF-1.4 not one", b"MZ\x90", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"]),
        dice.choice(["application/pdf", "image/png", "text/html", "x/y" * 60]),
    )


@pytest.mark.parametrize("login", PEOPLE)
def test_no_form_breaks(login: str | None) -> None:
    filed()
    dice, client = random.Random(f"forms {login}"), browser(login)
    seen: Counter[str] = Counter()
    count = 0
    for address, page in addresses(client):
        for form in page.xpath("//form"):
            to = urljoin(address, form.get("action") or address)
            path = urlsplit(to).path
            if "sign-out" in path or not to.startswith("/"):
                continue
            try:
                route = resolve(path).route
            except Resolver404:
                pytest.fail(f"{address} has a form to {to}, which is nowhere")
            method = form.get("method", "get").lower()
            if seen[f"{method} {route}"] >= 2 or count >= FORMS:
                continue
            seen[f"{method} {route}"] += 1
            count += 1
            for data in sent(form, dice):
                with undone():
                    answer = client.post(to, data) if method == "post" else client.get(to, data)
                    survives(answer, f"{method} {to} {str(data)[:600]}")
    assert count > (2 if login is None else 5)


def test_no_route_breaks_by_impossible_parts() -> None:
    dice = random.Random("routes")
    for login in ("lixiaoyun", "chen", None):
        client = browser(login)
        for route in routes():
            parts = route.split("/")
            made = []
            for part in parts:
                if "<" not in part:
                    made.append(part)
                elif "int:" in part:
                    made.append(dice.choice(["0", "7", "99999999999999999999"]))
                elif "uuid:" in part:
                    made.append("00000000-0000-0000-0000-000000000000")
                else:
                    made.append(dice.choice(["x", "每一件", "%00", "a" * 300, "-1"]))
            path = "/".join(made).replace("^", "").replace("$", "")
            for method in ("get", "post", "put", "delete", "head"):
                with undone():
                    answer = getattr(client, method)(path)
                    survives(answer, f"{login} {method} {path}")


def test_no_search_breaks() -> None:
    client = browser(None)
    for text in NASTY:
        survives(client.get("/search/?" + urlencode({"q": text})), f"search {text[:40]!r}")


def test_the_registers_are_there() -> None:
    """The fuzzing above means nothing in an empty city."""
    assert RegisterRow.objects.count() > 1000
