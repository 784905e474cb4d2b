"""What follows when nobody acted in time: the agency was silent, or a material never came."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import ending
from tongban.domains.cases.actions.acceptance import deem_accepted
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import state
from tongban.domains.credit import actions as credit
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def agency_was_silent(*, matter: int, by: Actor) -> Case:
    """Five working days passed and nothing was said (row 6): accepted as of the receipt.

    The silence counts against the agency: red from now on, whatever it said afterwards.
    """
    found = deem_accepted(matter=matter, by=by)
    Case.objects.filter(pk=found.pk, overdue_at=None).update(overdue_at=clock.now())
    ledger.record(
        "case.overdue",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        kind="acceptance",
    )
    return found


@transaction.atomic
def tolerance_ran_out(*, matter: int, by: Actor) -> Case:
    """A tolerated material did not come (row 8): the case ends, and the broken word is noted."""
    found = queries.locked(matter)
    owed = queries.open_tolerance(found)
    if not owed or found.state not in state.MOVES["terminate"].source:
        return found
    law = state.MOVES["accept_tolerant"].law
    ended = ending.terminate_by_law(
        matter=matter,
        reason=state.Termination.TOLERANCE_EXPIRED,
        law=law,
        note=f"未补交：{'、'.join(row.name for row in owed)}",
        by=by,
    )
    credit.note(
        subject_kind="entity" if found.entity else "person",
        subject=found.entity or str(found.person),
        kind="tolerance_unmet",
        law=law,
        case_no=found.case_no,
        organ=found.organ,
        by=by,
    )
    return ended
