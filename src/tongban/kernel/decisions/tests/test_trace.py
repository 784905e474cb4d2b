"""Traces: what they hold, that they replay, and what they explain."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.decisions.engine import Trace, evaluate, load, load_grid, replay, why, why_not
from tongban.kernel.decisions.feel.operators import identical
from tongban.kernel.decisions.feel.values import to_feel
from tongban.kernel.decisions.tests.test_tables import MODEL, grid
from tongban.kernel.decisions.trace import decode, encode

_VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.decimals(-9, 9) | st.dates()
    | st.datetimes(timezones=st.timezones() | st.none()) | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def test_why_and_why_not() -> None:
    trace = evaluate(load(MODEL), "benefit", {"person": {"age": 61, "city": "北京"}}).trace
    (reason,) = why(trace)
    assert (reason.rule, reason.law, reason.says) == (2, "第四条", "不能领取。")
    (miss,) = why_not(trace)
    assert (miss.rule, miss.failed) == (1, ("is local",))


def test_every_cell_is_recorded() -> None:
    trace = evaluate(load_grid(grid("F")), "fee", {"age": 5}).trace
    (table,) = trace.data["tables"]
    assert [rule["cells"] for rule in table["rules"]] == [[True], [True], [False]]
    assert (table["matched"], table["used"]) == ([1, 2], [1])
    assert table["rules"][0]["annotations"] == {"依据": "Art. 1", "告知语": "A minor pays 1."}
    assert trace.data["model"]["hash"] == load_grid(grid("F")).hash


def test_json_round_trip_keeps_the_hash() -> None:
    trace = evaluate(load(MODEL), "benefit", {"person": {"age": 61, "city": "上海"}}).trace
    assert Trace.from_json(trace.json()).hash == trace.hash


def test_the_moment_is_part_of_the_trace() -> None:
    clocked = grid("F")
    clocked["rules"] = [{"when": ["-"], "then": ["today().year"]}]
    moment = datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, ZoneInfo("Asia/Shanghai"))
    result = evaluate(load_grid(clocked), "fee", {"age": 1}, moment)
    assert result.value == 2024
    assert replay(result.trace, load_grid(clocked)).hash == result.trace.hash


def test_another_rule_gives_another_hash() -> None:
    other = grid("F")
    other["rules"][0]["then"] = ["7"]
    trace = evaluate(load_grid(grid("F")), "fee", {"age": 5}).trace
    assert replay(trace, load_grid(other)).hash != trace.hash


@settings(deadline=None)
@given(
    st.integers() | st.decimals(-999, 999) | st.text() | st.none() | st.dates(),
    st.sampled_from(["U", "A", "F", "R", "C", "C+", "C#"]),
)
def test_replay_gives_the_same_hash(age: object, policy: str) -> None:
    model = load_grid(grid(policy))
    trace = evaluate(model, "fee", {"age": age}).trace
    assert replay(Trace.from_json(trace.json()), model).hash == trace.hash


@settings(deadline=None)
@given(_VALUES)
def test_values_survive_encoding(value: object) -> None:
    inside = to_feel(value)
    assert identical(decode(encode(inside)), inside)
