"""Opening a case is an act: it leaves a record of who read it, and for what."""

from datetime import datetime, time

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.models import Case
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity.actions import Record
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger import queries as events


@transaction.atomic
def open_case(*, case_no: str, purpose: str, by: Actor) -> Case:
    """Open a case that one's post handles, or was asked about; once a day this is recorded."""
    found = queries.case(case_no, by=by)
    by.require("case.read")
    midnight = datetime.combine(clock.today(), time(), clock.ZONE)
    read = events.about(found.matter.subject).filter(
        name="case.read", actor=by.key, at__gte=midnight
    )
    if not read.exists():
        ledger.record(
            "case.read", found.matter.subject, by=by, matter=found.matter_id, purpose=purpose
        )
    return found


@transaction.atomic
def show_numbers(*, case_no: str, by: Actor) -> Record:
    """Show the applicant's numbers in the clear; recorded each time, with the case as purpose."""
    found = queries.case(case_no, by=by)
    return identity.open_record(
        person=found.person, purpose=found.case_no, by=by, ground="case.read"
    )
