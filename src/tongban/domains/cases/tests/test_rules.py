"""The law of a case without a database: the table, guards, needs, papers, numbers."""

from datetime import date

import pytest

from tongban.domains.cases.rules import filing, needs, papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.services.rules import Edge, Item, item

# act: from where it may be done (services.md 6.2)
TABLE = {
    "submit": {State.WAITING},
    "accept": {State.SUBMITTED},
    "deem_accepted": {State.SUBMITTED},
    "ask_supplement": {State.SUBMITTED},
    "supplement": {State.SUPPLEMENT},
    "lapse": {State.SUPPLEMENT},
    "decline": {State.SUBMITTED},
    "promise": {State.SUBMITTED},
    "start_special": {State.ACCEPTED},
    "end_special": {State.SPECIAL},
    "extend": {State.ACCEPTED},
    "work": {State.ACCEPTED, State.SPECIAL},
    "grant": {State.ACCEPTED},
    "grant_by_rule": {State.SUBMITTED},
    "refuse": {State.ACCEPTED},
    "block": {State.WAITING},
    "withdraw": {
        State.WAITING, State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.SPECIAL,
    },
    "deliver": {State.DECIDED},
}  # fmt: skip


def test_the_table_is_the_laws() -> None:
    assert set(state.MOVES) == set(TABLE)


@pytest.mark.parametrize("act", TABLE)
@pytest.mark.parametrize("current", list(State))
def test_every_act_in_every_state(act: str, current: State) -> None:
    if current in TABLE[act]:
        assert state.check(act, current).act == act
    else:
        with pytest.raises(state.OutOfOrder) as refused:
            state.check(act, current)
        assert refused.value.status == 409
        assert refused.value.facts["state"] == current


def test_nothing_leaves_an_end() -> None:
    for move in state.MOVES.values():
        assert not move.source & state.ENDED


def test_every_state_can_be_reached_and_left() -> None:
    reached = {move.target for move in state.MOVES.values()} | {State.WAITING}
    assert reached >= set(State)
    left = {source for move in state.MOVES.values() if move.target for source in move.source}
    assert left == set(State) - state.ENDED


DEFECT = {"kind": "field", "key": "a.b", "name": "A", "needed": "say it"}


