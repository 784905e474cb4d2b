import re
from string import Formatter

import pytest

from tongban.doors.workbench import sentences
from tongban.kernel.ledger import registry


def test_every_declared_event_has_words() -> None:
    told = {*sentences.EVENTS, *sentences.words.EVENTS}
    # Other tests of the same process declare events of their own under this name.
    ours = {name for name in registry.events() if not name.startswith("test.")}
    assert sorted(ours - told) == []


@pytest.mark.parametrize("name", sentences.EVENTS)
def test_words_ask_for_nothing_the_event_does_not_declare(name: str) -> None:
    asked = {field for _, field, _, _ in Formatter().parse(sentences.EVENTS[name]) if field}
    _, _, data = registry.events()[name].partition("data:")
    assert asked <= set(re.findall(r"\w+", data))


def test_an_event_that_tells_less_than_its_words_ask_for_bears_its_name() -> None:
    assert sentences.event("licence.issued", {}) == "licence.issued"
    assert sentences.event("future.thing", {}) == "future.thing"


def test_who_acted() -> None:
    assert sentences.who("official:5@post:31", {"official:5@post:31": "陈静"}) == "陈静"
    assert sentences.who("person:9", {}) == "person:9"
    assert "cases" in sentences.who("part:cases", {})
