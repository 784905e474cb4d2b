"""The filing as a whole: what waited begins, when it is owed, and that it has ended."""

from django.db import transaction
from django.db.models import Q

from tongban.domains.cases import queries
from tongban.domains.cases.actions import steps
from tongban.domains.cases.actions.acceptance import bring
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.queries import crossing
from tongban.domains.cases.rules import papers, path, state
from tongban.domains.cases.rules.state import Result, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow


@transaction.atomic
def go_on(*, matter: int, by: Actor) -> Case:
    """Begin the items that waited for this one; a refusal holds back those that depend on it."""
    found = queries.locked(matter)
    if state.is_decided(found.state) and found.result != Result.GRANTED:
        _cancel_all(found, by=by)
    for waiting in queries.waiting_for(found.application_id, found.item_key):
        begin(case=queries.locked(waiting.matter_id), by=by)
    return found


@transaction.atomic(savepoint=False)
def begin(*, case: Case, by: Actor) -> None:
    """Lay a case that the caller locked before its agency, unless it waits for something yet."""
    before = _predecessors(case)
    if case.state != State.WAITING or any(not state.is_decided(b.state) for b in before):
        return
    lost = [b for b in before if b.result != Result.GRANTED]
    if state.is_blocked(case.after, {b.item_key for b in lost}):
        block(case=case, because=lost[0], by=by)
        return
    if crossing.is_crossing(case):
        return  # the station of another city still has it
    _take_outputs(case, before, by=by)
    bring(case=case, by=by)


@transaction.atomic(savepoint=False)
def _cancel_all(lost: Case, *, by: Actor) -> None:
    """Some one-things are all or nothing: `on_refuse = "cancel"` ends whatever is undecided."""
    siblings = list(
        lost.application.cases.select_related("matter", "application").exclude(pk=lost.pk)
    )
    edges = [edge for row in siblings for edge in row.after]
    if not state.cancels_all(edges, lost.item_key):
        return
    because = queries.pinned(lost).name
    for sibling in siblings:
        row = queries.locked(sibling.matter_id)
        if row.state not in state.UNDECIDED:
            continue
        steps.conclude(
            row,
            "cancel",
            by=by,
            says=papers.cancelled(
                item=queries.pinned(row).name, case_no=row.case_no, because=because
            ),
            data={"because": lost.case_no},
            result=Result.BLOCKED,
        )


def _predecessors(case: Case) -> list[Case]:
    keys = {edge["item"] for edge in case.after}
    return list(Case.objects.filter(application=case.application_id, item_key__in=keys))


@transaction.atomic(savepoint=False)
def block(*, case: Case, because: Case, by: Actor) -> None:
    """What it needs was not granted: it is never begun, and the applicant is told."""
    steps.conclude(
        case,
        "block",
        by=by,
        says=papers.blocked(
            item=queries.pinned(case).name,
            case_no=case.case_no,
            because=queries.pinned(because).name,
        ),
        data={"because": because.case_no},
        result=Result.BLOCKED,
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
def recompute(*, application: int, by: Actor) -> None:
    """The filing is due when its longest path is; it stands still when all of that path does."""
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
    on_them = Q(matter__calendar__in=codes) | Q(cases__matter__calendar__in=codes)
    live = Application.objects.filter(on_them, ended_at=None).distinct()
    for found in live.select_related("matter").defer("values").iterator(chunk_size=500):
        _recompute(found, by=by)


@transaction.atomic(savepoint=False)
def _recompute(found: Application, *, by: Actor) -> None:
    cases = list(found.cases.select_related("matter").defer("values"))
    live = [case for case in cases if not state.is_decided(case.state)]
    calendar = kept.calendar(found.matter.calendar)
    due = path.due(
        [_link(case, found.plan) for case in live], today=clock.today(), add=calendar.add
    )
    stage = "、".join(dict.fromkeys(c.matter.stage for c in live if c.matter.stage))
    if due is None and live:
        if found.matter.state == flow.State.OPEN:
            processes.pause(
                matter=found.matter, reason="关键事项的时限均已停止计算", by=by, records=False
            )
        return
    yellow_on = None
    if due:
        # The one that decides the day also says when it is near.
        nearest = [
            c.matter.yellow_on for c in live if c.matter.due_on == due and c.matter.yellow_on
        ]
        yellow_on = max(nearest, default=due)
    if found.matter.state == flow.State.PAUSED:
        processes.resume(
            matter=found.matter, reason="", by=by, due_on=due, yellow_on=yellow_on, records=False
        )
    processes.set_due(matter=found.matter, due_on=due, yellow_on=yellow_on, stage=stage, by=by)


def _link(case: Case, plan: dict[str, dict[str, int]]) -> path.Link:
    planned = plan.get(case.item_key, {})
    return path.Link(
        key=case.item_key,
        after=tuple(edge["item"] for edge in case.after),
        days=max(planned.get("finish", 0) - planned.get("start", 0), 1),
        is_waiting=case.state == State.WAITING,
        due_on=case.matter.due_on,
    )
