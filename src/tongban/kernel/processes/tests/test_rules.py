"""The stage graph: what follows what, on graphs of every shape."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import Fault
from tongban.kernel.processes import rules
from tongban.kernel.processes.tests.given import STAGES

NOTHING = Known(lambda kind, key: None, lambda kind: [], {})


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    return bool(facts.get(text))


def graph(stages: list[dict[str, Any]]) -> rules.Graph:
    return rules.parse({"key": "p", "name": "P", "stage": stages})


def faults(stages: list[dict[str, Any]]) -> list[Fault]:
    return rules.check({"key": "p", "name": "P", "stage": stages}, NOTHING)


def stage(id: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "grant": "g.do", "days": 1, "after": list(after), **more}


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Stages in any order of branches and joins, some only when a fact holds, some sending back."""
    count = draw(st.integers(1, 9))
    stages = []
    for n in range(count):
        after = draw(st.sets(st.integers(0, n - 1), max_size=3)) if n else set()
        row = stage(f"s{n}", *[f"s{a}" for a in sorted(after)])
        if draw(st.booleans()):
            row["when"] = f"f{draw(st.integers(0, 2))}"
        stages.append(row)
    downstream = graph(stages).downstream
    for n, row in enumerate(stages):
        before = [f"s{m}" for m in range(n) if row["id"] in downstream(f"s{m}")]
        if before and draw(st.booleans()):
            target = draw(st.sampled_from(before))
            kind = draw(st.sampled_from(rules.BACK))
            row |= {"actions": ["pass", f"back={kind}:{target}"], "returns": [target]}
    return draw(st.permutations(stages))


FACTS = st.fixed_dictionaries({f"f{n}": st.booleans() for n in range(3)})


def run(
    found: rules.Graph, facts: Mapping[str, Any], picks: st.DataObject, returns: int
) -> list[str]:
    """Let people pass all, in any order, sending back so many times; answers what they did."""
    progress, opened = rules.advance(found, {}, facts, holds)
    done: list[str] = []
    while opened or any(s == "open" for s in progress.values()):
        assert progress.keys() <= found.stages.keys()
        now = picks.draw(st.sampled_from(sorted(s for s, v in progress.items() if v == "open")))
        effect = found.stages[now].effects.get("back")
        if effect and returns and picks.draw(st.booleans()):
            returns -= 1
            if effect.kind == "resume" and progress.get(effect.target) == "done":
                progress = rules.ask_again(progress, now, effect.target)
            else:
                progress, _ = rules.go_back(found, progress, effect.target)
        else:
            done.append(now)
            progress = {**progress, now: "done"}
        progress, opened = rules.advance(found, progress, facts, holds)
    assert rules.is_finished(found, progress)
    return done


@settings(deadline=None)
@given(graphs(), FACTS, st.data())
def test_it_ends_when_everyone_passes_and_nothing_runs_twice(
    stages: list[dict[str, Any]], facts: Mapping[str, Any], data: st.DataObject
) -> None:
    found = graph(stages)
    done = run(found, facts, data, returns=0)
    assert len(done) == len(set(done))
    needed = {s.id for s in found.stages.values() if not s.when or facts[s.when]}
    assert set(done) == needed
    for place, one in enumerate(done):
        assert set(found.stages[one].after) & needed <= set(done[:place])


@settings(deadline=None)
@given(graphs(), FACTS, st.data(), st.integers(1, 4))
def test_it_ends_though_work_is_sent_back(
    stages: list[dict[str, Any]], facts: Mapping[str, Any], data: st.DataObject, returns: int
) -> None:
    run(graph(stages), facts, data, returns)


@settings(deadline=None)
@given(graphs())
def test_the_longest_path_is_no_shorter_than_any_stage(stages: list[dict[str, Any]]) -> None:
    longest = graph(stages).longest_path()
    assert 1 <= longest <= len(stages)


def test_the_city_s_own_shape_is_sound() -> None:
    assert faults(STAGES) == []


@pytest.mark.parametrize(
    ("stages", "where"),
    [
        ([], "stage"),
        ([{"id": "a", "name": "a"}], "stage[0].grant"),
        ([stage("a"), stage("a")], "stage"),
        ([stage("a", "b")], "stage[0].after"),
        ([stage("a", "b"), stage("b", "a")], "stage[0].after"),
        ([stage("a", actions=["x=jump"])], "stage[0].actions.x"),
        ([stage("a"), stage("b", "a", actions=["pass", "x=return:a"])], "stage[1].actions.x"),
        ([stage("a", actions=["x=return:a"], returns=["a"])], "stage[0].actions"),
        (
            [stage("a"), stage("b", "a"), stage("c", "a", actions=["pass", "x=return:b"],
                                                returns=["b"])],
            "stage[2].actions.x",
        ),
        ([stage("a", actions=["x=end"]), stage("b", "a")], "stage[0].actions"),
        ([stage("a"), stage("b", "a", actions=["x=end"]), stage("c", "a")], "stage[1].after"),
        ([stage("a", when="q.x = = 1")], "stage[0].when"),
        ([stage("a", days=-1)], "stage[0].days"),
        ([stage("a", officers=0)], "stage[0].days"),
    ],
)  # fmt: skip
def test_what_could_never_work_is_found(stages: list[dict[str, Any]], where: str) -> None:
    found = faults(stages)
    assert where in {fault.where for fault in found}
    assert all(fault.sentence() for fault in found)


@pytest.mark.parametrize(
    ("join", "answers", "asked", "joined"),
    [("all", 1, 2, False), ("all", 2, 2, True), ("any", 1, 3, True), ("2", 1, 3, False),
     ("2", 2, 3, True)],
)  # fmt: skip
def test_joins(join: str, answers: int, asked: int, joined: bool) -> None:
    assert rules.is_joined(join, answers, asked) is joined


@pytest.mark.parametrize(("join", "asked"), [("all", 0), ("3", 2), ("0", 2), ("most", 2)])
def test_a_join_that_can_never_be_reached_is_refused(join: str, asked: int) -> None:
    with pytest.raises(rules.NothingAsked):
        rules.check_join(join, asked)
