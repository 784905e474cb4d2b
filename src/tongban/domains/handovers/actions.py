"""Hand a grant to its supervising organ; sign for it there, or pass it on."""

from django.db import transaction

from tongban.domains.cases import queries as cases
from tongban.domains.handovers import queries, rules
from tongban.domains.handovers.models import Supervision
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

SELF = part("handovers")
PROCESS = "supervision-handover"
CLOCK = "handover.receive"


@transaction.atomic
def hand(*, matter: int, by: Actor) -> Supervision | None:
    """Hand the grant of a case over; twice is once. None where nothing is to be supervised."""
    settings = queries.settings()
    if settings is None:
        return None
    case = queries.case(matter)
    item = cases.pinned(case)
    body = item.body
    if not settings.is_handed(body):
        return None
    if found := Supervision.objects.filter(case_no=case.case_no).first():
        return found
    organ = identity.organ(rules.supervisor(body, case.organ))
    if organ.division[:4] != case.region[:4]:
        # Handled in another city (跨区域通办): no organ of ours supervises what was granted there.
        organ = identity.organ(case.organ)
    calendar = queries.calendar_of(organ.division)
    owed = processes.start(
        process=catalogue.current("process", PROCESS),
        kind=queries.KIND,
        subject=f"handovers.supervision:{case.case_no}",
        title=f"审管衔接：{item.name}",
        number=case.case_no,
        organ=organ.uscc,
        region=organ.division,
        calendar=calendar,
        by=SELF,
        records=False,
    )
    made = Supervision.objects.create(
        case_no=case.case_no,
        case_matter=matter,
        item=case.item,
        item_key=case.item_key,
        title=item.name,
        granted_by=case.organ,
        organ=organ.uscc,
        region=organ.division,
        person=case.person,
        entity=case.entity,
        matter=owed,
        handed_at=clock.now(),
    )
    running = deadlines.start(
        matter=owed.pk, kind=CLOCK, budget=settings.days, calendar=calendar, by=SELF
    )
    processes.set_due(matter=owed, due_on=running.due_on, yellow_on=running.yellow_on, by=SELF)
    ledger.record(
        "supervision.handed",
        made,
        by=by,
        matter=matter,
        case_no=case.case_no,
        item=case.item_key,
        organ=organ.uscc,
    )
    return made


@transaction.atomic
def receive(*, case_no: str, plan: str, by: Actor) -> Supervision:
    """Sign for a grant, and say how it will be supervised: the receipt (回执)."""
    by.require("handover.receive")
    found = _locked(case_no, by)
    kept = rules.check_note(plan, rules.PlanMissing)
    won = Supervision.objects.filter(pk=found.pk, received_at=None).update(
        received_at=clock.now(), received_by=by.key, plan=kept
    )
    if not won:
        raise rules.AlreadyReceived()
    item = flow.open_items(found.matter_id)[0]
    processes.act(
        item=item.pk,
        outcome="received",
        by=by,
        opinion=kept,
        event="supervision.received",
        data={"case_no": case_no, "organ": found.organ},
    )
    deadlines.meet_all(matter=found.matter_id, kinds=[CLOCK], by=by)
    found.refresh_from_db()
    return found


@transaction.atomic
def pass_on(*, case_no: str, organ: str, reason: str, by: Actor) -> Supervision:
    """It belongs to another organ; the clock runs on, so that nobody gains time by passing."""
    by.require("handover.receive")
    found = _locked(case_no, by)
    kept = rules.check_note(reason, rules.ReasonMissing)
    if found.received_at is not None:
        raise rules.AlreadyReceived()
    other = identity.organ(organ)
    if other.uscc == found.organ:
        raise rules.SameOrgan()
    item = flow.open_items(found.matter_id)[0]
    processes.transfer(item=item.pk, organ=other.uscc, by=SELF, reason=kept)
    found.passed_on = [*found.passed_on, [found.organ, kept]]
    found.organ, found.region = other.uscc, other.division
    found.save(update_fields=["passed_on", "organ", "region"])
    ledger.record(
        "supervision.passed_on",
        found,
        by=by,
        matter=found.case_matter,
        case_no=case_no,
        organ=other.uscc,
    )
    return found


def _locked(case_no: str, by: Actor) -> Supervision:
    found = (
        Supervision.objects.select_for_update(of=("self",))
        .filter(case_no=case_no, organ=by.organ)
        .first()
    )
    if found is None:
        raise NotFound()
    return found
