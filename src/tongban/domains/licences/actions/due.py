"""What a day brings to licences: a word before they run out, and a note when they have."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from tongban.domains.licences import queries
from tongban.domains.licences.models import Licence
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger

BATCH: Final = 500


@transaction.atomic
def remind(*, by: Actor, limit: int = BATCH) -> int:
    """Tell, once per licence, that it runs out soon; answers for how many.

    延续 is applied for thirty days before the last day (行政许可法 第五十条), so the word comes a
    month before that. Whoever sends messages hears the event.
    """
    today = clock.today()
    told = 0
    for licence in queries.running_out(today, limit=limit):
        if Licence.objects.filter(pk=licence.pk, reminded_on=None).update(reminded_on=today):
            told += 1
            ledger.record(
                "licence.running_out",
                licence,
                by=by,
                type=licence.type,
                identifier=licence.identifier,
                keeper=licence.keeper,
                entity=licence.entity,
                days=((licence.valid_to or today) - today).days,
            )
    return told


@transaction.atomic
def expire(*, by: Actor, limit: int = BATCH) -> int:
    """Note, once per licence, that its last day has passed; answers for how many.

    Verifiers are told by the date itself: nothing waits for this.
    """
    today = clock.today()
    noted = 0
    for licence in queries.ran_out(today - timedelta(days=1), limit=limit):
        if Licence.objects.filter(pk=licence.pk, ran_out_on=None).update(ran_out_on=today):
            noted += 1
            ledger.record(
                "licence.expired",
                licence,
                by=by,
                type=licence.type,
                identifier=licence.identifier,
                keeper=licence.keeper,
                entity=licence.entity,
            )
    return noted
