"""What goes up when something happens elsewhere; a new day compares the one before."""

from datetime import date, datetime, timedelta

from tongban.domains.uplinks import actions, queries
from tongban.domains.uplinks.rules.tables import ACTS
from tongban.kernel.errors import Unavailable
from tongban.kernel.jobs.registry import Handle, job
from tongban.kernel.ledger.registry import Event, on

WITHOUT_SUBMITTED = tuple(name for name in ACTS if name != "case.submitted")
"""A case goes up from its acceptance on, with the steps before it."""


AT_ONCE = 10
"""Batches."""


def _wake(noted: int) -> None:
    if noted:
        for uplink in queries.uplinks():
            actions.wake(uplink=uplink.key, by=actions.SELF)


@on(*WITHOUT_SUBMITTED)
def note_the_case(event: Event) -> None:
    assert event.matter is not None  # every event of a case tells its matter
    _wake(actions.tell_case(matter=event.matter, by=actions.SELF))


@on("review.filed")
def note_the_review(event: Event) -> None:
    number = event.subject.rpartition(":")[2]
    _wake(actions.tell_review(event=event.id, review=number, by=actions.SELF))


@on("definition.published", "definition.retired")
def note_the_item(event: Event) -> None:
    if event.data["kind"] == "service_item":
        _wake(actions.tell_item(key=event.data["key"], by=actions.SELF))


@on("day.began")
def note_what_came_into_force(event: Event) -> None:
    """A version may begin on a later day than it was published."""
    if queries.uplinks():
        actions.tell_all_items(by=actions.SELF)


@on("day.began", outside=True)
def exchange_and_compare(event: Event) -> None:
    """First what waits; then yesterday. A platform that is down is asked by the next exchange."""
    yesterday = date.fromisoformat(event.data["day"]) - timedelta(days=1)
    for uplink in queries.uplinks():
        # So few that it is done within half a minute: the job takes the rest.
        actions.exchange(uplink=uplink.key, batches=AT_ONCE, by=actions.SELF)
        try:
            actions.reconcile(uplink=uplink.key, day=yesterday, by=actions.SELF)
        except Unavailable:
            continue


@on("day.began")
def keep_exchanging(event: Event) -> None:
    """Whatever became of the last job, there is a next one."""
    for uplink in queries.uplinks():
        minutes = timedelta(minutes=uplink.minutes)
        actions.wake(uplink=uplink.key, after=minutes, by=actions.SELF)


@job("uplinks.exchange")
def exchange(handle: Handle) -> dict[str, int]:
    return actions.run(
        uplink=handle.args["uplink"],
        due=datetime.fromisoformat(handle.args["due"]),
        by=actions.SELF,
        tick=lambda done: handle.progress(done),
    )
