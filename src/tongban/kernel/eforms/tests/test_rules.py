from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tongban.kernel.eforms import rules as eforms
from tongban.kernel.eforms.rules import Form, Value
from tongban.kernel.identity import codes

PERSON = codes.fictional_person_number("990101", date(1990, 1, 1), 1)
USCC = codes.fictional_uscc("990101", 1)
CARD = codes.fictional_bank_card(1)

ELEMENTS: dict[str, dict[str, Any]] = {
    str(body["key"]): body
    for body in (
        {"key": "name", "name": "姓名", "name_en": "Name", "type": "text", "max_length": 30,
         "autocomplete": "name"},
        {"key": "birth_date", "name": "出生日期", "type": "date", "min": "1900-01-01",
         "max": "today"},
        {"key": "number", "name": "身份号码", "type": "person_number", "grade": 3},
        {"key": "uscc", "name": "信用代码", "type": "uscc"},
        {"key": "phone", "name": "电话", "type": "phone"},
        {"key": "account", "name": "账号", "type": "bank_account"},
        {"key": "firm_account", "name": "账号", "type": "bank_account", "format": "entity"},
        {"key": "area", "name": "面积", "type": "number", "min": 0, "unit": "㎡"},
        {"key": "fee", "name": "金额", "type": "number", "format": "money"},
        {"key": "seats", "name": "座位", "type": "number", "format": "integer"},
        {"key": "income", "name": "收入", "type": "number"},
        {"key": "married", "name": "已婚", "type": "yes_no"},
        {"key": "note", "name": "说明", "type": "text", "format": "long"},
        {"key": "plate", "name": "编号", "type": "text", "pattern": "[A-Z]\\d{3}",
         "example": "A123"},
        {"key": "follow", "name": "随谁", "type": "choice",
         "options": [{"value": v, "name": v} for v in ("mother", "father", "both")]},
    )
}  # fmt: skip
ROLES = {
    "child": {"key": "child", "name": "孩子", "name_en": "Child", "order": 1},
    "mother": {"key": "mother", "name": "母亲", "order": 2},
    "applicant": {"key": "applicant", "name": "申请人", "order": 3},
}


def form(**items: list[dict[str, Any]]) -> Form:
    faults = eforms.merge_faults(items.items(), ELEMENTS, ROLES)
    assert faults == []
    return eforms.merge(items.items(), ELEMENTS, ROLES)


def ask(place: str, **more: Any) -> dict[str, Any]:
    role, _, element = place.partition(".")
    return {"role": role, "element": element, **more}


@dataclass
class Answered:
    register: str
    values: Mapping[str, Any]
    found: bool = True
    source_organ: str = "卫生健康委"
    fetched_at: str = "2026-01-05T10:00:00+08:00"
    query_id: int = 7
    extra: dict[str, Any] = field(default_factory=dict)


# ── merging ─────────────────────────────────────────────────────────────────────────────────────


def test_what_two_items_want_is_asked_once() -> None:
    both = form(
        a=[ask("child.name", required=True), ask("mother.phone")],
        b=[ask("child.name", max_length=10), ask("child.birth_date")],
    )
    assert [f.key for f in both.fields] == ["child.name", "child.birth_date", "mother.phone"]
    name = both.by_key["child.name"]
    assert (name.items, name.max_length, name.required) == (("a", "b"), 10, True)
    assert both.asked == 4
    assert both.inverse == {
        "a": ("child.name", "mother.phone"),
        "b": ("child.name", "child.birth_date"),
    }


def test_the_same_datum_of_another_role_or_period_is_another_field() -> None:
    several = form(
        a=[
            ask("mother.income", period="2024"),
            ask("mother.income", period="2025"),
            ask("child.income", period="2025"),
        ]
    )
    assert [f.key for f in several.fields] == [
        "child.income@2025", "mother.income@2024", "mother.income@2025",
    ]  # fmt: skip
    assert several.fields[1].pointer == "/mother/income@2024"


