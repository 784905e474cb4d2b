"""The demo city is data; here it is read as a city would be, without a database.

Publication checks each definition again with the program's own checks. These are the rules that
hold between files, and what the demo city promises to be.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tongban.kernel.identity import codes

CITY = Path(__file__).parents[1] / "cities" / "demo"
Body = dict[str, Any]

CONDITION = re.compile(r'q\.([a-z_]+) (=|!=) "([a-z0-9_]+)"')
GRANT = re.compile(r"[a-z_]+\.[a-z_]+")
SOURCE = re.compile(r"([a-z_]+)\.([a-z_]+)(?:@([a-z_]+))?")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!(][\u4e00-\u9fff]")


@cache
def file(name: str) -> Body:
    return tomllib.loads((CITY / name).read_text(encoding="utf-8"))


@cache
def folder(name: str) -> dict[str, Body]:
    found = {
        path.stem: file(f"{name}/{path.name}") for path in sorted((CITY / name).glob("*.toml"))
    }
    for stem, body in found.items():
        assert body["key"] == stem, f"{name}/{stem}.toml calls itself {body['key']}"
    return found


def rows(name: str, table: str) -> dict[str, Body]:
    listed = file(name)[table]
    found = {row["key"]: row for row in listed}
    assert len(found) == len(listed), f"{name}: a key stands twice"
    return found


def organs() -> dict[str, Body]:
    return rows("organs.toml", "organ")


def elements() -> dict[str, Body]:
    return rows("elements.toml", "element")


def roles() -> dict[str, Body]:
    return rows("roles.toml", "role")


def posts() -> dict[str, Body]:
    return {
        f"{organ['key']}/{unit['key']}/{post['key']}": post
        for organ in organs().values()
        for unit in organ.get("unit", ())
        for post in unit.get("post", ())
    }


def grants_of(organ: str) -> set[str]:
    return {
        g for path, post in posts().items() if path.split("/")[0] == organ for g in post["grants"]
    }


def conditions(text: str) -> list[tuple[str, str]]:
    """The (question, answer) pairs of a condition; it has no other parts than these."""
    parts = re.split(r" and | or ", text)
    assert all(CONDITION.fullmatch(part) for part in parts), f"not a plain condition: {text}"
    return [(m[1], m[3]) for m in CONDITION.finditer(text)]


def holds(text: str, answers: Mapping[str, str]) -> bool:
    """Plain conditions joined by `and` or `or`, `and` binding tighter."""

    def is_true(part: str) -> bool:
        match = CONDITION.fullmatch(part)
        assert match is not None, part
        return (answers.get(match[1]) == match[3]) is (match[2] == "=")

    return not text or any(all(map(is_true, one.split(" and "))) for one in text.split(" or "))


def texts(body: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield from texts(value, f"{path}.{name}")
    elif isinstance(body, list):
        for place, value in enumerate(body):
            yield from texts(value, f"{path}[{place}]")
    elif isinstance(body, str):
        yield path, body


def longest(after: Mapping[str, list[str]], days: Mapping[str, int]) -> int:
    """The longest path; a circle is a fault of the data."""
    ends: dict[str, int] = {}

    def end(node: str, above: tuple[str, ...]) -> int:
        assert node not in above, f"a circle: {' → '.join((*above, node))}"
        if node not in ends:
            ends[node] = days[node] + max(
                (end(one, (*above, node)) for one in after.get(node, ())), default=0
            )
        return ends[node]

    return max((end(node, ()) for node in days), default=0)


ITEMS, ALL_THINGS = folder("items"), folder("one_things")
THINGS = {key: body for key, body in ALL_THINGS.items() if not body.get("of_project")}
PATHS = folder("investment_paths")
REGISTERS, LICENCES = folder("registers"), folder("licence_types")
PROCESSES, DECISIONS = folder("processes"), folder("decisions")


def test_it_is_as_large_as_it_promises() -> None:
    divisions = file("divisions.toml")["division"]
    living = [row for row in divisions if "valid_to" not in row]
    districts = [row for row in living if row["level"] == "district"]
    assert [row["code"] for row in districts] == [f"99010{n}" for n in range(1, 9)]
    for district in districts:
        assert sum(row["parent"] == district["code"] for row in living) >= 4
    assert any(row.get("merged_into") for row in divisions)
    assert sum(organ["level"] == "3" for organ in organs().values()) >= 22
    assert len(file("officials.toml")["official"]) >= 60
    assert len(ITEMS) >= 60
    assert len(THINGS) == 10
    assert all(thing["ready"] and thing["main_situation"] for thing in THINGS.values())
    assert sum(item["ready"] for item in ITEMS.values()) >= 8


def test_divisions_lie_within_one_another() -> None:
    listed = {row["code"]: row for row in file("divisions.toml")["division"]}
    for code, row in listed.items():
        assert len(code) == (9 if row["level"] == "street" else 6), code
        if row["level"] != "province":
            parent = listed[row["parent"]]["code"]
            assert code.startswith(parent.rstrip("0") if len(parent) == 6 else parent), code
        if "merged_into" in row:
            assert row["merged_into"] in listed and row["valid_to"] >= row["valid_from"]


def test_organs_have_valid_fictional_codes_and_known_parents() -> None:
    known = organs()
    codes_seen = [organ["uscc"] for organ in known.values()]
    assert len(set(codes_seen)) == len(codes_seen)
    divisions = {row["code"] for row in file("divisions.toml")["division"]}
    for key, organ in known.items():
        assert codes.Uscc.read(organ["uscc"]).text == organ["uscc"]
        assert organ["uscc"][2:4] == codes.FICTIONAL
        assert organ["division"] in divisions
        for parent in filter(None, (organ.get("line"), organ.get("area"))):
            assert parent in known and parent != key


def test_no_post_receives_and_decides() -> None:
    for path, post in posts().items():
        assert all(GRANT.fullmatch(grant) for grant in post["grants"]), path
        assert not {"case.receive", "case.decide"} <= set(post["grants"]), path


def test_every_post_is_held_and_administrations_are_apart() -> None:
    officials = file("officials.toml")["official"]
    held = {path for official in officials for path in official["posts"]}
    assert held == set(posts())
    three = {"system.administer", "security.administer", "audit.read"}
    for official in officials:
        number = codes.PersonNumber.read(official["number"]).text
        assert number.startswith(codes.FICTIONAL)
        mine = {grant for path in official["posts"] for grant in posts()[path]["grants"]}
        assert len(mine & three) <= 1, official["login"]
        assert not {"case.receive", "case.decide"} <= mine, official["login"]
        assert not {"definition.draft", "definition.publish"} <= mine, official["login"]
    demo = {official["login"] for official in officials if official.get("demo")}
    assert {"chen", "wu", "lin", "zhao", "sun", "qian", "li"} <= demo


@pytest.mark.parametrize("key", REGISTERS)
def test_a_register_is_well_described(key: str) -> None:
    register = REGISTERS[key]
    held = [field["element"] for field in register["fields"]]
    assert len(set(held)) == len(held)
    assert set(held) <= set(elements())
    assert register["about"] in {"person", "child", "entity", "premises"}
    assert {register["key_element"], *register.get("leads", ())} <= set(held)
    assert "correction.handle" in grants_of(register["organ"]), "nobody there handles corrections"


def test_licence_types_have_codes_of_their_own() -> None:
    seen = set()
    for key, licence in LICENCES.items():
        definer = organs()[licence["organ"]]["uscc"]
        seen.add(definer + licence["code"])
        assert len(licence["code"]) == 3, key
        for field in licence["fields"]:
            assert field["element"] in elements(), key
            assert field.get("role", "applicant") in roles(), key
    assert len(seen) == len(LICENCES)


def test_roles_are_found_in_registers_that_hold_them() -> None:
    for key, role in roles().items():
        register, _, element = role.get("from", "").partition(".")
        if register and register != "applicant":
            held = {field["element"] for field in REGISTERS[register]["fields"]}
            assert not element or element in held, key
            assert element or REGISTERS[register].get("leads"), key


@pytest.mark.parametrize("key", PROCESSES)
def test_a_process_can_be_walked(key: str) -> None:
    stages = {stage["id"]: stage for stage in PROCESSES[key]["stage"]}
    assert len(stages) == len(PROCESSES[key]["stage"])
    longest({s: st.get("after", []) for s, st in stages.items()}, dict.fromkeys(stages, 1))
    for stage in stages.values():
        assert GRANT.fullmatch(stage["grant"])
        assert set(stage.get("after", ())) | set(stage.get("returns", ())) <= set(stages)
        names = [action.partition("=")[0] for action in stage["actions"]]
        assert len(set(names)) == len(names)
        for action in stage["actions"]:
            effect = action.partition("=")[2]
            if effect.startswith("return:"):
                assert effect.removeprefix("return:") in stage["returns"]
        if stage.get("legal") == "decide":
            assert stage["grant"] == "case.decide"
    ends = [s for s in stages.values() if any(a.endswith("=end") for a in s["actions"])]
    assert ends


@pytest.mark.parametrize("key", ITEMS)
def test_an_item_is_whole(key: str) -> None:
    item = ITEMS[key]
    organ = organs()[item["organ"]]
    implementing = organ["uscc"] + organ["level"] + item["basic_code"]
    assert codes.TaskCode.read(implementing)
    assert len(implementing) == 31 and item["basic_code"][2:4] == item["task_type"]
    stages = {stage["id"]: stage for stage in PROCESSES[item["process"]]["stage"]}
    path = longest(
        {s: st.get("after", []) for s, st in stages.items()},
        {s: st["days"] for s, st in stages.items()},
    )
    assert path <= item["promised_days"] <= item["statutory_days"]
    missing = {stage["grant"] for stage in stages.values()} - grants_of(item["organ"])
    assert not missing, f"{item['organ']} has no post for {missing}"
    assert {"conditions", "flow", "address", "hours", "contact", "supervise", "law"} <= set(item)
    assert set(item["before"]) == {"forms", "fields", "materials", "visits", "days", "source"}
    assert item["project_type"] == ("instant" if item["process"] == "instant" else "promise")
    assert item["cross_region"] in {"none", "county", "city", "province", "national"}
    specials = {stage["name"] for stage in stages.values() if stage.get("legal") == "special"}
    assert specials <= set(item["special_procedures"])
    assert not item["decision"] or item["decision"] in DECISIONS
    assert bool(item.get("promise_terms")) is item["promise"]


@pytest.mark.parametrize("key", ITEMS)
def test_what_an_item_asks_exists(key: str) -> None:
    item = ITEMS[key]
    asked = [(f["role"], f["element"], f.get("period")) for f in item["field"]]
    assert len(set(asked)) == len(asked)
    for field in item["field"]:
        assert field["role"] in roles() and field["element"] in elements(), field
        source = field.get("source", [])
        assert source or field["mode"] == "editable", field
        for text in [source] if isinstance(source, str) else source:
            match = SOURCE.fullmatch(text)
            assert match is not None, text
            if match[1] != "q":
                held = {f["element"] for f in REGISTERS[match[1]]["fields"]}
                assert match[2] in held and (match[3] or field["role"]) in roles(), text
    materials = [material["key"] for material in item["material"]]
    assert len(set(materials)) == len(materials)
    for material in item["material"]:
        assert material["role"] in roles()
        for way in material["satisfied_by"]:
            kind, _, name = way.partition(":")
            if kind == "register":
                assert name in REGISTERS, way
            elif kind == "licence":
                assert name in LICENCES, way
            elif kind == "output":
                assert any(r["key"] == name for i in ITEMS.values() for r in i.get("result", ())), (
                    way
                )
            else:
                assert way in {"promise", "file", "upload"}, way
    known = {(role, element) for role, element, _ in asked}
    for result in item["result"]:
        assert result.get("licence_type", next(iter(LICENCES))) in LICENCES
        assert result["holder_role"] in roles()
        for field in result["fields"]:
            given = (field["role"], field["element"]) in known
            assert given or field.get("assigned") or field.get("from"), (result["key"], field)


@pytest.mark.parametrize(
    "key", [k for k, i in ITEMS.items() if any("writes" in r for r in i["result"])]
)
def test_what_a_result_writes_its_register_holds(key: str) -> None:
    known = {(f["role"], f["element"]) for f in ITEMS[key]["field"]}
    for result in (r for r in ITEMS[key]["result"] if "writes" in r):
        held = {f["element"] for f in REGISTERS[result["register"]]["fields"]}
        for row in result["writes"]:
            assert row["element"] in held, row
            assert "value" in row or tuple(row["from"].split(".")) in known, row
        assert "subject" not in result or tuple(result["subject"].split(".")) in known


def used_questions(item: Body) -> set[tuple[str, str]]:
    conditioned = [m["need"] for m in item["material"] if m["need"] != "always"]
    conditioned += [f["when"] for f in item["field"] if f.get("when")]
    conditioned += [f["required"] for f in item["field"] if isinstance(f["required"], str)]
    conditioned += [s["when"] for s in PROCESSES[item["process"]]["stage"] if s.get("when")]
    if item.get("promise_terms"):
        conditioned.append(item["promise_terms"]["when"])
    return {pair for text in conditioned for pair in conditions(text)}


def check_answered(item: Body, questions: list[Body], where: str) -> None:
    offered = {q["id"]: {option["value"] for option in q["options"]} for q in questions}
    for question, answer in used_questions(item):
        assert answer in offered.get(question, ()), f"{where}: nobody asks q.{question} = {answer}"


def test_an_item_handled_alone_asks_what_it_depends_on() -> None:
    ready = {key: item for key, item in ITEMS.items() if item["ready"]}
    for key, item in ready.items():
        check_answered(item, item.get("situation", []), key)
        if any(f["role"] == "household" for f in item["field"]):
            assert any(s["id"] == "follow" for s in item["situation"]), key
    handling = {item["organ"] for item in ITEMS.values()}
    assert handling == {item["organ"] for item in ready.values()}, "an organ would stand idle"


@pytest.mark.parametrize("key", ALL_THINGS)
def test_a_one_thing_can_be_finished(key: str) -> None:
    thing = ALL_THINGS[key]
    members = [member["key"] for member in thing["item"]]
    assert set(members) <= set(ITEMS) and len(set(members)) == len(members)
    assert thing["lead"] in organs() and thing["subject_role"] in roles()
    assert 1 <= len(thing["question"]) <= 6
    offered = {q["id"]: {option["value"] for option in q["options"]} for q in thing["question"]}
    for row in (*thing["item"], *thing["question"]):
        for question, answer in conditions(row["when"]) if row.get("when") else ():
            assert answer in offered[question], row
    after: dict[str, list[str]] = {}
    for edge in thing.get("edge", ()):
        assert {edge["from"], edge["to"]} <= set(members), edge
        assert edge["on_refuse"] in {"block", "go_on", "cancel"}
        after.setdefault(edge["to"], []).append(edge["from"])
        if "output" in edge:
            assert edge["output"] in {r["key"] for r in ITEMS[edge["from"]]["result"]}, edge
    days = {member: ITEMS[member]["promised_days"] for member in members}
    assert longest(after, days) <= thing["promised_days"] <= 45
    assert thing["before"]["source"] and thing["source"] and thing["words"]
    for member in members:
        if thing["ready"]:
            check_answered(ITEMS[member], thing["question"], f"{key}/{member}")


def test_outputs_that_an_item_waits_for_reach_it() -> None:
    for key, thing in ALL_THINGS.items():
        for member in (member["key"] for member in thing["item"]):
            reached = {e.get("output") for e in thing.get("edge", ()) if e["to"] == member}
            waited = {
                way.removeprefix("output:")
                for material in ITEMS[member]["material"]
                for way in material["satisfied_by"]
                if way.startswith("output:")
            }
            assert waited <= reached, (key, member)


@pytest.mark.parametrize("key", ALL_THINGS)
def test_seven_tenths_of_the_main_form_are_filled(key: str) -> None:
    answers = ALL_THINGS[key]["main_situation"]
    offered = {q["id"]: {o["value"] for o in q["options"]} for q in ALL_THINGS[key]["question"]}
    assert all(answer in offered[question] for question, answer in answers.items())
    visible: dict[tuple[str, str], bool] = {}
    for member in ALL_THINGS[key]["item"]:
        if holds(member.get("when", ""), answers):
            for field in ITEMS[member["key"]]["field"]:
                if holds(field.get("when", ""), answers):
                    place = (field["role"], field["element"])
                    visible[place] = visible.get(place, False) or bool(field.get("source"))
    # A newborn has no name in any register: the parents give it.
    visible[("child", "name")] = False
    # What a building site will need of water, power and road is known to its builder alone.
    least = 0.6 if key in {"utilities-connection", "project-building"} else 0.7
    assert sum(visible.values()) / len(visible) >= least


@pytest.mark.parametrize("key", PATHS)
def test_a_path_of_projects_fits_its_limit(key: str) -> None:
    path = PATHS[key]
    assert len(path["phase"]) == 4 and path["source"]
    assert sum(phase["budget"] for phase in path["phase"]) <= path["limit"] <= 90
    asked: list[str] = []
    for phase in path["phase"]:
        thing = ALL_THINGS[phase["thing"]]
        assert thing["of_project"] and thing["lead"] == phase["lead"]
        assert set(phase["answers"]) == {question["id"] for question in thing["question"]}
        needed = [m["key"] for m in thing["item"] if holds(m.get("when", ""), phase["answers"])]
        after: dict[str, list[str]] = {}
        for edge in thing.get("edge", ()):
            if {edge["from"], edge["to"]} <= set(needed):
                after.setdefault(edge["to"], []).append(edge["from"])
        days = {item: ITEMS[item]["promised_days"] for item in needed}
        assert longest(after, days) <= phase["budget"], phase["key"]
        asked += needed
    assert len(set(asked)) == len(asked), "an item belongs to one phase"
    for joint in path["joint"]:
        assert joint["item"] in asked
        stages = {stage["id"] for stage in PROCESSES[ITEMS[joint["item"]]["process"]]["stage"]}
        assert joint["stage"] in stages
        for organ in joint["organs"]:
            assert "case.consult" in grants_of(organ), organ


def test_no_rule_refuses() -> None:
    used = {item["decision"] for item in ITEMS.values()} - {""}
    assert used == set(DECISIONS)
    for key, table in DECISIONS.items():
        assert [output["name"] for output in table["outputs"]] == ["outcome", "reason"]
        for rule in table["rules"]:
            assert len(rule["when"]) == len(table["inputs"]), key
            assert rule["then"][0] in {'"GRANT"', '"HUMAN"', '"NEED_INPUT"'}, key
            assert rule["law"] and rule["says"], key
        last = table["rules"][-1]
        assert last["then"][0] == '"HUMAN"' and set(last["when"]) == {"-"}, "nobody is left over"


def test_a_rule_asks_only_what_the_form_has() -> None:
    asked = re.compile(r"form\.([a-z]+)\.([a-z_]+)")
    for item in ITEMS.values():
        if item["decision"]:
            fields = {(f["role"], f["element"]) for f in item["field"]}
            for column in DECISIONS[item["decision"]]["inputs"]:
                for pair in asked.findall(column["expression"]):
                    assert pair in fields, (item["key"], pair)


def test_synonyms_lead_somewhere() -> None:
    reached = set()
    for group in rows("synonyms.toml", "group").values():
        assert group["words"] and set(group["means"]) <= set(ITEMS) | set(THINGS), group
        reached |= set(group["means"])
    assert set(THINGS) <= reached
    words = set(rows("synonyms.toml", "group")["birth"]["words"]) | set(THINGS["birth"]["words"])
    assert {"生孩子", "宝宝上户口", "newborn"} <= words


def test_bad_reviews_find_who_verifies_mends_and_answers() -> None:
    settings = file("reviews.toml")
    assert {"review.verify", "review.answer"} <= grants_of(settings["organ"])
    rated = {item["organ"] for item in ITEMS.values()}
    assert not {organ for organ in rated if "review.mend" not in grants_of(organ)}
    # Whoever verifies does not work for those who are rated.
    assert "review.mend" not in grants_of(settings["organ"]) and settings["organ"] not in rated
    assert THINGS["passing"]["review_prompt"] is False
    assert all(item.get("review_prompt", True) for item in ITEMS.values() if item["ready"])


def test_demo_people_cannot_be_real() -> None:
    people = rows("demo_people.toml", "person")
    officials = file("officials.toml")["official"]
    numbers = [p["number"] for p in (*people.values(), *officials)]
    logins = [p["login"] for p in (*people.values(), *officials)]
    assert len(set(numbers)) == len(numbers) and len(set(logins)) == len(logins)
    for person in people.values():
        assert codes.PersonNumber.read(person["number"]).text.startswith(codes.FICTIONAL)
        assert person["phone"].startswith("1990100")
        if "spouse" in person:
            assert people[person["spouse"]]["spouse"] == person["key"]
        if "firm" in person:
            assert codes.Uscc.read(person["firm"]["uscc"]).text[2:4] == codes.FICTIONAL
    for proxy in file("demo_people.toml")["proxy"]:
        assert {proxy["person"], proxy["agent"]} <= set(people)
        assert set(proxy["scope"]) <= set(ITEMS)


def test_chinese_is_written_with_chinese_punctuation() -> None:
    technical = re.compile(r"\.(expression|format|pattern|when|then|need|source|number)\b")
    for path in sorted(CITY.rglob("*.toml")):
        if path.parent.name in {"calendars"}:
            continue
        for where, text in texts(file(path.relative_to(CITY).as_posix())):
            if not technical.search(re.sub(r"\[\d+\]", "", where)):
                assert not HALF_WIDTH.search(text), f"{path.name}{where}: {text}"


# The four lists ----------------------------------------------------------------------------------

POWERS = {f"{n:02}" for n in range(1, 11)}


def listed(name: str) -> dict[tuple[str, str], Body]:
    """(organ, code) -> the entry of that organ's list."""
    return {
        (body["organ"], row["code"]): row
        for body in folder(f"lists/{name}").values()
        for row in body["entry"]
    }


