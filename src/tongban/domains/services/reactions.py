"""What services do when something is published, or decided."""

from tongban.domains.services import actions
from tongban.kernel.ledger.registry import Event, on

COMPARED = {"service_item", "item_variant"}


@on("definition.published", "definition.retired")
def compare_regions(event: Event) -> None:
    """What was published may open a difference between regions, or mend one."""
    if event.data["kind"] in COMPARED:
        item = str(event.data["key"]).partition(".")[0]
        actions.compare(item=item, by=actions.SELF)


@on("definition.seeded")
def compare_all(event: Event) -> None:
    """A city's files were read into an empty catalogue."""
    if event.data["published"]:
        actions.compare(by=actions.SELF)


@on("case.granted", "case.refused")
def count_the_days(event: Event) -> None:
    """How long it really took, for the guide."""
    if event.matter and event.data.get("item"):
        actions.note_timing(item=event.data["item"], matter=event.matter, by=actions.SELF)
