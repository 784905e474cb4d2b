"""What the enterprise zone does when something happens: match and draw monthly, pay, reconcile."""

from contextlib import suppress
from datetime import date, timedelta

from tongban.domains.enterprise import actions, queries
from tongban.domains.enterprise.rules import ConsentNeeded
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.jobs.registry import Handle, job
from tongban.kernel.ledger.registry import Event, on

MONTHLY = "enterprise.month"


@on("award.confirmed", outside=True)
def pay(event: Event) -> None:
    actions.carry_out(award=int(event.subject.rpartition(":")[2]), by=actions.SELF)


@on("case.granted")
def put_on_the_list(event: Event) -> None:
    """A policy that was applied for, and granted, is paid by the same list as the others."""
    if event.matter and queries.policy_by_item(event.data["item"]):
        actions.propose(matter=event.matter, by=actions.SELF)


@on("day.began")
def begin_the_month(event: Event) -> None:
    """A list that is missing for the month is made, whichever day of it this is."""
    if queries.undrawn(_day(event).replace(day=1)):
        jobs.enqueue(kind=MONTHLY, args={"month": f"{_day(event):%Y-%m}"}, by=actions.SELF)


@on("day.began", outside=True)
def look_after_the_money(event: Event) -> None:
    """Free what nobody claimed, ask about orders without an answer, compare yesterday."""
    today = _day(event)
    for award in queries.lapsing(today):
        actions.lapse(award=award, by=actions.SELF)
    for award in queries.unfinished():
        actions.carry_out(award=award, by=actions.SELF)
    actions.compare(day=today - timedelta(days=1), by=actions.SELF)


@job(MONTHLY)
def match_and_draw(handle: Handle) -> dict[str, int]:
    """Match every consenting firm, then make the lists; resumes where it was."""
    month = date.fromisoformat(f"{handle.args['month']}-01")
    last, done = handle.state.get("firm", ""), handle.state.get("done", 0)
    for firm in queries.consenting():
        if firm <= last:
            continue
        with suppress(ConsentNeeded):  # withdrawn since the list was read
            actions.match(firm=firm, by=actions.SELF)
        done += 1
        handle.progress(done, state={"firm": firm, "done": done})
    drawn = queries.undrawn(month)
    for policy in drawn:
        actions.draw(policy=policy, month=month, by=actions.SELF)
    return {"firms": done, "lists": len(drawn)}


def _day(event: Event) -> date:
    return date.fromisoformat(event.data["day"])