def handled() -> Iterator[tuple[str, str, Body]]:
    """Each item with each office that handles it, its own and those of the regions."""
    found = folder("items")
    for key, item in found.items():
        yield key, item["organ"], item
    for key, variant in folder("variants").items():
        item = found[variant["item"]]
        yield key, variant.get("organ", item["organ"]), item


def test_every_power_stands_in_the_lists_of_whoever_uses_it() -> None:
    """清单之外无权力，权责一致: a power in both lists as its kind, a public service in neither."""
    powers, duties = listed("powers"), listed("duties")
    used = set()
    for key, organ, item in handled():
        place = (organ, item["basic_code"])
        if item["task_type"] not in POWERS:
            assert place not in powers, f"{key} is a public service, no power"
            continue
        used.add(place)
        assert place in powers, f"{key}: 权力清单 of {organ} lacks {item['basic_code']}"
        assert powers[place]["type"] == item["task_type"], f"{key}: another kind of power"
        assert place in duties, f"{key}: 责任清单 of {organ} lacks {item['basic_code']}"
        assert duties[place]["duties"] and duties[place]["liability"]
    assert powers.keys() == used, f"no item: {powers.keys() - used}"
    assert duties.keys() >= powers.keys()


def test_what_bars_a_market_or_spends_a_fund_stands_in_its_list() -> None:
    """A permit for firms names its entry among those permitted, and an allowance its fund."""
    entries = {
        kind: {
            f"{key}/{row['code']}": row
            for key, b in folder(f"lists/{kind}").items()
            for row in b["entry"]
        }
        for kind in ("negative", "funds")
    }
    for key, item in folder("items").items():
        if entry := item.get("negative_entry"):
            assert entries["negative"][entry]["kind"] == "permit", key
            assert item["task_type"] == "01", key
        if fund := item.get("fund"):
            assert fund in entries["funds"], key
            assert item["task_type"] in {"05", "20"}, key
    named = {item.get("negative_entry") for item in folder("items").values()}
    permits = {name for name, row in entries["negative"].items() if row["kind"] == "permit"}
    assert permits <= named, f"a permit without an item: {permits - named}"