@pytest.mark.parametrize(
    ("count", "defects", "refusal"),
    [
        (1, [DEFECT], state.SupplementOnlyOnce),
        (0, [], state.NothingMarked),
        (0, [{**DEFECT, "needed": " "}], state.NothingMarked),
        (0, [DEFECT, {**DEFECT, "kind": "mood"}], state.NothingMarked),
        (0, [{**DEFECT, "key": ""}], state.NothingMarked),
    ],
)
def test_a_supplement_is_asked_once_and_says_what_is_needed(
    count: int, defects: list[dict[str, str]], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        state.check_supplement(count=count, defects=defects)
    state.check_supplement(count=0, defects=[DEFECT])


@pytest.mark.parametrize(
    ("reasons", "law", "remedies"),
    [("", "l", "r"), ("x", " ", "r"), ("x", "l", "  ")],
)
def test_a_refusal_needs_reasons_law_and_remedies(reasons: str, law: str, remedies: str) -> None:
    with pytest.raises((state.ReasonsMissing, state.RemediesMissing)) as refused:
        state.check_refusal(reasons=reasons, law=law, remedies=remedies)
    assert refused.value.status == 422
    state.check_refusal(reasons="x", law="l", remedies="r")


def test_an_extension_is_given_once_and_in_time() -> None:
    day = date(2026, 9, 7)
    state.check_extension(extended=0, allowed=10, due_on=day, today=day)
    for facts, refusal in (
        ({"extended": 1}, state.ExtendedAlready),
        ({"allowed": 0}, state.NotExtendable),
        ({"due_on": None}, state.TooLateToExtend),
        ({"due_on": date(2026, 9, 6)}, state.TooLateToExtend),
    ):
        given = {"extended": 0, "allowed": 10, "due_on": day, "today": day, **facts}
        with pytest.raises(refusal):
            state.check_extension(**given)  # type: ignore[arg-type]


def test_what_is_blocked_when_an_item_is_lost() -> None:
    needs_it = [{"item": "a", "on_refuse": "block"}]
    assert state.is_blocked(needs_it, {"a"})
    assert not state.is_blocked(needs_it, {"b"})
    assert not state.is_blocked([{"item": "a", "on_refuse": "go_on"}], {"a"})


def test_two_filings_are_the_same_for_the_same_child_only() -> None:
    def same(child: str, person: int = 1) -> str:
        return filing.same_as("birth", ["child"], {"child": child}, person)

    assert same("c1") == same("c1", person=2)
    assert same("c1") != same("c2")
    assert same("", 1) != same("", 2)
    assert filing.same_as("a", ["x"], {"x": "1"}, 1) != filing.same_as("b", ["x"], {"x": "1"}, 1)


def test_numbers_of_documents() -> None:
    def number(kind: papers.Kind, no: int = 1) -> str:
        return papers.number(kind, organ="市监", year=2026, count=12, no=no)

    assert number(papers.Kind.ACCEPTANCE) == "市监受字〔2026〕12号"
    assert number(papers.Kind.SPECIAL, 2) == "市监特字〔2026〕12号之2"
    words = list(papers.NUMBER_WORDS.values())
    assert len(set(words)) == len(words) == len(papers.Kind) == len(papers.TITLES)


def test_papers_say_what_the_law_wants_said() -> None:
    refused = papers.refused(
        item="甲", case_no="1", reasons="乙", law="丙", remedies=papers.REMEDIES
    )
    text = "".join(refused)
    assert all(word in text for word in ("乙", "丙", "行政复议", "六个月"))
    assert "规则自动作出" in "".join(
        papers.granted(item="甲", case_no="1", reasons="", law="丙", by_rule=True)
    )
    declined = papers.declined(item="甲", case_no="1", reasons="乙", law="丙", organ_named="丁局")
    assert any("丁局" in line for line in declined)
    assert "视为放弃" in "".join(papers.supplement(item="甲", case_no="1", days=15))


def _item(key: str, *ways: str, need: str = "always") -> Item:
    return item(
        {
            "key": key, "name": key, "organ": "o", "basic_code": "c", "task_type": "01",
            "statutory_days": 5, "promised_days": 3, "process": "p",
            "material": [
                {"key": "paper", "name": "Paper", "satisfied_by": list(ways), "need": need}
            ],
        }
    )  # fmt: skip


def _way(items: list[Item], edges: list[Edge], **known: object) -> list[needs.Need]:
    return needs.needs(
        items,
        edges,
        {},
        lambda text, facts: text == "yes",
        licences=known.get("licences", {}),  # type: ignore[arg-type]
        found=known.get("found", ()),  # type: ignore[arg-type]
    )


def test_nothing_is_asked_for_that_the_city_knows() -> None:
    edge = Edge("first", "a", "licence")
    a = _item("a", "output:licence", "licence:paper", "register:people", "promise", "upload")
    held = {("paper", "applicant"): "1.2.3"}
    assert _way([a], [edge], licences=held)[0].way == "output"
    assert _way([a], [], licences=held)[0].reference == "1.2.3"
    assert _way([a], [], found=[("applicant", "people")])[0].way == "register"
    assert _way([a], [])[0].way == "upload"
    assert _way([a], [])[0].may_promise


def test_one_material_for_several_items_is_asked_once_and_in_the_strictest_way() -> None:
    free, strict = _item("a", "register:people"), _item("b", "upload")
    found = _way([free, strict], [], found=[("applicant", "people")])
    assert [(need.way, need.items) for need in found] == [("upload", ("a", "b"))]
    assert _way([_item("a", "upload", need="no")], []) == []
