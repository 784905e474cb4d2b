"""The verbs of free flow, each by its one signature; and what they may not do."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.errors import NotPermitted, Refusal, Stale
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import actions, queries, rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.processes.rules import Verb
from tongban.kernel.processes.tests.given import (
    STAGES,
    do,
    item,
    matter,
    official,
    process,
    progress,
)

pytestmark = pytest.mark.django_db

ME, OTHER, THIRD = official(1), official(2), official(3)
STEERER = official(8, "organ", "g.do", "matter.steer", "matter.urge")


def hand(n: int, organ: str = "organ") -> actions.Asked:
    return actions.Asked(organ=organ, assignee=f"official:{n}@post:{n}", grant="g.do")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-03-02 09:00"):
        yield


def perform(verb: Verb, one: WorkItem, **more: Any) -> None:
    """Twice, as after a lost answer: the second changes nothing."""
    order = {"item": one.pk, "version": one.version, "key": f"k-{verb}-{one.pk}", **more}
    order.setdefault("by", ME)
    actions.perform(verb=verb, **order)
    before = list(WorkItem.objects.order_by("pk").values()), Event.objects.count()
    actions.perform(verb=verb, **order)
    assert (list(WorkItem.objects.order_by("pk").values()), Event.objects.count()) == before


def refuses(refusal: type[Refusal], verb: Verb, one: WorkItem, **more: Any) -> None:
    before = list(WorkItem.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(refusal), transaction.atomic():
        actions.perform(**{"verb": verb, "item": one.pk, "by": ME, **more})
    assert (list(WorkItem.objects.order_by("pk").values()), Event.objects.count()) == before


def last_event() -> str:
    return Event.objects.order_by("-pk").values_list("name", flat=True)[0]


def open_of(found: Matter, stage: str) -> list[WorkItem]:
    rows = WorkItem.objects.filter(matter=found, stage=stage, status__in=rules.OWED)
    return list(rows.order_by("pk"))


def act(one: WorkItem, outcome: str, by: Any) -> actions.Step:
    return actions.act(item=one.pk, outcome=outcome, by=by, facts={"big": True})


def test_every_verb_has_its_needs_and_its_way() -> None:
    assert set(rules.VERBS) == set(Verb)


def test_sent_to_several_the_stage_is_done_when_all_have_finished() -> None:
    found = matter()
    perform(Verb.SEND, item(found, "accept"), to=[hand(2), hand(3)], words="请办")
    assert last_event() == "matter.sent"
    first, second = open_of(found, "accept")
    assert not act(first, "pass", OTHER).opened
    assert progress(found)["accept"] == "open"
    assert [o.stage for o in act(second, "pass", THIRD).opened] == ["left", "right"]


def test_sent_to_several_the_first_is_enough_when_it_says_so() -> None:
    found = matter()
    perform(Verb.SEND, item(found, "accept"), to=[hand(2), hand(3)], join="any")
    first, second = open_of(found, "accept")
    assert act(second, "pass", THIRD).opened
    first.refresh_from_db()
    assert first.status == "void"


def test_a_delegate_acts_with_the_same_grant_and_on_behalf() -> None:
    found = matter()
    one = item(found, "accept")
    refuses(rules.HandsNotAllowed, Verb.DELEGATE, one, to=[hand(2, "elsewhere")])
    perform(Verb.DELEGATE, one, to=[hand(2)])
    one.refresh_from_db()
    assert (one.assignee, one.on_behalf, one.status) == (OTHER.key, ME.key, "open")
    with pytest.raises(NotPermitted), transaction.atomic():
        act(one, "pass", official(2, "organ", "g.none"))
    act(one, "pass", OTHER)
    one.refresh_from_db()
    assert (one.done_by, one.on_behalf) == (OTHER.key, ME.key)


def test_who_signs_after_holds_the_outcome_up_until_they_agree() -> None:
    found = matter()
    one = item(found, "accept")
    perform(Verb.ADD_AFTER, one, to=[hand(2)], words="请复核")
    one.refresh_from_db()
    assert not act(one, "pass", ME).opened
    (signer,) = open_of(found, "accept")
    assert [o.stage for o in act(signer, "agree", OTHER).opened] == ["left", "right"]


def test_who_signs_after_and_disagrees_lays_it_before_the_first_again() -> None:
    found = matter()
    one = item(found, "accept")
    perform(Verb.ADD_AFTER, one, to=[hand(2), hand(3)], words="请复核")
    act(one, "pass", ME)
    for signer, by, says in zip(
        open_of(found, "accept"), (OTHER, THIRD), ("disagree", "agree"), strict=True
    ):
        act(signer, says, by)
    (again,) = open_of(found, "accept")
    assert (again.parent_id, again.assignee, progress(found)["accept"]) == (one.pk, ME.key, "open")
    assert act(again, "pass", ME).opened


def test_one_who_was_asked_is_dropped_and_the_rest_suffice() -> None:
    found = matter()
    one = item(found, "accept")
    perform(Verb.COUNTERSIGN, one, to=[hand(2), hand(3)], words="会签")
    first, second = open_of(found, "accept")[1:]
    act(first, "agree", OTHER)
    one.refresh_from_db()
    perform(Verb.DROP, one, to=[hand(3)])
    one.refresh_from_db()
    second.refresh_from_db()
    assert (one.status, second.status) == ("claimed", "void")
    assert act(one, "pass", ME).opened


def test_any_of_those_asked_is_enough() -> None:
    found = matter()
    one = item(found, "accept")
    perform(Verb.OR_SIGN, one, to=[hand(2), hand(3)], words="或签")
    act(open_of(found, "accept")[1], "agree", OTHER)
    assert act(one, "pass", ME).opened


def test_what_is_circulated_holds_nothing_up() -> None:
    found = matter()
    one = item(found, "accept")
    perform(Verb.CIRCULATE, one, to=[hand(2), hand(3)])
    one.refresh_from_db()
    assert act(one, "pass", ME).opened
    shown = WorkItem.objects.filter(parent=one, mode="circulate")
    act(shown[0], "read", OTHER)
    assert sorted(shown.values_list("status", flat=True)) == ["done", "open"]


def test_returned_to_any_earlier_stage_all_after_it_runs_again() -> None:
    found = matter()
    for stage in ("accept", "left", "right"):
        do(found, stage)
    one = item(found, "decide")
    refuses(rules.NotBefore, Verb.RETURN, one, stage="decide", words="?")
    refuses(rules.WordsMissing, Verb.RETURN, one, stage="accept", words=" ")
    perform(Verb.RETURN, one, stage="accept", words="材料有误")
    assert progress(found) == {"accept": "open"}
    kinds = [(d.kind, d.detail) for d in queries.conformance(Matter.objects.get(pk=found.pk))]
    assert ("returned", "accept") in kinds


def test_returned_and_straight_back_here() -> None:
    found = matter()
    for stage in ("accept", "left", "right"):
        do(found, stage)
    perform(Verb.ASK_AGAIN, item(found, "decide"), stage="left", words="请补充意见")
    assert progress(found)["decide"] == "waits:left"
    assert [o.stage for o in do(found, "left").opened] == ["decide"]


def test_taken_back_until_it_is_opened() -> None:
    found = matter()
    one = item(found, "accept")
    act(one, "pass", ME)
    one.refresh_from_db()
    perform(Verb.TAKE_BACK, one)
    assert progress(found) == {"accept": "open"}
    (again,) = open_of(found, "accept")
    act(again, "pass", ME)
    actions.see(item=item(found, "left").pk, by=OTHER)
    again.refresh_from_db()
    refuses(rules.AlreadyOpened, Verb.TAKE_BACK, again)


def test_a_transfer_comes_back_until_it_is_opened() -> None:
    found = matter()
    one = item(found, "accept")
    perform(Verb.TRANSFER, one, to=[hand(2, "far")], words="分工")
    one.refresh_from_db()
    refuses(rules.NotInYourHands, Verb.TAKE_BACK, one, by=THIRD)
    perform(Verb.TAKE_BACK, one)
    one.refresh_from_db()
    assert (one.organ, one.assignee, one.status) == ("organ", ME.key, "claimed")
    actions.transfer(item=one.pk, organ="organ", assignee=OTHER.key, by=ME)
    actions.claim(item=one.pk, by=OTHER)
    refuses(rules.AlreadyOpened, Verb.TAKE_BACK, one)


def test_a_reminder_disturbs_nobody_who_has_the_work_open() -> None:
    found = matter()
    one = item(found, "accept")
    refuses(NotPermitted, Verb.URGE, one, words="请尽快")
    perform(Verb.URGE, one, by=STEERER, words="请尽快")
    perform(Verb.SUPERVISE, one, by=STEERER, words="重点督办")
    reminders = WorkItem.objects.filter(parent=one, mode="urge").order_by("pk")
    assert [r.grant for r in reminders] == ["g.do", "matter.urge"]
    one.refresh_from_db()
    assert (one.version, one.urged) == (1, 2)
    actions.act(item=one.pk, outcome="pass", version=1, by=ME, facts={"big": True})
    assert {r.status for r in reminders.all()} == {"void"}


def test_a_jump_needs_its_grant_and_shows_in_the_conformance() -> None:
    found = matter()
    one = item(found, "accept")
    refuses(NotPermitted, Verb.JUMP, one, stage="decide", words="特事特办")
    perform(Verb.JUMP, one, by=STEERER, stage="decide", words="特事特办")
    assert progress(found) == {
        "accept": "jumped", "left": "jumped", "right": "jumped", "decide": "open",
    }  # fmt: skip
    do(found, "decide", "grant")
    kinds = {(d.kind, d.stage) for d in queries.conformance(Matter.objects.get(pk=found.pk))}
    assert kinds == {("jumped", "accept"), ("jumped", "left"), ("jumped", "right")}


def legal() -> list[dict[str, Any]]:
    """The same process, in which accepting and deciding are acts of law."""
    acts = {"accept": "accept", "decide": "decide"}
    return [
        {**stage, "legal": acts[stage["id"]]} if stage["id"] in acts else stage for stage in STAGES
    ]


def test_no_verb_goes_round_an_act_of_law() -> None:
    found = matter(process=process(legal()))
    one = item(found, "accept")
    for verb in (Verb.SEND, Verb.ADD_AFTER):
        refuses(rules.VerbNotAllowed, verb, one, to=[hand(2)], words="x")
    refuses(rules.VerbNotAllowed, Verb.JUMP, one, by=STEERER, stage="decide", words="x")
    refuses(rules.VerbNotAllowed, Verb.FINISH, one, words="x")
    do(found, "accept")
    one.refresh_from_db()
    refuses(rules.VerbNotAllowed, Verb.TAKE_BACK, one)
    left = item(found, "left")
    refuses(rules.NotBefore, Verb.RETURN, left, stage="accept", words="x")
    refuses(rules.LegalStagesLeft, Verb.FINISH, left, words="x")
    refuses(rules.LegalStagesLeft, Verb.JUMP, left, by=STEERER, stage="accept", words="x")


def test_a_stage_names_its_verbs_and_targets() -> None:
    stages = [{**STAGES[0], "verbs": ["send"], "to": ["chief"]}, *STAGES[1:]]
    found = matter(process=process(stages))
    one = item(found, "accept")
    refuses(rules.VerbNotAllowed, Verb.CONSULT, one, to=[hand(2)], words="?")
    refuses(rules.HandsNotAllowed, Verb.SEND, one, to=[hand(2)])
    assert queries.verbs(one, by=ME) == [Verb.SEND]
    actions.perform(
        verb=Verb.SEND, item=one.pk, by=ME, to=[actions.Asked(organ="organ", post="chief")]
    )


def test_finished_from_here_when_no_law_is_left() -> None:
    found = matter()
    perform(Verb.FINISH, item(found, "accept"), words="办结")
    found.refresh_from_db()
    assert (found.state, found.outcome) == ("ended", "finished")
    assert not WorkItem.objects.filter(matter=found, status__in=rules.LIVE)


def test_a_verb_on_what_was_seen_otherwise_is_refused() -> None:
    one = item(matter(), "accept")
    for verb, needs in rules.VERBS.items():
        if verb in {Verb.URGE, Verb.SUPERVISE, Verb.DROP, Verb.TAKE_BACK}:
            continue
        more = {"to": [hand(2)], "stage": "decide", "words": "x", "by": STEERER}
        refuses(Stale, verb, one, version=7, **more)
        assert needs.label


def test_the_plan_kept_shows_no_deviation() -> None:
    found = matter()
    for stage, outcome in (("accept", "pass"), ("left", "pass"), ("right", "pass"),
                           ("decide", "grant")):  # fmt: skip
        do(found, stage, outcome)
    assert queries.conformance(Matter.objects.get(pk=found.pk)) == []


def test_a_stage_without_days_is_owed_with_its_matter() -> None:
    stages = [{**STAGES[0], "days": 0}, *STAGES[1:]]
    found = matter(process=process(stages), due_on=date(2026, 3, 9), yellow_on=date(2026, 3, 6))
    assert item(found, "accept").due_on == date(2026, 3, 9)
    actions.set_due(matter=found, due_on=date(2026, 3, 12), yellow_on=date(2026, 3, 10), by=ME)
    assert item(found, "accept").due_on == date(2026, 3, 12)
    actions.pause(matter=found, reason="补正", by=ME)
    assert item(found, "accept").due_on is None
    actions.resume(
        matter=found, reason="", by=ME, due_on=date(2026, 3, 20), yellow_on=date(2026, 3, 18)
    )
    assert item(found, "accept").due_on == date(2026, 3, 20)
