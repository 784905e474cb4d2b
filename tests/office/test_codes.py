"""Consent by a code on the telephone, over HTTP: the window's filing, and a relative's proxy."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.city import city
from tests.office.people import settle, signed_in
from tests.office.test_window import WINDOW, clerk_for, fill_in, phones, serving, shown
from tongban.connectors import messages as connector
from tongban.connectors.messages import SimulatedGateway
from tongban.domains.cases.actions import drafting
from tongban.domains.cases.models import Application
from tongban.domains.messages.models import Message
from tongban.domains.windows.models import Visit
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Account, ConsentCode, Proxy, ProxyRequest
from tongban.kernel.ledger.models import Event

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-09-07 09:00"):
        yield


class Phone:
    """A gateway that remembers what it brought, as a telephone does."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []

    def send(self, **message: Any) -> None:
        self.got.append(message)

    @property
    def code(self) -> str:
        return str(self.got[-1]["facts"]["number"])


@pytest.fixture
def phone() -> Iterator[Phone]:
    found = Phone()
    with connector.use(found):
        yield found


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_visitor_confirms_by_the_code_on_their_phone(phone: Phone) -> None:
    client = signed_in("lin")
    visit = serving(client)
    fill_in(visit)
    page = client.get(WINDOW).content.decode()
    assert "用手机确认码确认" in page and "****" in page
    stands = shown(visit)
    assert client.post(WINDOW + "code/", {"shown": stands}).status_code == 302
    assert phone.got[-1]["template"] == "consent_filing"
    bad = client.post(WINDOW + "confirm/", {"shown": stands, "code": wrong(phone.code)})
    assert bad.status_code == 422 and "data-focus" in bad.content.decode()
    assert not Visit.objects.get().confirmed_hash
    assert client.post(WINDOW + "send/").status_code == 409
    good = client.post(WINDOW + "confirm/", {"shown": stands, "code": phone.code})
    assert good.status_code == 302
    assert Event.objects.get(name="visit.confirmed").data["means"] == "code"
    assert client.post(WINDOW + "send/").status_code == 302
    assert Application.objects.get().submitted_at


def test_the_code_holds_for_what_stood_there(phone: Phone) -> None:
    client = signed_in("lin")
    visit = serving(client)
    key = fill_in(visit)
    stands = shown(visit)
    client.post(WINDOW + "code/", {"shown": stands})
    field = next(iter(phones(key)))
    drafting.write(key=key, posted={field: "19901008123"}, by=clerk_for(visit))
    assert shown(visit) != stands
    for body in ({"shown": stands}, {"shown": shown(visit)}):
        answer = client.post(WINDOW + "confirm/", {**body, "code": phone.code})
        assert answer.status_code in {412, 422}
    assert not Visit.objects.get().confirmed_hash


def test_a_gateway_that_is_down_leaves_no_code(tmp_path: Path) -> None:
    client = signed_in("lin")
    visit = serving(client)
    fill_in(visit)
    gateway = connector.gateway()
    assert isinstance(gateway, SimulatedGateway)
    gateway.failures = 1
    answer = client.post(WINDOW + "code/", {"shown": shown(visit)})
    assert answer.status_code == 503 and not ConsentCode.objects.exists()
    assert client.post(WINDOW + "code/", {"shown": shown(visit)}).status_code == 302
    # The demo shows what lies on the telephone; the gateway's own file never bears it.
    page = client.get(WINDOW + "?code=sent").content.decode()
    found = re.search(r"手机上收到的是 (\d{6})", page)
    assert found is not None
    assert found[1] not in (tmp_path / "messages.jsonl").read_text()
    assert json.loads((tmp_path / "messages.jsonl").read_text().splitlines()[-1]).keys() == {
        "id", "to", "template", "at",
    }  # fmt: skip


def test_nobody_sends_or_confirms_without_a_visitor(phone: Phone) -> None:
    assert signed_in("chen").post(WINDOW + "code/").status_code == 403
    client = signed_in("lin")
    for path in ("code/", "confirm/"):
        assert client.post(WINDOW + path, {"shown": "x", "code": "1"}).status_code == 404
    assert phone.got == []


def test_a_relative_agrees_by_code_over_the_pages(phone: Phone) -> None:
    child = signed_in("lixiaoyun")
    elder = Account.objects.get(username="wangxiulan").person
    data = {
        "name": elder.name,
        "number": identity.number_in_clear(elder),
        "scope": ["elder-card"],
        "to_on": date(2026, 12, 31).isoformat(),
    }
    assert child.post("/sign-in/proxies/ask/", data).status_code == 302
    request = ProxyRequest.objects.get()
    at = f"/sign-in/proxies/requests/{request.pk}/code/"
    assert at in child.get("/sign-in/proxies/ask/").content.decode()
    assert child.get(at).status_code == 200
    assert child.post(at).status_code == 302
    assert phone.got[-1]["template"] == "consent_proxy"
    told = phone.got[-1]["facts"]["title"]
    assert "2026-12-31" in told and "李" in told and elder.name not in told
    bad = child.post(at, {"code": wrong(phone.code)})
    assert bad.status_code == 422 and "err-sum" in bad.content.decode()
    before = Proxy.objects.count()
    assert child.post(at, {"code": phone.code}).headers["Location"] == "/sign-in/acting/"
    assert Proxy.objects.count() == before + 1
    assert child.get(at).status_code == 302, "answered: back to the list"
    assert signed_in("zhoumei").post(at).status_code == 404
    assert Client().post(at).status_code in {302, 401}
    settle()
    assert Message.objects.filter(template="proxy_given_principal", person=elder.pk).exists()
