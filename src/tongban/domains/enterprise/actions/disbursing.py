"""From the firm's account number to the money on it: an order at the treasury, settled once."""

import secrets
from datetime import date

from django.db import transaction

from tongban.connectors import disbursements as connector
from tongban.connectors.disbursements import Disbursement
from tongban.domains.enterprise import queries, rules
from tongban.domains.enterprise.models import Award
from tongban.domains.enterprise.rules import AwardState
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def confirm(*, award: int, account: str, by: Actor) -> Award:
    """The representative names the firm's account; the order to pay follows by itself."""
    if by.proxy is not None or by.is_official:
        raise rules.RepresentativeOnly()
    number = rules.check_account(account)
    found = queries.award(award, by=by)
    won = Award.objects.filter(
        pk=found.pk,
        state__in=(AwardState.GRANTED, AwardState.FAILED),
        confirm_by__gte=clock.today(),
    ).update(
        state=AwardState.CONFIRMED,
        account=vault.encrypt(number, purpose=queries.ACCOUNT),
        order_no=f"D{clock.today():%Y%m%d}{secrets.token_hex(8).upper()}",
        tries=found.tries + 1,
    )
    if not won:
        raise rules.NotInThisState()
    found.refresh_from_db()
    ledger.record("award.confirmed", found, by=by, policy=found.policy, fen=found.fen)
    return found


def carry_out(*, award: int, by: Actor) -> Award:
    """Give the order, or ask how it stands; outside any transaction. Raises Unavailable.

    The order's number is kept before it leaves: however often this runs, money moves once.
    """
    by.require("policy.approve")
    found = Award.objects.get(pk=award)
    if found.state not in (AwardState.CONFIRMED, AwardState.SENT):
        return found
    answer = connector.treasury().pay(
        order_no=found.order_no,
        fen=found.fen,
        account=vault.decrypt(found.account, purpose=queries.ACCOUNT),
        holder=identity.entity(found.entity).name,
        purpose=queries.policy_of(found.batch.definition).name,
    )
    return _settle(award=award, answer=answer, by=by)


@transaction.atomic
def _settle(*, award: int, answer: Disbursement, by: Actor) -> Award:
    states = {
        "taken": AwardState.SENT,
        "paid": AwardState.PAID,
        "refused": AwardState.FAILED,
    }
    state = states[answer.state]
    before = (AwardState.CONFIRMED,) if state == AwardState.SENT else (
        AwardState.CONFIRMED,
        AwardState.SENT,
    )  # fmt: skip
    won = Award.objects.filter(
        pk=award, state__in=before, order_no=answer.order_no, fen=answer.fen
    ).update(state=state, paid_at=answer.at if state == AwardState.PAID else None)
    found = Award.objects.get(pk=award)
    if not won:
        return found
    if state == AwardState.SENT:
        ledger.record("award.sent", found, by=by, policy=found.policy, fen=found.fen)
    elif state == AwardState.PAID:
        ledger.record("award.paid", found, by=by, policy=found.policy, fen=found.fen)
    else:
        # A new account needs its time, also where the first was named on the last day.
        days = queries.policy_of(found.batch.definition).confirm_days
        Award.objects.filter(pk=award).update(confirm_by=rules.confirm_by(clock.today(), days))
        ledger.record(
            "award.failed",
            found,
            by=by,
            policy=found.policy,
            fen=found.fen,
            reason=answer.reason,
        )
    found.refresh_from_db()
    return found


def compare(*, day: date, by: Actor) -> int:
    """Hold our book of a day that is over against the treasury's; how many lines differ."""
    by.require("policy.approve")
    return _compare(day=day, theirs=connector.treasury().statement(day=day), by=by)


@transaction.atomic
def _compare(*, day: date, theirs: list[Disbursement], by: Actor) -> int:
    said = {one.order_no: one for one in theirs}
    known = {row.order_no: row for row in Award.objects.filter(order_no__in=said)}
    differs = 0
    for order_no, row in known.items():
        if row.state in (AwardState.CONFIRMED, AwardState.SENT):
            row = _settle(award=row.pk, answer=said[order_no], by=by)
        if row.state != AwardState.PAID or row.fen != said[order_no].fen:
            differs += _differs(row, said[order_no].fen, by)
    for row in Award.objects.filter(state=AwardState.PAID).exclude(order_no__in=said):
        if row.paid_at and clock.moment(row.paid_at).date() == day:
            differs += _differs(row, 0, by)
    return differs


def _differs(row: Award, theirs: int, by: Actor) -> int:
    ledger.record("award.differs", row, by=by, policy=row.policy, fen=row.fen, theirs=theirs)
    return 1
