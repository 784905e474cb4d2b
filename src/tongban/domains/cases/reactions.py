"""What cases do when something happens: rules look, items follow each other, terms run out."""

from typing import Any

from tongban.connectors import couriers
from tongban.domains.cases import queries
from tongban.domains.cases.actions import (
    acceptance,
    counting,
    crossing,
    determination,
    ending,
    expiry,
    fees,
    hearings,
    linked,
    parties,
    results,
    returning,
    ruling,
    shadowing,
    whole,
)
from tongban.domains.cases.queries import crossing as crossings
from tongban.kernel.jobs.registry import Handle, job
from tongban.kernel.ledger.registry import Event, on


@on("case.submitted", outside=True)
def let_the_rule_look(event: Event) -> None:
    """Registers are asked, hence outside any transaction; a case already decided is left alone."""
    ruling.consider(matter=_matter(event), by=ruling.SELF)


@on("case.submitted", outside=True)
def give_companies_their_orders(event: Event) -> None:
    """A company outside government gets its part; what it does not take now is ordered again."""
    parties.hand_over(matter=_matter(event), by=ruling.SELF)


@on("day.began", outside=True)
def ask_companies_for_their_answers(event: Event) -> None:
    parties.hear_all(by=ruling.SELF)


@on("case.accepted")
def charge_its_fees(event: Event) -> None:
    fees.charge(matter=_matter(event), by=ruling.SELF)


NOTHING_CAME_OF_IT = {
    "case.refused": "申请未予准许",
    "case.withdrawn": "申请已撤回",
    "case.terminated": "申请已终结办理",
    "case.cancelled": "申请已一并终止",
}


@on(*NOTHING_CAME_OF_IT)
def give_fees_back(event: Event) -> None:
    fees.give_back(matter=_matter(event), reason=NOTHING_CAME_OF_IT[event.name], by=ruling.SELF)


@on("bill.paid", "bill.voided")
def hand_over_what_is_paid(event: Event) -> None:
    if event.matter and queries.by_matter(event.matter):
        ending.deliver(matter=event.matter, by=ruling.SELF)


@on("case.granted", "case.refused")
def hand_over(event: Event) -> None:
    ending.deliver(matter=_matter(event), by=ruling.SELF)


@on("case.granted")
def write_back(event: Event) -> None:
    """What a grant changes in the world stands in its register too (回流)."""
    results.write_back(matter=_matter(event), by=ruling.SELF)


@on("case.promise_checked")
def open_the_revocation(event: Event) -> None:
    """A broken promise is a credit event, and opens the case of revocation (告知承诺制)."""
    if event.data.get("outcome") == "broken":
        case_no = event.subject.partition(":")[2]
        linked.follow_broken_promise(case_no=case_no, by=ruling.SELF)


@on("case.delivery_owed", outside=True)
def call_the_courier(event: Event) -> None:
    """The courier fetches what is to be posted; the parcel's id drops a repeat."""
    parcel = queries.parcel_of(_matter(event))
    if parcel is None:
        return
    courier = couriers.courier()
    waybill = courier.dispatch(parcel_id=parcel.id, sender=parcel.sender, to=parcel.to)
    ending.note_dispatch(
        matter=_matter(event), courier=courier.name, waybill=waybill, by=ruling.SELF
    )


@on("case.forwarded", outside=True)
def send_the_originals(event: Event) -> None:
    """Papers of a case that another city handles follow by post (异地代收)."""
    parcel = crossings.originals_of(_matter(event))
    if parcel is None:
        return
    courier = couriers.courier()
    waybill = courier.dispatch(parcel_id=parcel.id, sender=parcel.sender, to=parcel.to)
    crossing.note_originals(
        matter=_matter(event), courier=courier.name, waybill=waybill, by=ruling.SELF
    )


@on("day.began", outside=True)
def ask_where_originals_are(event: Event) -> None:
    for matter, waybill in crossings.originals_on_their_way():
        found = couriers.courier().track(waybill=waybill)
        crossing.note_track(
            matter=matter,
            track=_steps(found),
            is_delivered=found.is_delivered,
            by=ruling.SELF,
        )


@on("case.return_owed", outside=True)
def send_the_result_back(event: Event) -> None:
    """What another city decided goes on paper to the desk here that hands it out (结果回递)."""
    parcel = queries.return_of(_matter(event))
    if parcel is None:
        return
    courier = couriers.courier()
    waybill = courier.dispatch(parcel_id=parcel.id, sender=parcel.sender, to=parcel.to)
    returning.note_dispatch(
        matter=_matter(event), courier=courier.name, waybill=waybill, by=ruling.SELF
    )


