"""The wallet is its owner's; the page that checks a licence is everyone's and tells little."""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.city import city, undone
from tests.given import birth, work_all
from tests.office.people import signed_in
from tongban.domains.licences import queries
from tongban.domains.licences.models import Licence
from tongban.domains.licences.rules import Status
from tongban.kernel import clock
from tongban.kernel.crypto import vault
from tongban.kernel.identity import queries as identity

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(scope="module")
def born(
    city: object, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A child is born once, for all tests here; answers where its papers are."""
    kept, conf.TONGBAN_FILES = conf.TONGBAN_FILES, tmp_path_factory.mktemp("born")
    with django_db_blocker.unblock(), undone():
        with clock.at("2026-09-07 09:00"):
            work_all(birth())
        files, conf.TONGBAN_FILES = conf.TONGBAN_FILES, kept
        yield files


@pytest.fixture
def licence(settings: Any, born: Path) -> Iterator[Licence]:
    settings.TONGBAN_DEMO = True
    settings.TONGBAN_FILES = born
    with clock.at("2026-09-07 09:00"):
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


def office(organ: str, grant: str) -> Client:
    """A client on which an official of the organ holds a post with the grant."""
    holder = identity.officials_with(grant, identity.organ(organ).uscc)[0]
    account = identity.account_of(holder.person, is_official=True)
    assert account is not None
    posts = [grant in one.grants for one in identity.posts_of(account)]
    return signed_in(account.username, post=posts.index(True))


def test_the_code_is_shown_scanned_and_noted(licence: Licence) -> None:
    client = as_("lixiaoyun")
    base = f"/licences/{licence.identifier}"
    page = client.get(f"{base}/show/", {"show": "fields.child.name"})
    assert page["Cache-Control"] == "no-store"
    token = re.search(r"/verify/now/([^\"]+)", page.content.decode())
    assert token is not None
    seen = Client(headers={"host": "localhost"}).get(f"/verify/now/{token[1]}")
    text = seen.content.decode()
    name = queries.record(licence)["fields"]["child.name"]
    assert "今天有效" in text and name in text
    assert queries.record(licence)["fields"]["child.birth_date"] not in text
    assert "未登录的人" in client.get(f"{base}/").content.decode()
    forged = Client(headers={"host": "localhost"}).get(f"/verify/now/{token[1][:-1]}x")
    assert forged.status_code == 404 and "不要相信" in forged.content.decode()
    assert licence.checks.count() == 1


def test_a_code_that_ran_out_says_so(licence: Licence, monkeypatch: pytest.MonkeyPatch) -> None:
    token = queries.showing_token(licence, pointers=set())
    later = clock.instant() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "instant", lambda: later)
    gone = Client(headers={"host": "localhost"}).get(f"/verify/now/{token}")
    assert gone.status_code == 410 and licence.checks.count() == 0


def hand_over(data: bytes, name: str = "x.pdf") -> str:
    client = Client(headers={"host": "localhost"})
    file = SimpleUploadedFile(name, data)
    return client.post("/verify/", {"file": file}).content.decode()


def test_files_of_all_forms_are_checked_on_one_page(licence: Licence) -> None:
    client, base = as_("lixiaoyun"), f"/licences/{licence.identifier}"
    pdf = client.get(f"{base}/pdf/").content
    ofd = client.get(f"{base}/ofd/").content
    assert client.get(f"{base}/ofd/").content == ofd
    own = client.get(f"{base}/file/").content
    some = client.get(f"{base}/file/", {"some": "1", "show": "fields.child.name"}).content
    assert len(some) < len(own)
    for data in (pdf, ofd):
        said = hand_over(data)
        assert licence.organ_name in said and "签章后未改动" in said
    assert "签章后被改动" in hand_over(pdf.replace(b"/Type/Pages", b"/Type/Rages", 1))
    for data in (own, some):
        assert "今天有效" in hand_over(data, "x.json")
    assert "已被改动" in hand_over(own.replace(b"2026", b"2020", 1), "x.json")
    Licence.objects.filter(pk=licence.pk).update(status=Status.REVOKED, status_at=clock.now())
    assert "已撤销" in hand_over(own, "x.json")


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"[]", b"hello", b"PK\x03\x04", b"%PDF-1.7"])
def test_what_is_no_file_of_ours_is_told_apart(licence: Licence, data: bytes) -> None:
    text = hand_over(data)
    assert "没有签章" in text or "err-sum" in text or 'role="alert"' in text


def test_keys_and_status_lists_are_public(licence: Licence) -> None:
    client = Client(headers={"host": "localhost"})
    keys = client.get("/verify/keys.json")
    assert "PUBLIC KEY" in keys.json()["keys"][0]["pem"] and "secret" not in keys.content.decode()
    listing = client.get(f"/verify/status/{licence.organ}.json")
    assert json.loads(listing.json()["text"])["issuer"] == licence.organ
    assert client.get("/verify/status/nobody.json").status_code == 404


def test_a_copy_for_one_use(licence: Licence) -> None:
    client, base = as_("lixiaoyun"), f"/licences/{licence.identifier}"
    sent = {"purpose": "办理入托", "user": "青禾市第一幼儿园", "valid_to": "2026-09-30"}
    for wrong in ({"purpose": ""}, {"user": "x"}, {"valid_to": "2027-09-30"}, {"valid_to": "soon"}):
        assert client.post(f"{base}/copy/", {**sent, **wrong}).status_code == 422
    assert licence.uses.filter(user="青禾市第一幼儿园").count() == 0
    answer = client.post(f"{base}/copy/", sent)
    copy = client.get(answer["Location"])
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(copy.content)).pages)
    assert "仅供青禾市第一幼儿园办理“办理入托”使用" in text.replace("\n", "")
    assert "签章后未改动" in hand_over(copy.content)
    assert "青禾市第一幼儿园" in client.get(f"{base}/").content.decode()
    other = as_("gaozihan")
    assert other.get(answer["Location"]).status_code == 404
    assert other.get(f"{base}/file/").status_code == 404


def test_an_error_is_reported_and_corrected_through_the_pages(licence: Licence) -> None:
    client, base = as_("lixiaoyun"), f"/licences/{licence.identifier}"
    assert client.post(f"{base}/report/", {"words": "x"}).status_code == 422
    sent = {"pointers": "fields.child.native_place", "words": "籍贯应为青禾市"}
    assert client.post(f"{base}/report/", sent).status_code == 302
    assert "籍贯应为青禾市" in client.get(f"{base}/").content.decode()
    clerk = office("psb", "licence.correct")
    report = licence.reports.get()
    assert licence.number in clerk.get("/office/licences/reports/").content.decode()
    page = clerk.get(f"/office/licences/reports/{report.pk}/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None and "籍贯应为青禾市" in page
    stale = {"outcome": "unfounded", "answer": "无误", "version": "99"}
    assert clerk.post(f"/office/licences/reports/{report.pk}/", stale).status_code == 412
    done = clerk.post(
        f"/office/licences/reports/{report.pk}/",
        {
            "outcome": "corrected",
            "answer": "已更正",
            "v-child.native_place": "青原省青禾市云麓区东街",
            "version": version[1],
        },
    )
    assert done.status_code == 302
    new = queries.next_of(licence)
    assert (
        new is not None
        and queries.record(new)["fields"]["child.native_place"] == "青原省青禾市云麓区东街"
    )
    assert "已更正" in client.get(f"{base}/").content.decode()
    assert "已被新版本替代" in check(licence.identifier)


def test_the_office_suspends_resumes_and_strikes_off(licence: Licence) -> None:
    clerk = office("psb", "licence.revoke")
    address = f"/office/licences/{licence.identifier}/"
    assert clerk.post(address, {"act": "suspend", "reason": "", "law": "x"}).status_code == 422
    for act, standing in (("suspend", "已暂停"), ("resume", "今天有效"), ("cancel", "已注销")):
        sent = {"act": act, "reason": "核查", "law": "《行政许可法》第七十条"}
        assert clerk.post(address, sent).status_code == 302
        assert standing in check(licence.identifier)
    again = clerk.post(address, {"act": "suspend", "reason": "x", "law": "y"})
    assert again.status_code == 409
    assert office("fire", "licence.revoke").get(address).status_code == 404


@pytest.mark.parametrize("mode", ["", "elder", "en"])
def test_every_page_of_ours_opens_in_every_mode(licence: Licence, mode: str) -> None:
    client, base = as_("lixiaoyun"), f"/licences/{licence.identifier}"
    for path in ("/licences/", f"{base}/", f"{base}/show/", f"{base}/copy/", f"{base}/report/"):
        answer = client.get(path, {"ui": mode}, follow=True)
        text = answer.content.decode()
        assert answer.status_code == 200 and "<h1" in text and " style=" not in text
    assert client.get("/verify/", {"ui": mode}, follow=True).status_code == 200
