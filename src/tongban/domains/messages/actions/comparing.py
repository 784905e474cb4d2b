"""Compare a day's messages with the gateway's report: what it lost goes out anew."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from tongban.connectors import messages as connector
from tongban.connectors.messages import Delivery, Report
from tongban.domains.messages import queries
from tongban.domains.messages.models import MessageDay, Sending
from tongban.domains.messages.rules import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger

LOST = Report(Delivery.UNKNOWN)


def compare(*, day: date, by: Actor) -> Mapping[Delivery, int]:
    """Ask what became of a day's messages; answers how many of each. Raises Unavailable.

    The same day again changes only what changed: what was noted is not noted twice.
    """
    counts: Counter[Delivery] = Counter()
    after = 0
    while rows := queries.sent_on(day, after=after):
        after = rows[-1].pk
        said = connector.gateway().report(message_ids=[queries.name_of(row) for row in rows])
        for row in rows:
            report = said.get(queries.name_of(row), LOST)
            counts[report.what] += 1
            _reported(sending=row.pk, report=report, by=by)
    _noted(day=day, counts=counts, by=by)
    return counts


@transaction.atomic
def _reported(*, sending: int, report: Report, by: Actor) -> None:
    row = Sending.objects.select_related("message").get(pk=sending)
    sent = Sending.objects.filter(pk=sending, state=State.SENT)
    if report.what == Delivery.DELIVERED:
        sent.filter(delivered_at=None).update(delivered_at=clock.now())
    elif report.what == Delivery.FAILED:
        if sent.update(state=State.FAILED, error=report.reason[:300]):
            ledger.record(
                "message.failed", row, by=by, channel=row.channel, template=row.message.template
            )
    elif report.what == Delivery.UNKNOWN and sent.update(
        state=State.WAITING, attempts=0, sent_at=None, not_before=clock.now()
    ):
        ledger.record("message.retried", row.message, by=by, channel=row.channel)


@transaction.atomic
def _noted(*, day: date, counts: Mapping[Delivery, int], by: Actor) -> None:
    total = sum(counts.values())
    made, _ = MessageDay.objects.update_or_create(
        day=day,
        defaults={
            "sent": total,
            "delivered": counts.get(Delivery.DELIVERED, 0),
            "pending": counts.get(Delivery.PENDING, 0),
            "failed": counts.get(Delivery.FAILED, 0),
            "lost": counts.get(Delivery.UNKNOWN, 0),
            "compared_at": clock.now(),
        },
    )
    ledger.record(
        "message.compared", made, by=by, day=day.isoformat(), sent=total, failed=made.failed,
        lost=made.lost,
    )  # fmt: skip
