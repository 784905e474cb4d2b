"""What handovers do when a case is granted."""

from tongban.domains.handovers import actions
from tongban.kernel.ledger.registry import Event, on


@on("case.granted")
def hand_the_grant_over(event: Event) -> None:
    assert event.matter is not None  # every event of a case tells its matter
    actions.hand(matter=event.matter, by=actions.SELF)
