"""Clocks in the database: the published vectors, warnings fired once, calendars that change."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tongban.kernel import clock as civil
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries, rules
from tongban.kernel.deadlines.models import (
    Calendar,
    CalendarRevision,
    Clock,
    ClockChange,
    ClockSegment,
)
from tongban.kernel.deadlines.rules import Light, Rung, State
from tongban.kernel.errors import NotPermitted
from tongban.kernel.ledger.models import Event
from tongban.kernel.workdays import tables, terms
from tongban.kernel.workdays.calendars import national

BY = part("deadlines")
DEMO = Path(__file__).parents[5] / "cities" / "demo" / "calendars"

pytestmark = pytest.mark.django_db


def run(
    anchor: str, budget: int, *, unit: str = "workday", calendar: str = "national", matter: int = 1
) -> Clock:
    return deadlines.start(
        matter=matter,
        kind="promised",
        budget=budget,
        unit=unit,
        calendar=calendar,
        by=BY,
        on=date.fromisoformat(anchor),
    )


def events() -> list[str]:
    return list(Event.objects.order_by("id").values_list("name", flat=True))


def days_of(year: int, **marks: str) -> str:
    """The national days of a year with some changed: `d0302="0"`."""
    table = {table.year: table for table in tables.national().years}.get(year)
    days = list((table or tables.provisional(year)).days)
    for name, mark in marks.items():
        at = date(year, int(name[1:3]), int(name[3:5])) - date(year, 1, 1)
        days[at.days] = mark
    return "".join(days)


def publish(year: int, days: str, *, calendar: str = "national", source: str = "s") -> None:
    deadlines.publish_revision(
        calendar=calendar, year=year, days=days, status="confirmed", source_doc=source, by=BY
    )


@pytest.fixture
def _seeded() -> None:
    with civil.at("2025-01-01 00:00"):
        deadlines.seed_calendars(folder=DEMO, by=BY)


# ── one clock ──


def test_the_published_vectors() -> None:
    with civil.at("2026-02-10 09:00"):
        assert run("2026-02-10", 20).due_on == date(2026, 3, 16)
        assert run("2025-01-20", 5).due_on == date(2025, 1, 26)
        assert run("2026-04-28", 20).due_on == date(2026, 5, 28)
        into_2027 = run("2026-11-23", 30)
        assert into_2027.due_on == date(2027, 1, 5)
        assert queries.is_provisional(into_2027)


def test_a_special_procedure_a_suspension_and_an_extension() -> None:
    with civil.at("2026-02-10 09:00"):
        clock = run("2026-02-10", 20)
    with civil.at("2026-02-25 09:00"):
        deadlines.pause(clock=clock, reason="检验检测", law="行政许可法 第四十五条", by=BY)
        assert (clock.used, clock.state, clock.due_on) == (5, State.PAUSED, None)
        assert queries.light(clock, civil.today()) is Light.GREY
        assert queries.remaining(clock, civil.today()) == 15
    with civil.at("2026-03-06 09:00"):
        deadlines.resume(clock=clock, by=BY)
        assert (clock.used, clock.due_on) == (5, date(2026, 3, 27))
    with civil.at("2026-03-10 09:00"):
        deadlines.pause(clock=clock, reason="不可抗力", by=BY)
    with civil.at("2026-03-12 09:00"):
        deadlines.resume(clock=clock, by=BY)
        assert (clock.used, clock.due_on) == (6, date(2026, 4, 1))
        deadlines.extend(clock=clock, days=10, reason="案情复杂", by=BY)
        assert clock.due_on == date(2026, 4, 16)
        assert queries.remaining(clock, civil.today()) == 24
    changes = ClockChange.objects.order_by("id").values_list("new_due", flat=True)
    assert [str(due) for due in changes] == [
        "None", "2026-03-27", "None", "2026-04-01", "2026-04-16",
    ]  # fmt: skip
    first = ClockSegment.objects.order_by("id")[0]
    assert (first.from_on, first.to_on) == (date(2026, 2, 25), date(2026, 3, 6))
    assert first.law == "行政许可法 第四十五条"


def test_a_calendar_day_term_ends_on_a_working_day() -> None:
    with civil.at("2026-02-01 09:00"):
        assert run("2026-02-01", 15, unit="calendar_day").due_on == date(2026, 2, 24)


def test_acts_out_of_order_are_refused_and_change_nothing() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5)
        with pytest.raises(rules.ClockNotPaused):
            deadlines.resume(clock=clock, by=BY)
        with pytest.raises(rules.DayOutOfOrder):
            deadlines.pause(clock=clock, reason="r", by=BY, on=date(2026, 3, 1))
        with pytest.raises(rules.DayOutOfOrder):
            deadlines.pause(clock=clock, reason="r", by=BY, on=date(2026, 3, 3))
        deadlines.pause(clock=clock, reason="r", by=BY)
        with pytest.raises(rules.ClockNotRunning):
            deadlines.pause(clock=clock, reason="r", by=BY)
        deadlines.void(clock=clock, by=BY)
        assert not ClockSegment.objects.filter(to_on__isnull=True).exists()
        for act in (deadlines.meet, deadlines.void):
            with pytest.raises(rules.ClockEnded):
                act(clock=clock, by=BY)
        with pytest.raises(rules.ClockEnded):
            deadlines.extend(clock=clock, days=1, reason="r", by=BY)
        with pytest.raises(rules.BadBudget):
            run("2026-03-02", -1)
        with pytest.raises(rules.NoSuchCalendar):
            run("2026-03-02", 1, calendar="atlantis")
    assert Clock.objects.count() == 1


def test_open_clocks_stand_by_due_date() -> None:
    with civil.at("2026-03-02 09:00"):
        late, soon, paused = (run("2026-03-02", budget, matter=7) for budget in (20, 5, 2))
        deadlines.pause(clock=paused, reason="r", by=BY)
        deadlines.meet(clock=run("2026-03-02", 1, matter=7), by=BY)
        run("2026-03-02", 1, matter=8)
    assert [clock.pk for clock in queries.open_clocks(7)] == [soon.pk, late.pk, paused.pk]


# ── the sweep ──


def test_yellow_then_red_each_once() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5, matter=42)  # yellow on Friday 6, due on Monday 9
        assert deadlines.sweep(by=BY) == 0
    for today, fired, light in (
        ("2026-03-06", ["clock.yellow"], Light.YELLOW),
        ("2026-03-09", [], Light.YELLOW),
        ("2026-03-10", ["clock.breached"], Light.RED),
        ("2026-03-20", [], Light.RED),
    ):
        with civil.at(f"{today} 09:00"):
            before = events()
            assert deadlines.sweep(by=BY) == len(fired)
            assert deadlines.sweep(by=BY) == 0
            assert events()[len(before) :] == fired
            clock.refresh_from_db()
            assert queries.light(clock, civil.today()) is light
    assert clock.state == State.RUNNING
    assert clock.breached_at == datetime(2026, 3, 10, tzinfo=civil.ZONE)
    told = Event.objects.get(name="clock.breached")
    assert (told.matter, told.subject) == (42, f"deadlines.clock:{clock.pk}")
    assert told.data == {
        "kind": "promised",
        "due_on": "2026-03-09",
        "clock": clock.pk,
        "item": None,
    }


def test_downtime_fires_missed_rungs_in_order() -> None:
    with civil.at("2026-03-02 09:00"):
        run("2026-03-02", 5)
    with civil.at("2026-04-01 09:00"):
        assert deadlines.sweep(by=BY) == 1
        assert events() == ["clock.yellow", "clock.breached"]
        assert deadlines.sweep(by=BY) == 0


def test_a_batch_is_no_larger_than_asked() -> None:
    with civil.at("2026-03-02 09:00"):
        for _ in range(5):
            run("2026-03-02", 1)
        assert [deadlines.sweep(by=BY, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_paused_clock_is_never_late() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5)
        deadlines.pause(clock=clock, reason="补正", by=BY)
    with civil.at("2026-12-01 09:00"):
        assert deadlines.sweep(by=BY) == 0
        deadlines.resume(clock=clock, by=BY)
        assert clock.due_on == date(2026, 12, 8)


def test_pausing_does_not_save_a_clock_already_over() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5)
    with civil.at("2026-03-11 09:00"):  # the sweep was down
        deadlines.pause(clock=clock, reason="r", by=BY)
        assert events() == ["clock.yellow", "clock.breached"]
        deadlines.resume(clock=clock, by=BY)
        assert (clock.rung, clock.fires_on) == (Rung.RED, None)
        assert clock.breached_at
        assert deadlines.sweep(by=BY) == 0
        with pytest.raises(rules.TooLateToExtend):
            deadlines.extend(clock=clock, days=5, reason="r", by=BY)


def test_what_is_done_too_late_is_a_breach_and_what_is_done_in_time_is_none() -> None:
    with civil.at("2026-03-02 09:00"):
        late, good = run("2026-03-02", 5), run("2026-03-02", 5)
    with civil.at("2026-03-11 09:00"):
        deadlines.meet(clock=good, by=BY, on=date(2026, 3, 9))
        assert events() == []
        deadlines.meet(clock=late, by=BY)
    assert events() == ["clock.yellow", "clock.breached"]
    assert (late.state, late.due_on, late.ended_on) == (
        State.MET,
        date(2026, 3, 9),
        date(2026, 3, 11),
    )
    assert good.breached_at is None


def test_an_extension_takes_the_yellow_light_away_and_brings_it_back() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5)
    with civil.at("2026-03-06 09:00"):
        deadlines.sweep(by=BY)
        clock.refresh_from_db()
        deadlines.extend(clock=clock, days=10, reason="r", by=BY)
        assert clock.rung == Rung.NONE
        assert queries.light(clock, civil.today()) is Light.GREEN
    with civil.at("2026-03-18 09:00"):
        assert deadlines.sweep(by=BY) == 1
    assert events() == ["clock.yellow", "clock.yellow"]


# ── calendars ──


@pytest.mark.usefixtures("_seeded")
def test_seeding_twice_changes_nothing() -> None:
    assert Calendar.objects.count() == 4
    count = CalendarRevision.objects.count()
    assert count > 23 + 2
    assert deadlines.seed_calendars(folder=DEMO, by=BY) == 0
    assert CalendarRevision.objects.count() == count
    assert events() == ["calendar.seeded"]
    assert queries.calendar("national").fingerprint == national().fingerprint
    city = queries.calendar("city-990100")
    assert not city.is_workday(date(2026, 4, 20))
    assert not city.is_workday(date(2026, 8, 17))


@pytest.mark.usefixtures("_seeded")
def test_a_file_never_overwrites_what_was_published() -> None:
    publish(2026, days_of(2026, d0302="0"))
    deadlines.seed_calendars(folder=DEMO, by=BY)
    assert not queries.calendar("national").is_workday(date(2026, 3, 2))


@pytest.mark.usefixtures("_seeded")
def test_a_new_notice_moves_the_open_clocks_it_meets() -> None:
    with civil.at("2026-11-23 09:00"):
        meets = run("2026-11-23", 30, calendar="city-990100")
        before = run("2026-11-23", 5)
        done = run("2026-11-23", 30)
        deadlines.meet(clock=done, by=BY)
        assert meets.due_on == date(2027, 1, 5)
        # The notice makes New Year a bridge: Monday 4 January off, Saturday 9 worked.
        publish(2027, days_of(2027, d0104="0", d0109="1"), source="国办发明电〔2026〕0号（虚构）")
        for clock in (meets, before, done):
            clock.refresh_from_db()
    assert meets.due_on == date(2027, 1, 6)
    assert before.due_on == date(2026, 11, 30)
    assert done.due_on == date(2027, 1, 5)
    assert not queries.is_provisional(meets)
    change = ClockChange.objects.get()
    assert (change.old_due, change.new_due) == (date(2027, 1, 5), date(2027, 1, 6))
    assert "国办发明电〔2026〕0号" in change.cause
    told = Event.objects.get(name="calendar.published")
    assert (told.data["clocks"], told.data["later"], told.data["days"]) == (1, 1, 2)


@pytest.mark.usefixtures("_seeded")
def test_the_same_days_twice_are_one_revision() -> None:
    publish(2027, days_of(2027))
    publish(2027, days_of(2027))
    assert CalendarRevision.objects.filter(year=2027).count() == 1
    assert events().count("calendar.published") == 1


@pytest.mark.usefixtures("_seeded")
def test_a_new_calendar_never_makes_a_breach_in_the_past() -> None:
    with civil.at("2026-03-16 09:00"):  # Monday
        clock = run("2026-03-09", 6)
        assert clock.due_on == date(2026, 3, 17)
        # The weekend is declared worked afterwards: by the new days the term ended on Sunday.
        publish(2026, days_of(2026, d0314="1", d0315="1"))
        clock.refresh_from_db()
        assert clock.due_on == date(2026, 3, 16)
        deadlines.sweep(by=BY)
    assert events()[-1] == "clock.yellow"
    assert clock.breached_at is None


@pytest.mark.usefixtures("_seeded")
def test_a_breach_that_new_days_undo_is_lifted() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5)
    with civil.at("2026-03-10 09:00"):
        deadlines.sweep(by=BY)
        publish(2026, days_of(2026, d0305="0", d0306="0"), source="台风停工")
        clock.refresh_from_db()
        assert (clock.due_on, clock.breached_at) == (date(2026, 3, 11), None)
        assert Event.objects.get(name="calendar.published").data["relieved"] == 1
    with civil.at("2026-03-12 09:00"):
        assert deadlines.sweep(by=BY) == 1
        assert events()[-1] == "clock.breached"


@pytest.mark.usefixtures("_seeded")
def test_days_used_before_a_pause_are_counted_anew() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 20)
    with civil.at("2026-03-10 09:00"):
        deadlines.pause(clock=clock, reason="r", by=BY)
        assert clock.used == 5
        publish(2026, days_of(2026, d0305="0"))
        clock.refresh_from_db()
        assert (clock.used, clock.due_on) == (4, None)
        deadlines.resume(clock=clock, by=BY)
        assert queries.remaining(clock, civil.today()) == 16


@pytest.mark.usefixtures("_seeded")
def test_a_clock_read_from_an_older_calendar_is_moved_before_it_fires() -> None:
    with civil.at("2026-03-02 09:00"):
        clock = run("2026-03-02", 5)
        publish(2026, days_of(2026, d0305="0"))
        # As if another process had started it in the same moment, from the old days.
        Clock.objects.filter(pk=clock.pk).update(
            due_on=date(2026, 3, 9), yellow_on=date(2026, 3, 6), fires_on=date(2026, 3, 6),
            calendar_rev="old",
        )  # fmt: skip
    with civil.at("2026-03-06 09:00"):
        assert deadlines.sweep(by=BY) == 1
        clock.refresh_from_db()
        assert clock.due_on == date(2026, 3, 10)
        assert deadlines.sweep(by=BY) == 0
    assert "clock.yellow" not in events()


@pytest.mark.usefixtures("_seeded")
def test_a_publication_rolled_back_leaves_no_trace_in_the_cache() -> None:
    day = date(2026, 3, 5)
    for mark in ("0", "1"):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(2026, days_of(2026, d0305=mark), source=f"source {mark}")
            assert queries.calendar("national").is_workday(day) is (mark == "1")
            raise ZeroDivisionError
        assert queries.calendar("national").is_workday(day)


@pytest.mark.usefixtures("_seeded")
def test_bad_days_are_refused_with_a_reason() -> None:
    for days in ("1" * 364, "x" * 365, "." * 365):
        with pytest.raises(rules.BadDays, match="2027"):
            publish(2027, days)
    with pytest.raises(rules.NoSuchCalendar):
        publish(2027, days_of(2027), calendar="atlantis")
    with pytest.raises(NotPermitted):
        deadlines.publish_revision(
            calendar="national",
            year=2027,
            days=days_of(2027),
            status="confirmed",
            source_doc="s",
            by=Actor(kind="official", key="official:1@post:1"),
        )
    publish(2027, "." * 365, calendar="city-990100")


# ── what holds for every history ──


class Histories(TestCase):
    """Any order of days, pauses and sweeps: the stored dates are what the law's arithmetic says."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.integers(0, 30),
        st.lists(
            st.tuples(st.sampled_from(["pause", "resume", "extend", "sweep"]), st.integers(0, 9))
        ),
    )
    def test_the_dates_are_those_of_the_arithmetic(
        self, budget: int, acts: list[tuple[str, int]]
    ) -> None:
        with civil.at("2026-01-20 09:00"):
            clock = run("2026-01-20", budget)
            for act, wait in acts:
                civil.move(days=wait)
                clock.refresh_from_db()
                if act == "pause" and clock.state == State.RUNNING:
                    deadlines.pause(clock=clock, reason="r", by=BY)
                elif act == "resume" and clock.state == State.PAUSED:
                    deadlines.resume(clock=clock, by=BY)
                elif act == "extend" and not _is_over(clock):
                    deadlines.extend(clock=clock, days=3, reason="r", by=BY)
                else:
                    deadlines.sweep(by=BY)
                clock.refresh_from_db()
                self.check(clock)

    def check(self, clock: Clock) -> None:
        stops = queries.pauses([clock]).get(clock.pk, [])
        unit = terms.Unit(clock.unit)
        read = terms.read(national(), unit, clock.anchor_on, clock.budget, stops)
        assert (clock.used, clock.running_since) == (read.used, read.running_since)
        assert (clock.due_on, clock.yellow_on) == (read.due_on, read.yellow_on)
        told = list(Event.objects.filter(matter=1).order_by("id").values_list("name", flat=True))
        assert told.count("clock.breached") == (1 if clock.breached_at else 0)
        if clock.breached_at:
            assert told[-1] == "clock.breached"


