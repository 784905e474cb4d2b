"""A result on paper that another city decided comes back to the desk here (结果回递).

The agency there posts it to the desk that hands it out; only when it is there is the applicant told
to fetch it, so that nobody stands before an empty desk.
"""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import steps
from tongban.domains.cases.models import Case, Handover, Return
from tongban.domains.cases.queries.places import calendar_at
from tongban.domains.cases.rules import papers
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Organ
from tongban.kernel.ledger import actions as ledger


@transaction.atomic(savepoint=False)
def owe(*, case: Case, desk: Organ, by: Actor) -> Return:
    """Note that a result has to come to a desk of another city, and by when."""
    days = deadlines.calendar(calendar_at(case.region))
    row = Return.objects.create(
        case=case,
        desk=desk.uscc,
        due_on=days.add(clock.today(), queries.return_days()),
        owed_at=clock.now(),
    )
    ledger.record(
        "case.return_owed",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        organ=case.organ,
        desk=desk.uscc,
    )
    return row


@transaction.atomic
def note_dispatch(*, matter: int, courier: str, waybill: str, by: Actor) -> None:
    """The courier has the result; `matter` is the case's."""
    Return.objects.filter(case__matter=matter, waybill="", arrived_at=None).update(
        courier=courier, waybill=waybill, sent_at=clock.now()
    )


@transaction.atomic
def note_track(*, matter: int, track: list[dict[str, str]], is_delivered: bool, by: Actor) -> None:
    """What the courier says of the result; once it is at the desk, the applicant may fetch it.

    `track` rows are {"at", "what", "place"}, the oldest first.
    """
    case = queries.locked(matter)
    rows = Return.objects.filter(case=case, arrived_at=None)
    rows.update(track=track)
    if not is_delivered or not rows.update(arrived_at=clock.now()):
        return
    tell_to_fetch(case=case, handover=queries.handover(case), by=by)
    ledger.record(
        "case.returned",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        organ=case.organ,
    )


@transaction.atomic(savepoint=False)
def tell_to_fetch(*, case: Case, handover: Handover, by: Actor) -> None:
    """Tell the applicant where the result lies, and until when."""
    city = services.city()
    desk = identity.organ(handover.matter.organ)
    steps.tell(
        case,
        papers.Kind.PICKUP,
        papers.pickup(
            item=queries.pinned(case).name,
            case_no=case.case_no,
            place=str(city.get("window_address", desk.name)),
            hours=str(city.get("window_hours", "")),
            until=handover.matter.due_on,
        ),
        by=by,
    )
