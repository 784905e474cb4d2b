"""What archives do when a case closes or ends otherwise, a day begins, a package stands."""

from datetime import date

from tongban.domains.archives import actions, queries
from tongban.domains.archives.rules import UNDECIDED
from tongban.domains.cases import queries as cases
from tongban.kernel.ledger.registry import Event, on

MONDAY = 0


@on("case.closed")
def enrol_the_case(event: Event) -> None:
    assert event.matter is not None  # every event of a case tells its matter
    actions.enrol(
        case_no=queries.case_no(event.matter),
        matter=event.matter,
        item=event.data["item"],
        organ=event.data["organ"],
        result=event.data["result"],
        by=actions.SELF,
    )


@on(*UNDECIDED)
def enrol_what_was_not_decided(event: Event) -> None:
    """不予受理 and the like: what reached its applicant in writing is kept, though not so long."""
    assert event.matter is not None
    result = UNDECIDED[event.name]
    if cases.notes_of(event.matter, result):
        found = cases.by_matter(event.matter)
        assert found is not None
        actions.enrol(
            case_no=found.case_no,
            matter=event.matter,
            item=found.item_key,
            organ=found.organ,
            result=str(result),
            by=actions.SELF,
        )


@on("day.began", outside=True)
def pack_what_is_due(event: Event) -> None:
    """A package of each case that is due by now; a batch a day, and the rest the next day."""
    today = date.fromisoformat(event.data["day"])
    for package in queries.due(today):
        actions.pack(package=package, by=actions.SELF)


@on("day.began", outside=True)
def compare_with_the_office(event: Event) -> None:
    """Each Monday; what the office no longer holds goes to it once more."""
    if date.fromisoformat(event.data["day"]).weekday() == MONDAY:
        actions.compare(by=actions.SELF)


@on("archive.packed", "archive.missed", outside=True)
def bring_it_to_the_office(event: Event) -> None:
    actions.hand_over(package=int(event.subject.rpartition(":")[2]), by=actions.SELF)