def test_limits_are_intersected() -> None:
    [f] = form(a=[ask("child.area", min=5, max=100)], b=[ask("child.area", min=8)]).fields
    assert (f.least, f.most) == ((8,), (100,))
    [f] = form(a=[ask("child.birth_date", min="2020-01-01")], b=[ask("child.birth_date")]).fields
    assert (f.least, f.most) == (("2020-01-01",), ("today",))
    [f] = form(a=[ask("child.follow", options=["both", "father"])],
               b=[ask("child.follow", options=["mother", "father"])]).fields  # fmt: skip
    assert [o.value for o in f.options] == ["father"]


@pytest.mark.parametrize(
    ("one", "two", "says"),
    [
        (ask("child.follow", options=["mother"]), ask("child.follow", options=["father"]), "No op"),
        (ask("child.area", min=10), ask("child.area", max=5), "lower limit"),
        (ask("child.name", min_length=9), ask("child.name", max_length=3), "as short and as long"),
        (
            ask("child.birth_date", min="2025-01-01"),
            ask("child.birth_date", max="2024-01-01"),
            "lower limit",
        ),
    ],
)
def test_contradictions_are_faults_of_publishing(
    one: dict[str, Any], two: dict[str, Any], says: str
) -> None:
    [fault] = eforms.merge_faults([("a", [one]), ("b", [two])], ELEMENTS, ROLES)
    assert says in fault.sentence()
    assert "a, b" in fault.sentence()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (ask("moon.name"), "role"),
        (ask("child.colour"), "element"),
        (ask("child.name", type="number"), "type"),
        (ask("child.name", mode="locked"), "mode"),
        (ask("child.name", mode="frozen"), "mode"),
        (ask("child.name", source="births"), "source"),
        (ask("child.name", required=3), "required"),
        (ask("child.name", required="q. = ="), "required"),
        (ask("child.name", when="if then"), "when"),
        (ask("child.follow", options=["nobody"]), "options"),
        (ask("child.name", min=3), "min"),
        (ask("child.birth_date", max="2024-02-31"), "max"),
        (ask("child.area", max_length=3), "max_length"),
        (ask("child.plate", pattern="("), "pattern"),
        (ask("child.name", period="2024/25"), "period"),
    ],
)
def test_faults_of_a_field(body: dict[str, Any], where: str) -> None:
    faults = eforms.field_faults([body], ELEMENTS, ROLES)
    assert [f.where for f in faults] == [f"field[0].{where}"]
    assert "{" not in faults[0].sentence()


def test_one_item_asking_twice_is_a_fault() -> None:
    faults = eforms.field_faults([ask("child.name"), ask("child.name")], ELEMENTS, ROLES)
    assert [(f.where, f.sentence()) for f in faults] == [
        ("field[1]", "child.name is asked twice. Remove one.")
    ]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"key": "Name"}, "key"),
        ({"key": "a-b"}, "key"),
        ({"name": ""}, "name"),
        ({"type": "colour"}, "type"),
        ({"format": "loud"}, "format"),
        ({"type": "choice"}, "options"),
        ({"options": [{"value": "a", "name": "a"}]}, "options"),
        ({"type": "choice", "options": [{"value": "a"}]}, "options"),
        ({"type": "choice", "options": [{"value": "a", "name": "x"}] * 2}, "options"),
        ({"type": "number", "min": "today"}, "min"),
        ({"max_length": "3"}, "max_length"),
        ({"pattern": "("}, "pattern"),
        ({"grade": 5}, "grade"),
    ],
)
def test_faults_of_an_element(change: dict[str, Any], where: str) -> None:
    body = {"key": "x", "name": "x", "type": "text", **change}
    assert [f.where for f in eforms.element_faults(body)] == [where]