class Amendments(TestCase):
    """Whatever days a notice changes, open clocks end up as if it had always been so."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 25)), min_size=1, max_size=6),
        st.sets(st.dates(date(2026, 2, 1), date(2026, 5, 31)), max_size=12),
    )
    def test_dates_are_those_of_the_new_calendar_but_never_past(
        self, owed: list[tuple[int, int]], turned: set[date]
    ) -> None:
        with civil.at("2026-02-01 09:00"):
            deadlines.seed_calendars(folder=DEMO, by=BY)
            clocks = [run("2026-02-01", budget, calendar="city-990100") for _, budget in owed]
            for clock, (wait, _) in zip(clocks, owed, strict=True):
                if wait % 3 == 0:
                    deadlines.pause(clock=clock, reason="r", by=BY)
        with civil.at("2026-03-02 09:00"):
            today = civil.today()
            for clock in clocks:
                if clock.state == State.PAUSED and clock.budget % 2:
                    deadlines.resume(clock=clock, by=BY)
            before = {clock.pk: clock.due_on for clock in clocks}
            marks = {f"d{day:%m%d}": "0" if national().is_workday(day) else "1" for day in turned}
            publish(2026, days_of(2026, **marks), source="notice")
            calendar = queries.calendar("city-990100")
            for clock in clocks:
                clock.refresh_from_db()
                stops = queries.pauses([clock]).get(clock.pk, [])
                read = terms.read(
                    calendar, terms.Unit(clock.unit), clock.anchor_on, clock.budget, stops
                )
                old = before[clock.pk]
                if read.due_on is None or old is None:
                    assert clock.due_on is None
                    continue
                expected = rules.bounded(calendar, old, read.due_on, today)
                # A change behind a due date that has passed no longer concerns the clock.
                assert clock.due_on in {expected, old} if old < today else clock.due_on == expected
                assert clock.due_on
                assert clock.due_on >= min(old, today)


def _is_over(clock: Clock) -> bool:
    return bool(clock.breached_at or (clock.due_on and clock.due_on < civil.today()))
