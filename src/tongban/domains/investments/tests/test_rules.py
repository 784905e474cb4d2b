"""The counter against days counted one by one; the critical path; what a path must say."""

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tongban.domains.investments import rules
from tongban.domains.investments.rules import (
    Count,
    Fact,
    Light,
    Span,
    Standing,
    Step,
    Stop,
    critical_path,
    spans,
    standing,
    union,
)
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import Invalid
from tongban.kernel.workdays import calendars

FIRST = date(2026, 9, 1)
CALENDAR = calendars.national()


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def one_by_one(found: list[Span]) -> int:
    """The same count, by asking of each day whether it lies in any span."""
    held = {
        on
        for one in found
        for n in range(-30, 140)
        if one.after < (on := day(n)) <= one.until and CALENDAR.is_workday(on)
    }
    return len(held)


@pytest.mark.parametrize("seed", range(60))
def test_the_union_counts_each_day_once(seed: int) -> None:
    die = Random(seed)
    found = [
        Span(day(a := die.randrange(-20, 110)), day(a + die.randrange(-2, 25)))
        for _ in range(die.randrange(0, 12))
    ]
    merged = union(found)
    assert rules.days(found, CALENDAR.between) == one_by_one(found)
    # In order, apart from one another, and the same again however they were written.
    assert all(a.until < b.after for a, b in itertools.pairwise(merged))
    assert union(merged) == merged == union(reversed(found))
    # One more span never takes a day away, and never adds more than it has.
    more = Span(day(10), day(20))
    grown = rules.days([*found, more], CALENDAR.between)
    assert 0 <= grown - rules.days(found, CALENDAR.between) <= rules.days([more], CALENDAR.between)


@pytest.mark.parametrize("seed", range(40))
def test_what_stands_still_is_not_held(seed: int) -> None:
    die = Random(seed)
    begins, at, stops = day(0), 0, []
    for _ in range(die.randrange(0, 4)):
        at += die.randrange(0, 9)
        stops.append(Stop(day(at), day(at := at + die.randrange(0, 9))))
    if die.random() < 0.3:
        stops.append(Stop(day(at + 3)))
    ends = day(40)
    found = spans(begins, ends, stops)
    still = {
        day(n) for stop in stops for n in range(60) if stop.begins <= day(n) <= (stop.ends or ends)
    }
    counted = {day(n) for one in found for n in range(60) if one.after < day(n) <= one.until}
    assert counted == {day(n) for n in range(1, 41)} - still


def test_an_agency_that_decides_at_once_held_nothing() -> None:
    assert spans(day(3), day(3), []) == []
    assert rules.days([Span(day(3), day(3)), Span(day(5), day(2))], CALENDAR.between) == 0


def test_the_longest_way_is_the_critical_path() -> None:
    found = critical_path(
        [Step("a", (), 5), Step("b", ("a",), 2), Step("c", (), 6), Step("d", ("b", "x"), 0)]
    )
    assert (found.days, found.keys) == (7, ("a", "b"))
    assert critical_path([Step("a", (), 0), Step("c", (), 6)]).keys == ("c",)
    assert critical_path([]).days == 0
    with pytest.raises(ValueError, match="a → b → a"):
        critical_path([Step("a", ("b",), 1), Step("b", ("a",), 1)])


@pytest.mark.parametrize(
    ("used", "planned", "is_done", "light"),
    [
        (0, 90, False, Light.GREEN),  # nothing has begun
        (40, 44, False, Light.GREEN),
        (40, 45, False, Light.YELLOW),  # five to spare are few
        (40, 60, False, Light.YELLOW),
        (90, 0, False, Light.YELLOW),
        (91, 0, False, Light.RED),
        (91, 0, True, Light.RED),  # ended, and too late
        (90, 0, True, Light.DONE),
    ],
)
def test_the_light_warns_before_it_is_too_late(
    used: int, planned: int, is_done: bool, light: Light
) -> None:
    assert Count(used, 90, planned, is_done=is_done, warns=5).light == light