def test_no_faults_in_what_these_tests_use() -> None:
    assert [f for body in ELEMENTS.values() for f in eforms.element_faults(body)] == []
    assert [f for body in ROLES.values() for f in eforms.role_faults(body)] == []
    assert [f.where for f in eforms.role_faults({"key": "A B"})] == ["key", "name"]


PLACES = ("child.name", "child.area", "child.follow", "mother.name", "mother.phone")


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[str, list[dict[str, Any]]]]:
    found = []
    for item in draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)):
        bodies = []
        for place in draw(st.lists(st.sampled_from(PLACES), max_size=5, unique=True)):
            more: dict[str, Any] = {
                "required": draw(st.sampled_from([True, False, "q.x = 1"])),
                "when": draw(st.sampled_from(["", "q.y = 1"])),
            }
            source = draw(st.sampled_from([[], ["r.e"], ["s.e", "r.e"], ["t.e@mother"]]))
            if source:
                more |= {"source": source, "mode": draw(st.sampled_from(["locked", "confirm"]))}
            if place == "child.area":
                more |= draw(st.sampled_from([{}, {"min": 3}, {"min": 5, "max": 9}]))
            if place == "child.follow":
                more |= draw(st.sampled_from([{}, {"options": ["both"]}]))
            if place.endswith("name"):
                more |= draw(st.sampled_from([{}, {"max_length": 5}, {"min_length": 2}]))
            bodies.append(ask(place, **more))
        found.append((item, bodies))
    return found


def sense(one: Form) -> dict[str, Any]:
    """What a form means, whatever the order of its fields."""
    return {
        f.key: (
            frozenset(f.items), f.options, f.least, f.most, f.min_length, f.max_length, f.patterns,
            f.mode, f.required, frozenset(f.sources), frozenset(f.conditions), frozenset(f.asks),
        )
        for f in one.fields
    }  # fmt: skip


def merged(pieces: list[tuple[str, list[dict[str, Any]]]]) -> Form:
    return eforms.merge(pieces, ELEMENTS, ROLES)


@given(parts(), st.randoms())
def test_merging_does_not_depend_on_the_order(pieces: Any, random: Any) -> None:
    shuffled = list(pieces)
    random.shuffle(shuffled)
    assert sense(merged(pieces)) == sense(merged(shuffled))


@given(parts(), st.integers(0, 4), st.integers(0, 4))
def test_merging_piecewise_is_merging_at_once(pieces: Any, one: int, two: int) -> None:
    low, high = sorted((one, two))
    a, b, c = merged(pieces[:low]), merged(pieces[low:high]), merged(pieces[high:])
    left = eforms.combine(eforms.combine(a, b), c)
    right = eforms.combine(a, eforms.combine(b, c))
    assert left == right == merged(pieces)


@given(parts())
def test_merging_again_changes_nothing(pieces: Any) -> None:
    whole = merged(pieces)
    assert eforms.combine(whole, whole) == whole
    assert eforms.combine(whole) == whole


@given(parts())
def test_nothing_is_asked_twice_and_nothing_is_forgotten(pieces: Any) -> None:
    whole = merged(pieces)
    keys = [f.key for f in whole.fields]
    assert len(keys) == len(set(keys))
    wanted = {(i, f"{b['role']}.{b['element']}") for i, bodies in pieces for b in bodies}
    assert {(i, f.key) for f in whole.fields for i in f.items} == wanted


@given(parts())
def test_the_projection_is_each_items_own_form(pieces: Any) -> None:
    whole = merged(pieces)
    values = {f.key: Value("x") for f in whole.fields}
    for item, bodies in pieces:
        alone = merged([(item, bodies)])
        assert sense(eforms.part(whole, item)) == sense(alone)
        facts = {"q": {"x": 1, "y": 1}}
        assert set(eforms.project(whole, values, item, facts)) == set(alone.by_key)


