"""The client that others copy, the example that others start from, against our own door."""

import json
import runpy
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request

import pytest
from django.test import Client as Browser

from tests import given
from tests.city import city
from tongban.client import api
from tongban.domains.cases.models import Application
from tongban.doors.api.tests.test_filings import applicant, body_of
from tongban.kernel import clock
from tongban.simulator import portals

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
ROOT = Path(__file__).resolve().parents[5]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def send(request: Request) -> tuple[int, Any, bytes]:
    """The wire, in this process."""
    names = {name.title(): value for name, value in request.header_items()}
    kind = names.pop("Content-Type")
    address = request.full_url.removeprefix("http://platform")
    body = request.data if isinstance(request.data, bytes) else b""
    answer = Browser(raise_request_exception=False).generic(
        request.get_method(), address, body, content_type=kind, headers=names
    )
    return answer.status_code, answer.headers, answer.content


@pytest.fixture
def portal(tmp_path: Path) -> api.Portal:
    file = portals.build(folder=tmp_path)
    assert file is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return api.Portal(
        "http://platform", client=portals.CLIENT, secret=file.read_text(), send=send,
        sleep=lambda seconds: None, now=lambda: clock.instant().timestamp(),
    )  # fmt: skip


def test_the_whole_way_by_the_client(portal: api.Portal) -> None:
    assert len(list(portal.items())) > 80
    assert "birth" in {one["key"] for one in portal.things()}
    assert portal.thing("birth")["version"] == 1
    assert portal.item("food-licence")["key"] == "food-licence"
    assert portal.form(item="food-licence")["items"] == ["food-licence"]
    who = applicant(given.mother())
    body = body_of(given.mother(), thing="birth")
    del body["confirmed"]
    key = api.new_key()
    told = portal.file(key=key, **body)
    assert portal.file(key=key, **body) == told
    given.settle()
    number = told["number"]
    assert len(portal.progress(number, who)["cases"]) == len(told["cases"])
    assert portal.status(told["cases"][0]["case_no"], who["number"])["item"]
    listed = portal.notices(number, who)
    said, pdf = portal.notice(listed[0]["number"], who)
    assert said["number"] == listed[0]["number"] and pdf.startswith(b"%PDF")
    assert portal.licences(number, who)[0]["standing"] == "valid"
    with pytest.raises(api.Refused) as refused:
        portal.withdraw(told["cases"][0]["case_no"], applicant(given.restaurateur()))
    assert refused.value.status == 404
    given.work_all(Application.objects.get(number=number))
    assert portal.rate(number, who, 5)["level"] == 5
    with pytest.raises(api.Refused):
        portal.supplement(number, who, [{"case_no": told["cases"][0]["case_no"]}])


def test_an_answer_that_is_lost_is_asked_for_again_with_the_same_key(portal: api.Portal) -> None:
    before, lost = Application.objects.count(), [True, True]

    def losing(request: Request) -> tuple[int, Any, bytes]:
        done = send(request)
        if lost:
            lost.pop()
            raise URLError("the line broke")
        return done

    portal.send = losing
    body = body_of(given.mother(), item="flexible-medical")
    del body["confirmed"]
    assert portal.file(**body)["number"]
    assert Application.objects.count() == before + 1


@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_told_and_then_gives_up(portal: api.Portal, status: int) -> None:
    waited: list[float] = []
    portal.sleep = waited.append
    portal.send = lambda request: (status, {"Retry-After": "7"}, b"not json")
    with pytest.raises(api.Refused):
        portal.item("x")
    assert waited == [7.0, 7.0, 7.0]

    def silent(request: Request) -> tuple[int, Any, bytes]:
        raise TimeoutError

    portal.send = silent
    with pytest.raises(api.NoAnswer):
        portal.item("x")


def test_the_example_works_as_it_is_written(
    portal: api.Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    portals_folder = tmp_path / "var" / "clients"
    portals_folder.mkdir(parents=True)
    (portals_folder / "demo-portal.key").write_text(portal.secret)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(api, "urlopen", _Wire)
    monkeypatch.setattr(api.time, "time", lambda: clock.instant().timestamp())
    runpy.run_path(str(ROOT / "examples" / "api_client" / "portal.py"))
    said = capsys.readouterr().out
    assert "items," in said and "fields for" in said


class _Wire:
    """What `urlopen` answers, in this process."""

    def __init__(self, request: Request, timeout: float) -> None:
        assert request.full_url.startswith("http://127.0.0.1:8000/")
        request.full_url = request.full_url.replace("http://127.0.0.1:8000", "http://platform")
        self.status, self.headers, self.content = send(request)

    def __enter__(self) -> "_Wire":
        return self

    def __exit__(self, *error: object) -> None: ...

    def read(self) -> bytes:
        assert json.loads(self.content)
        return self.content
