"""What licences do when something happens elsewhere."""

from tongban.domains.licences import actions
from tongban.kernel.ledger.registry import Event, on


@on("day.began")
def look_at_the_dates(event: Event) -> None:
    """Tell whose licence runs out soon, and note which have."""
    while actions.remind(by=actions.SELF):
        pass
    while actions.expire(by=actions.SELF):
        pass
