"""Hand packages to the archive office, and look whether it still holds them."""

from django.db import transaction

from tongban.connectors import archives as connector
from tongban.domains.archives import queries
from tongban.domains.archives.models import ArchivePackage
from tongban.domains.archives.rules import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.files import queries as stored
from tongban.kernel.ledger import actions as ledger

BATCH = 500


def hand_over(*, package: int, by: Actor) -> ArchivePackage:
    """Bring a package to the archive office; sending it again is harmless. Raises Unavailable."""
    found = ArchivePackage.objects.get(pk=package)
    if found.state != State.PACKED:
        return found
    data = stored.read_file(stored.stored(sha256=found.file))
    answer = connector.office().deposit(case_no=found.case_no, sha256=found.file, package=data)
    return _answered(package=package, answer=answer, by=by)


@transaction.atomic
def _answered(*, package: int, answer: connector.Deposit, by: Actor) -> ArchivePackage:
    waiting = ArchivePackage.objects.filter(pk=package, state=State.PACKED)
    if answer.is_taken:
        won = waiting.update(
            state=State.RECEIVED, receipt_no=answer.receipt_no, received_at=clock.now()
        )
    else:
        won = waiting.update(state=State.REJECTED, rejection=answer.reason[:300])
    found = ArchivePackage.objects.get(pk=package)
    if won and answer.is_taken:
        ledger.record(
            "archive.received",
            found,
            by=by,
            matter=found.matter,
            case_no=found.case_no,
            receipt_no=answer.receipt_no,
        )
    elif won:
        ledger.record("archive.rejected", found, by=by, matter=found.matter, case_no=found.case_no)
    return found


def compare(*, by: Actor) -> int:
    """Ask the office what it holds; what it lost is handed over once more. Answers how many.

    In batches, so that ten years of packages fit into memory. Raises Unavailable.
    """
    missed, after = 0, 0
    while rows := queries.held(after=after, limit=BATCH):
        after = rows[-1].pk
        holds = connector.office().holdings(case_nos=[row.case_no for row in rows])
        for row in rows:
            if holds.get(row.case_no) != row.file:
                missed += _missed(package=row.pk, by=by)
    return missed


@transaction.atomic
def _missed(*, package: int, by: Actor) -> int:
    won = ArchivePackage.objects.filter(pk=package, state=State.RECEIVED).update(
        state=State.PACKED, receipt_no="", received_at=None
    )
    if won:
        found = ArchivePackage.objects.get(pk=package)
        ledger.record("archive.missed", found, by=by, matter=found.matter, case_no=found.case_no)
    return won
