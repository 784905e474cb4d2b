"""What keeps an item or a one-thing from ever working, each with the line to mend."""

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.services import rules
from tongban.domains.services.rules.simulation import SITUATIONS_AT_MOST
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.processes import rules as processes

CITY = Path(__file__).parents[5] / "cities" / "demo"


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((CITY / name).read_text())


def folder(name: str) -> dict[str, dict[str, Any]]:
    found = [tomllib.loads(path.read_text()) for path in sorted((CITY / name).glob("*.toml"))]
    return {body["key"]: body for body in found}


def posts(organ: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": post["key"], "name": post["name"], "grants": post["grants"], "holders": 2}
        for unit in organ.get("unit", ())
        for post in unit.get("post", ())
    ]


KINDS: dict[str, Any] = {
    "element": {row["key"]: row for row in read("elements.toml")["element"]},
    "role": {row["key"]: row for row in read("roles.toml")["role"]},
    "register": folder("registers"),
    "licence_type": folder("licence_types"),
    "process": folder("processes"),
    "decision": folder("decisions"),
    "service_item": folder("items"),
    "one_thing": folder("one_things"),
    "organ": {
        row["key"]: {"name": row["name"], "posts": posts(row)}
        for row in read("organs.toml")["organ"]
    },
}


def city(**changed: Mapping[str, Any]) -> Known:
    return Known.of(**{kind: {**KINDS[kind], **changed.get(kind, {})} for kind in KINDS})


def thing(key: str = "birth", **changed: Any) -> dict[str, Any]:
    return {**deepcopy(KINDS["one_thing"][key]), **changed}


def item(key: str = "dog-registration", **changed: Any) -> dict[str, Any]:
    return {**deepcopy(KINDS["service_item"][key]), **changed}


def wheres(faults: Any) -> list[str]:
    return [fault.where for fault in faults]


def test_the_whole_demo_city_can_work() -> None:
    known = city()
    for body in KINDS["service_item"].values():
        assert rules.check_workable_item(body, known) == []
    for body in KINDS["one_thing"].values():
        assert rules.check_thing(body, known) == []


def test_a_stage_for_which_no_post_is_competent() -> None:
    deaf = {"name": "养犬办", "posts": [{"key": "a", "name": "a", "grants": ["case.accept"]}]}
    faults = rules.check_workable_item(item(organ="deaf"), city(organ={"deaf": deaf}))
    assert wheres(faults) == ["organ", "organ"]
    assert "case.examine" in faults[0].sentence() and "case.decide" in faults[1].sentence()
    assert wheres(rules.check_workable_item(item(organ="nowhere"), city())) == ["organ"]
    # The same, met again when a one-thing is composed of it.
    broken = city(organ={"deaf": deaf}, service_item={"dog-registration": item(organ="deaf")})
    whole = thing(item=[{"key": "dog-registration"}], edge=[], question=[])
    assert set(wheres(rules.check_thing(whole, broken))) == {"item[0].key"}


def test_a_post_that_nobody_holds_is_shown_to_the_second_person() -> None:
    organ = deepcopy(KINDS["organ"]["linxi-psb"])
    for post in organ["posts"]:
        post["holders"] = 0
    known = city(organ={"linxi-psb": organ})
    assert rules.check_workable_item(item(), known) == []
    assert set(wheres(rules.warn_item(item(), known))) == {"organ"}


def test_days_that_do_not_fit() -> None:
    assert "promised_days" in wheres(rules.check_workable_item(item(promised_days=99), city()))
    assert "process" in wheres(rules.check_workable_item(item(promised_days=2), city()))
    assert wheres(rules.check_thing(thing(promised_days=1), city())) == ["promised_days"]
    slow = item("birth-certificate", statutory_days=60, promised_days=60)
    known = city(service_item={"birth-certificate": slow})
    assert "edge" in wheres(rules.check_thing(thing(promised_days=0), known))