@given(parts())
def test_fewer_items_have_no_other_faults(pieces: Any) -> None:
    broken = {f.where for f in merged(pieces).faults}
    assert {f.where for f in merged(pieces[1:]).faults} <= broken


@settings(max_examples=50)
@given(parts(), st.data())
def test_what_passes_the_whole_passes_each_item(pieces: Any, data: st.DataObject) -> None:
    whole = merged(pieces)
    facts = {"q": {"x": 1, "y": 1}}
    samples = {"text": "张三丰", "number": 6, "choice": "both", "phone": "13912345678"}
    values = {f.key: Value(samples[f.type]) for f in whole.fields if data.draw(st.booleans())}
    if eforms.check(whole, values, facts):
        return
    for item, bodies in pieces:
        alone = merged([(item, bodies)])
        assert eforms.check(alone, eforms.project(whole, values, item, facts), facts) == {}


# ── conditions ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_asked_is_neither_shown_nor_required_nor_sent() -> None:
    one = form(
        a=[ask("child.married"), ask("mother.name", when='form.child.married = "yes"',
                                     required=True)],
        b=[ask("mother.name", when='q.kind = "b"')],
    )  # fmt: skip
    facts = {"q": {"kind": "a"}}
    values = {"child.married": Value("no"), "mother.name": Value("王")}
    assert [f.key for f in eforms.visible(one, values, facts)] == ["child.married"]
    assert eforms.relevant(one, values, facts) == {"child.married": Value("no")}
    assert eforms.check(one, {"child.married": Value("no")}, facts) == {}
    assert set(eforms.check(one, {"child.married": Value("yes")}, facts)) == {"mother.name"}
    # Asked by b only, and not required there; a does not see it.
    for_b = {"q": {"kind": "b"}}
    assert eforms.check(one, {"child.married": Value("no")}, for_b) == {}
    assert set(eforms.project(one, values, "a", for_b)) == {"child.married"}
    assert set(eforms.project(one, values, "b", for_b)) == {"mother.name"}


def test_a_condition_that_cannot_be_said_does_not_hold() -> None:
    one = form(a=[ask("mother.name", when="form.child.area > 3", required=True),
                  ask("child.area")])  # fmt: skip
    assert eforms.check(one, {}) == {}
    assert set(eforms.check(one, {"child.area": Value(4)})) == {"mother.name"}
    assert eforms.check(one, {"child.area": Value("x")}).keys() == {"child.area"}


def test_dates_are_dates_in_conditions() -> None:
    one = form(a=[ask("child.birth_date"),
                  ask("child.name", required="form.child.birth_date > date(\"2025-01-01\")"),
                  ask("mother.name", required="form.child.birth_date = today()")])  # fmt: skip
    today = {"today": date(2026, 1, 5)}
    assert set(eforms.check(one, {"child.birth_date": Value("2026-01-05")}, today)) == {
        "child.name", "mother.name",
    }  # fmt: skip
    assert eforms.check(one, {"child.birth_date": Value("2024-01-05")}, today) == {}


def test_each_condition_is_asked_once() -> None:
    asked: list[str] = []

    def condition(text: str, facts: Mapping[str, Any]) -> bool:
        asked.append(text)
        return True

    one = form(a=[ask(place, when="q.x = 1") for place in PLACES])
    assert len(eforms.visible(one, {}, condition=condition)) == len(PLACES)
    assert asked == ["q.x = 1"]


# ── prefilling ──────────────────────────────────────────────────────────────────────────────────

BIRTH = form(
    birth=[
        ask("child.name", required=True),
        ask("child.birth_date", required=True, source="births.born_on", mode="locked"),
        ask("mother.name", required=True, mode="locked",
            source=["population.name", "births.mother_name@child"]),
        ask("mother.phone", required=True, source="accounts.phone", mode="confirm"),
        ask("mother.number", source="population.number", mode="locked"),
    ]
)  # fmt: skip


