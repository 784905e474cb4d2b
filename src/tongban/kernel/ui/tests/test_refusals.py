import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import include, path
from django.utils import translation

from tongban.kernel.actor import NOBODY
from tongban.kernel.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    Refusal,
    SignInNeeded,
    Stale,
    Unavailable,
)
from tongban.kernel.ui import middleware, modes, refusals
from tongban.kernel.ui.access import open_to_all

REFUSALS = [
    (NotFound(), 404),
    (NotPermitted(grant="case.accept"), 403),
    (Refusal(), 409),
    (Stale(), 412),
    (Invalid({"phone": ["Eleven digits."]}), 422),
    (Unavailable(system="公安人口库"), 503),
]
RAISED: list[Exception] = []


@open_to_all
def raising(request: HttpRequest) -> HttpResponse:
    raise RAISED[-1]


urlpatterns = [
    path("raise/", raising),
    path("office/raise/", raising),
    path("", include("tongban.urls")),
]
handler404 = "tongban.kernel.ui.refusals.not_found"
handler500 = "tongban.kernel.ui.refusals.broken"

pytestmark = pytest.mark.django_db


def get(address: str, error: Exception, cookie: str = "", **headers: str) -> HttpResponse:
    RAISED[:] = [error]
    client = Client(raise_request_exception=False, headers={"host": "localhost", **headers})
    client.cookies[modes.COOKIE] = cookie
    with override_settings(ROOT_URLCONF=__name__):
        return client.get(address)  # type: ignore[return-value]


@pytest.mark.parametrize(("error", "status"), REFUSALS)
def test_a_page_says_what_is_wrong_and_what_to_do(error: Refusal, status: int) -> None:
    response = get("/raise/", error, "en")
    text = response.content.decode()
    assert response.status_code == status
    assert "<!doctype html>" in text
    assert text.count("<h1") == 1
    said = refusals.say(error)
    with translation.override("en"):
        said = refusals.say(error)
    assert said.says in text
    assert said.hint in text


def test_it_is_said_in_chinese_unless_asked_otherwise() -> None:
    text = get("/raise/", Unavailable(system="公安人口库")).content.decode()
    assert "公安人口库暂时没有回应。" in text
    assert "请稍后再试；您填的内容都在。" in text


def test_a_fragment_for_htmx() -> None:
    response = get("/raise/", Stale(), HX_Request="true")
    assert response.status_code == 412
    assert "<html" not in response.content.decode()
    assert "刚才有人先改动了。" in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_a_restored_history_entry_is_a_whole_page() -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in get("/raise/", Stale(), **headers).content.decode()


def test_json_for_a_program() -> None:
    response = get("/raise/", Invalid({"phone": ["11 位数字。"]}), Accept="application/json")
    assert response.status_code == 422
    body = json.loads(response.content)
    assert body["status"] == 422
    assert body["says"] == "您填的内容有几处不能接受。"
    assert body["problems"] == {"phone": ["11 位数字。"]}
    assert "hint" in body


def test_the_layout_is_that_of_the_side() -> None:
    assert 'class="app-top"' in get("/office/raise/", Stale()).content.decode()
    assert 'class="foot"' in get("/raise/", Stale()).content.decode()
    assert 'class="e-top"' in get("/raise/", Stale(), "elder").content.decode()


def test_whoever_must_sign_in_is_led_there_and_back() -> None:
    response = get("/raise/?a=1", SignInNeeded())
    assert response.status_code in {302, 401}
    if response.status_code == 302:
        assert response["Location"].endswith("next=%2Fraise%2F%3Fa%3D1")


def test_our_own_fault_says_so_and_names_the_request() -> None:
    response = get("/raise/", RuntimeError("secret words"), X_Request_ID="abcdef-1234")
    text = response.content.decode()
    assert response.status_code == 500
    assert "我们这边出错了。" in text
    assert "abcdef-1234" in text
    assert "secret words" not in text
    assert response["X-Request-ID"] == "abcdef-1234"


def test_an_address_that_leads_nowhere() -> None:
    response = get("/nowhere/", Stale())
    assert response.status_code == 404
    assert "这里没有您可以查看的内容。" in response.content.decode()


def test_facts_may_hold_braces() -> None:
    said = refusals.say(Unavailable(system="{x}"))
    assert "{x}" in said.says


def test_headers_are_strict() -> None:
    response = get("/raise/", Stale())
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert len(response["X-Request-ID"]) == 32


def test_a_strange_request_number_is_replaced() -> None:
    response = get("/raise/", Stale(), X_Request_ID="x" * 300)
    assert len(response["X-Request-ID"]) == 32
    assert middleware.request_id() == ""


def test_what_is_personal_stays_in_no_cache() -> None:
    request = RequestFactory().get("/")
    request.actor = NOBODY  # type: ignore[attr-defined]
    headers = middleware.SecurityHeadersMiddleware(lambda request: HttpResponse())
    assert "Cache-Control" not in headers(request)


@pytest.mark.parametrize("where", ["/verify/%00", "/search/?q=%00", "/search/?%00=1"])
def test_what_no_database_takes_is_refused_at_the_door(where: str) -> None:
    answer = Client(raise_request_exception=False).get(where)
    assert answer.status_code == 400
    assert refusals.say(refusals.BadRequest()).hint in answer.content.decode()
