"""Rows are closed and followed, never overwritten."""

from datetime import date

import pytest

from tongban.domains.registries import actions, rules
from tongban.domains.registries.models import RegisterRow
from tongban.domains.registries.rules import Row
from tongban.domains.registries.tests import people
from tongban.domains.registries.tests.people import CASES, CHILD, MOTHER, SETUP, STRANGER, ask
from tongban.kernel import clock
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db


def test_a_load_is_one_event_with_counts_and_a_hash(city: None) -> None:
    before = Event.objects.count()
    loaded = actions.load(
        register="population",
        rows=[Row({"name": "周远"}, STRANGER), Row({"name": "林小雨"}, MOTHER)],
        by=SETUP,
    )
    assert (loaded.rows, loaded.closed) == (2, 1)
    event = Event.objects.order_by("id")[before]
    assert event.name == "register.loaded"
    assert event.data == {
        "register": "population", "rows": 2, "closed": 1, "digest": loaded.digest,
    }  # fmt: skip
    assert ask("population", fields=["name", "phone"]).values == {"name": "林小雨"}


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([Row({"income": 1}, STRANGER)], rules.UnknownFields),
        ([Row({"name": "a"}, STRANGER), Row({"name": "b"}, STRANGER)], rules.EntryTwice),
        ([Row({"name": "a"})], rules.SubjectMissing),
    ],
)
def test_a_bad_batch_changes_nothing(city: None, rows: list[Row], refusal: type[Exception]) -> None:
    before = RegisterRow.objects.count(), Event.objects.count()
    with pytest.raises(refusal):
        actions.load(register="population", rows=rows, by=SETUP)
    assert (RegisterRow.objects.count(), Event.objects.count()) == before


def test_a_result_written_back_follows_the_row_it_amends(city: None) -> None:
    with clock.at("2026-03-02 10:00"):
        row = actions.apply_result(
            register="population",
            subject=MOTHER,
            values={"address": "云麓区新居"},
            case="C-9",
            by=CASES,
        )
    assert row.follows is not None
    old = RegisterRow.objects.get(pk=row.follows.pk)
    assert (old.status, old.valid_to) == ("amended", date(2026, 3, 2))
    assert old.closed_at == clock.moment("2026-03-02 10:00")
    assert (row.status, row.valid_from, row.valid_to) == ("current", date(2026, 3, 2), None)
    assert ask("population", fields=["name", "address"]).values == {
        "name": "林小雨",
        "address": "云麓区新居",
    }
    event = Event.objects.get(name="register.amended")
    assert event.data == {"register": "population", "elements": ["address"], "cause": "case:C-9"}


def test_the_same_result_twice_changes_nothing(city: None) -> None:
    for _ in range(2):
        actions.apply_result(
            register="population", subject=STRANGER, values={"name": "周远"}, case="C-9", by=CASES
        )
    assert Event.objects.filter(name="register.extended").count() == 1
    assert ask("population", STRANGER).values == {"name": "周远"}


def test_an_amended_row_keeps_its_links(city: None) -> None:
    actions.apply_result(
        register="birth", subject=CHILD, values={"name": "陈安"}, case="C-9", by=CASES
    )
    assert ask(subject=MOTHER).values == {"name": "陈安"}


def test_links_follow_what_the_row_says(city: None) -> None:
    actions.apply_result(
        register="birth", subject=CHILD, values={"father_number": STRANGER}, case="C-9", by=CASES
    )
    assert ask(subject=STRANGER).found and ask(subject=MOTHER).found
    assert not ask(subject=people.FATHER).found


def test_an_ended_entry_is_no_longer_answered(city: None) -> None:
    actions.end(register="population", subject=MOTHER, case="C-9", by=CASES)
    actions.end(register="population", subject=MOTHER, case="C-9", by=CASES)
    assert not ask("population").found
    assert Event.objects.filter(name="register.ended").count() == 1
