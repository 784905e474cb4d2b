"""How well the city works, for the home page."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from tongban.domains.cases.models import (
    Case,
)
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines


@dataclass(frozen=True, slots=True)
class Record:
    """How the cases decided since a day were handled; said only where there are enough."""

    decided: int
    on_time: int
    by_rule: int
    days: float


ENOUGH = 30
"""Below so many cases a share says nothing."""


def record_since(days: int = 30, sample: int = 200) -> Record | None:
    """The figures of the home page; nothing where there are too few cases."""
    since = clock.now() - timedelta(days=days)
    rows = Case.objects.filter(decided_at__gte=since, submitted_at__isnull=False)
    decided = rows.count()
    if decided < ENOUGH:
        return None
    late = rows.filter(~Q(overdue_at=None)).count()
    by_rule = rows.filter(determination__decision__isnull=False).count()
    calendar = deadlines.calendar(str(services.city()["calendar"]))
    taken = [
        calendar.between(clock.moment(begun).date(), clock.moment(ended).date())
        for begun, ended in rows.order_by("-id").values_list("submitted_at", "decided_at")[:sample]
        if begun and ended
    ]
    return Record(
        decided=decided,
        on_time=decided - late,
        by_rule=by_rule,
        days=round(sum(taken) / len(taken), 1) if taken else 0.0,
    )
