"""How a case ends: its result handed over, taken back by the applicant, or ended without one."""

from collections.abc import Mapping

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import fees, returning, steps, whole
from tongban.domains.cases.models import Case, Handover
from tongban.domains.cases.rules import papers, regions, state
from tongban.domains.cases.rules.state import Delivery, Result, State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes


@transaction.atomic
def deliver(*, matter: int, by: Actor) -> Case:
    """Hand the result over, or begin to (row 18).

    What is electronic lies in the wallet and on the page, so the case closes at once. Paper is
    owed within ten working days: a matter and a clock of their own for the desk or the courier.
    """
    found = queries.locked(matter)
    if found.state != State.DECIDED:
        return found
    if found.result == Result.GRANTED:
        fees.charge(matter=matter, by=by)
        if not queries.is_settled(found):
            return found  # the payment brings it here again
    if not _is_paper(found):
        _hand_over(found, by=by)
    elif not Handover.objects.filter(case=found).exists():
        _owe(found, by=by)
    return found


@transaction.atomic(savepoint=False)
def deliver_at_once(*, case: Case, by: Actor) -> None:
    """Hand over with the decision itself what costs nothing and is no paper; else it follows."""
    if queries.item_of(case).is_free and not _is_paper(case):
        _hand_over(case, by=by)


@transaction.atomic(savepoint=False)
def _hand_over(case: Case, *, by: Actor) -> None:
    steps.move(case, "deliver", delivered_at=clock.now())
    _close(case, by=by)


def _is_paper(case: Case) -> bool:
    """Whether there is something to hold in the hand: what was granted, and not an e-licence."""
    is_granted = case.result == Result.GRANTED and bool(queries.pinned(case).results)
    return is_granted and case.delivery != Delivery.ELECTRONIC


@transaction.atomic(savepoint=False)
def _close(case: Case, *, by: Actor) -> None:
    steps.conclude(
        case,
        "close",
        by=by,
        data={
            "organ": case.organ,
            "result": case.result,
            "application": case.application.number,
            "person": case.person,
        },
    )


@transaction.atomic(savepoint=False)
def _owe(case: Case, *, by: Actor) -> None:
    """The desk's matter, with the clock of article 44 since the day of the decision."""
    desk = queries.desk_of(case)
    item = queries.pinned(case)
    matter = processes.start(
        process=catalogue.current("process", "delivery"),
        kind="delivery",
        subject=case.matter.subject,
        number=case.case_no,
        title=f"{item.name}：送达"[:200],
        detail=case.matter.detail,
        badge="邮寄" if case.delivery == Delivery.POST else "自取",
        parent=case.matter,
        organ=desk.uscc,
        region=desk.division,
        calendar=case.matter.calendar,
        by=by,
        records=False,
    )
    owed = deadlines.start_all(
        matter=matter.pk,
        budgets={"delivery": state.DELIVERY_DAYS},
        calendar=case.matter.calendar,
        on=clock.moment(case.decided_at or clock.now()).date(),
        by=by,
    )["delivery"]
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=by)
    handover = Handover.objects.create(case=case, matter=matter, way=case.delivery)
    if queries.must_come_back(case, desk):
        returning.owe(case=case, desk=desk, by=by)
    elif case.delivery == Delivery.PICKUP:
        returning.tell_to_fetch(case=case, handover=handover, by=by)
    ledger.record(
        "case.delivery_owed",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        way=case.delivery,
    )