def answered(mother: str = "王芳", **born: Any) -> dict[tuple[str, str], Any]:
    births = {"born_on": date(2026, 1, 2), "mother_name": "王芳", **born}
    return {
        ("child", "births"): Answered("births", births),
        ("mother", "population"): Answered("population", {"name": mother, "number": PERSON}),
        ("mother", "accounts"): Answered("accounts", {"phone": "139 1234 5678"}),
    }


def test_only_what_is_needed_is_asked_for() -> None:
    assert eforms.needed(BIRTH) == {
        ("child", "births"): ("born_on", "mother_name"),
        ("mother", "population"): ("name", "number"),
        ("mother", "accounts"): ("phone",),
    }


def test_registers_fill_the_form_with_their_names_on_it() -> None:
    filled = eforms.prefill(BIRTH, answered())
    assert {key: value.value for key, value in filled.values.items()} == {
        "child.birth_date": "2026-01-02", "mother.name": "王芳", "mother.phone": "13912345678",
        "mother.number": PERSON,
    }  # fmt: skip
    value = filled.values["child.birth_date"]
    assert (value.source, value.register, value.element, value.query_id) == (
        "prefill", "births", "born_on", "7",
    )  # fmt: skip
    assert (filled.disagreements, filled.silent, filled.unusable) == ((), (), {})
    left = eforms.counts(BIRTH, filled.values)
    assert (left.to_fill, left.to_confirm, left.done, left.visible) == (1, 1, 3, 5)
    assert left.share == 0.8


def test_two_sources_that_disagree_are_both_kept_and_nothing_is_locked() -> None:
    filled = eforms.prefill(BIRTH, answered(mother="王芬"))
    value = filled.values["mother.name"]
    assert filled.disagreements == ("mother.name",)
    assert (value.value, [v.value for v in value.against]) == ("王芬", ["王芳"])
    assert eforms.mode_of(BIRTH.by_key["mother.name"], value) == "confirm"
    assert eforms.counts(BIRTH, filled.values).to_confirm == 2
    chosen = eforms.parse(BIRTH, {"mother.name": "王芳"}, filled.values)["mother.name"]
    assert (chosen.value, chosen.register, chosen.confirmed) == ("王芳", "births", True)
    assert [v.value for v in chosen.against] == ["王芬"]
    assert not chosen.is_correction


def test_a_silent_register_is_not_an_empty_one() -> None:
    answers = answered() | {("mother", "population"): None}
    filled = eforms.prefill(BIRTH, answers)
    assert filled.silent == (("mother", "population"),)
    assert filled.values["mother.name"].register == "births"
    assert "mother.number" not in filled.values
    answers[("mother", "population")] = Answered("population", {}, found=False)
    assert eforms.prefill(BIRTH, answers).silent == ()


def test_what_cannot_be_right_is_not_filled_in() -> None:
    answers = answered(born_on="2026-02-30")
    filled = eforms.prefill(BIRTH, answers)
    assert "child.birth_date" not in filled.values
    assert filled.unusable is not None
    value, problem = filled.unusable["child.birth_date"]
    assert value.register == "births"
    assert "day of the calendar" in problem.sentence()


def test_a_lock_holds_only_for_the_source_it_trusts() -> None:
    one = form(
        a=[ask("child.name", source="births.name", mode="locked")],
        b=[ask("child.name", source="schools.name", mode="confirm")],
    )
    [f] = one.fields
    assert (f.mode, f.mode_for("births"), f.mode_for("schools"), f.mode_for("")) == (
        "locked", "locked", "confirm", "editable",
    )  # fmt: skip


# ── what people type ────────────────────────────────────────────────────────────────────────────


