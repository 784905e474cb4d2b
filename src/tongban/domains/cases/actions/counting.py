"""What a finished filing saved is added to the figures of its service and month."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tongban.domains.cases.models import Application, Saving
from tongban.domains.cases.queries.savings import COLUMNS
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines


@transaction.atomic
def count_savings(*, number: str, decided: int, by: Actor) -> Saving | None:
    """Add one finished filing; None where nothing was decided, or nothing is known of before.

    Called once per filing by the delivery of its event; sums only grow, by conditional updates.
    """
    found = Application.objects.select_related("matter").filter(number=number).first()
    if found is None or not decided or not found.savings:
        return None
    key = found.thing_key or str(found.cases.values_list("item_key", flat=True)[0])
    month = clock.moment(found.ended_at or clock.now()).date().replace(day=1)
    row, _ = Saving.objects.get_or_create(key=key, month=month)
    sums: dict[str, Any] = {
        column: F(column) + int(found.savings.get(name, {}).get(when, 0))
        for column in COLUMNS
        for name, _, when in [column.rpartition("_")]
    }
    spent = _days(found, found.submitted_at, found.ended_at or clock.now())
    Saving.objects.filter(pk=row.pk).update(
        runs=F("runs") + 1, days_spent=F("days_spent") + spent, **sums
    )
    return row


def _days(found: Application, begun: datetime, ended: datetime) -> int:
    days = deadlines.calendar(found.matter.calendar)
    return int(days.between(clock.moment(begun).date(), clock.moment(ended).date()))
