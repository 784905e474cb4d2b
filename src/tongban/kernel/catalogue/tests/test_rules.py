import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.actor import NOBODY, part
from tongban.kernel.catalogue import rules, toml
from tongban.kernel.catalogue.rules import Change, Window, changes, content_hash, place
from tongban.kernel.catalogue.tests.given import AUTHOR, SECOND

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | FLOATS
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)
BODIES = st.dictionaries(TEXTS, VALUES, max_size=5)


@given(BODIES)
def test_what_is_written_reads_the_same(body: dict[str, Any]) -> None:
    read = tomllib.loads(toml.dumps(body))
    assert read == body
    assert content_hash(read) == content_hash(body)


def test_a_list_of_tables_is_written_as_people_write_it() -> None:
    body = {"key": "a", "row": [{"x": 1, "o": [{"v": "一"}]}], "before": {"days": 3}, "none": []}
    assert toml.dumps(body) == (
        'key = "a"\nbefore = { days = 3 }\nnone = []\n\n[[row]]\nx = 1\no = [{ v = "一" }]\n'
    )


def test_the_order_of_names_does_not_change_the_hash() -> None:
    assert content_hash({"a": 1, "b": "二"}) == content_hash({"b": "二", "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": "1"})


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"a": None}, "a"),
        ({"a": [1, {"b": float("inf")}]}, "a[1].b"),
        ({"a": "x\x00"}, "a"),
        ({"a": "\ud800"}, "a"),
        ({"a": {1: 2}}, "a"),
        ({"a": date(2026, 1, 1)}, "a"),
        ({"key": "other"}, "key"),
        ([], ""),
    ],
)
def test_what_cannot_be_stored_is_named(body: Any, where: str) -> None:
    assert [fault.where for fault in rules.shape_faults(body, "k")] == [where]


@pytest.mark.parametrize("key", ["", "a b", "a/b", "..", "-a", "生", "a" * 121, "a\n"])
def test_keys_that_are_refused(key: str) -> None:
    assert [fault.where for fault in rules.shape_faults({}, key)] == ["key"]


DAYS = st.integers(0, 30).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@given(st.lists(DAYS, max_size=8))
def test_windows_never_overlap_and_never_leave_a_gap(begins: list[date]) -> None:
    windows: list[Window] = []
    for no, day in enumerate(begins, 1):
        cut, ends = place(windows, day)
        windows = [
            Window(w.id, w.no, w.begins, day) if cut is not None and w.id == cut.id else w
            for w in windows
        ]
        windows.append(Window(no, no, day, ends))
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(40)):
        in_force = [w for w in windows if w.covers(day)]
        # In force is the last published of those that begin latest by that day.
        begun = [w for w in windows if w.begins <= day]
        expected = max(begun, key=lambda w: (w.begins, w.no)) if begun else None
        assert in_force == ([expected] if expected else [])


def test_who_may_be_the_second_person() -> None:
    rules.check_second_person(author=AUTHOR.key, author_person=AUTHOR.person, by=SECOND)
    for by in (AUTHOR, part("x"), NOBODY):
        with pytest.raises((rules.SecondPersonNeeded, rules.PersonNeeded)):
            rules.check_second_person(author=AUTHOR.key, author_person=AUTHOR.person, by=by)


def test_changes_name_each_place() -> None:
    before = {"a": 1, "gone": "x", "rows": [{"key": "p", "n": 1}, {"key": "q", "n": 2}], "l": [1]}
    after = {"a": 2, "rows": [{"key": "q", "n": 3}, {"key": "p", "n": 1}], "l": [1, 5], "new": {}}
    assert changes(before, after) == [
        Change("a", 1, 2),
        Change("rows[q].n", 2, 3),
        Change("l[1]", None, 5),
        Change("new", None, {}),
        Change("gone", "x", None),
    ]
    swapped = {"rows": [{"id": "p"}, {"id": "q"}]}, {"rows": [{"id": "q"}, {"id": "p"}]}
    assert changes(*swapped) == [Change("rows", ["p", "q"], ["q", "p"])]
    assert changes(before, before) == []