def test_correcting_what_a_register_says() -> None:
    before = eforms.prefill(BIRTH, answered()).values
    after = eforms.parse(
        BIRTH,
        {
            "mother.phone": "13800000000",
            "child.name": " 李　小 宝 ",
            "child.birth_date": "2020-1-1",
        },
        before,
    )
    assert after["child.birth_date"].value == "2026-01-02"  # locked
    assert after["child.name"] == Value("李 小 宝", "user", confirmed=True)
    assert after["mother.phone"].value == "13800000000"
    mine, theirs = eforms.corrections(after)["mother.phone"]
    assert (mine.source, theirs.value, theirs.register) == ("user", "13912345678", "accounts")
    # Typing the register's value again takes the correction back.
    again = eforms.parse(BIRTH, {"mother.phone": "139-1234-5678"}, after)["mother.phone"]
    assert (again.source, again.confirmed, again.against) == ("prefill", True, ())


def test_asking_the_registers_again_keeps_what_people_did() -> None:
    before = eforms.parse(
        BIRTH,
        {"mother.phone": "13800000000", "mother.name": "王芳", "child.name": "宝"},
        eforms.prefill(BIRTH, answered(mother="王芬")).values,
    )
    later = answered(mother="王芬", born_on="2026-01-03")
    after = eforms.refresh(before, eforms.prefill(BIRTH, later).values)
    assert after["child.birth_date"].value == "2026-01-03"
    assert after["child.name"].value == "宝"
    assert (after["mother.name"].value, after["mother.name"].register) == ("王芳", "births")
    assert after["mother.name"].confirmed
    assert after["mother.phone"].is_correction
    # The register now says what the person had typed: nothing is left to correct.
    later["mother", "accounts"] = Answered("accounts", {"phone": "13800000000"})
    agreed = eforms.refresh(after, eforms.prefill(BIRTH, later).values)["mother.phone"]
    assert (agreed.source, agreed.confirmed, agreed.against) == ("prefill", True, ())
    # What was confirmed is no longer what any register says: look again.
    later["child", "births"] = Answered("births", {"mother_name": "王方"})
    changed = eforms.refresh(after, eforms.prefill(BIRTH, later).values)["mother.name"]
    assert (changed.value, changed.confirmed) == ("王芬", False)
    # A silent register takes nothing away.
    assert eforms.refresh(after, {}) == after


def test_confirming_by_sending_it_unchanged() -> None:
    before = eforms.prefill(BIRTH, answered()).values
    assert eforms.counts(BIRTH, before).to_confirm == 1
    after = eforms.parse(BIRTH, {"mother.phone": "13912345678"}, before)
    assert after["mother.phone"].confirmed
    assert eforms.counts(BIRTH, after).to_confirm == 0


def test_striking_out_is_a_correction_and_a_missing_answer() -> None:
    before = eforms.prefill(BIRTH, answered()).values
    after = eforms.parse(BIRTH, {"mother.phone": " ", "child.name": ""}, before)
    assert "child.name" not in after
    assert after["mother.phone"].is_correction
    facts = {"today": date(2026, 1, 5)}
    problems = eforms.check(BIRTH, after, facts)
    assert set(problems) == {"mother.phone", "child.name"}
    assert eforms.check(BIRTH, after, facts, partly=True) == {}


def test_a_page_that_sends_a_part_leaves_the_rest() -> None:
    before = {"child.name": Value("宝"), "mother.phone": Value("13912345678")}
    assert eforms.parse(BIRTH, {"mother.phone": "13912345678"}, before) == before


