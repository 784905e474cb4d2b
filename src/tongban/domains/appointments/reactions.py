"""What appointments do when a day begins."""

from datetime import date

from tongban.domains.appointments import actions
from tongban.kernel.actor import part
from tongban.kernel.ledger.registry import Event, on

SELF = part("appointments")


@on("day.began")
def end_the_day_before(event: Event) -> None:
    """What nobody kept was missed; numbers that nobody called are over."""
    actions.end_of_day(day=date.fromisoformat(event.data["day"]), by=SELF)
