"""Questions about matters and work items; the only way to a row."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines import rules as terms
from tongban.kernel.decisions import engine
from tongban.kernel.errors import NotFound
from tongban.kernel.processes import rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays.calendars import WorkCalendar


def graph(version: int) -> rules.Graph:
    """The stage graph that a matter began with; compiled once per process of the machine."""
    return catalogue.compiled(catalogue.by_id(version), _graph)


def _graph(version: catalogue.Version) -> rules.Graph:
    return rules.parse(version.body)


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether a FEEL condition holds; anything but true is no."""
    return engine.expression(text)(facts) is True


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


def inbox(*, by: Actor, light_is: str = "") -> QuerySet[WorkItem]:
    """What the post held now owes, by remaining time; one query, no look-up per row."""
    found = (
        WorkItem.objects.filter(in_hands_of(by), status__in=rules.OWED)
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
    return WorkItem.objects.filter(done_by=by.key).select_related("matter").order_by("-closed_at")


def item(key: int, *, by: Actor) -> WorkItem:
    """A work item in the hands of the actor's post, open or finished."""
    try:
        found = WorkItem.objects.select_related("matter").get(pk=key)
    except WorkItem.DoesNotExist:
        raise NotFound() from None
    if found.done_by != by.key:
        check_hands(found, by=by)
    return found


def check_hands(found: WorkItem, *, by: Actor) -> None:
    """Refuse an actor whose post the work item is not in the hands of."""
    if by.kind == "part":
        return
    by.require(found.grant)
    ours = found.organ == by.organ and found.post in {"", by.post_key}
    if not ours or found.assignee not in {"", by.key}:
        raise rules.NotInYourHands(holder=found.name)


def may_see(matter: Matter, *, by: Actor) -> bool:
    """Whether an official's organ holds, or was asked about, the matter."""
    if by.kind == "part":
        return True
    if not by.is_official:
        return False
    if matter.organ == by.organ and matter.region.startswith(by.region):
        return True
    return WorkItem.objects.filter(matter=matter, organ=by.organ, grant__in=by.grants).exists()


def matter(key: int) -> Matter:
    """A matter by key, for the domain that owns its subject."""
    try:
        return Matter.objects.get(pk=key)
    except Matter.DoesNotExist:
        raise NotFound() from None


def open_items(matter_key: int) -> list[WorkItem]:
    """What is owed in a matter now."""
    return list(WorkItem.objects.filter(matter=matter_key, status__in=rules.OWED).order_by("id"))


def trail(matter_key: int) -> list[WorkItem]:
    """The whole tree of work in a matter, in order of opening."""
    return list(WorkItem.objects.filter(matter=matter_key).order_by("id"))


def locked(key: int) -> WorkItem:
    """A work item with its matter, both locked; for actions.

    The matter first, always: two acts on parallel stages of one matter stand in line there.
    """
    found = rows.read_rows(_LOCKED + rows.locks("t1", "t0"), [key], WorkItem, Matter)
    if not found:
        raise NotFound()
    item: WorkItem
    item, item.matter = found[0]
    return item


_LOCKED = (
    f"SELECT {{0}}, {{1}} FROM {WorkItem._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id WHERE t0.id = %s"
)


def is_repeat(found: WorkItem, *, key: str, key_hash: str) -> bool:
    """Whether the same request already changed the row; the same key for another is refused."""
    if not key or found.key != key:
        return False
    if found.key_hash != key_hash:
        raise rules.KeyReused()
    return True


def asked_by(found: WorkItem) -> list[WorkItem]:
    """Those whom the holder of a work item asked last."""
    rows = list(WorkItem.objects.filter(parent=found).exclude(mode=rules.Mode.URGE).order_by("id"))
    last = max((row.asked_at_version for row in rows), default=0)
    return [row for row in rows if row.asked_at_version == last]


def round_of(found: WorkItem) -> list[WorkItem]:
    """Those who were asked together with one who was asked."""
    return list(
        WorkItem.objects.filter(parent=found.parent_id, asked_at_version=found.asked_at_version)
        .exclude(mode=rules.Mode.URGE)
        .order_by("id")
    )


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