@pytest.mark.parametrize(
    ("place", "typed", "value"),
    [
        ("name", "  张\u3000三 ", "张 三"),
        ("name", "Ａ１２，路", "A12，路"),
        ("note", "一\r\n 二  三 \n", "一\n二 三"),
        ("birth_date", "2026年1月5日", "2026-01-05"),
        ("birth_date", "２０２６／１／５", "2026-01-05"),
        ("birth_date", "20260105", "2026-01-05"),
        ("birth_date", "2026.01.05", "2026-01-05"),
        ("birth_date", "昨天", "昨天"),
        ("number", " 99010119900101001ｘ ", "99010119900101001X"),
        ("phone", "+86 139-1234-5678", "13912345678"),
        ("phone", "（0990）8123456", "0990-8123456"),
        ("account", "6222 0000-0000", "622200000000"),
        ("area", "１，２００．５０", 1200.5),
        ("area", "12.00", 12),
        ("area", "-3", -3),
        ("area", "1e999", "1e999"),
        ("area", "9" * 5000, "9" * 5000),
        ("area", "12,5", "12,5"),
        ("married", "是", "yes"),
        ("married", "off", "no"),
        ("married", "maybe", "maybe"),
        ("follow", " mother ", "mother"),
    ],
)
def test_reading(place: str, typed: str, value: Any) -> None:
    one = form(a=[ask(f"child.{place}")])
    read = eforms.parse(one, {f"child.{place}": typed})[f"child.{place}"].value
    assert read == value
    assert type(read) is type(value)


EVERYTHING = form(a=[ask(f"child.{element}") for element in ELEMENTS])


@given(st.text())
def test_no_text_makes_reading_or_checking_fail(text: str) -> None:
    for f in EVERYTHING.fields:
        eforms.check_value(f, eforms.read(f, text))


@given(st.text("09aZ０９ａＺ中年月日是，。·.-/+() \u3000\n"))
def test_reading_again_changes_nothing(text: str) -> None:
    for f in EVERYTHING.fields:
        read = eforms.read(f, text)
        assert eforms.read(f, read) == read


# ── checking ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("name", "古丽·阿依"),
        ("birth_date", "2026-01-05"),
        ("number", PERSON),
        ("uscc", USCC),
        ("phone", "13912345678"),
        ("phone", "0990-8123456"),
        ("phone", "400-123-4567"),
        ("account", CARD),
        ("firm_account", "1234567890123"),
        ("area", 0),
        ("area", 99.5),
        ("fee", 19.99),
        ("fee", 1200),
        ("seats", 12),
        ("married", "yes"),
        ("note", "一\n二"),
        ("plate", "A123"),
        ("follow", "both"),
    ],
)
def test_what_can_be_taken(place: str, value: Any) -> None:
    one = form(a=[ask(f"child.{place}")])
    today = {"today": date(2026, 1, 5)}
    assert eforms.check(one, {f"child.{place}": Value(value)}, today) == {}


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("name", "字" * 31, "Write at most 30 characters; these are 31."),
        ("name", "a\x07b", "Remove the characters that cannot be printed; type it instead of"),
        ("name", "a\nb", "Remove the characters"),
        ("name", 5, "Write a text."),
        ("name", ["a"], "Write a text."),
        ("name", {"a": 1}, "Write a text."),
        ("birth_date", "2026-02-30", "Write a day of the calendar"),
        ("birth_date", "20260105", "Write a day of the calendar"),
        ("birth_date", "2026-01-06", "The last day that can be taken is 2026-01-05."),
        ("birth_date", "1899-12-31", "The first day that can be taken is 1900-01-01."),
        ("number", PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1"), "The check character"),
        ("number", "110105", "too long or too short"),
        ("number", 5, "Write a text."),
        ("uscc", USCC[:-1], "too long or too short"),
        ("phone", "12345", "Write a mobile number of 11 digits, or"),
        ("account", "622200000000", "The check character"),
        ("firm_account", "12ab", "A firm's bank account has 8 to 32 digits."),
        ("area", "viel", "Write a number, such as 12.5."),
        ("area", True, "Write a number"),
        ("area", -1, "The smallest number that can be taken is 0."),
        ("fee", 0.001, "at most two decimals"),
        ("seats", 1.5, "Write a whole number"),
        ("married", "maybe", "Choose yes or no."),
        ("married", True, "Choose yes or no."),
        ("follow", "nobody", "Choose one of the options."),
        ("plate", "A1234", "for example A123"),
        ("plate", "xA123", "for example A123"),
    ],
)
def test_what_cannot_be_taken(place: str, value: Any, says: str) -> None:
    one = form(a=[ask(f"child.{place}")])
    today = {"today": date(2026, 1, 5)}
    [problem] = eforms.check(one, {f"child.{place}": Value(value)}, today)[f"child.{place}"]
    assert says in problem.sentence()


