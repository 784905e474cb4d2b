"""Start, pause, resume, extend, meet and void a clock."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

# `clock` is the word for the row here, as in every caller; civil time is `civil`.
from tongban.kernel import clock as civil
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries, rules
from tongban.kernel.deadlines.models import Clock, ClockChange, ClockSegment
from tongban.kernel.deadlines.rules import Rung, State
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.workdays import terms
from tongban.kernel.workdays.calendars import WorkCalendar
from tongban.kernel.workdays.terms import Unit


@transaction.atomic
def start(
    *,
    matter: int,
    kind: str,
    budget: int,
    calendar: str,
    by: Actor,
    unit: str = Unit.WORKDAY,
    on: date | None = None,
    item: int | None = None,
) -> Clock:
    """Start a clock; its first day is the one after `on`, which may lie in the past."""
    rules.check_budget(budget)
    clock = new(
        matter=matter,
        kind=kind,
        budget=budget,
        calendar=calendar,
        anchor=on or civil.today(),
        days=queries.calendar(calendar),
        by=by,
        unit=unit,
        item=item,
    )
    clock.save(force_insert=True)
    return clock


@transaction.atomic(savepoint=False)
def new(
    *,
    matter: int,
    kind: str,
    budget: int,
    calendar: str,
    anchor: date,
    days: WorkCalendar,
    by: Actor,
    unit: str = Unit.WORKDAY,
    item: int | None = None,
) -> Clock:
    """A clock that runs since its anchor, for its caller to write."""
    clock = Clock(
        matter=matter,
        item=item,
        kind=kind,
        budget=budget,
        unit=Unit(unit),
        calendar=calendar,
        anchor_on=anchor,
        state=State.RUNNING,
    )
    _run(clock, anchor, days)
    return clock


@transaction.atomic
def pause(*, clock: Clock, reason: str, by: Actor, law: str = "", on: date | None = None) -> Clock:
    """Stop a clock; from this day it is due on no day."""
    queries.lock(clock)
    rules.check_running(clock.state)
    assert clock.running_since is not None
    today = civil.today()
    day = on or today
    rules.check_order(day, clock.running_since, today)
    # A clock already over cannot be saved by pausing it: what it owes by now is recorded first.
    _settle(clock, day, by)
    calendar = queries.calendar(clock.calendar)
    old_due = clock.due_on
    clock.used += terms.spent(calendar, Unit(clock.unit), clock.running_since, day)
    clock.state = State.PAUSED
    clock.running_since = clock.due_on = clock.yellow_on = clock.fires_on = None
    clock.save()
    ClockSegment.objects.create(clock=clock, from_on=day, reason=reason, law=law)
    _changed(clock, old_due, f"paused: {reason}", by)
    return clock


@transaction.atomic
def resume(*, clock: Clock, by: Actor, on: date | None = None) -> Clock:
    """Let a paused clock run on with what is left of its budget."""
    queries.lock(clock)
    rules.check_paused(clock.state)
    segment = clock.segments.get(to_on__isnull=True)
    today = civil.today()
    day = on or today
    rules.check_order(day, segment.from_on, today)
    segment.to_on = day
    segment.save(update_fields=["to_on"])
    clock.state = State.RUNNING
    _run(clock, day)
    clock.save()
    _changed(clock, None, f"resumed: {segment.reason}", by)
    return clock


@transaction.atomic
def extend(*, clock: Clock, days: int, reason: str, by: Actor) -> Clock:
    """Grant more days (延期), before the term is over."""
    queries.lock(clock)
    rules.check_open(clock.state)
    rules.check_budget(days, least=1)
    today = civil.today()
    if clock.breached_at or (clock.due_on and clock.due_on < today):
        raise rules.TooLateToExtend(due_on=clock.due_on or "")
    old_due = clock.due_on
    clock.budget += days
    if clock.running_since is not None:
        _run(clock, clock.running_since)
    clock.save()
    _changed(clock, old_due, f"extended by {days}: {reason}", by)
    return clock


@transaction.atomic
def meet(*, clock: Clock, by: Actor, on: date | None = None) -> Clock:
    """What was owed is done; if too late, the breach is recorded first."""
    queries.lock(clock)
    rules.check_open(clock.state)
    day = on or civil.today()
    rules.check_order(day, clock.running_since or clock.anchor_on, civil.today())
    _settle(clock, day, by)
    return _end(clock, State.MET, day)


@transaction.atomic
def void(*, clock: Clock, by: Actor, on: date | None = None) -> Clock:
    """What was owed is owed no longer: withdrawn, replaced, or begun by mistake."""
    queries.lock(clock)
    rules.check_open(clock.state)
    return _end(clock, State.VOID, on or civil.today())


def _end(clock: Clock, state: State, day: date) -> Clock:
    # due_on stays, so that later readers see by how much it was kept or missed.
    clock.state, clock.ended_on, clock.fires_on = state, day, None
    clock.save()
    ClockSegment.objects.filter(clock=clock, to_on__isnull=True).update(to_on=day)
    return clock


def _run(clock: Clock, since: date, days: WorkCalendar | None = None) -> None:
    """Set the dates of a clock that runs since a day."""
    calendar = days or queries.calendar(clock.calendar)
    at = rules.project(
        calendar, Unit(clock.unit), since=since, used=clock.used, budget=clock.budget
    )
    clock.running_since, clock.calendar_rev = since, calendar.fingerprint
    clock.due_on, clock.yellow_on = at.due_on, at.yellow_on
    clock.rung = rules.rung_after(clock.rung, at.yellow_on, civil.today())
    clock.fires_on = rules.next_firing(clock.rung, at.yellow_on, at.due_on)


def _settle(clock: Clock, day: date, by: Actor) -> None:
    """Record what a clock owes before the day on which something else happens to it."""
    if clock.due_on is None or clock.fires_on is None or clock.due_on >= day:
        return
    tell(clocks=[clock], today=day, by=by)
    clock.rung, clock.fires_on = Rung.RED, None
    clock.breached_at = rules.breach_of(clock.due_on, civil.ZONE)


@transaction.atomic
def tell(*, clocks: Iterable[Clock], today: date, by: Actor) -> None:
    """Tell the ledger each warning that clocks owe by a day, in order."""
    for clock in clocks:
        assert clock.due_on is not None
        for rung in rules.rungs_owed(clock.rung, clock.due_on, today):
            ledger.record(
                "clock.yellow" if rung is Rung.YELLOW else "clock.breached",
                clock,
                by=by,
                matter=clock.matter,
                kind=clock.kind,
                due_on=clock.due_on.isoformat(),
                clock=clock.pk,
                item=clock.item,
            )


def _changed(clock: Clock, old_due: date | None, cause: str, by: Actor) -> None:
    ClockChange.objects.create(
        clock=clock,
        old_due=old_due,
        new_due=clock.due_on,
        cause=cause[:240],
        actor=by.key,
        at=civil.now(),
    )
