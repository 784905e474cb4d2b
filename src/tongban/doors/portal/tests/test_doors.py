import re

import pytest
from django.conf import LazySettings
from django.test import Client

from tongban.doors.portal import samples

pytestmark = pytest.mark.django_db
PAGES = ["/", "/about/", "/accessibility/", "/privacy/"]
MODES = ["std", "elder", "elder.xl", "high", "en", "elder.en"]


def get(path: str, mode: str = "std") -> str:
    client = Client(headers={"host": "localhost"})
    client.cookies["ui"] = mode
    response = client.get(path)
    assert response.status_code == 200, f"{path} {mode}"
    return response.content.decode()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", PAGES)
def test_page(path: str, mode: str) -> None:
    text = get(path, mode)
    assert text.count("<h1") == 1
    assert text.count('<main id="main"') == 1
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert re.search(r"<title>[^<]+ · [^<]+</title>", text)


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_has_no_chinese_of_ours(path: str) -> None:
    text = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", get(path, "en"), flags=re.S)
    text = re.sub(r"<title>.*?</title>", "", text)
    assert not re.findall(r"[\u4e00-\u9fff]+", text)


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_page_has_no_english_sentence(path: str) -> None:
    text = re.sub(r"<head>.*?</head>|<[^>]+>", " ", get(path), flags=re.S)
    assert not re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+", text)


def test_the_empty_home_says_what_is_not_there() -> None:
    text = get("/")
    assert "这里还没有开放的一件事" in text
    assert 'href="#"' not in text


def test_the_style_guide_is_shut_outside_the_demo(settings: LazySettings) -> None:
    settings.TONGBAN_DEMO = settings.DEBUG = False
    client = Client(headers={"host": "localhost"})
    assert client.get("/styleguide/").status_code == 404
    assert client.get("/styleguide/home/").status_code == 404


@pytest.mark.parametrize("mode", MODES)
def test_the_style_guide_shows_everything_in_every_mode(settings: LazySettings, mode: str) -> None:
    settings.TONGBAN_DEMO = True
    for path in ["/styleguide/", *(f"/styleguide/{name}/" for name in samples.PAGES)]:
        client = Client(headers={"host": "localhost"})
        client.cookies["ui"] = mode
        assert client.get(path).status_code == 200
    assert Client(headers={"host": "localhost"}).get("/styleguide/none/").status_code == 404
