"""Hearings (听证): offered before the decision where law says so, held when one is asked for."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import steps
from tongban.domains.cases.actions.review import specials
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import papers, state
from tongban.kernel.actor import Actor


@transaction.atomic
def offer(*, item: int, by: Actor, version: int | None = None, key: str = "") -> Case:
    """Tell the applicant of the right to a hearing (听证告知书): five days to ask for one."""
    held, is_new = steps.take(item, "offer_hearing", by=by, version=version, key=key)
    case = held.case
    if not is_new:
        return case
    state.check("offer_hearing", case.state)
    if not queries.needs_hearing(held.version):
        raise state.NoHearing()
    if queries.hearing_of(case)[0]:
        raise state.HearingOffered()
    hearing = held.version.body["hearing"]
    steps.conclude(
        case,
        "offer_hearing",
        by=by,
        says=papers.hearing(
            item=held.version.name,
            case_no=case.case_no,
            days=state.HEARING_DAYS,
            law=str(hearing.get("law", state.MOVES["offer_hearing"].law)),
        ),
        starts={"hearing": state.HEARING_DAYS},
        reason=papers.HEARING,
    )
    return case


@transaction.atomic
def ask(*, case_no: str, by: Actor) -> Case:
    """The applicant asks for the hearing in time: it is held within twenty days, off the clock."""
    found = queries.locked(queries.own(case_no, by=by).matter_id)
    steps.check_scope(by, found.application.thing_key, [found.item_key])
    state.check("ask_hearing", found.state)
    is_offered, may_ask = queries.hearing_of(found)
    if not is_offered or not may_ask:
        raise state.TooLateForHearing()
    steps.conclude(found, "ask_hearing", by=by)
    specials.start_special(
        case=found, procedure=papers.HEARING, days=state.HEARING_WITHIN_DAYS, by=by
    )
    return found


@transaction.atomic
def let_pass(*, matter: int, by: Actor) -> None:
    """Nobody asked in five days: the clocks of law run on, and the decision may be made."""
    found = queries.locked(matter)
    if found.state == state.State.ACCEPTED:
        steps.conclude(found, "waive_hearing", by=by)
