"""From the window that took it in to the agency of another city (异地代收); never decided here.

The electronic file goes at once; where papers must follow, the agency has the filing when they are
there, and its five working days begin with that (收到之日，待核实).
"""

from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import whole
from tongban.domains.cases.models import Case, Crossing
from tongban.domains.cases.queries import crossing as crossings
from tongban.domains.cases.queries.places import calendar_at
from tongban.domains.cases.rules import regions
from tongban.domains.cases.rules.state import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes


@transaction.atomic(savepoint=False)
def take_in(*, case: Case, by: Actor) -> Crossing:
    """Open the station's work for a case of another city, with a clock on its own calendar."""
    station = identity.organ(case.application.intake_organ)
    calendar = calendar_at(station.division)
    matter = processes.start(
        process=catalogue.current("process", "crossing"),
        kind="crossing",
        subject=case.matter.subject,
        number=case.case_no,
        title=f"异地代收移交：{queries.pinned(case).name}"[:200],
        detail=case.matter.detail,
        badge="代收",
        parent=case.matter,
        organ=station.uscc,
        region=station.division,
        calendar=calendar,
        by=by,
        records=False,
    )
    owed = deadlines.start(
        matter=matter.pk, kind=regions.CROSSING, budget=crossings.days(), calendar=calendar, by=by
    )
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=by)
    row = Crossing.objects.create(case=case, matter=matter)
    ledger.record(
        "case.taken_in",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        station=station.uscc,
        organ=case.organ,
    )
    return row


@transaction.atomic
def forward(
    *,
    case_no: str,
    form: bool,
    identity_seen: bool,
    by: Actor,
    originals: int = 0,
    version: int | None = None,
    key: str = "",
) -> Crossing:
    """Hand it over to its agency, once form and identity were checked; nothing else is judged.

    `originals`: how many papers follow by post; without any, the agency has it at once. `version`
    and `key` are those of the station's work item. Grant: case.receive.
    """
    by.require("case.receive")
    regions.check_looked_at(form=form, identity=identity_seen, originals=originals)
    seen = crossings.crossing(case_no, by=by)
    if seen.forwarded_at:
        step = _act(seen, by=by, version=version, key=key)
        if step.repeated:
            return seen
    case, row = crossings.waits_at_station(case_no, by=by)
    _act(row, by=by, version=version, key=key)
    deadlines.meet_all(matter=row.matter_id, kinds=(regions.CROSSING,), by=by)
    row.originals, row.forwarded_at, row.forwarded_by = originals, clock.now(), by.key
    row.save(update_fields=["originals", "forwarded_at", "forwarded_by"])
    ledger.record(
        "case.forwarded",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        organ=case.organ,
        originals=originals,
    )
    if not originals:
        _arrive(case, row, by=by)
    return row


@transaction.atomic(savepoint=False)
def _act(row: Crossing, *, by: Actor, version: int | None, key: str) -> Any:
    return processes.act(
        item=crossings.station_item(row).pk, outcome="forwarded", by=by, version=version, key=key
    )


@transaction.atomic
def note_originals(*, matter: int, courier: str, waybill: str, by: Actor) -> None:
    """The courier has the papers; `matter` is the case's."""
    Crossing.objects.filter(case__matter=matter, waybill="", arrived_at=None).update(
        courier=courier, waybill=waybill
    )


@transaction.atomic
def note_track(*, matter: int, track: list[dict[str, str]], is_delivered: bool, by: Actor) -> None:
    """What the courier says of the papers; once they are there, the agency has the case.

    `track` rows are {"at", "what", "place"}, the oldest first.
    """
    case = queries.locked(matter)
    row = crossings.crossing_locked(case)
    if row is None or row.arrived_at:
        return
    Crossing.objects.filter(pk=row.pk).update(track=track)
    if is_delivered:
        _arrive(case, row, by=by)


@transaction.atomic(savepoint=False)
def _arrive(case: Case, row: Crossing, *, by: Actor) -> None:
    if case.state != State.WAITING:
        return  # taken back while the papers were on their way
    Crossing.objects.filter(pk=row.pk, arrived_at=None).update(arrived_at=clock.now())
    ledger.record(
        "case.arrived",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        organ=case.organ,
    )
    whole.begin(case=case, by=by)


@transaction.atomic
def drop(*, matter: int, by: Actor) -> None:
    """The case ended before it went over: the station owes nothing any more."""
    case = queries.locked(matter)
    row = crossings.crossing_locked(case)
    if row is None or row.forwarded_at:
        return
    deadlines.void_all(matter=row.matter_id, by=by)
    processes.end(matter=row.matter, outcome="dropped", by=by, records=False)
    Crossing.objects.filter(pk=row.pk).update(forwarded_at=clock.now(), arrived_at=clock.now())
