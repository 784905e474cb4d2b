"""What was refused: a Matter of the data keeper, until it is mended or given up with a reason."""

from django.db import transaction

from tongban.domains.services import queries as services
from tongban.domains.uplinks import queries, rules
from tongban.domains.uplinks.actions.recording import SELF, renew
from tongban.domains.uplinks.models import UplinkFault, UplinkRecord
from tongban.domains.uplinks.rules import State, tables
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

KIND = "uplink-refusal"
CLOCK = "uplink.refusal"


@transaction.atomic
def refuse(*, record: int, code: str, words: str, by: Actor) -> set[int]:
    """Note that a record was refused; the first of its kind and code opens the keeper's matter.

    Answers the refusal under which it stood before, where that was another.
    """
    row = queries.record(record)
    code, words = code[:20] or "?", words[:300] or code[:20] or "?"
    found = UplinkFault.objects.filter(
        uplink=row.uplink, kind=row.kind, code=code, closed_at=None
    ).first() or _open(row, code, words)
    before = {row.fault_id} - {None, found.pk}
    row.state, row.fault = State.REFUSED, found
    row.save(update_fields=["state", "fault"])
    return {pk for pk in before if pk is not None}


def _open(row: UplinkRecord, code: str, words: str) -> UplinkFault:
    uplink = queries.uplink(row.uplink)
    organ = identity.organ(uplink.organ)
    process = catalogue.current("process", rules.PROCESS)
    calendar = str(services.city().get("calendar", "national"))
    matter = processes.start(
        process=process,
        kind=KIND,
        subject=f"uplinks.record:{row.pk}",
        title=f"{uplink.name}退回{tables.KINDS[row.kind]}数据：{words}"[:200],
        badge="退回",
        organ=organ.uscc,
        region=organ.division,
        calendar=calendar,
        by=SELF,
        records=False,
    )
    found = UplinkFault.objects.create(
        uplink=row.uplink, kind=row.kind, code=code, words=words, matter=matter,
        opened_at=clock.now(),
    )  # fmt: skip
    item = flow.open_items(matter.pk)[0]
    owed = deadlines.start(
        matter=matter.pk,
        kind=CLOCK,
        budget=flow.graph(process.id).stages[item.stage].days,
        calendar=calendar,
        item=item.pk,
        by=SELF,
    )
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=SELF)
    ledger.record(
        "uplink.refused", found, by=SELF, matter=matter.pk, uplink=row.uplink, kind=row.kind,
        code=code,
    )  # fmt: skip
    return found


@transaction.atomic
def mend(*, fault: int, reason: str, by: Actor) -> int:
    """Have what was refused go up anew, made of what we hold now; answers how many records.

    The matter ends when the platform has taken them, not when someone says that they are mended.
    """
    by.require("uplink.keep")
    kept = rules.check_reason(reason)
    found = queries.fault(fault, by=by, lock=True)
    rows = list(found.records.filter(state=State.REFUSED).order_by("id"))
    if found.closed_at or not rows:
        raise rules.Settled()
    codes = queries.codes_of(queries.uplink(found.uplink))
    for row in rows:
        built = queries.build(row.kind, row.source, codes)
        renew(row, built.tables if built else queries.opened(row.rows), operation=row.operation)
    found.said = kept
    found.save(update_fields=["said"])
    ledger.record(
        "uplink.mended", found, by=by, matter=found.matter_id, uplink=found.uplink,
        kind=found.kind, code=found.code, records=len(rows),
    )  # fmt: skip
    return len(rows)


@transaction.atomic
def drop(*, fault: int, reason: str, by: Actor) -> int:
    """Give up what was refused, with the reason; answers how many records."""
    by.require("uplink.keep")
    kept = rules.check_reason(reason)
    found = queries.fault(fault, by=by, lock=True)
    count = found.records.filter(state=State.REFUSED).update(state=State.DROPPED, fault=None)
    if found.closed_at or not count:
        raise rules.Settled()
    found.said = kept
    found.save(update_fields=["said"])
    ledger.record(
        "uplink.dropped", found, by=by, matter=found.matter_id, uplink=found.uplink,
        kind=found.kind, records=count,
    )  # fmt: skip
    settle(fault=found.pk, by=by)
    return count


@transaction.atomic
def settle(*, fault: int, by: Actor) -> bool:
    """End the matter of a refusal of which nothing is left; whether it was ended."""
    if UplinkRecord.objects.filter(fault=fault).exists():
        return False
    if not UplinkFault.objects.filter(pk=fault, closed_at=None).update(closed_at=clock.now()):
        return False
    found = UplinkFault.objects.select_related("matter").get(pk=fault)
    deadlines.meet_all(matter=found.matter_id, kinds=[CLOCK], by=by)
    processes.end(matter=found.matter, outcome="settled", by=by, records=False)
    ledger.record(
        "uplink.settled", found, by=by, matter=found.matter_id, uplink=found.uplink,
        kind=found.kind, code=found.code,
    )  # fmt: skip
    return True
