"""After the decision: delivery, the items that waited for it, and the end of the whole filing."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import notices, steps
from tongban.domains.cases.actions.acceptance import bring
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import Result, State
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes


@transaction.atomic
def deliver(*, matter: int, by: Actor) -> Case:
    """Hand the result over (row 18): the e-licence lies in the wallet, the notice on the page."""
    found = queries.locked(matter)
    if found.state != State.DECIDED:
        return found
    steps.move(found, "deliver", closed_at=clock.now())
    ledger.record(
        "case.closed",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        organ=found.organ,
        result=found.result,
        application=found.application.number,
        person=found.person,
    )
    return found


@transaction.atomic
def go_on(*, matter: int, by: Actor) -> Case:
    """Begin the items that waited for this one; a refusal holds back those that depend on it."""
    found = queries.locked(matter)
    for waiting in queries.waiting_for(found.application_id, found.item_key):
        row = queries.locked(waiting.matter_id)
        before = _predecessors(row)
        if row.state != State.WAITING or any(not state.is_decided(b.state) for b in before):
            continue
        lost = [b for b in before if b.result != Result.GRANTED]
        if state.is_blocked(row.after, {b.item_key for b in lost}):
            _block(row, because=lost[0], by=by)
            continue
        _take_outputs(row, before, by=by)
        bring(case=row, by=by)
    return found


def _predecessors(case: Case) -> list[Case]:
    keys = {edge["item"] for edge in case.after}
    return list(Case.objects.filter(application=case.application_id, item_key__in=keys))


@transaction.atomic(savepoint=False)
def _block(case: Case, *, because: Case, by: Actor) -> None:
    """What it needs was not granted: it is never begun, and the applicant is told."""
    steps.move(case, "block", closed_at=clock.now(), result=Result.BLOCKED)
    processes.end(matter=case.matter, outcome="blocked", by=by, records=False)
    notices.send(
        kind=papers.Kind.BLOCKED,
        application=case.application,
        case=case,
        paragraphs=papers.blocked(
            item=services.item_of(case.item).name,
            case_no=case.case_no,
            because=services.item_of(because.item).name,
        ),
        by=by,
    )
    ledger.record(
        "case.blocked",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        because=because.case_no,
    )


@transaction.atomic(savepoint=False)
def _take_outputs(case: Case, before: list[Case], *, by: Actor) -> None:
    """What an earlier item gave stands in the place of a paper: outputs feed inputs."""
    for edge in case.after:
        giver = next((b for b in before if b.item_key == edge["item"]), None)
        if not edge["output"] or giver is None:
            continue
        identifier = next((row.identifier for row in steps.licences_of(giver, edge["output"])), "")
        if identifier:
            case.materials.filter(way="output", reference=edge["output"]).update(
                reference=identifier
            )
            steps.note_use(case, identifier, by=by)


@transaction.atomic
def withdraw(*, case_no: str, by: Actor) -> Case:
    """Take a case back before it is decided (row 14); what cannot begin without it is not begun.

    `queries.dependants` says beforehand which those are.
    """
    found = queries.locked(queries.own(case_no, by=by).matter_id)
    steps.check_scope(by, found.application.thing_key, [found.item_key])
    state.check("withdraw", found.state)
    for waiting in queries.dependants(found):
        row = queries.locked(waiting.matter_id)
        if row.state == State.WAITING:
            _block(row, because=found, by=by)
    was_before_agency = found.state != State.WAITING
    steps.move(found, "withdraw", closed_at=clock.now())
    deadlines.void_all(matter=found.matter_id, by=by)
    processes.end(matter=found.matter, outcome="withdrawn", by=by, records=False)
    if was_before_agency:
        notices.send(
            kind=papers.Kind.WITHDRAWN,
            application=found.application,
            case=found,
            paragraphs=papers.withdrawn(
                item=services.item_of(found.item).name, case_no=found.case_no
            ),
            by=by,
        )
    ledger.record(
        "case.withdrawn",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        item=found.item_key,
        application=found.application.number,
    )
    return found


@transaction.atomic
def finish(*, application: int, by: Actor) -> bool:
    """End the filing once every case of it has ended; answers whether it did."""
    found = (
        Application.objects.select_for_update(of=("self",))
        .select_related("matter")
        .get(pk=application)
    )
    cases = list(found.cases.defer("values"))
    if found.ended_at or any(c.state not in state.ENDED for c in cases):
        return False
    Application.objects.filter(pk=found.pk, ended_at=None).update(ended_at=clock.now())
    processes.end(matter=found.matter, outcome="finished", by=by, records=False)
    ledger.record(
        "application.finished",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        thing=found.thing_key,
        granted=sum(c.result == Result.GRANTED for c in cases),
        refused=sum(c.result == Result.REFUSED for c in cases),
        number=found.number,
        person=found.person,
        entity=found.entity,
        channel=found.channel,
        items=sorted({c.item_key for c in cases}),
        organs=sorted({c.organ for c in cases}),
    )
    return True


@transaction.atomic
def mark_overdue(*, matter: int, kind: str, by: Actor) -> None:
    """The promised or statutory day has passed (row 17): told once of each, red from then on."""
    found = queries.locked(matter)
    if found.state in state.ENDED:
        return
    Case.objects.filter(pk=found.pk, overdue_at=None).update(overdue_at=clock.now())
    ledger.record(
        "case.overdue", found.matter.subject, by=by, matter=matter, item=found.item_key, kind=kind
    )


@transaction.atomic
def recompute(*, application: int, by: Actor) -> None:
    """The filing is due when the last of its live cases is; it stands still when all of them do."""
    found = (
        Application.objects.select_for_update(of=("self",))
        .select_related("matter")
        .defer("values")
        .get(pk=application)
    )
    if not found.ended_at:
        _recompute(found, by=by)


@transaction.atomic
def recompute_all(*, calendar: str, by: Actor) -> None:
    """A new calendar moved what cases owe: the filings follow."""
    codes = kept.calendars_upon(calendar)
    live = Application.objects.filter(ended_at=None, matter__calendar__in=codes)
    for found in live.select_related("matter").defer("values").iterator(chunk_size=500):
        _recompute(found, by=by)


@transaction.atomic(savepoint=False)
def _recompute(found: Application, *, by: Actor) -> None:
    live = [
        case.matter
        for case in found.cases.select_related("matter").defer("values")
        if not state.is_decided(case.state)
    ]
    running = [m for m in live if m.due_on]
    last = max(running, key=lambda m: (m.due_on, m.yellow_on), default=None)
    processes.set_due(
        matter=found.matter,
        due_on=last.due_on if last else None,
        yellow_on=last.yellow_on if last else None,
        stage="、".join(dict.fromkeys(m.stage for m in live if m.stage)),
        by=by,
    )
