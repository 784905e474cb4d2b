"""Money that settles nothing (多缴、重复缴款) is somebody's Matter until it went back.

The Matter is opened by a reaction: a callback takes the money even where the city has not published
the process yet, and the delivery stays open, in sight, until it has.
"""

from django.db import transaction

from tongban.domains.payments import queries
from tongban.domains.payments.actions.charging import SELF
from tongban.domains.payments.models import Payment
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

PROCESS = "payment-surplus"
CLOCK = "payment.surplus"


@transaction.atomic
def owe_back(*, payment: int, by: Actor = SELF) -> None:
    """Open the Matter of a payment that settles nothing; the finance post holds it."""
    held = Payment.objects.select_related("bill").get(pk=payment)
    if not held.is_surplus or queries.surplus_matter(held) is not None:
        return
    organ = identity.organ(queries.settings().organ)
    process = catalogue.current("process", PROCESS)
    calendar = queries.calendar_of(organ.division)
    matter = processes.start(
        process=process,
        kind=queries.SURPLUS,
        subject=ledger.subject_of(held),
        title=f"多缴款退付：缴款书 {held.bill.number}",
        organ=organ.uscc,
        region=organ.division,
        calendar=calendar,
        by=by,
        records=False,
    )
    item = flow.open_items(matter.pk)[0]
    owed = deadlines.start(
        matter=matter.pk,
        kind=CLOCK,
        budget=flow.graph(process.id).stages[item.stage].days,
        calendar=calendar,
        item=item.pk,
        by=by,
    )
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=by)


@transaction.atomic
def returned(*, refund: int, by: Actor = SELF) -> None:
    """End the Matter once all of the money is back; a part of it, or a refusal, leaves it open."""
    held = queries.payment_of_refund(refund)
    matter = queries.surplus_matter(held)
    if matter is None or matter.state == "ended" or queries.returned(held) < held.fen:
        return
    deadlines.meet_all(matter=matter.pk, kinds=[CLOCK], by=by)
    processes.end(matter=flow.matter(matter.pk), outcome="returned", by=by, records=False)
