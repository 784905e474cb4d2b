"""Matters and work items in numbers: in-trays, trails, what is late, what a calendar moves."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines import rules as terms
from tongban.kernel.errors import NotFound
from tongban.kernel.processes import rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.processes.queries.work import check_hands
from tongban.kernel.workdays.calendars import WorkCalendar


def light(prefix: str = "", today: date | None = None) -> Case:
    """The light as SQL: derived from dates, hence never stale."""
    today = today or clock.today()
    return Case(
        When(**{f"{prefix}due_on__isnull": True}, then=Value(rules.Light.GREY)),
        When(**{f"{prefix}due_on__lt": today}, then=Value(rules.Light.RED)),
        When(**{f"{prefix}yellow_on__lte": today}, then=Value(rules.Light.YELLOW)),
        default=Value(rules.Light.GREEN),
        output_field=CharField(),
    )


def in_hands_of(by: Actor) -> Q:
    """The work items that the post held now may take up."""
    return (
        Q(organ=by.organ, grant__in=by.grants)
        & (Q(post="") | Q(post=by.post_key))
        & (Q(assignee="") | Q(assignee=by.key))
    )


def lit(light_is: str, today: date | None = None) -> Q:
    """What shows that light, by dates that an index serves; an unknown light shows nothing."""
    today = today or clock.today()
    shown = {
        rules.Light.RED: Q(due_on__lt=today),
        rules.Light.YELLOW: Q(due_on__gte=today, yellow_on__lte=today),
        rules.Light.GREEN: Q(due_on__gte=today, yellow_on__gt=today),
        rules.Light.GREY: Q(due_on=None),
    }
    return next((q for name, q in shown.items() if name == light_is), Q(pk__in=[]))


OWED = RawSQL(
    f"{WorkItem._meta.db_table}.status IN ({', '.join(repr(str(s)) for s in rules.OWED)})",
    (),
    output_field=BooleanField(),
)
"""What is owed, with the words in the text: a partial index serves no parameter."""


def inbox(*, by: Actor, light_is: str = "") -> QuerySet[WorkItem]:
    """What the post held now owes, by remaining time; one query, no look-up per row."""
    found = (
        WorkItem.objects.filter(OWED, in_hands_of(by))
        .filter(Q(matter__region__startswith=by.region) | Q(assignee=by.key))
        .exclude(matter__state=rules.State.ENDED)
        .select_related("matter")
        .annotate(light=light())
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )
    return found.filter(lit(light_is)) if light_is else found


def inbox_counts(*, by: Actor) -> dict[str, int]:
    """How many of each light, and in all."""
    counts: dict[str, int] = inbox(by=by).aggregate(
        **{str(lamp): Count("id", filter=lit(lamp)) for lamp in rules.Light}
    )
    return {"all": sum(counts.values()), **counts}


def done_by(*, by: Actor) -> QuerySet[WorkItem]:
    """What the actor has finished, newest first."""
    return (
        WorkItem.objects.filter(done_by=by.key, closed_at__isnull=False)
        .select_related("matter")
        .order_by("-closed_at", "-id")
    )


def item(key: int, *, by: Actor) -> WorkItem:
    """A work item in the hands of the actor's post, open or finished."""
    try:
        found = WorkItem.objects.select_related("matter").get(pk=key)
    except WorkItem.DoesNotExist:
        raise NotFound() from None
    if found.done_by != by.key:
        check_hands(found, by=by)
    return found


def matter(key: int) -> Matter:
    """A matter by key, for the domain that owns its subject."""
    try:
        return Matter.objects.get(pk=key)
    except Matter.DoesNotExist:
        raise NotFound() from None


def of_subject(kind: str, subject: str) -> Matter | None:
    """The newest matter of a kind about a subject, for the domain that owns it."""
    return Matter.objects.filter(kind=kind, subject=subject).order_by("-id").first()


def open_items(matter_key: int) -> list[WorkItem]:
    """What is owed in a matter now."""
    return list(WorkItem.objects.filter(matter=matter_key, status__in=rules.OWED).order_by("id"))


def owed_in(matters: Sequence[int]) -> list[WorkItem]:
    """What is owed in several matters now, in order; who only waits for others owes nothing."""
    rows = WorkItem.objects.filter(
        matter__in=matters, status__in=(rules.Status.OPEN, rules.Status.CLAIMED)
    )
    return list(rows.exclude(mode=rules.Mode.URGE).order_by("id"))


def trail(matter_key: int) -> list[WorkItem]:
    """The whole tree of work in a matter, in order of opening."""
    return list(WorkItem.objects.filter(matter=matter_key).order_by("id"))


def serial_items(matter: Matter) -> list[WorkItem]:
    """What the stages of a matter owe; those who were only asked are not in it."""
    return list(
        WorkItem.objects.filter(
            matter=matter, status__in=rules.OWED, mode=rules.Mode.SERIAL
        ).order_by("id")
    )


def late(*, days: int, limit: int) -> list[WorkItem]:
    """Work late by so many working days that was not yet brought before the heads, locked."""
    today = clock.today()
    overdue = Q(pk__in=[])
    for code, calendar in deadlines.calendars_in_force().items():
        last = today - timedelta(days=1)
        while calendar.between(last, today) < days:
            last -= timedelta(days=1)
        overdue |= Q(matter__calendar=code, due_on__lte=last)
    return list(
        WorkItem.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(overdue, status__in=rules.OWED, escalated_at=None, due_on__lt=today)
        .filter(matter__state=rules.State.OPEN)
        .select_related("matter")
        .order_by("due_on", "id")[:limit]
    )


def running_items(calendar: str, *, after: int, limit: int) -> list[WorkItem]:
    """Open work items whose days run on a calendar, locked, by id."""
    return list(
        WorkItem.objects.select_for_update(of=("self",))
        .filter(
            matter__calendar=calendar,
            status__in=rules.OWED,
            due_on__isnull=False,
            running_since__isnull=False,
            pk__gt=after,
        )
        .order_by("pk")[:limit]
    )


def owed_matters(calendar: str, *, after: int, limit: int) -> list[Matter]:
    """Matters that are owed on a calendar, locked, by id."""
    return list(
        Matter.objects.select_for_update()
        .filter(calendar=calendar, state=rules.State.OPEN, due_on__isnull=False, pk__gt=after)
        .order_by("pk")[:limit]
    )


def bounded(calendar: WorkCalendar, old_due: date, new_due: date) -> date:
    """A due date moved by a new calendar, but never into the past."""
    return terms.bounded(calendar, old_due, new_due, clock.today())


def counts_by(field: str, **filters: Any) -> dict[str, int]:
    """How many matters by a column, for boards and the doctor."""
    rows = Matter.objects.filter(**filters).values_list(field).annotate(n=Count("id"))
    return {str(name): n for name, n in rows}
