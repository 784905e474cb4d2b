"""In whose hands a project is: agency, post, person, and for how many working days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tongban.domains.cases.models import Case
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes.models import WorkItem

NAMED_AT_MOST = 3
"""So many of those who could take an unclaimed item are named."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owes the next act of a case (责任人)."""

    case_no: str
    matter: int
    organ: str
    """The agency's short name."""
    post: str
    people: tuple[str, ...]
    is_claimed: bool
    """Whether one person has it in hand, or it lies before a post."""
    stage: str
    days: int
    over: int
    """By how many working days it is later than its stage allows."""

    @property
    def name(self) -> str:
        return "、".join(self.people)


def holders(found: Iterable[Case]) -> list[Holder]:
    """The hands in which the open cases lie, the latest and longest first."""
    by_matter = {case.matter_id: case for case in found}
    today = clock.today()
    rows = [
        _holder(item, by_matter[item.matter_id], today)
        for item in processes.owed_in(list(by_matter))
        if by_matter[item.matter_id].matter.state == "open"
    ]
    return sorted(rows, key=lambda row: (-row.over, -row.days, row.case_no))


def _holder(item: WorkItem, case: Case, today: date) -> Holder:
    calendar = deadlines.calendar(case.matter.calendar)
    since = item.running_since
    spent = item.used_days + (calendar.between(since, today) if since else 0)
    late = calendar.between(item.due_on, today) if item.due_on and item.due_on < today else 0
    post, people = _who(item)
    return Holder(
        case_no=case.case_no,
        matter=case.matter_id,
        organ=identity.organ(item.organ).short,
        post=post,
        people=tuple(people),
        is_claimed=bool(item.assignee),
        stage=item.name,
        days=spent,
        over=late,
    )


def _who(item: WorkItem) -> tuple[str, Sequence[str]]:
    able = [
        one
        for one in identity.officials_with(item.grant, item.organ)
        if item.post in {"", one.post_key}
    ]
    if item.assignee:
        person, _, post = item.assignee.removeprefix("official:").partition("@post:")
        held = [one for one in able if (str(one.person), str(one.post)) == (person, post)]
        able = held or able
    post = able[0].post_name if able else ""
    named = [one.name for one in able if one.post_name == post]
    return post, named[: 1 if item.assignee else NAMED_AT_MOST]
