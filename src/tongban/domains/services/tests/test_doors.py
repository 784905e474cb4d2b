"""What is offered, through the door: found in plain words, told once, and honest about the rest."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from tests.city import city
from tongban.domains.services import queries
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday():
    with clock.at("2026-09-07 09:00"):
        yield


def get(path: str, display: str = "std", **query: str) -> str:
    client = Client(headers={"host": "localhost"})
    client.cookies["ui"] = display
    response = client.get(path, query)
    assert response.status_code == 200, f"{path} {response.status_code}"
    return response.content.decode()


@pytest.mark.parametrize("words", ["生孩子", "宝宝上户口", "newborn", "xinsheng", "xse"])
def test_everyday_words_find_the_birth_of_a_child_first(words: str) -> None:
    first = re.search(r'<a class="card thing[^"]*" href="([^"]+)"', get("/search/", q=words))
    assert first is not None
    assert first[1] == "/things/birth/"


def test_what_is_not_found_is_said_with_the_hotline() -> None:
    text = get("/search/", q="zzqqy")
    assert "没有找到“zzqqy”" in text
    assert 'href="tel:' in text


def test_a_search_text_is_shown_as_text() -> None:
    text = get("/search/", q='<script>alert(1)</script>"')
    assert "<script>alert" not in text


def test_suggestions_are_a_fragment() -> None:
    text = get("/search/suggest/", q="生孩子")
    assert "/things/birth/" in text
    assert "<html" not in text
    assert get("/search/suggest/").strip() == ""


def test_the_numbers_of_a_card_come_from_the_definition() -> None:
    _, found = queries.thing("birth")
    offer = queries.offer(found)
    text = get("/things/birth/")
    assert f"<s>{found.before['materials']}</s>" in text
    assert f"<b>{offer.days}</b>" in text
    assert offer.to_hand_in < found.before["materials"]


def test_an_answer_can_only_take_papers_away() -> None:
    _, found = queries.thing("birth")
    answers: dict[str, str] = {}
    left = queries.offer(found, answers, undecided=True).to_hand_in
    for name, value in queries.main_situation(found).items():
        answers[name] = value
        now = queries.offer(found, answers, undecided=True).to_hand_in
        assert now <= left
        left = now
    assert left == queries.offer(found).to_hand_in


def test_the_checklist_follows_the_situation() -> None:
    single = get("/things/birth/checklist/", married="single")
    married = get("/things/birth/checklist/", married="married")
    assert "亲子关系说明" in single
    assert "亲子关系说明" not in married
    assert "亲子关系说明" not in get("/things/birth/checklist/", married="nonsense")


def test_what_cannot_be_finished_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    version, found = queries.thing("passing")
    later = replace(found, ready=False)
    monkeypatch.setattr(queries, "thing", lambda key: (version, later))
    text = get("/things/passing/")
    assert "/start/" not in text
    assert "暂时不能在网上办完" in text


def test_every_guide_opens_and_names_its_law_and_window() -> None:
    for one in queries.items():
        text = get(f"/items/{one.key}/")
        assert one.name in text
        if one.body.get("address"):
            assert str(one.body["address"]) in text
    assert Client(headers={"host": "localhost"}).get("/items/no-such/").status_code == 404


@pytest.mark.parametrize("display", ["elder", "en", "high", "elder.en"])
def test_each_page_in_each_display(display: str) -> None:
    for path in (
        "/", "/search/?q=x", "/things/", "/things/birth/", "/things/birth/checklist/", "/items/",
        "/items/food-licence/",
    ):  # fmt: skip
        text = get(path, display)
        assert text.count("<h1") == 1, path
        assert "style=" not in text
