"""Questions about matters and work items; the only way to a row."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound
from tongban.kernel.processes import rules
from tongban.kernel.processes.models import Matter, WorkItem


def graph(version: int) -> rules.Graph:
    """The stage graph that a matter began with; compiled once per process of the machine."""
    return catalogue.compiled(catalogue.by_id(version), _graph)


def _graph(version: catalogue.Version) -> rules.Graph:
    return rules.parse(version.body)


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
    return found.filter(light=light_is) if light_is else found


def inbox_counts(*, by: Actor) -> dict[str, int]:
    """How many of each light, and in all."""
    rows = inbox(by=by).order_by().values_list("light").annotate(n=Count("id"))
    counts = {str(name): n for name, n in rows}
    return {"all": sum(counts.values()), **{str(l): counts.get(l, 0) for l in rules.Light}}


def done_by(*, by: Actor) -> QuerySet[WorkItem]:
    """What the actor has finished, newest first."""
    return (
        WorkItem.objects.filter(done_by=by.key).select_related("matter").order_by("-closed_at")
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
    return list(
        WorkItem.objects.filter(matter=matter_key, status__in=rules.OWED).order_by("id")
    )


def trail(matter_key: int) -> list[WorkItem]:
    """The whole tree of work in a matter, in order of opening."""
    return list(WorkItem.objects.filter(matter=matter_key).order_by("id"))


def overdue_escalatable(*, days: int, limit: int = 500) -> list[WorkItem]:
    """Late work items that nobody but a whole post holds, older than `days`."""
    return list(
        WorkItem.objects.filter(
            status__in=rules.OWED, due_on__lt=clock.today() - timedelta(days=days)
        ).select_related("matter")[:limit]
    )


def counts_by(field: str, **filters: Any) -> dict[str, int]:
    """How many matters by a column, for boards and the doctor."""
    rows = Matter.objects.filter(**filters).values_list(field).annotate(n=Count("id"))
    return {str(name): n for name, n in rows}
