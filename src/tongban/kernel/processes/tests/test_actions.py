"""The verbs of a process on the tables."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines.models import Calendar
from tongban.kernel.errors import NotPermitted, Refusal, Stale
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import actions, queries, rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.processes.tests.given import do, item, matter, official, progress
from tongban.kernel.workdays import tables
from tongban.kernel.workdays.tables import NATIONAL

pytestmark = pytest.mark.django_db

ME, OTHER = official(1), official(2)
SETUP = part("setup")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-03-02 09:00"):
        yield


def refuses(refusal: type[Refusal], verb: object, **given: object) -> None:
    """The verb joins its caller's transaction, which is undone: nothing is changed."""
    before = [list(Matter.objects.values()), list(WorkItem.objects.order_by("id").values())]
    with pytest.raises(refusal), transaction.atomic():
        verb(**given)  # type: ignore[operator]
    after = [list(Matter.objects.values()), list(WorkItem.objects.order_by("id").values())]
    assert after == before


def names() -> list[str]:
    return list(Event.objects.order_by("id").values_list("name", flat=True))


def test_from_start_to_end_over_a_join() -> None:
    found = matter()
    assert progress(found) == {"accept": "open"}
    assert item(found, "accept").due_on == date(2026, 3, 3)
    step = do(found, "accept")
    assert [o.stage for o in step.opened] == ["left", "right"]
    assert not do(found, "left").opened
    assert [o.stage for o in do(found, "right").opened] == ["decide"]
    step = do(found, "decide", "grant")
    assert step.outcome == "grant"
    found.refresh_from_db()
    assert (found.state, found.outcome) == ("ended", "grant")
    assert names() == ["matter.started", *["matter.acted"] * 4]


def test_what_is_not_needed_is_skipped() -> None:
    found = matter({"big": False})
    do(found, "accept", facts={"big": False})
    assert progress(found) == {"accept": "done", "left": "open", "right": "skipped"}
    assert [o.stage for o in do(found, "left").opened] == ["decide"]


def test_an_end_takes_the_other_branch_off_the_hands() -> None:
    found = matter()
    do(found, "accept")
    actions.end(matter=Matter.objects.get(pk=found.pk), outcome="withdrawn", by=ME)
    assert not WorkItem.objects.filter(matter=found, status__in=rules.OWED)
    left = WorkItem.objects.get(matter=found, stage="left")
    refuses(rules.HasEnded, actions.act, item=left.pk, outcome="pass", by=ME)


def test_a_return_runs_again_what_stands_after() -> None:
    found = matter()
    for one in ("accept", "left", "right"):
        do(found, one)
    step = do(found, "decide", "back")
    assert [o.stage for o in step.opened] == ["left"]
    assert progress(found) == {"accept": "done", "right": "done", "left": "open"}
    do(found, "left")
    assert item(found, "decide")
    assert WorkItem.objects.filter(matter=found, stage="decide", status="returned").count() == 1


def test_resume_here_asks_one_stage_again_and_comes_straight_back() -> None:
    found = matter()
    for one in ("accept", "left", "right"):
        do(found, one)
    step = do(found, "decide", "ask")
    assert [o.stage for o in step.opened] == ["accept"]
    assert progress(found)["decide"] == "waits:accept"
    step = do(found, "accept")
    assert [o.stage for o in step.opened] == ["decide"]
    assert progress(found) == {"accept": "done", "left": "done", "right": "done", "decide": "open"}


def test_only_the_hands_it_is_in_may_act() -> None:
    found = matter()
    one = item(found, "accept")
    refuses(NotPermitted, actions.act, item=one.pk, outcome="pass", by=official(3, "organ", "x.y"))
    refuses(rules.NotInYourHands, actions.act, item=one.pk, outcome="pass", by=official(3, "far"))
    refuses(rules.NotThisOutcome, actions.act, item=one.pk, outcome="dance", by=ME)
    refuses(Stale, actions.act, item=one.pk, outcome="pass", version=7, by=ME)
    actions.act(item=one.pk, outcome="pass", version=1, by=ME)
    refuses(rules.AlreadyDone, actions.act, item=one.pk, outcome="pass", by=ME)


