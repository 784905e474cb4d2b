"""Charge a fee in a case, or take the bill back before it was paid."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction

from tongban.domains.payments import queries, rules
from tongban.domains.payments.models import Bill
from tongban.domains.payments.rules import Asked, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger

SELF = part("payments")


@transaction.atomic
def charge(
    *,
    case_no: str,
    item: int,
    organ: str,
    payer_person: int,
    lines: Sequence[Asked],
    by: Actor,
    payer_entity: str = "",
    title: str = "",
    matter: int | None = None,
    variant: int | None = None,
) -> Bill:
    """Open a bill in a case by the list of fees of the item's version `item`.

    Where a region handles it under its own terms, `variant` is their version and its list counts.

    The same lines again, while the bill is open, answer that bill. Refuses what is off the list
    (OffList), at another price (AmountDiffers), or without a price (AmountMissing). Whether `by`
    may charge in this case is the question of its caller, who knows the case.
    """
    version = catalogue.by_id(item)
    priced = rules.price(queries.fees(item, variant), lines)
    fingerprint = rules.lines_hash(priced)
    same = Bill.objects.filter(case_no=case_no, lines_hash=fingerprint, state=State.OPEN)
    if found := same.first():
        return found
    issuer = identity.organ(organ)
    try:
        with transaction.atomic():
            made = Bill.objects.create(
                number=f"new-{secrets.token_hex(12)}",
                case_no=case_no,
                matter=matter,
                item=item,
                item_key=version.key,
                variant=variant,
                title=(title or version.title)[:200],
                organ=issuer.uscc,
                payer_person=payer_person,
                payer_entity=payer_entity,
                lines=[asdict(line) for line in priced],
                lines_hash=fingerprint,
                fen=sum(line.fen for line in priced),
                charged_by=by.key,
                charged_at=clock.now(),
            )
    except IntegrityError:
        # Two officials charged the same in this very moment: one bill.
        return same.get()
    made.number = rules.number(division=issuer.division, year=clock.today().year, count=made.pk)
    made.save(update_fields=["number"])
    ledger.record(
        "bill.charged",
        made,
        by=by,
        matter=matter,
        case_no=case_no,
        fen=made.fen,
        lines=len(priced),
    )
    return made


@transaction.atomic
def void(*, bill: str, reason: str, by: Actor) -> Bill:
    """Take back a bill that was not paid; an order still open at the provider is closed later."""
    kept = rules.check_reason(reason)
    won = Bill.objects.filter(number=bill, state=State.OPEN).update(
        state=State.VOIDED, voided_at=clock.now(), void_reason=kept
    )
    if not won:
        raise rules.NotOpen()
    found = Bill.objects.get(number=bill)
    ledger.record("bill.voided", found, by=by, matter=found.matter, case_no=found.case_no)
    return found
