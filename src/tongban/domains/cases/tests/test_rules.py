"""The law of a case without a database: the table, guards, needs, papers, numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given as given_
from hypothesis import strategies as st

from tongban.domains import cases
from tongban.domains.cases.rules import effects, filing, needs, papers, path, state
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
    "cancel": {
        State.WAITING, State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.SPECIAL,
        State.SUSPENDED,
    },
    "offer_hearing": {State.ACCEPTED},
    "ask_hearing": {State.ACCEPTED},
    "waive_hearing": {State.ACCEPTED},
    "withdraw": {
        State.WAITING, State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.SPECIAL,
        State.SUSPENDED,
    },
    "accept_tolerant": {State.SUBMITTED},
    "supply": {State.ACCEPTED, State.SPECIAL, State.SUSPENDED},
    "suspend": {State.ACCEPTED},
    "resume": {State.SUSPENDED},
    "terminate": {
        State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.SPECIAL, State.SUSPENDED,
    },
    "deem_granted": {State.ACCEPTED},
    "deliver": {State.DECIDED},
    "close": {State.DELIVERED},
    "archive": {State.CLOSED},
    "correct": {State.CLOSED, State.ARCHIVED},
    "revoke": {State.DECIDED, State.DELIVERED, State.CLOSED, State.ARCHIVED},
    "annul": {State.CLOSED, State.ARCHIVED},
    "reconsider": {State.DECIDED, State.DELIVERED, State.CLOSED, State.ARCHIVED},
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
        if move.target not in {None, State.ARCHIVED}:
            assert not move.source & state.ENDED


def test_every_state_can_be_reached_and_left() -> None:
    reached = {move.target for move in state.MOVES.values()} | {State.WAITING}
    assert reached >= set(State)
    left = {source for move in state.MOVES.values() if move.target for source in move.source}
    assert left == set(State) - state.ENDED | {State.CLOSED}


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


# What follows from an act --------------------------------------------------------------------


def test_what_follows_from_an_act_is_told_and_declared() -> None:
    for act, effect in effects.EFFECTS.items():
        assert act in state.MOVES
        assert effect.event in cases.EVENTS, act
        assert not (effect.rests and effect.owes), "what stands still is due on no day"
        target = state.MOVES[act].target
        assert not effect.voids or target in state.ENDED | state.GIVEN, act
        assert effect.notice is None or effect.notice in papers.TITLES


def test_every_ground_has_its_words() -> None:
    assert set(papers.SUSPENSIONS) == set(state.Suspension)
    assert set(papers.TERMINATIONS) == set(state.Termination)
    assert set(papers.PURPOSES) == set(papers.DECIDED) == set(state.Purpose) - {"apply"}
    for ground in ("", "busy"):
        with pytest.raises(state.NoSuchGround):
            state.check_ground(ground, state.Suspension)


@pytest.mark.parametrize(
    ("is_offered", "may_ask", "refusal"),
    [(False, False, state.HearingFirst), (True, True, state.HearingPending)],
)
def test_a_hearing_comes_before_the_decision(
    is_offered: bool, may_ask: bool, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        state.check_hearing(is_offered, may_ask)
    state.check_hearing(is_offered=True, may_ask=False)


def test_silence_grants_only_where_a_law_says_so() -> None:
    assert state.silence({"silence": {"result": "grant", "law": "L"}}) == "L"
    for body in ({}, {"silence": {}}, {"silence": {"result": "grant"}},
                 {"silence": {"result": "refuse", "law": "L"}}):  # fmt: skip
        assert state.silence(body) is None


def test_some_losses_end_everything() -> None:
    edges = [{"item": "a", "on_refuse": "block"}, {"item": "b", "on_refuse": "cancel"}]
    assert state.cancels_all(edges, "b")
    assert not state.cancels_all(edges, "a") and not state.cancels_all([], "b")


# The longest path ----------------------------------------------------------------------------

DAY = date(2026, 9, 7)


def _due(*links: path.Link) -> date | None:
    return path.due(links, today=DAY, add=lambda day, n: day + timedelta(days=n))


def _link(key: str, days: int, *after: str, due: int | None = None) -> path.Link:
    is_waiting = bool(after)
    on = DAY + timedelta(days=due) if due is not None else None
    return path.Link(key, after, days, is_waiting, on)


def test_the_whole_is_due_when_its_longest_path_is() -> None:
    assert _due() is None
    assert _due(_link("a", 3, due=3), _link("b", 9, due=5)) == DAY + timedelta(days=5)
    # What waits begins when the last of those before it is due.
    chain = (_link("a", 3, due=3), _link("b", 4, "a"), _link("c", 2, "a", "b"))
    assert _due(*chain) == DAY + timedelta(days=9)
    # One before it that has ended already holds nothing back.
    assert _due(_link("c", 2, "gone")) == DAY + timedelta(days=2)


def test_the_whole_stands_still_only_with_its_longest_path() -> None:
    paused = _link("a", 3)
    assert _due(paused) is None
    assert _due(paused, _link("b", 1, due=1)) is None
    assert _due(paused, _link("b", 8, due=8)) == DAY + timedelta(days=8)
    assert _due(paused, _link("b", 2, "a"), _link("c", 4, due=4)) is None
    assert _due(paused, _link("b", 2, "a"), _link("c", 6, due=6)) == DAY + timedelta(days=6)


@given_(
    st.lists(
        st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(-3, 12))),
        min_size=1,
        max_size=5,
    )
)
def test_no_running_item_is_due_after_the_whole(rows: list[tuple[int, int | None]]) -> None:
    links = [
        path.Link(str(n), (str(n - 1),) if due is None and n else (), days,
                  is_waiting=due is None and n > 0,
                  due_on=None if due is None else DAY + timedelta(days=due))
        for n, (days, due) in enumerate(rows)
    ]  # fmt: skip
    whole = _due(*links)
    running = [link.due_on for link in links if link.due_on]
    assert whole is None or all(due <= whole for due in running)
