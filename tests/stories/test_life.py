"""The city that lives by itself files all ten one-things, by those whom the registers name."""

from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

from tests.city import city as city  # a fixture
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.simulator import citizens, life

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def test_all_ten_are_filed() -> None:
    die = Random(1)
    town = life._town(die)
    drawn = {one.thing: one for one in islice(life._filings(die, town), 600) if one.thing}
    assert {*drawn, "birth"} == {thing.key for thing in services.things()}
    assert town.births
    for thing, _, person, firm in drawn.values():
        by = Actor(
            kind="person",
            key=f"person:{person}",
            person=person,
            for_person=person,
            for_entity=firm,
        )
        filled = citizens.open_draft(by=by, thing=thing)
        assert filled.fetched / filled.fields >= 0.5, thing
        citizens.complete(key=filled.key, by=by)
        assert citizens.submit(key=filled.key, by=by).cases.count() >= 4


def test_nobody_buries_or_founds_twice() -> None:
    die = Random(2)
    once = {"passing", "home-transfer", "start-business", "close-business"}
    drawn = [f[:1] + f[2:] for f in islice(life._filings(die, life._town(die)), 600)]
    events = [row for row in drawn if row[0] in once]
    assert len(events) == len(set(events))
