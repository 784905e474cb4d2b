"""Joint reviews: who was asked, and the one list of what they said."""

from dataclasses import dataclass
from datetime import date

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import ENDED
from tongban.domains.investments.models import JointReview, Project
from tongban.domains.investments.queries.rows import _prefix, mine
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one agency said in one round."""

    organ: str
    round: int
    agrees: bool | None
    """None while it has not answered."""
    words: str
    person: str
    on: date | None


def joint(case_no: str, *, by: Actor) -> JointReview:
    """A joint review that the actor's firm is in, or whose case the actor's organ handles."""
    found = JointReview.objects.select_related("project__matter").filter(case_no=case_no).first()
    if found is None:
        raise NotFound()
    if by.is_official and not by.for_entity:
        asked = any(row.organ == by.organ for row in processes.trail(found.matter))
        seen = by.may("project.read") and found.project.region.startswith(_prefix(by.region))
        if not asked and not seen:
            raise NotFound()
    elif not mine(by=by).filter(pk=found.project_id).exists():
        raise NotFound()
    return found


def locked_joint(case_no: str, *, by: Actor) -> JointReview:
    """The same, locked; for actions."""
    rows = JointReview.objects.select_for_update(of=("self",)).select_related("project__matter")
    return rows.get(pk=joint(case_no, by=by).pk)


def joint_at(matter: int) -> JointReview | None:
    """The joint review of a case's matter, locked; for what happens by itself."""
    rows = JointReview.objects.select_for_update(of=("self",)).select_related("project__matter")
    return rows.filter(matter=matter).first()


def joint_of_case(case_no: str) -> JointReview | None:
    return JointReview.objects.filter(case_no=case_no).first()


def joints_of(project: Project) -> list[JointReview]:
    """The joint reviews of a project, in order."""
    return list(project.joints.order_by("id"))


def reviewing(found: JointReview, stage: str) -> WorkItem:
    """What the leading agency owes at the joint stage."""
    for item in processes.open_items(found.matter):
        if item.stage == stage and item.mode == flow.Mode.SERIAL:
            return item
    raise NotFound()


def opinions(found: JointReview) -> list[Opinion]:
    """The one list (意见清单): every agency that was asked, round by round."""
    rows = [
        row
        for row in processes.trail(found.matter)
        if row.mode == flow.Mode.COUNTERSIGN and row.status != flow.Status.VOID
    ]
    rounds = {at: n for n, at in enumerate(sorted({row.asked_at_version for row in rows}), 1)}
    names = identity.names_of([row.done_by for row in rows if row.done_by])
    return [
        Opinion(
            organ=identity.organ(row.organ).short,
            round=rounds[row.asked_at_version],
            agrees=None if not row.closed_at else row.outcome == "agree",
            words=row.opinion,
            person=names.get(row.done_by, ""),
            on=row.closed_at.date() if row.closed_at else None,
        )
        for row in rows
    ]


def has_live(found: list[Case]) -> int:
    """How many of these cases have not ended."""
    return sum(case.state not in ENDED for case in found)


def case_at(found: JointReview) -> Case:
    case = cases.by_matter(found.matter)
    if case is None:
        raise NotFound()
    return case
