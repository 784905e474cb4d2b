"""Questions about calendars and clocks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from tongban.kernel import trips
from tongban.kernel.deadlines import rules
from tongban.kernel.deadlines.models import Calendar, CalendarRevision, Clock, ClockSegment
from tongban.kernel.deadlines.rules import OPEN, Light, State, Status
from tongban.kernel.workdays import calendars, tables, terms
from tongban.kernel.workdays.calendars import WorkCalendar
from tongban.kernel.workdays.tables import NATIONAL, YearTable
from tongban.kernel.workdays.terms import Pause, Unit

MARK = f"(SELECT mark FROM {CalendarRevision._meta.db_table} ORDER BY id DESC LIMIT 1)"
"""In SQL: another after every publication. Who reads it beside a row calls `trips.remember`."""

# One process's copy of the calendars, dropped as soon as any process publishes a revision.
_built: dict[str, WorkCalendar] = {}
_built_at: list[object] = [None]


def calendar(code: str) -> WorkCalendar:
    """The calendar in force, with all layers below it."""
    at = trips.remembered(MARK)
    if at is None:
        # Asked in every act: without the ORM it costs a tenth.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {MARK}")
            at = cursor.fetchone()[0] or ""
        trips.remember(MARK, at)
    if at != _built_at[0]:
        _built.clear()
        _built_at[0] = at
    if code not in _built:
        _built[code] = build(code)
    return _built[code]


def build(code: str) -> WorkCalendar:
    """Read the calendar's layers from the tables, whatever the cache holds."""
    parents = dict(Calendar.objects.values_list("code", "parent__code"))
    if code not in parents:
        if code == NATIONAL:  # a fresh database: the days that come with the program
            return calendars.national()
        raise rules.NoSuchCalendar(code=code)
    chain = [code]
    while parent := parents[chain[0]]:
        chain.insert(0, parent)
    layers: dict[str, list[YearTable]] = {layer: [] for layer in chain}
    if NATIONAL in layers:
        layers[NATIONAL] += tables.national().years
    # By revision, so that the last one of a year wins.
    for revision in (
        CalendarRevision.objects.filter(calendar__code__in=chain)
        .select_related("calendar")
        .order_by("rev")
    ):
        layers[revision.calendar.code].append(table_of(revision))
    return WorkCalendar([layers[layer] for layer in chain])


def table_of(revision: CalendarRevision) -> YearTable:
    """The revision's days as the arithmetic takes them."""
    provisional = revision.status == Status.PROVISIONAL
    return YearTable(revision.year, revision.days, provisional, revision.source_doc)


def calendars_in_force() -> dict[str, WorkCalendar]:
    """Every calendar that a clock may run on."""
    codes = {NATIONAL, *Calendar.objects.values_list("code", flat=True)}
    return {code: calendar(code) for code in sorted(codes)}


def calendars_upon(code: str) -> list[str]:
    """A calendar and every calendar that lies upon it."""
    parents = dict(Calendar.objects.values_list("code", "parent__code"))
    found = [code]
    for lower in found:
        found += [upper for upper, parent in parents.items() if parent == lower]
    return found


def nearest(matters: Sequence[int]) -> dict[int, tuple[date | None, date | None]]:
    """By when each matter is owed: the dates of its nearest running clock."""
    rows = (
        Clock.objects.filter(matter__in=matters, state=State.RUNNING)
        .order_by("-due_on", "-id")
        .values_list("matter", "due_on", "yellow_on")
    )
    return {matter: (due_on, yellow_on) for matter, due_on, yellow_on in rows}


def latest_revision(code: str, year: int) -> CalendarRevision | None:
    """The revision of a year that is in force on this layer."""
    found = CalendarRevision.objects.filter(calendar__code=code, year=year)
    return found.order_by("-rev").first()


def lock_calendars() -> dict[str, Calendar]:
    """All calendars, locked: publications stand in line, so their ids come in order."""
    return {row.code: row for row in Calendar.objects.select_for_update().order_by("id")}


def lock(clock: Clock) -> None:
    """Read the clock anew and lock its row."""
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update())


def open_clocks(matter: int) -> list[Clock]:
    """The clocks that the matter still owes, the nearest first, paused ones last."""
    found = Clock.objects.filter(matter=matter, state__in=OPEN)
    return sorted(found, key=lambda clock: (clock.due_on or date.max, clock.id))


def due(today: date, limit: int) -> QuerySet[Clock]:
    """Clocks on which the sweep must act today, locked; another worker's are passed by."""
    return (
        Clock.objects.select_for_update(skip_locked=True)
        .filter(fires_on__lte=today)
        .order_by("fires_on", "id")[:limit]
    )


class Lag(NamedTuple):
    """Clocks on which no sweep has acted yet, and by how many days the oldest is late."""

    clocks: int
    days: int


def lag(today: date) -> Lag:
    """How far the sweep is behind; 0 days is the day itself."""
    found = Clock.objects.filter(fires_on__lte=today).aggregate(
        count=Count("id"), oldest=Min("fires_on")
    )
    return Lag(found["count"], (today - found["oldest"]).days if found["oldest"] else 0)


def touched(code: str, changed: tuple[date, ...], after: int, limit: int) -> list[Clock]:
    """Open clocks on the calendar whose window meets a changed day, locked, by id."""
    window = Q(due_on__gte=changed[0]) | Q(state=State.PAUSED)
    return list(
        Clock.objects.select_for_update()
        .filter(window, calendar=code, state__in=OPEN, anchor_on__lt=changed[-1], id__gt=after)
        .order_by("id")[:limit]
    )


def pauses(clocks: Iterable[Clock]) -> Mapping[int, list[Pause]]:
    """The pauses of each clock, in order."""
    found: dict[int, list[Pause]] = {}
    ids = [clock.pk for clock in clocks]
    for row in ClockSegment.objects.filter(clock__in=ids).order_by("from_on", "id") if ids else ():
        found.setdefault(row.clock_id, []).append(Pause(row.from_on, row.to_on))
    return found


def remaining(clock: Clock, today: date) -> int:
    """Days left after today, negative when late; of a paused clock, what it will have left."""
    if clock.due_on is None:
        return clock.budget - clock.used
    return terms.remaining(calendar(clock.calendar), Unit(clock.unit), clock.due_on, today)


def light(clock: Clock, today: date) -> Light | None:
    """What the clock shows today."""
    return rules.light(clock.state, clock.due_on, clock.yellow_on, today)


def is_provisional(clock: Clock) -> bool:
    """Whether the due date leans on a year without a notice, and is to be shown as 预计."""
    if clock.due_on is None:
        return False
    return calendar(clock.calendar).is_provisional(clock.anchor_on, clock.due_on)


def of_matter(matter: int) -> list[Clock]:
    """Every clock of a matter, ended ones too, each with its segments."""
    return list(Clock.objects.filter(matter=matter).prefetch_related("segments").order_by("id"))


def of_matters(matters: Sequence[int], kinds: Collection[str]) -> list[Clock]:
    """The clocks of some kinds of several matters, ended ones too, each with its segments."""
    found = Clock.objects.filter(matter__in=matters, kind__in=kinds)
    return list(found.prefetch_related("segments").order_by("id"))