def test_one_claims_puts_back_and_hands_over() -> None:
    one = item(matter(), "accept")
    claimed = actions.claim(item=one.pk, by=ME, version=1, key="c")
    assert actions.claim(item=one.pk, by=ME, version=1, key="c").version == claimed.version == 2
    refuses(rules.AlreadyClaimed, actions.claim, item=one.pk, by=OTHER)
    refuses(rules.NotInYourHands, actions.act, item=one.pk, outcome="pass", by=OTHER)
    refuses(Stale, actions.put_back, item=one.pk, by=ME, version=1)
    actions.put_back(item=one.pk, by=ME, version=2, key="p")
    actions.put_back(item=one.pk, by=ME, version=2, key="p")
    refuses(rules.KeyReused, actions.claim, item=one.pk, by=OTHER, key="p")
    actions.transfer(item=one.pk, organ="organ", assignee=OTHER.key, by=ME, key="t")
    actions.transfer(item=one.pk, organ="organ", assignee=OTHER.key, by=ME, key="t")
    refuses(rules.NotInYourHands, actions.put_back, item=one.pk, by=ME)
    assert actions.claim(item=one.pk, by=OTHER).status == "claimed"
    assert names().count("matter.transferred") == 1


@pytest.mark.parametrize(("join", "needed"), [("all", 3), ("any", 1), ("2", 2)])
def test_the_asker_waits_until_enough_have_answered(join: str, needed: int) -> None:
    one = item(matter(), "accept")
    asked = [actions.Asked(organ=f"o{n}", grant="g.say") for n in range(3)]
    ask = {"item": one.pk, "mode": rules.Mode.COUNTERSIGN, "asked": asked, "question": "?"}
    children = actions.ask(**ask, join=join, by=ME, key="a")  # type: ignore[arg-type]
    again = actions.ask(**ask, join=join, by=ME, key="a")  # type: ignore[arg-type]
    assert [c.pk for c in again] == [c.pk for c in children]
    for n, child in enumerate(children[:needed]):
        refuses(rules.StillWaiting, actions.act, item=one.pk, outcome="pass", by=ME)
        refuses(rules.StillWaiting, actions.put_back, item=one.pk, by=ME)
        actions.act(item=child.pk, outcome="agree", by=official(9, f"o{n}", "g.say"))
    left = WorkItem.objects.filter(parent=one, status="open").count()
    assert left == 0
    # A second round counts its own answers only.
    actions.ask(**ask, by=ME)  # type: ignore[arg-type]
    refuses(rules.StillWaiting, actions.act, item=one.pk, outcome="pass", by=ME)
    actions.take_back(item=one.pk, by=ME)
    actions.act(item=one.pk, outcome="pass", by=ME)


def test_nobody_asked_is_no_question() -> None:
    one = item(matter(), "accept")
    mode = rules.Mode.CONSULT
    refuses(rules.NothingAsked, actions.ask, item=one.pk, mode=mode, asked=[], question="?", by=ME)


def test_while_paused_nothing_is_owed_and_nobody_acts() -> None:
    found = matter()
    clock.move("2026-03-03 09:00")
    actions.pause(matter=found, reason="补正", by=ME)
    one = item(found, "accept")
    assert one.due_on is None and found.due_on is None
    refuses(rules.IsPaused, actions.act, item=one.pk, outcome="pass", by=ME)
    clock.move("2026-03-10 09:00")
    actions.resume(
        matter=found, reason="已补", by=ME, due_on=date(2026, 3, 20), yellow_on=date(2026, 3, 18)
    )
    assert item(found, "accept").due_on == date(2026, 3, 11)
    do(found, "accept")