def test_what_the_form_does_not_ask_is_refused() -> None:
    one = form(a=[ask("child.name")])
    [problem] = eforms.check(one, {"child.secret": Value("x")})["child.secret"]
    assert "does not ask" in problem.sentence()


def test_a_moving_limit_needs_the_day() -> None:
    with pytest.raises(LookupError, match="today"):
        eforms.check(BIRTH, {})


# ── what is stored and shown ────────────────────────────────────────────────────────────────────


def test_values_survive_being_stored() -> None:
    values = eforms.prefill(BIRTH, answered(mother="王芬")).values
    after = eforms.parse(BIRTH, {"mother.phone": "1", "child.name": "宝"}, values)
    stored = eforms.dump(after)
    assert eforms.load(stored) == after
    assert stored["child.name"] == {"value": "宝", "source": "user", "confirmed": True}


def test_the_schema_is_a_schema_and_agrees_with_the_check() -> None:
    one = form(a=[ask(f"child.{e}", required=e == "name", when="q.x = 1" if e == "area" else "")
                  for e in ELEMENTS])  # fmt: skip
    schema = eforms.schema(one)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    good = eforms.answers(one, {"child.name": Value("宝"), "child.seats": Value(3)})
    assert good == {"child": {"name": "宝", "seats": 3}}
    assert validator.is_valid(good)
    bads: list[dict[str, Any]] = [
        {},
        {"child": {}},
        {"child": {"name": 3}},
        {"child": {"name": "a", "moon": 1}},
    ]
    for bad in bads:
        assert not validator.is_valid(bad)
    assert schema["properties"]["child"]["properties"]["area"]["x-when"] == ["q.x = 1"]


def test_what_a_page_needs() -> None:
    one = form(
        a=[ask("applicant.name"), ask("child.name", group="登记"), ask("child.number"),
           ask("child.follow"), ask("child.note"), ask("applicant.phone")]
    )  # fmt: skip
    groups = eforms.ui(one)["groups"]
    assert [(g["name"], [f["key"] for f in g["fields"]]) for g in groups] == [
        ("登记", ["child.name"]),
        ("孩子", ["child.number", "child.follow", "child.note"]),
        ("申请人", ["applicant.name", "applicant.phone"]),
    ]
    shown = {f["key"]: f for g in groups for f in g["fields"]}
    assert shown["child.name"]["autocomplete"] == "off"
    assert shown["applicant.name"]["autocomplete"] == "name"
    assert shown["applicant.phone"]["autocomplete"] == "tel"
    assert shown["child.number"]["is_masked"]
    assert [f["widget"] for f in shown.values()] == [
        "text", "person_number", "radio", "textarea", "text", "tel",
    ]  # fmt: skip
    [first, *_] = eforms.bindings(one)
    assert (first["pointer"], first["element"], first["items"]) == ("/child/name", "name", ["a"])


def test_the_official_sees_differences_first() -> None:
    shared = eforms.prefill(BIRTH, answered()).values
    values = {
        "child.name": Value("宝"),
        "child.birth_date": shared["child.birth_date"],
        "mother.phone": Value("13800000000"),
    }
    rows = eforms.difference(BIRTH, values, shared)
    assert [(row.field.key, row.state) for row in rows] == [
        ("mother.phone", "different"),
        ("child.name", "only_form"),
        ("mother.name", "only_shared"),
        ("mother.number", "only_shared"),
        ("child.birth_date", "same"),
    ]
