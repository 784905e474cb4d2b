"""Joint reviews (联审联验): opened with the case, asked together, corrected once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import review, steps
from tongban.domains.cases.rules.state import Suspension
from tongban.domains.investments import queries, rules
from tongban.domains.investments.actions.registering import SELF
from tongban.domains.investments.models import JointReview
from tongban.domains.investments.rules import Joint, JointState
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.files import actions as files
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import rules as flow

CORRECTION_LAW = "《建设工程质量管理条例》第十一条；一次性告知、限改一轮（国办发〔2019〕11号）"
QUESTIONS = {
    "drawings": "请就同一套施工图提出本部门审查意见；意见汇总为一张清单一次告知（第 {round} 轮）。",
    "acceptance": "请于 {on} 到现场，与各部门同日联合验收，并签署本部门结论。",
}


@transaction.atomic
def open_joint(*, matter: int, by: Actor) -> JointReview | None:
    """Begin the joint review of a case that was accepted, if its project's path asks for one."""
    case = queries.case_of(matter)
    project = queries.by_code(case.application.project) if case else None
    if case is None or project is None:
        return None
    joint = queries.path_of(project.path).joint(case.item_key)
    if joint is None:
        return None
    found, is_new = JointReview.objects.get_or_create(
        case_no=case.case_no,
        defaults={
            "project": project,
            "matter": matter,
            "item_key": case.item_key,
            "kind": joint.kind,
            "state": JointState.WAITING,
            "opened_at": clock.now(),
        },
    )
    if not is_new:
        return found
    _tell(found, "project.joint_opened", by=SELF, kind=joint.kind)
    if joint.kind == "drawings":
        _ask(found, joint, by=SELF)
    return found


@transaction.atomic
def appoint(*, case_no: str, on: date, by: Actor) -> JointReview:
    """Name the one day on which all agencies come to the site, and ask them for that day."""
    by.require("project.lead")
    found, joint = _led(case_no, by=by)
    if found.kind != "acceptance" or found.state != JointState.WAITING:
        raise rules.NoJointReview(state=_words(found))
    calendar = deadlines.calendar(found.project.matter.calendar)
    rules.check_site_day(on, today=clock.today(), is_workday=calendar.is_workday(on))
    found.site_on = on
    _tell(found, "project.site_day_set", by=by, on=on.isoformat())
    _ask(found, joint, by=SELF)
    return found


@transaction.atomic
def ask_correction(*, case_no: str, by: Actor) -> JointReview:
    """Send the one list of opinions to the firm; until it answers, no agency's clock runs."""
    by.require("project.lead")
    found, joint = _led(case_no, by=by)
    if found.state != JointState.ASKED:
        raise rules.NoJointReview(state=_words(found))
    said = [one for one in queries.opinions(found) if one.round == found.round]
    rules.check_correction(
        open_opinions=sum(one.agrees is None for one in said),
        objections=sum(one.agrees is False for one in said),
        round_=found.round,
        rounds=joint.rounds,
    )
    review.suspend(
        item=queries.reviewing(found, joint.stage).pk,
        reason=Suspension.APPLICANT,
        law=CORRECTION_LAW,
        by=by,
    )
    found.state, found.told_at = JointState.CORRECTING, clock.now()
    found.save(update_fields=["state", "told_at"])
    _tell(
        found,
        "project.correction_asked",
        by=by,
        opinions=sum(one.agrees is False for one in said),
    )
    return found


@transaction.atomic
def correct(*, case_no: str, data: bytes, name: str, by: Actor) -> JointReview:
    """Hand the corrected set in: the clocks run on, and the agencies look once more."""
    found = queries.locked_joint(case_no, by=by)
    if by.for_entity != found.project.firm:
        raise rules.FirmNeeded()
    if found.state != JointState.CORRECTING:
        raise rules.NoJointReview(state=_words(found))
    joint = _joint(found)
    stored = files.store(data=data, name=name, by=by)
    case = cases.locked(found.matter)
    steps.put_material(
        case,
        key=f"corrected_{found.round}",
        name="修改后的施工图设计文件",
        way="upload",
        file=stored.sha256,
        trust="C",
    )
    # The agency's own term runs on by itself: nobody there need lift a finger for it.
    agency = replace(SELF, organ=case.organ)
    review.resume(
        item=queries.reviewing(found, joint.stage).pk,
        reasons="申请人已一次性完成图纸修改并提交",
        by=agency,
    )
    found.corrected_at = clock.now()
    _tell(found, "project.corrected", by=by, round=found.round)
    _ask(found, joint, by=SELF)
    return found


@transaction.atomic
def close_joint(*, matter: int, by: Actor) -> None:
    """The case was decided: nothing more is asked."""
    found = queries.joint_at(matter)
    if found is not None and found.state != JointState.CLOSED:
        found.state = JointState.CLOSED
        found.save(update_fields=["state"])


def _led(case_no: str, *, by: Actor) -> tuple[JointReview, Joint]:
    """A joint review that the actor's own organ leads."""
    found = queries.locked_joint(case_no, by=by)
    case = cases.by_matter(found.matter)
    if case is None or case.organ != by.organ:
        raise NotFound()
    return found, _joint(found)


def _joint(found: JointReview) -> Joint:
    joint = queries.path_of(found.project.path).joint(found.item_key)
    if joint is None:
        raise NotFound()
    return joint


def _ask(found: JointReview, joint: Joint, *, by: Actor) -> None:
    """Ask all agencies at once to sign (会签); the leading one waits for the last of them."""
    found.round += 1
    found.state = JointState.ASKED
    found.save(update_fields=["round", "state", "site_on", "corrected_at"])
    on = found.site_on.isoformat() if found.site_on else ""
    organs: Sequence[str] = joint.organs
    review.consult(
        item=queries.reviewing(found, joint.stage).pk,
        organs=organs,
        question=QUESTIONS[joint.kind].format(round=found.round, on=on),
        mode=flow.Mode.COUNTERSIGN,
        by=by,
    )
    _tell(
        found,
        "project.joint_asked",
        by=by,
        kind=joint.kind,
        organs=list(organs),
        round=found.round,
    )


def _tell(found: JointReview, event: str, *, by: Actor, **data: object) -> None:
    matter = found.project.matter
    ledger.record(event, matter.subject, by=by, matter=matter.pk, case=found.case_no, **data)


def _words(found: JointReview) -> str:
    return rules.JOINT_STATES[JointState(found.state)]