@transaction.atomic
def hand_out(
    *,
    case_no: str,
    receipt: Mapping[str, str],
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> Case:
    """Hand a result over at the desk, against a receipt: {"name", "document"} of whoever takes it.

    `version` and `key` are those of the desk's work item. Grant: case.deliver.
    """
    by.require("case.deliver")
    state.check_receipt(receipt)
    found, handover = queries.handover_locked(case_no)
    if queries.is_coming(found):
        raise regions.NotHereYet()
    step = processes.act(
        item=queries.desk_item(handover).pk,
        outcome="handed",
        by=by,
        version=version,
        key=key,
        event="case.handed_out",
        data={"item": found.item_key},
    )
    if step.repeated:
        return found
    steps.move(found, "deliver", delivered_at=clock.now())
    _received(found, handover, receipt, by=by)
    return found


@transaction.atomic(savepoint=False)
def _received(case: Case, handover: Handover, receipt: Mapping[str, str], *, by: Actor) -> None:
    """The receipt proves that it arrived (送达回证): the clock is met and the case closes."""
    Handover.objects.filter(pk=handover.pk).update(
        received_at=clock.now(),
        receipt=queries.sealed(
            {name: receipt.get(name, "").strip() for name in ("name", "document")},
            queries.RECEIPT,
        ),
        handed_by=by.key,
    )
    deadlines.meet_all(matter=handover.matter_id, kinds=("delivery",), by=by)
    _close(case, by=by)


@transaction.atomic
def note_dispatch(*, matter: int, courier: str, waybill: str, by: Actor) -> Case:
    """The courier has the parcel: the applicant is told its number (state delivered)."""
    found = queries.locked(matter)
    handover = queries.handover(found)
    if found.state != State.DECIDED or handover.waybill:
        return found
    Handover.objects.filter(pk=handover.pk, waybill="").update(
        courier=courier, waybill=waybill, dispatched_at=clock.now()
    )
    steps.conclude(
        found,
        "deliver",
        by=by,
        says=papers.dispatched(
            item=queries.pinned(found).name,
            case_no=found.case_no,
            courier=courier,
            waybill=waybill,
        ),
        data={"way": handover.way},
    )
    return found


@transaction.atomic
def note_parcel(
    *, matter: int, track: list[dict[str, str]], is_delivered: bool, signed_by: str, by: Actor
) -> Case:
    """What the courier says of a parcel; proof that it arrived closes the case.

    `matter` is the case's; `track` rows are {"at", "what", "place"}, the oldest first.
    """
    found = queries.locked(matter)
    handover = queries.handover(found)
    if found.state != State.DELIVERED:
        return found
    Handover.objects.filter(pk=handover.pk).update(track=track)
    if is_delivered:
        processes.end(matter=handover.matter, outcome="delivered", by=by, records=False)
        receipt = {"name": signed_by, "document": handover.waybill}
        _received(found, handover, receipt, by=by)
    return found


@transaction.atomic
def terminate(
    *,
    item: int,
    reason: str,
    law: str,
    by: Actor,
    note: str = "",
    version: int | None = None,
    key: str = "",
) -> Case:
    """End a case without a decision on a ground of law (终结, row 13).

    `reason` is one of `state.Termination`; the head of the agency decides it.
    """
    held, is_new = steps.hold_as_head(item, "terminate", by=by, version=version, key=key)
    if is_new:
        _terminate(held.case, reason=reason, law=law, note=note, by=by)
    return held.case


@transaction.atomic
def terminate_by_law(*, matter: int, reason: str, law: str, by: Actor, note: str = "") -> Case:
    """A term of law ran out: a tolerated material was not supplied. Ended already is left alone."""
    found = queries.locked(matter)
    if found.state in state.MOVES["terminate"].source:
        _terminate(found, reason=reason, law=law, note=note, by=by)
    return found


@transaction.atomic(savepoint=False)
def _terminate(case: Case, *, reason: str, law: str, note: str, by: Actor) -> None:
    state.check("terminate", case.state)
    state.check_ground(reason, state.Termination)
    state.check_reasons(reasons=reason, law=law)
    steps.conclude(
        case,
        "terminate",
        by=by,
        says=papers.terminated(
            item=queries.pinned(case).name,
            case_no=case.case_no,
            reason=reason,
            law=law,
            note=note,
        ),
        data={"reason": reason},
    )


@transaction.atomic
def withdraw(*, case_no: str, by: Actor) -> Case:
    """Take a case back before it is decided (row 14); what cannot begin without it is not begun.

    `queries.dependants` says beforehand which those are.
    """
    found = queries.locked(queries.own(case_no, by=by).matter_id)
    steps.check_scope(by, found.application.thing_key, [found.item_key])
    state.check("withdraw", found.state)
    if found.application.channel == "system":
        # What the agency began of its own accord is not the applicant's to take back.
        raise state.NotYours()
    for waiting in queries.dependants(found):
        row = queries.locked(waiting.matter_id)
        if row.state == State.WAITING:
            whole.block(case=row, because=found, by=by)
    was_before_agency = found.state != State.WAITING
    says = papers.withdrawn(item=queries.pinned(found).name, case_no=found.case_no)
    steps.conclude(
        found,
        "withdraw",
        by=by,
        says=says if was_before_agency else (),
        data={"application": found.application.number},
    )
    return found


@transaction.atomic
def archive(*, matter: int, by: Actor) -> Case:
    """The package of a closed case stands (row 19); nothing of the case changes from now on."""
    found = queries.locked(matter)
    if found.state != State.CLOSED:
        return found
    steps.move(found, "archive", archived_at=clock.now())
    ledger.record("case.archived", found.matter.subject, by=by, matter=matter, item=found.item_key)
    return found


@transaction.atomic
def mark_overdue(*, matter: int, kind: str, by: Actor) -> None:
    """The promised or statutory day has passed (row 17): told once of each, red from then on.

    The applicant is told in writing, and the work is brought before the heads at once (督办).
    """
    found = queries.locked(matter)
    if found.state in state.ENDED | state.GIVEN:
        return
    Case.objects.filter(pk=found.pk, overdue_at=None).update(overdue_at=clock.now())
    processes.escalate(matter=found.matter, by=by)
    steps.tell(
        found,
        papers.Kind.OVERDUE,
        papers.overdue(
            item=queries.pinned(found).name,
            case_no=found.case_no,
            is_statutory=kind == "statutory",
            organ=identity.organ(found.organ).name,
        ),
        by=by,
    )
    ledger.record(
        "case.overdue", found.matter.subject, by=by, matter=matter, item=found.item_key, kind=kind
    )
