"""After the decision: delivery, the items that waited for it, and the end of the whole filing."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import clocks, notices, steps
from tongban.domains.cases.actions.acceptance import bring
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import Result, State
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow


@transaction.atomic
def deliver(*, case: int, by: Actor) -> Case:
    """Hand the result over (row 18): the e-licence lies in the wallet, the notice on the page."""
    found = queries.locked(case)
    if found.state != State.DECIDED:
        return found
    steps.move(found, "deliver", closed_at=clock.now())
    ledger.record(
        "case.closed",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        item=found.item_key,
        organ=found.organ,
        result=found.result,
        application=found.application.number,
        person=found.person,
    )
    return found


@transaction.atomic
def go_on(*, case: int, by: Actor) -> list[Case]:
    """Begin the items that waited for this one; a refusal holds back only those that depend on it."""
    found = queries.locked(case)
    begun = []
    for waiting in queries.waiting_for(found.application_id, found.item_key):
        row = queries.locked(waiting.pk)
        if row.state != State.WAITING:
            continue
        before = _predecessors(row)
        if any(b.state not in state.ENDED | {State.DECIDED} for b in before):
            continue
        stopped = _stopped_by(row, before)
        if stopped:
            _stop(row, by=by)
            continue
        _take_outputs(row, before, by=by)
        bring(case=row, by=by)
        begun.append(row)
    return begun


def _predecessors(case: Case) -> list[Case]:
    keys = {edge["item"] for edge in case.after}
    return list(Case.objects.filter(application=case.application_id, item_key__in=keys))


def _stopped_by(case: Case, before: list[Case]) -> list[str]:
    granted = {b.item_key for b in before if b.result == Result.GRANTED}
    return [
        edge["item"]
        for edge in case.after
        if edge["item"] not in granted and edge["on_refuse"] != "go_on"
    ]


def _stop(case: Case, *, by: Actor) -> None:
    steps.move(case, "withdraw", closed_at=clock.now())
    processes.end(matter=case.matter, outcome="blocked", by=by, records=False)
    ledger.record(
        "case.withdrawn", case.matter.subject, by=by, matter=case.matter_id, item=case.item_key, blocked=True
    )


def _take_outputs(case: Case, before: list[Case], *, by: Actor) -> None:
    """What an earlier item gave stands in the place of a paper: outputs feed inputs."""
    for edge in case.after:
        giver = next((b for b in before if b.item_key == edge["item"]), None)
        if not edge["output"] or giver is None:
            continue
        identifier = next(
            (row.identifier for row in steps.licences_of(giver, edge["output"])), ""
        )
        if identifier:
            case.materials.filter(way="output", reference=edge["output"]).update(
                reference=identifier
            )
            steps.note_use(case, identifier, by=by)


@transaction.atomic
def withdraw(*, case_no: str, by: Actor) -> Case:
    """Take a case back before it is decided (row 14); what depends on it is taken back with it."""
    found = queries.locked(queries.case(case_no, by=by).pk)
    if by.is_official:
        raise state.NotYours()
    state.check("withdraw", found.state)
    for waiting in queries.waiting_for(found.application_id, found.item_key):
        if any(e["item"] == found.item_key and e["on_refuse"] != "go_on" for e in waiting.after):
            _stop(queries.locked(waiting.pk), by=by)
    was_before_agency = found.state != State.WAITING
    steps.move(found, "withdraw", closed_at=clock.now())
    clocks.void_all(case=found, by=by)
    processes.end(matter=found.matter, outcome="withdrawn", by=by, records=False)
    if was_before_agency:
        notices.send(
            kind=papers.Kind.WITHDRAWN,
            application=found.application,
            case=found,
            organ=found.organ,
            addressee=steps.addressee(found),
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
    cases = list(found.cases.all())
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
    """The promised or statutory day has passed (row 17): told once, to the applicant too."""
    found = Case.objects.select_for_update(of=("self",)).filter(matter=matter).first()
    if found is None or found.state in state.ENDED:
        return
    first = Case.objects.filter(pk=found.pk, overdue_at=None).update(overdue_at=clock.now())
    if first:
        ledger.record(
            "case.overdue", found.matter.subject, by=by, matter=matter, item=found.item_key, kind=kind
        )


@transaction.atomic
def recompute(*, application: int, by: Actor) -> None:
    """The filing is due when the last of its live cases is; it stands still when all of them do."""
    found = Application.objects.select_related("matter").get(pk=application)
    if found.ended_at:
        return
    live = [
        flow.matter(c.matter_id)
        for c in found.cases.all()
        if c.state not in state.ENDED | {State.DECIDED}
    ]
    dues = [m.due_on for m in live if m.due_on]
    yellows = [m.yellow_on for m in live if m.yellow_on]
    stages = "、".join(dict.fromkeys(m.stage for m in live if m.stage))
    processes.set_due(
        matter=found.matter,
        due_on=max(dues, default=None),
        yellow_on=max(yellows, default=None),
        stage=stages,
        by=by,
    )
