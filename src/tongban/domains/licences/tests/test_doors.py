"""The wallet is its owner's; the page that checks a licence is everyone's and tells little."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.city import city
from tests.given import birth, work_all
from tongban.domains.licences import queries
from tongban.domains.licences.models import Licence
from tongban.domains.licences.rules import Status
from tongban.kernel import clock
from tongban.kernel.crypto import vault

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def licence(settings) -> Iterator[Licence]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        work_all(birth())
        yield Licence.objects.get(type="household_page")


def as_(login: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    return client


def check(identifier: str) -> str:
    return Client(headers={"host": "localhost"}).get(f"/verify/{identifier}").content.decode()


def test_its_owner_sees_it_and_who_used_it(licence: Licence) -> None:
    client = as_("lixiaoyun")
    assert licence.number in client.get("/licences/").content.decode()
    page = client.get(f"/licences/{licence.identifier}/").content.decode()
    assert "<svg" in page
    assert "今天有效" in page
    assert "城乡居民基本医疗保险参保登记" in page
    number = queries.record(licence)["holder"]["number"]
    if number:
        assert number not in page
    pdf = client.get(f"/licences/{licence.identifier}/pdf/")
    assert pdf.content.startswith(b"%PDF")


def test_nobody_else_sees_it(licence: Licence) -> None:
    other = as_("gaozihan")
    assert licence.number not in other.get("/licences/").content.decode()
    for path in (f"/licences/{licence.identifier}/", f"/licences/{licence.identifier}/pdf/"):
        assert other.get(path).status_code == 404
        assert Client(headers={"host": "localhost"}).get(path).status_code == 302


def test_anyone_may_check_it_and_learns_nothing_about_its_holder(licence: Licence) -> None:
    text = check(licence.identifier)
    assert "今天有效" in text
    held = queries.record(licence)
    assert held["holder"]["name"] not in text
    for value in held["fields"].values():
        if isinstance(value, str) and len(value) > 4 and value not in licence.identifier:
            assert value not in text


def test_each_standing_is_said(licence: Licence) -> None:
    rows = Licence.objects.filter(pk=licence.pk)
    rows.update(status=Status.REVOKED, status_reason="骗取（第六十九条）")
    assert "已撤销" in check(licence.identifier)
    assert "骗取" in check(licence.identifier)
    rows.update(status=Status.SUSPENDED)
    assert "已暂停使用" in check(licence.identifier)
    rows.update(status=Status.VALID, valid_to="2026-09-06")
    assert "已过期" in check(licence.identifier)
    forged = {**queries.record(licence), "number": "forged"}
    rows.update(valid_to=None, record=vault.encrypt(json.dumps(forged), purpose=queries.RECORD))
    assert "已被改动" in check(licence.identifier)


def test_an_unknown_one_and_a_misread_one(licence: Licence) -> None:
    client = Client(headers={"host": "localhost"})
    misread = client.get(f"/verify/{licence.identifier[:-1]}0x")
    assert misread.status_code == 404
    assert "请逐位核对" in misread.content.decode()
    licence.uses.all().delete()
    Licence.objects.filter(pk=licence.pk).delete()
    gone = client.get(f"/verify/{licence.identifier}")
    assert gone.status_code == 404
    assert "不要相信" in gone.content.decode()
    typed = client.get("/verify/", {"identifier": f" {licence.identifier.lower()} "})
    assert typed["Location"] == f"/verify/{licence.identifier}"
    assert client.get("/verify/").status_code == 200