def test_a_finished_process_takes_up_work_again() -> None:
    found = matter()
    refuses(rules.NotEnded, actions.reopen, matter=found, stage="left", reason="r", by=ME)
    for one, outcome in (("accept", "pass"), ("left", "pass"), ("right", "pass"),
                         ("decide", "grant")):  # fmt: skip
        do(found, one, outcome)
    found.refresh_from_db()
    opened = actions.reopen(matter=found, stage="left", reason="r", by=ME)
    assert [o.stage for o in opened] == ["left"]
    assert Matter.objects.get(pk=found.pk).state == "open"


def test_late_work_is_brought_before_the_heads_once() -> None:
    found = matter()
    clock.move("2026-03-04 09:00")
    assert actions.escalate_late(by=SETUP, days=2) == 0  # due on the third: one day late
    clock.move("2026-03-05 09:00")
    assert actions.escalate_late(by=SETUP, days=2) == 1
    assert actions.escalate_late(by=SETUP, days=2) == 0
    urged = WorkItem.objects.get(matter=found, mode="urge")
    assert (urged.grant, urged.organ, urged.parent) == (
        "matter.urge",
        "organ",
        item(found, "accept"),
    )
    head = official(5, "organ", "matter.urge")
    assert [one.pk for one in queries.inbox(by=head)] == [urged.pk]
    do(found, "accept")
    assert WorkItem.objects.get(pk=urged.pk).status == "void"


def test_a_head_who_answers_leaves_the_work_where_it_is() -> None:
    found = matter()
    clock.move("2026-03-09 09:00")
    actions.escalate_late(by=SETUP)
    urged = WorkItem.objects.get(matter=found, mode="urge")
    actions.act(item=urged.pk, outcome="urged", by=official(5, "organ", "matter.urge"))
    assert item(found, "accept").status == "open"


def test_a_new_calendar_moves_what_is_owed() -> None:
    year = next(t for t in tables.national().years if t.year == 2026)
    Calendar.objects.create(code=NATIONAL, name="national")
    Calendar.objects.create(code="city", name="city", parent_id=NATIONAL)
    found = matter(calendar="city")
    owed = deadlines.start(matter=found.pk, kind="promised", budget=5, calendar="city", by=ME)
    actions.set_due(matter=found, due_on=owed.due_on, yellow_on=owed.yellow_on, by=ME)
    assert (item(found, "accept").due_on, owed.due_on) == (date(2026, 3, 3), date(2026, 3, 9))
    third = date(2026, 3, 3).timetuple().tm_yday - 1
    days = year.days[:third] + "0" + year.days[third + 1 :]
    deadlines.publish_revision(
        calendar=NATIONAL, year=2026, days=days, status="confirmed", source_doc="x", by=SETUP
    )
    while ledger.deliver():
        pass
    assert item(found, "accept").due_on == date(2026, 3, 4)
    found.refresh_from_db()
    assert found.due_on == date(2026, 3, 10)
    assert names().count("matter.moved") == 1


def test_how_many_questions_an_act_costs() -> None:
    found = matter()
    one = item(found, "accept")
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        actions.act(item=one.pk, outcome="pass", version=1, key="k", by=ME, facts={"big": True})
    texts = [q["sql"] for q in asked.captured_queries]
    # Read and lock, close, the calendar's mark, open two stages, keep the matter, record.
    assert len(texts) <= 6, "\n".join(texts)


def test_inbox_by_remaining_time_in_one_question() -> None:
    for _ in range(3):
        matter()
    clock.move("2026-03-04 09:00")
    matter()
    with CaptureQueriesContext(connection) as asked:
        rows = [(row.matter.title, row.light) for row in queries.inbox(by=ME)]
    assert len(asked) == 1
    assert [light for _, light in rows] == ["red", "red", "red", "yellow"]
    assert queries.inbox_counts(by=ME) == {"all": 4, "red": 3, "yellow": 1, "green": 0, "grey": 0}