@on("day.began", outside=True)
def ask_where_results_are(event: Event) -> None:
    for matter, waybill in queries.returns_on_their_way():
        found = couriers.courier().track(waybill=waybill)
        returning.note_track(
            matter=matter, track=_steps(found), is_delivered=found.is_delivered, by=ruling.SELF
        )


@on("case.withdrawn", "case.blocked", "case.cancelled", "case.terminated")
def the_station_owes_nothing(event: Event) -> None:
    crossing.drop(matter=_matter(event), by=ruling.SELF)


@on("day.began", outside=True)
def ask_where_parcels_are(event: Event) -> None:
    """Once a day; a courier that does not answer is asked again by the same delivery."""
    for matter, waybill in queries.parcels_on_their_way():
        found = couriers.courier().track(waybill=waybill)
        ending.note_parcel(
            matter=matter,
            track=_steps(found),
            is_delivered=found.is_delivered,
            signed_by=found.signed_by,
            by=ruling.SELF,
        )


@on(
    "case.closed",
    "case.declined",
    "case.lapsed",
    "case.withdrawn",
    "case.blocked",
    "case.cancelled",
    "case.terminated",
)
def begin_what_waited(event: Event) -> None:
    case = whole.go_on(matter=_matter(event), by=ruling.SELF)
    whole.finish(application=case.application_id, by=ruling.SELF)


@on(
    "case.submitted",
    "case.accepted",
    "case.supplement_asked",
    "case.supplemented",
    "case.special_started",
    "case.special_ended",
    "case.extended",
    "case.suspended",
    "case.resumed",
    "case.terminated",
    "case.withdrawn",
    "case.granted",
    "case.refused",
    "case.closed",
)
def recompute_the_whole(event: Event) -> None:
    whole.recompute(application=queries.application_of(_matter(event)), by=ruling.SELF)


@on(
    "case.supplement_asked",
    "case.accepted",
    "case.declined",
    "case.granted",
    "case.withdrawn",
    "case.terminated",
    "case.cancelled",
)
def tell_what_was_collected(event: Event) -> None:
    """One notice for all agencies of a filing, once the last of them has spoken (一次告知)."""
    acceptance.tell_supplements(
        application=queries.application_of(_matter(event)),
        by=ruling.SELF,
        now=bool(event.data.get("at_once")),
    )


@on("application.supplement_told")
def recompute_after_telling(event: Event) -> None:
    whole.recompute(application=queries.application_behind(_matter(event)), by=ruling.SELF)


@on("application.finished")
def count_what_it_saved(event: Event) -> None:
    counting.count_savings(
        number=event.data["number"],
        decided=event.data["granted"] + event.data["refused"],
        by=ruling.SELF,
    )


@on("archive.packed")
def note_the_archive(event: Event) -> None:
    ending.archive(matter=_matter(event), by=ruling.SELF)


@on("matter.moved")
def follow_a_new_calendar(event: Event) -> None:
    whole.recompute_all(calendar=event.data["calendar"], by=ruling.SELF)


@on("clock.breached")
def when_a_term_runs_out(event: Event) -> None:
    kind = event.data["kind"]
    if kind == "collect":
        acceptance.tell_supplements(
            application=queries.application_behind(_matter(event)), by=ruling.SELF, now=True
        )
        return
    case = queries.by_matter(event.matter) if event.matter else None
    if case is None:
        return
    if kind == "acceptance":
        expiry.agency_was_silent(matter=case.matter_id, by=ruling.SELF)
    elif kind == "supplement":
        acceptance.lapse(matter=case.matter_id, by=ruling.SELF)
    elif kind == "tolerance":
        expiry.tolerance_ran_out(matter=case.matter_id, by=ruling.SELF)
    elif kind == "hearing":
        hearings.let_pass(matter=case.matter_id, by=ruling.SELF)
    elif kind in {"promised", "statutory"}:
        if kind == "statutory":
            determination.deem_granted(matter=case.matter_id, by=ruling.SELF)
        ending.mark_overdue(matter=case.matter_id, kind=kind, by=ruling.SELF)


@job(shadowing.JOB)
def try_a_rule(handle: Handle) -> dict[str, Any]:
    """Try a rule on past cases, batch by batch; after a crash it goes on where it was."""
    run, done = int(handle.args["run"]), int(handle.state.get("done", 0))
    before = handle.state.get("before")
    while (last := shadowing.try_next(run=run, before=before, by=ruling.SELF)) is not None:
        before, done = last, done + shadowing.BATCH
        handle.progress(done, shadowing.LAST, state={"before": before, "done": done})
    return {"run": run}


def _matter(event: Event) -> int:
    assert event.matter is not None  # every event of a case tells its matter
    return event.matter


def _steps(found: couriers.Track) -> list[dict[str, str]]:
    return [
        {"at": step.at.isoformat(), "what": step.what, "place": step.place} for step in found.steps
    ]
