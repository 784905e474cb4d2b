"""What a case costs: charged by its item's published list, given back when nothing came of it."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.rules.state import Purpose
from tongban.domains.payments import actions as payments
from tongban.domains.payments import queries as bills
from tongban.domains.payments.rules import Asked, State
from tongban.kernel.actor import Actor


@transaction.atomic
def charge(*, matter: int, by: Actor) -> None:
    """Charge the fees that have a price; asked twice, it is one bill.

    What has no price is worked out by an official, case by case.
    """
    found = queries.locked(matter)
    if found.purpose != Purpose.APPLY or queries.item_of(found).is_free:
        return
    lines = [Asked(fee.code) for fee in bills.fees(found.item, found.variant).values() if fee.fen]
    if not lines or bills.of_case(found.case_no):
        return
    payments.charge(
        case_no=found.case_no,
        item=found.item,
        variant=found.variant,
        organ=found.organ,
        payer_person=found.person,
        payer_entity=found.entity,
        lines=lines,
        title=found.matter.title,
        matter=found.matter_id,
        by=by,
    )


@transaction.atomic
def give_back(*, matter: int, reason: str, by: Actor) -> None:
    """Nothing came of the case: what is open falls away, for what was paid a refund is asked."""
    found = queries.by_matter(matter)
    if found is None:
        return
    for bill in bills.of_case(found.case_no):
        if bill.state == State.OPEN:
            payments.void(bill=bill.number, reason=reason, by=by)
        elif bill.state == State.PAID:
            payments.refund(bill=bill.number, reason=reason, by=by)