def test_contradictory_types_name_the_later_item() -> None:
    one, other = item(), item("elder-card")
    one["field"] = [{"role": "applicant", "element": "sex", "options": ["1"]}]
    other["field"] = [{"role": "applicant", "element": "sex", "options": ["2"]}]
    known = city(service_item={"dog-registration": one, "elder-card": other})
    members = [{"key": "dog-registration"}, {"key": "elder-card"}]
    whole = thing(item=members, edge=[], question=[])
    assert wheres(rules.check_thing(whole, known)) == ["item[1].key"]
    # Where no situation needs both, they never meet.
    question = {"id": "old", "text": "?", "options": [{"value": "y"}, {"value": "n"}]}
    members[0]["when"], members[1]["when"] = 'q.old = "n"', 'q.old = "y"'
    whole = thing(item=members, edge=[], question=[question])
    assert rules.check_thing(whole, known) == []


@pytest.mark.parametrize(
    ("least", "most"), [({"min": 9}, {"max": 3}), ({"min_length": 9}, {"max_length": 3})]
)
def test_limits_that_leave_nothing(least: dict[str, int], most: dict[str, int]) -> None:
    element = "premises_area" if "min" in least else "name"
    one, other = item(), item("elder-card")
    one["field"] = [{"role": "applicant", "element": element, **least}]
    other["field"] = [{"role": "applicant", "element": element, **most}]
    known = city(service_item={"dog-registration": one, "elder-card": other})
    whole = thing(item=[{"key": "elder-card"}, {"key": "dog-registration"}], edge=[], question=[])
    assert wheres(rules.check_thing(whole, known)) == ["item[1].key"]


def test_a_circle_between_items_names_an_edge_of_it() -> None:
    edges = [
        {"from": "birth-certificate", "to": "birth-registration"},
        {"from": "birth-registration", "to": "social-security-card"},
        {"from": "social-security-card", "to": "birth-registration"},
    ]
    assert wheres(rules.check_thing(thing(edge=edges), city())) == ["edge[1]"]
    itself = [{"from": "birth-certificate", "to": "birth-certificate"}]
    assert "edge[0].to" in wheres(rules.check_thing(thing(edge=itself), city()))
    assert "edge[1]" in wheres(rules.check_thing(thing(edge=[edges[0], edges[0]]), city()))


def test_an_undeclared_loop_names_the_stage() -> None:
    process = deepcopy(KINDS["process"]["short-review"])
    process["stage"][2]["returns"] = []
    assert "stage[2].actions.back" in wheres(processes.check(process, city()))


def test_a_source_that_does_not_hold_the_datum() -> None:
    body = item()
    body["field"][0]["source"] = "vehicles.name"
    assert wheres(rules.check_workable_item(body, city())) == ["field[0].source"]


def test_a_locked_field_about_somebody_nothing_leads_to_is_shown() -> None:
    body = item("death-certificate")
    nobody = KINDS["role"]["deceased"] | {"key": "stranger", "from": ""}
    body["field"][8] |= {"role": "stranger", "mode": "locked"}
    known = city(role={"stranger": nobody})
    assert "field[8].source" in wheres(rules.warn_item(body, known))


def test_a_material_that_nothing_gives() -> None:
    body = item()
    body["material"][1]["satisfied_by"] = ["output:nowhere"]
    assert wheres(rules.check_workable_item(body, city())) == ["material[1].satisfied_by"]
    body["material"][1] |= {"satisfied_by": [], "source": "government"}
    assert rules.check_workable_item(body, city()) == []
    assert wheres(rules.warn_item(body, city())) == ["material[1].satisfied_by"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"item": [{"key": "nothing"}]}, "item[0].key"),
        ({"item": [{}]}, "item[0].key"),
        ({"item": [{"key": "birth-certificate"}] * 2}, "item[1].key"),
        ({"edge": [{"from": "x", "to": "y"}]}, "edge[0]"),
        ({"edge": [{"from": "x"}]}, "edge[0].to"),
        ({"lead": "nobody"}, "lead"),
        (
            {"question": [{"id": "a", "text": "?", "options": [{"value": 1}]}]},
            "question[0].options",
        ),
    ],
)
def test_rows_that_say_too_little(changed: dict[str, Any], where: str) -> None:
    assert where in wheres(rules.check_thing(thing(**changed), city()))


def test_a_condition_on_a_question_that_nobody_is_asked() -> None:
    body = thing()
    body["item"][3]["when"] = 'q.place = "yes"'
    faults = rules.check_thing(body, city())
    assert wheres(faults) == ["item[3].when"] and "place" in faults[0].sentence()