def test_how_a_phase_stands() -> None:
    needed = ("a", "b")
    granted = Fact("a", is_over=True, is_granted=True)
    running = Fact("b", is_over=False, is_granted=False)
    refused = Fact("b", is_over=True, is_granted=False)

    def of(*facts: Fact, after_done: bool = True, has_draft: bool = False) -> Standing:
        return standing(needed, facts, after_done=after_done, has_draft=has_draft)

    assert of(after_done=False) == Standing.WAITING
    assert of() == Standing.READY
    assert of(has_draft=True) == Standing.BEGUN
    assert of(granted, running) == Standing.OPEN
    assert of(granted, refused) == Standing.STUCK
    assert of(granted, Fact("b", is_over=True, is_granted=True)) == Standing.DONE
    assert of(Fact("other", is_over=False, is_granted=False)) == Standing.READY


@pytest.mark.parametrize(
    "code", ["", "2026", "2026-990102-04-01-12345", "2026-980102-04-01-123456"]
)
def test_a_malformed_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_code(code)
    assert refusal.value.problems["code"]


def test_a_code_is_read_as_people_copy_it() -> None:
    assert rules.check_code(" 2026-990102-04-01-123456 ") == "2026-990102-04-01-123456"


ITEM = {"key": "permit", "name": "许可", "organ": "land", "basic_code": "990101345000",
        "task_type": "01", "process": "p", "statutory_days": 20, "promised_days": 10}  # fmt: skip
THING = {"key": "land", "name": "阶段", "lead": "land", "of_project": True, "promised_days": 10,
         "item": [{"key": "permit"}],
         "question": [{"id": "kind", "text": "?", "options": [{"value": "small", "text": "小"}]}],
         }  # fmt: skip
PHASE = {"key": "land", "name": "用地", "thing": "land", "lead": "land", "budget": 10,
         "answers": {"kind": "small"}}  # fmt: skip
PATH = {"key": "small", "name": "小型", "limit": 20, "source": "演示", "phase": [PHASE]}


def faults(path: Mapping[str, Any], **known: Mapping[str, Any]) -> list[str]:
    bodies = {"service_item": {"permit": ITEM}, "one_thing": {"land": THING}, **known}
    return [fault.where for fault in rules.check(path, Known.of(**bodies))]


def test_a_path_that_works_has_no_fault() -> None:
    assert faults(PATH) == []


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ({**PATH, "source": ""}, "source"),
        ({**PATH, "limit": 91}, "limit"),
        ({**PATH, "limit": 9}, "limit"),
        ({**PATH, "phase": [{**PHASE, "budget": 9}]}, "phase[0].budget"),
        ({**PATH, "phase": [{**PHASE, "thing": "none"}]}, "phase[0].thing"),
        ({**PATH, "phase": [{**PHASE, "lead": "drc"}]}, "phase[0].lead"),
        ({**PATH, "phase": [{**PHASE, "answers": {}}]}, "phase[0].answers"),
        ({**PATH, "phase": [{**PHASE, "after": ["design"]}]}, "phase[0].after"),
        ({**PATH, "phase": [PHASE, {**PHASE, "key": "again"}]}, "phase[1].thing"),
        (
            {**PATH, "joint": [{"item": "x", "kind": "drawings", "stage": "j", "organs": ["a"]}]},
            "joint[0].item",
        ),
        (
            {**PATH, "joint": [{"item": "permit", "kind": "party", "stage": "j", "organs": ["a"]}]},
            "joint[0].kind",
        ),
    ],
)
def test_a_path_that_cannot_work_names_the_line(path: Mapping[str, Any], where: str) -> None:
    assert where in faults(path)


def test_what_anybody_may_begin_is_no_phase() -> None:
    assert "phase[0].thing" in faults(PATH, one_thing={"land": {**THING, "of_project": False}})


def test_the_site_day_is_a_working_day_ahead() -> None:
    today = date(2026, 9, 7)
    rules.check_site_day(date(2026, 9, 8), today=today, is_workday=True)
    for on, is_workday in ((today, True), (date(2026, 9, 12), False), (date(2026, 10, 30), True)):
        with pytest.raises(rules.BadSiteDay):
            rules.check_site_day(on, today=today, is_workday=is_workday)


def test_the_list_of_opinions_leaves_once() -> None:
    def check(**twist: int) -> None:
        rules.check_correction(
            **{"open_opinions": 0, "objections": 1, "round_": 1, "rounds": 1, **twist}
        )

    check()
    for twist, refusal in (
        ({"open_opinions": 1}, rules.OpinionsMissing),
        ({"objections": 0}, rules.NothingToCorrect),
        ({"round_": 2}, rules.RoundUsed),
    ):
        with pytest.raises(refusal):
            check(**twist)
