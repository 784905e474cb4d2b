"""Compare a day with the provider's statement (日清日结); what differs is somebody's Matter."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from tongban.connectors import payments as connector
from tongban.domains.payments import queries, rules
from tongban.domains.payments.actions.charging import SELF
from tongban.domains.payments.actions.paying import settle
from tongban.domains.payments.models import Discrepancy, Payment, Reconciliation
from tongban.domains.payments.rules import Differs, Entry, Heard, PaymentState
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

PROCESS = "payment-discrepancy"
CLOCK = "payment.discrepancy"


def reconcile(*, day: date, by: Actor) -> Reconciliation:
    """Compare one day that is over, once; the same day again answers what was found.

    An order of which only the statement tells that it was paid is settled by it first (补单), and
    counted. Raises Unavailable when the provider gives no statement now.
    """
    by.require("payment.reconcile")
    rules.check_day(day, clock.today())
    if found := Reconciliation.objects.filter(day=day).first():
        return found
    statement = connector.provider().statement(day=day)
    adopted = _adopt(statement, by=by)
    return _compare(
        day=day,
        theirs=[Entry(line.number, line.kind, line.fen) for line in statement],
        adopted=adopted,
        by=by,
    )


def _adopt(statement: Iterable[connector.StatementLine], *, by: Actor) -> int:
    """Settle what was paid without our having heard of it."""
    paid = {line.number: line for line in statement if line.kind == "pay"}
    unheard = Payment.objects.filter(order_no__in=paid).exclude(state=PaymentState.PAID)
    numbers = list(unheard.values_list("order_no", flat=True))
    for number in numbers:
        line = paid[number]
        settle(
            order_no=number,
            fen=line.fen,
            provider_ref=line.provider_ref,
            paid_at=line.at,
            heard=Heard.STATEMENT,
            by=by,
        )
    return len(numbers)


@transaction.atomic
def _compare(*, day: date, theirs: list[Entry], adopted: int, by: Actor) -> Reconciliation:
    ours = queries.entries_of(day)
    matched, differing = rules.compare(ours, theirs)
    made, is_new = Reconciliation.objects.get_or_create(
        day=day,
        defaults={
            "matched": len(matched),
            "matched_fen": _net(matched),
            "ours": len(ours),
            "ours_fen": _net(ours),
            "theirs": len(theirs),
            "theirs_fen": _net(theirs),
            "adopted": adopted,
            "made_at": clock.now(),
        },
    )
    if not is_new:
        return made
    Discrepancy.objects.bulk_create(_row(made, one) for one in differing)
    if differing:
        _owe(made, len(differing))
    ledger.record(
        "reconciliation.made",
        made,
        by=by,
        matter=made.matter_id,
        day=day.isoformat(),
        matched=len(matched),
        ours=len(ours),
        theirs=len(theirs),
        differs=len(differing),
    )
    return made


def _net(entries: Iterable[Entry]) -> int:
    return sum(entry.fen if entry.kind == "pay" else -entry.fen for entry in entries)


def _row(made: Reconciliation, one: Differs) -> Discrepancy:
    return Discrepancy(
        reconciliation=made,
        number=one.entry.number,
        movement=one.entry.kind,
        kind=one.difference,
        ours_fen=one.ours,
        theirs_fen=one.theirs,
    )


@transaction.atomic(savepoint=False)
def _owe(made: Reconciliation, count: int) -> None:
    organ = identity.organ(queries.settings().organ)
    process = catalogue.current("process", PROCESS)
    calendar = queries.calendar_of(organ.division)
    made.matter = processes.start(
        process=process,
        kind=queries.KIND,
        subject=ledger.subject_of(made),
        title=f"{made.day.isoformat()} 非税缴费对账差错 {count} 笔",
        organ=organ.uscc,
        region=organ.division,
        calendar=calendar,
        by=SELF,
        records=False,
    )
    made.save(update_fields=["matter"])
    item = flow.open_items(made.matter.pk)[0]
    owed = deadlines.start(
        matter=made.matter.pk,
        kind=CLOCK,
        budget=flow.graph(process.id).stages[item.stage].days,
        calendar=calendar,
        item=item.pk,
        by=SELF,
    )
    processes.set_due(matter=made.matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=SELF)


@transaction.atomic
def resolve(*, discrepancy: int, finding: str, by: Actor) -> Discrepancy:
    """Say why a line differed and what was done; the last line ends the day's matter."""
    by.require("payment.reconcile")
    kept = rules.check_reason(finding)
    held = Discrepancy.objects.select_related("reconciliation").filter(pk=discrepancy).first()
    if held is None:
        raise NotFound()
    day = Reconciliation.objects.select_for_update(of=("self",)).get(pk=held.reconciliation_id)
    if not Discrepancy.objects.filter(pk=discrepancy, resolved_at=None).update(
        resolved_at=clock.now(), resolved_by=by.key, finding=kept
    ):
        raise rules.AlreadyResolved()
    is_last = not day.discrepancies.filter(resolved_at=None).exists()
    ledger.record(
        "discrepancy.resolved",
        day,
        by=by,
        matter=day.matter_id,
        kind=held.kind,
        day=day.day.isoformat(),
    )
    if is_last and day.matter_id is not None:
        deadlines.meet_all(matter=day.matter_id, kinds=[CLOCK], by=by)
        processes.end(matter=flow.matter(day.matter_id), outcome="resolved", by=by, records=False)
    held.refresh_from_db()
    return held
