"""What reviews do when something happens elsewhere."""

from tongban.domains.reviews import actions
from tongban.kernel.ledger.registry import Event, on
from tongban.kernel.processes import queries as matters


@on("application.finished")
def invite_the_applicant(event: Event) -> None:
    """One invitation for the whole filing, whatever the number of its agencies (一事一评)."""
    matter = matters.matter(event.matter or 0)
    actions.invite(
        encounter=event.data["number"],
        title=matter.title,
        person=event.data["person"],
        entity=event.data.get("entity", ""),
        thing=event.data["thing"],
        items=event.data.get("items", ()),
        organs=event.data["organs"],
        channel=event.data.get("channel", "web"),
        region=matter.region,
        calendar=matter.calendar,
        by=actions.SELF,
    )
