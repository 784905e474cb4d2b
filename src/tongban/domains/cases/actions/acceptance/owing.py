"""What the applicant still owes after acceptance (容缺): each material under its own clock."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import steps
from tongban.domains.cases.models import Case, CaseMaterial
from tongban.domains.cases.rules import needs, papers, state
from tongban.domains.services.rules import Item
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.files import queries as stored
from tongban.kernel.ledger import actions as ledger


@transaction.atomic(savepoint=False)
def start(*, case: Case, item: Item, owed: queries.Owed, by: Actor) -> None:
    """Start a clock for each material, and tell in writing by when it is due."""
    told: list[Sequence[str]] = []
    for row, days in owed:
        clock = deadlines.start(
            matter=case.matter_id,
            kind="tolerance",
            budget=days,
            calendar=case.matter.calendar,
            by=by,
        )
        assert clock.due_on is not None
        CaseMaterial.objects.filter(pk=row.pk).update(
            is_tolerated=True, tolerated_until=clock.due_on, tolerance_clock=clock.pk
        )
        told.append([row.name, papers.hand_in_by(clock.due_on)])
    says = papers.tolerance(item=item.name, case_no=case.case_no)
    steps.tell(case, papers.Kind.TOLERANCE, says, by=by, rows=("需要补交的材料", told))


@transaction.atomic
def supply(*, case_no: str, files: Mapping[str, str], by: Actor) -> Case:
    """Hand in what was tolerated; the clock of each material that came is met.

    `files`: material -> hash of the stored file. What is not owed is refused, and nothing taken.
    """
    case = queries.locked(queries.own(case_no, by=by).matter_id)
    steps.check_scope(by, case.application.thing_key, [case.item_key])
    state.check("supply", case.state)
    open_ = {row.key: row for row in queries.open_tolerance(case)}
    needs.check_supply(owed=open_, given=files)
    clocks = {row.pk: row for row in kept.open_clocks(case.matter_id)}
    for key, sha256 in files.items():
        stored.stored(sha256=sha256)  # refuses what was never handed in
        row = open_[key]
        steps.put_material(case, key=key, name=row.name, way="upload", file=sha256, trust="C")
        CaseMaterial.objects.filter(pk=row.pk).update(tolerated_until=None)
        if row.tolerance_clock in clocks:
            deadlines.meet(clock=clocks[row.tolerance_clock], by=by)
    ledger.record(
        "case.supplied",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        materials=sorted(files),
        left=len(open_) - len(files),
    )
    return case
