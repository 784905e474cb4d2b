"""What processes do when something happens: a new calendar moves what is owed."""

from tongban.kernel.actor import part
from tongban.kernel.ledger.registry import Event, on
from tongban.kernel.processes import actions


@on("calendar.published")
def move_what_is_owed(event: Event) -> None:
    actions.reproject(calendar=event.data["calendar"], subject=event.subject, by=part("processes"))
