"""What a city may publish as an item or a one-thing, and how the items of one lie in time."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.services import rules
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.processes import queries

pytestmark = pytest.mark.django_db

CITY = Path(__file__).parents[5] / "cities" / "demo"


def read(kind: str, key: str) -> dict[str, Any]:
    return tomllib.loads((CITY / kind / f"{key}.toml").read_text(encoding="utf-8"))


FOLDERS = {"process": "processes", "decision": "decisions", "register": "registers",
           "licence_type": "licence_types", "service_item": "items", "basic_item": "basic_items",
           "power_list": "lists/powers", "duty_list": "lists/duties"}  # fmt: skip
TABLES = {"element": "elements", "role": "roles"}


def keys(kind: str) -> list[str]:
    return (
        [path.stem for path in (CITY / FOLDERS[kind]).glob("*.toml")]
        if kind in FOLDERS
        else [
            row["key"] for row in tomllib.loads((CITY / f"{TABLES[kind]}.toml").read_text())[kind]
        ]
    )


def body(kind: str, key: str) -> dict[str, Any] | None:
    if kind in FOLDERS:
        return read(FOLDERS[kind], key) if key in keys(kind) else None
    if kind == "city":
        return tomllib.loads((CITY / "city.toml").read_text(encoding="utf-8"))
    if kind not in TABLES:
        return None
    rows = tomllib.loads((CITY / f"{TABLES[kind]}.toml").read_text(encoding="utf-8"))[kind]
    return next((row for row in rows if row["key"] == key), None)


KNOWN = Known(body, keys, {})


def test_the_city_s_own_items_are_sound() -> None:
    for key in ("food-licence", "birth-registration", "fire-check"):
        assert rules.check_item(read("items", key), KNOWN) == []
    assert rules.check_thing(read("one_things", "birth"), KNOWN) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, "name"),
        ({"statutory_days": "ten"}, "statutory_days"),
        ({"basic_code": "99"}, "basic_code"),
        ({"task_type": "07"}, "basic_code"),
        ({"cross_region": "moon"}, "cross_region"),
        ({"promised_days": 11}, "promised_days"),
        ({"promised_days": 2}, "process"),
        ({"process": "no-such"}, "process"),
        ({"decision": "no-such"}, "decision"),
        ({"special_procedures": ["抽签"]}, "special_procedures[0]"),
        (
            {"result": [{"key": "a", "name": "A", "licence_type": "no-such"}]},
            "result[0].licence_type",
        ),
        (
            {"result": [{"key": k, "name": k, "licence_type": "food_licence"} for k in "ab"]},
            "result",
        ),
        ({"silence": {"result": "refuse", "law": "L"}}, "silence.result"),
        ({"silence": {"result": "grant"}}, "silence"),
        ({"hearing": True}, "hearing"),
        ({"lapse": "yes"}, "lapse"),
        ({"lapse": True, "lapse_law": ""}, "lapse"),
        ({"result": [{"key": "a", "name": "A", "paper": "yes"}]}, "result[0].paper"),
        (
            {"material": [{"key": "m", "name": "M", "tolerable": True, "tolerance_days": 0}]},
            "material[0].tolerance_days",
        ),
        ({"material": [{"key": "m", "name": "M", "tolerance_days": 5}]},
         "material[0].tolerance_days"),
        (
            {"material": [{"key": "m", "name": "M", "need": "q.x = ="}]},
            "material[0].need",
        ),
    ],
)  # fmt: skip
def test_what_could_never_work_is_found(change: dict[str, Any], where: str) -> None:
    found = rules.check_item({**read("items", "food-licence"), **change}, KNOWN)
    assert where in {fault.where for fault in found}
    assert all("{" not in fault.sentence() for fault in found)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"lead": ""}, "lead"),
        ({"item": [{"key": "no-such"}], "edge": []}, "item[0].key"),
        ({"edge": [{"from": "x", "to": "y"}]}, "edge[0]"),
        ({"promised_days": 1}, "promised_days"),
        (
            {
                "edge": [
                    {"from": "birth-certificate", "to": "birth-registration"},
                    {"from": "birth-registration", "to": "birth-certificate"},
                ]
            },
            "edge[0]",
        ),
        ({"edge": [{"from": "birth-certificate", "to": "birth-registration", "output": "cake"}]},
         "edge[0].output"),
    ],
)  # fmt: skip
def test_a_one_thing_that_nobody_could_finish_is_found(change: dict[str, Any], where: str) -> None:
    found = rules.check_thing({**read("one_things", "birth"), **change}, KNOWN)
    assert where in {fault.where for fault in found}
    assert all("{" not in fault.sentence() for fault in found)


def test_only_what_the_situation_needs() -> None:
    thing = rules.thing(read("one_things", "birth"))
    local = {"local": "yes", "mother_insured": "no"}
    assert "maternity-benefit" not in rules.active_items(thing, local, queries.holds)
    assert "birth-registration" in rules.active_items(thing, local, queries.holds)
    asked = {q.id for q in rules.asked(thing, {"local": "no"}, queries.holds)}
    assert "follow" not in asked


@given(st.data(), st.integers(1, 8))
def test_the_plan_is_a_plan(data: st.DataObject, count: int) -> None:
    names = [f"i{n}" for n in range(count)]
    days = {name: data.draw(st.integers(0, 9)) for name in names}
    edges = [
        rules.Edge(names[a], names[b])
        for b in range(count)
        for a in range(b)
        if data.draw(st.booleans())
    ]
    plan = rules.plan(names, edges, days)
    total = max(row.finish for row in plan.values())
    for edge in edges:
        assert plan[edge.of].finish <= plan[edge.to].start
    for row in plan.values():
        assert row.finish - row.start == days[row.key]
        assert 0 <= row.slack <= total - row.finish
    assert any(row.is_critical for row in plan.values())
