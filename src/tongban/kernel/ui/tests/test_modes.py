import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tongban.kernel.ui import modes
from tongban.kernel.ui.modes import Display

pytestmark = pytest.mark.django_db


def test_words_are_read_in_any_order_and_strange_ones_change_nothing() -> None:
    assert modes.read("xl.elder") == Display(mode="elder", size="xl")
    assert modes.read("high.<script>.en") == Display(contrast="high", language="en")
    assert modes.read("std", Display(mode="elder", size="l")) == Display(size="l")
    assert modes.read("") == Display()


def test_what_is_kept_is_read_again() -> None:
    display = Display("elder", "xl", "high", "en")
    assert modes.read(str(display)) == display


def test_a_link_changes_one_thing_and_comes_back() -> None:
    client = Client(headers={"host": "localhost"})
    client.get("/?ui=high")
    response = client.get("/about/?a=%E5%AD%A9&ui=elder&b=2")
    assert response.status_code == 302
    assert response["Location"] == "/about/?a=%E5%AD%A9&b=2"
    assert modes.read(client.cookies["ui"].value) == Display(mode="elder", contrast="high")
    assert client.cookies["ui"]["httponly"]


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "//evil.example/%2e%2e"])
def test_it_never_leads_to_another_host(path: str) -> None:
    response = Client(headers={"host": "localhost"}).get(path, {"ui": "elder"})
    location = response.headers.get("Location", "/")
    assert not location.startswith(("//", "/\\"))
    assert "://" not in location


def test_a_form_that_is_sent_changes_no_display() -> None:
    response = Client(headers={"host": "localhost"}).post("/about/?ui=elder")
    assert "ui" not in response.cookies


def test_the_language_of_the_browser_is_no_choice() -> None:
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    assert client.get("/about/")["Content-Language"] == "zh-hans"
    client.get("/?ui=en")
    assert client.get("/about/")["Content-Language"] == "en"


def test_the_elder_page_is_another_page_where_there_is_one() -> None:
    request = RequestFactory().get("/")
    request.ui = Display(mode="elder")  # type: ignore[attr-defined]
    assert modes.choose(request, "portal/home.html") == "portal/elder/home.html"
    assert modes.choose(request, "portal/about.html") == "portal/about.html"
    request.ui = Display()  # type: ignore[attr-defined]
    assert modes.choose(request, "portal/home.html") == "portal/home.html"


def test_the_size_goes_round() -> None:
    assert [Display(size=size).larger for size in ("m", "l", "xl")] == ["l", "xl", "m"]  # type: ignore[arg-type]


def test_the_cookie_is_secure_where_the_connection_is() -> None:
    response = HttpResponse()
    modes.keep(response, Display(), secure=True)
    assert response.cookies["ui"]["secure"]
