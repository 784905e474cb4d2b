"""四级四同: what a level above fixed, none below writes otherwise; faults name lines."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.services import rules
from tongban.domains.services.rules import inheritance, regions
from tongban.domains.services.rules.inheritance import Layer
from tongban.kernel.catalogue.kinds import Known

LAW = [{"title": "中华人民共和国甲法", "article": "第一条"}]
MATERIAL = [
    {"key": "form", "name": "申请表"},
    {"key": "plan", "name": "图纸", "law": "甲法"},
]
NATION = Layer("1", "部", {"name": "甲许可", "task_type": "01", "law": LAW})
PROVINCE = Layer(
    "2",
    "省厅",
    {
        "name": "甲许可",
        "task_type": "01",
        "law": LAW,
        "statutory_days": 20,
        "material": MATERIAL,
        "open": ["material"],
        "at_most": {"promised_days": 10},
        "fee": [],
    },
)
CITY: dict[str, Any] = {
    "key": "a",
    "name": "甲许可",
    "task_type": "01",
    "law": [{**LAW[0], "text": "全文"}],
    "statutory_days": 20,
    "promised_days": 5,
    "material": MATERIAL,
    "organ": "x",
}  # fmt: skip


def faults(body: dict[str, Any]) -> dict[str, str]:
    found = inheritance.resolve([NATION, PROVINCE, inheritance.layer_of_item(body)])
    return {fault.where: fault.sentence() for fault in found.faults_of(-1)}


def test_an_item_that_says_the_same_passes() -> None:
    assert faults(CITY) == {}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": "乙许可"}, "name"),
        ({"task_type": "07"}, "task_type"),
        ({"statutory_days": 30}, "statutory_days"),
        ({"promised_days": 11}, "promised_days"),
        ({"fee": [{"name": "工本费", "amount": "5 元"}]}, "fee"),
        ({"law": []}, "law"),
        ({"law": [*LAW, {"title": "乙条例", "article": "第二条"}]}, "law[1]"),
    ],
)
def test_what_is_fixed_above_cannot_be_written_otherwise(
    change: dict[str, Any], where: str
) -> None:
    found = faults({**CITY, **change})
    assert list(found) == [where]
    assert "省厅" in found[where] or "部" in found[where]


def test_a_fixed_list_takes_no_further_row_and_loses_none() -> None:
    above = Layer("2", "省厅", {"material": [{"key": "form", "name": "申请表", "need": "always"}]})

    def below(*rows: dict[str, str]) -> list[str]:
        body = {"material": list(rows)}
        found = inheritance.resolve([above, inheritance.layer_of_item(body)])
        return [fault.where for fault in found.faults_of(-1)]

    assert below({"key": "form", "name": "申请表"}) == []
    assert below({"key": "form", "name": "登记表"}) == ["material[0].name"]
    assert below({"key": "form", "name": "申请表"}, {"key": "x", "name": "X"}) == ["material[1]"]
    assert below({"key": "x", "name": "X"}) == ["material[0]", "material"]


def test_what_no_law_asks_for_may_be_left_out() -> None:
    def variant(*dropped: str) -> rules.Effective:
        body = {"item": "a", "region": "990102", "organ": "y", "drop": list(dropped)}
        return inheritance.resolve(
            [inheritance.layer_of_item(CITY), inheritance.layer_of_variant(body)]
        )

    assert [m["key"] for m in variant("form").body["material"]] == ["plan"]
    assert [f.where for f in variant("plan").faults_of(-1)] == ["drop[0]"]
    assert [f.where for f in variant("no").faults_of(-1)] == ["drop[0]"]
    assert len(CITY["material"]) == 2, "the body above is not touched"


def test_each_name_has_the_level_that_wrote_it() -> None:
    body = {"item": "a", "region": "990102", "organ": "y", "promised_days": 4, "open": []}
    found = inheritance.resolve(
        [NATION, PROVINCE, inheritance.layer_of_item(CITY), inheritance.layer_of_variant(body)]
    )
    level = {name: found.layers[at].level for name, at in found.written_by.items()}
    assert (level["name"], level["statutory_days"], level["promised_days"]) == ("1", "2", "4")
    assert (level["material"], level["organ"]) == ("3", "4")
    assert found.body["promised_days"] == 4 and not found.faults


def test_name_type_and_law_are_never_open() -> None:
    body = {
        "key": "990101243000", "name": "甲", "task_type": "01", "authority": "省厅", "level": "2",
        "law": LAW, "open": ["name"],
    }  # fmt: skip
    found = {fault.where for fault in rules.check_basic(body, Known())}
    assert found == {"open"}
    assert Layer("2", "省厅", body).open == frozenset()
    bad = {**body, "open": [], "key": "99", "level": "3", "at_most": {"visits": -1}, "above": "no"}
    assert {fault.where for fault in rules.check_basic(bad, Known())} == {
        "key", "level", "at_most.visits", "above",
    }  # fmt: skip


def test_a_circle_above_ends() -> None:
    rows = {k: {"key": k, "above": o, "name": "甲"} for k, o in (("a", "b"), ("b", "a"))}
    assert [layer.body["key"] for layer in inheritance.chain("a", Known.of(basic_item=rows))] == [
        "b", "a",
    ]  # fmt: skip


NAMES = st.sampled_from(["promised_days", "statutory_days", "visits", "organ", "address"])
BODIES = st.dictionaries(NAMES, st.integers(0, 3))


@given(st.lists(st.tuples(BODIES, st.lists(NAMES)), min_size=1, max_size=4))
def test_what_is_fixed_stays_and_who_contradicts_it_is_told(
    given_layers: list[tuple[dict[str, int], list[str]]],
) -> None:
    layers = [
        Layer(str(n), f"层{n}", {**body, "open": opened})
        for n, (body, opened) in enumerate(given_layers, 1)
    ]
    found = inheritance.resolve(layers)
    for name, at in found.fixed_by.items():
        assert found.body[name] == layers[at].body[name]
        below = {n for n in range(at + 1, len(layers)) if name in layers[n].body}
        wrong = {n for n in below if layers[n].body[name] != layers[at].body[name]}
        assert wrong == {n for n, fault in found.faults if fault.where == name}
    for name in found.body:
        assert any(name in layer.body for layer in layers)


@given(BODIES, BODIES)
def test_a_deviation_is_a_difference(one: dict[str, int], two: dict[str, int]) -> None:
    first, second = regions.traits(one, ["受理"]), regions.traits(two, ["受理"])
    found = {d.field for d in regions.deviations(first, second)}
    told = {
        name
        for name in ("promised_days", "statutory_days", "visits")
        if one.get(name, 0) != two.get(name, 0)
    }
    assert found == told