def test_seven_questions_are_too_many() -> None:
    options = [{"value": "a"}, {"value": "b"}]
    questions = [{"id": f"q{n}", "text": "?", "options": options} for n in range(7)]
    body = thing(question=questions, item=[{"key": "birth-certificate"}], edge=[])
    assert wheres(rules.check_thing(body, city())) == ["question"]


def simulated(body: Mapping[str, Any], known: Known | None = None) -> rules.Simulation:
    about = known or city()
    found = rules.thing(body)
    items = {m.key: rules.item(about.get("service_item", m.key) or {}) for m in found.members}
    return rules.simulate(found, items, about)


def test_every_situation_is_tried_and_a_further_question_only_where_it_is_asked() -> None:
    found = simulated(thing("restaurant"))
    # area × food × signboard × public_place × tobacco, and fire_way only for public places.
    assert len(found.outlooks) == 2 * 4 * 2 * (2 + 1) * 2 and found.is_whole
    assert all(
        ("fire_way" in one.answers) == (one.answers["public_place"] == "yes")
        for one in found.outlooks
    )
    assert max(one.days for one in found.outlooks) <= 7


def test_the_plan_has_a_critical_path_and_slack() -> None:
    one = max(simulated(thing("passing")).outlooks, key=lambda found: found.days)
    assert one.critical and sum(one.plan[key].days for key in one.critical) >= one.days
    assert all(row.slack >= 0 and row.finish + row.slack <= one.days for row in one.plan.values())


def test_the_form_counts_what_is_fetched_and_what_is_typed() -> None:
    for one in simulated(thing()).outlooks:
        assert one.to_fill + one.prefilled == len(one.fields) <= one.apart
        assert one.to_hand_in + one.replaced == len(one.papers)


def test_dead_conditions_are_shown_to_the_second_person() -> None:
    body = thing()
    body["item"][3]["when"] = 'q.local = "perhaps"'
    body["question"][2]["when"] = 'q.married = "perhaps"'
    warned = wheres(rules.warn_thing(body, city()))
    assert "item[3].when" in warned and "question[2].when" in warned
    empty = thing(item=[{"key": "birth-registration", "when": 'q.local = "yes"'}], edge=[])
    assert "item" in wheres(rules.warn_thing(empty, city()))


def test_more_situations_than_can_be_tried_are_said_to_be_untried() -> None:
    options = [{"value": str(n)} for n in range(5)]
    questions = [{"id": f"q{n}", "text": "?", "options": options} for n in range(6)]
    body = thing(question=questions, item=[{"key": "birth-certificate"}], edge=[])
    found = simulated(body)
    assert len(found.outlooks) == SITUATIONS_AT_MOST and not found.is_whole
    assert wheres(found.warnings) == ["question"]


def test_an_item_alone_is_tried_in_its_own_situations() -> None:
    found = rules.simulate_item(KINDS["service_item"]["social-security-card"], city())
    assert len(found.outlooks) == 3 and found.faults == ()


@given(st.permutations(range(7)))
def test_the_order_of_the_items_changes_no_plan(order: list[int]) -> None:
    """Law: the days of a one-thing hang on its edges, not on how a clerk happened to list it."""
    body = thing()
    listed = [KINDS["one_thing"]["birth"]["item"][n] for n in order]
    found = rules.thing({**body, "item": listed})
    days = {key: rules.item(one).promised_days for key, one in KINDS["service_item"].items()}
    active = rules.active_items(found, body["main_situation"], lambda text, facts: True)
    planned = rules.plan(active, found.edges, days)
    straight = rules.plan([m["key"] for m in body["item"]], found.edges, days)
    assert {key: (row.start, row.finish, row.slack) for key, row in planned.items()} == {
        key: (row.start, row.finish, row.slack) for key, row in straight.items()
    }


def test_nine_items_are_merged_in_fifty_milliseconds() -> None:
    widest = sorted(KINDS["service_item"].values(), key=lambda body: -len(body["field"]))[:9]
    members = [(body["key"], body["field"]) for body in widest]
    known = city()
    times = []
    for _ in range(5):
        began = process_time()
        form = rules.form_of(members, known)
        times.append(process_time() - began)
    assert form.asked == sum(len(fields) for _, fields in members)
    assert min(times) < 0.05
