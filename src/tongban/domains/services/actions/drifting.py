"""Differences between regions: found by comparing, mended by publishing, or let stand."""

from dataclasses import dataclass

from django.db import transaction

from tongban.domains.services import queries
from tongban.domains.services.models import Drift
from tongban.domains.services.rules import Deviation, drifts
from tongban.domains.services.rules.drifts import Stage
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as clocks
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes.models import WorkItem

SELF = part("services")
KIND = "item-drift"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison did."""

    opened: int
    mended: int
    open: int


@transaction.atomic
def compare(*, by: Actor, item: str = "") -> Compared:
    """Compare every variant with the city's item: new differences open, those gone are closed.

    Without the process `item-drift` a city does not compare, and nothing is done.
    """
    by.require("item.compare")
    process = catalogue.find("process", KIND)
    if process is None:
        return Compared(0, 0, 0)
    known = {(d.item, d.region, d.field): d for d in queries.open_drifts(item)}
    standing = queries.standing(item)
    seen: set[tuple[str, str, str]] = set()
    opened = changed = 0
    for one in queries.comparisons(item):
        region = str(one.variant.body["region"])
        for deviation in one.deviations:
            place = (one.item.key, region, deviation.field)
            if (*place, deviation.standard, deviation.found) in standing:
                continue
            seen.add(place)
            if place not in known:
                _open(one, deviation, process)
                opened += 1
            else:
                changed += _tell_anew(known[place], deviation)
    gone = [drift for place, drift in known.items() if place not in seen]
    for drift in gone:
        _close(drift, Drift.State.MENDED, by=by)
    if opened or gone or changed:
        ledger.record(
            "drift.compared", f"services.drift:{item or 'all'}", by=by, item=item,
            opened=opened, mended=len(gone), open=len(seen),
        )  # fmt: skip
    return Compared(opened, len(gone), len(seen))


def _open(one: queries.Comparison, deviation: Deviation, process: catalogue.Version) -> None:
    region = str(one.variant.body["region"])
    office = _holder(str(one.variant.body["organ"]))
    place = identity.division(region)
    matter = processes.start(
        process=process,
        kind=KIND,
        subject=f"services.variant:{one.variant.key}/{deviation.field}",
        title=f"{one.item.name}（{place.name if place else region}）",
        badge="差异",
        organ=office,
        region=region,
        calendar=str(queries.city().get("calendar", "national")),
        by=SELF,
        records=False,
    )
    found = Drift.objects.create(
        item=one.item.key,
        title=one.item.name[:200],
        region=region,
        field=deviation.field,
        standard=deviation.standard,
        found=deviation.found,
        organ=office,
        matter=matter,
        opened_at=clock.now(),
    )
    _owe(found)
    ledger.record(
        "drift.opened", found, by=SELF, matter=matter.pk, item=found.item, region=region,
        field=found.field, organ=found.organ,
    )  # fmt: skip


def _holder(organ: str) -> str:
    """Who must mend: the office that implements it, or the lead where nobody there may."""
    return identity.organ(organ).uscc if identity.officials_with("item.mend", organ) else _lead()


def _lead() -> str:
    """The office that keeps the city's items (`items_organ` in city.toml)."""
    return identity.organ(str(queries.city().get("items_organ", ""))).uscc


def _tell_anew(found: Drift, deviation: Deviation) -> int:
    """The texts changed and still differ: the row shows what differs now."""
    if (found.standard, found.found) == (deviation.standard, deviation.found):
        return 0
    found.standard, found.found = deviation.standard, deviation.found
    found.save(update_fields=["standard", "found"])
    return 1


@transaction.atomic
def mend(*, drift: int, outcome: str, words: str, by: Actor, version: int | None = None) -> Drift:
    """Say that it is mended, or ask that the difference may stand (申请保留).

    Mended is proven by the published texts; who says so while they differ is refused.
    """
    by.require("item.mend")
    found = queries.drift(drift, by=by, lock=True)
    drifts.check_mending(outcome, words)
    if outcome == "mended":
        now = _now(found)
        drifts.check_agrees(*((now.standard, now.found) if now else ("", "")))
    found.said, found.wants_to_stand = words.strip(), outcome == "stands"
    found.save(update_fields=["said", "wants_to_stand"])
    _act(found, Stage.MEND, outcome=outcome, opinion=found.said, version=version, by=by)
    return found


def _now(found: Drift) -> Deviation | None:
    """What the published texts say of it today; None when they agree."""
    for one in queries.comparisons(found.item):
        if str(one.variant.body["region"]) == found.region:
            return next((d for d in one.deviations if d.field == found.field), None)
    return None


@transaction.atomic
def confirm(
    *, drift: int, outcome: str, words: str, by: Actor, version: int | None = None
) -> Drift:
    """Let a difference stand, confirm that it is mended, or send it back."""
    by.require("item.compare")
    found = queries.drift(drift, by=by, lock=True)
    drifts.check_confirming(outcome, words)
    if outcome == "confirmed" and not found.wants_to_stand:
        now = _now(found)
        drifts.check_agrees(*((now.standard, now.found) if now else ("", "")))
    found.answer = words.strip()
    found.save(update_fields=["answer"])
    _act(found, Stage.CONFIRM, outcome=outcome, opinion=found.answer, version=version, by=by)
    return found


def _act(
    found: Drift, stage: Stage, *, outcome: str, opinion: str, version: int | None, by: Actor
) -> None:
    step = processes.act(
        item=_owed(found, stage).pk,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        event="drift.answered" if stage is Stage.MEND else "drift.confirmed",
        data={"item": found.item, "region": found.region, "field": found.field},
    )
    _meet(found, by=by)
    found.matter = step.matter
    if step.outcome:
        state = Drift.State.STANDS if found.wants_to_stand else Drift.State.MENDED
        _settle(found, state)
    else:
        _owe(found)


def _owed(found: Drift, stage: Stage) -> WorkItem:
    for owed in flow.open_items(found.matter_id):
        if owed.stage == stage:
            return owed
    raise drifts.NotAtThisStage()


def _owe(found: Drift) -> None:
    """Start the clock of the stage now open, before the office it is for."""
    (owed,) = flow.open_items(found.matter_id)
    stage = flow.graph(found.matter.process or 0).stages[owed.stage]
    office = found.organ if owed.stage == Stage.MEND else _lead()
    if owed.organ != office:
        owed = processes.transfer(item=owed.pk, organ=office, by=SELF, reason=KIND)
    clock_row = deadlines.start(
        matter=found.matter_id,
        kind=f"drift.{owed.stage}",
        budget=stage.days,
        calendar=found.matter.calendar,
        item=owed.pk,
        by=SELF,
    )
    processes.set_due(
        matter=found.matter, due_on=clock_row.due_on, yellow_on=clock_row.yellow_on, by=SELF
    )


def _meet(found: Drift, *, by: Actor) -> None:
    for owed in clocks.open_clocks(found.matter_id):
        deadlines.meet(clock=owed, by=by)


def _close(found: Drift, state: str, *, by: Actor) -> None:
    """The texts agree: whatever stage it was at, nothing more is owed."""
    _meet(found, by=SELF)
    processes.end(matter=found.matter, outcome=str(state), by=SELF, records=False)
    _settle(found, state)
    ledger.record(
        "drift.mended", found, by=by, matter=found.matter_id, item=found.item,
        region=found.region, field=found.field,
    )  # fmt: skip


def _settle(found: Drift, state: str) -> None:
    found.state, found.closed_at = state, clock.now()
    found.save(update_fields=["state", "closed_at"])
