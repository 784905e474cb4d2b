"""Who may register and begin what, once; what is refused changes nothing."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.city import city as city  # a fixture
from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import drafting
from tongban.domains.cases.models import Application, Case, Draft
from tongban.domains.cases.rules import filing
from tongban.domains.investments import actions, queries, rules
from tongban.domains.investments.models import JointReview, PhaseDone, Project
from tongban.domains.investments.rules import Standing
from tongban.kernel import clock
from tongban.kernel.errors import Invalid, NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens, desk, projects
from tongban.simulator.projects import MIDWAY, Walk, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    desk.forget()
    with clock.at("2026-09-07 09:30"):
        yield


@pytest.fixture
def walk() -> Walk:
    found = Walk(MIDWAY)
    found.register()
    return found


def stranger() -> object:
    account = identity.account("hewentao")
    assert account is not None
    firm = next(one for one in identity.principals_of(account) if one.entity)
    return identity.actor_for(account=account, entity=firm.entity)


def test_the_code_must_be_the_firms_own(walk: Walk) -> None:
    other = stranger()
    before = Project.objects.count()
    with pytest.raises(rules.AlreadyRegistered):
        actions.register(code=walk.code, path="government", by=walk.by)
    Project.objects.all().delete()
    with pytest.raises(rules.NotOfYourFirm):
        actions.register(code=walk.code, path="government", by=other)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        actions.register(code="2026-990102", path="government", by=walk.by)
    with pytest.raises(Invalid):
        actions.register(code=walk.code, path="castle", by=walk.by)
    account = identity.account(projects.LOGIN)
    assert account is not None
    with pytest.raises(rules.FirmNeeded):
        actions.register(code=walk.code, path="small", by=identity.actor_for(account=account))
    assert before == 1 and not Project.objects.exists()


def test_another_firm_sees_nothing(walk: Walk) -> None:
    with pytest.raises(NotFound):
        queries.find(walk.code, by=stranger())  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        actions.begin_phase(code=walk.code, phase="land", by=stranger())  # type: ignore[arg-type]
    assert not Draft.objects.exists()


def test_a_phase_waits_for_the_former(walk: Walk) -> None:
    with pytest.raises(rules.PhaseTooEarly, match="立项用地规划许可"):
        actions.begin_phase(code=walk.code, phase="design", by=walk.by)
    with pytest.raises(NotFound):
        actions.begin_phase(code=walk.code, phase="castle", by=walk.by)
    assert not Draft.objects.exists()


def test_a_phase_is_begun_once_and_cannot_be_begun_beside_its_project(walk: Walk) -> None:
    key = actions.begin_phase(code=walk.code, phase="land", by=walk.by)
    assert actions.begin_phase(code=walk.code, phase="land", by=walk.by) == key
    draft = Draft.objects.get()
    assert (draft.project, draft.answers) == (walk.code, {"kind": "government"})
    with pytest.raises(filing.FixedByProject):
        drafting.answer(key=key, answers={"kind": "small"}, by=walk.by)
    with pytest.raises(filing.OfAProject):
        drafting.begin(by=walk.by, thing="project-land")
    citizens.fill_draft(key=key, by=walk.by)
    citizens.complete(key=key, by=walk.by)
    application = citizens.submit(key=key, by=walk.by)
    assert application.project == walk.code
    assert cases.values_of(application)["project.project_code"]["value"] == walk.code
    with pytest.raises(rules.PhaseBegunAlready):
        actions.begin_phase(code=walk.code, phase="land", by=walk.by)
    with pytest.raises(rules.NothingToRepeat):
        actions.begin_item(code=walk.code, item="land-site", by=walk.by)
    with pytest.raises(rules.StillUnderWay):
        actions.stop(code=walk.code, by=walk.by)
    assert Application.objects.count() == 1


def test_what_was_given_up_stays_so(walk: Walk) -> None:
    actions.stop(code=walk.code, by=walk.by)
    found = Project.objects.get()
    assert (found.outcome, found.matter.state, found.days) == ("stopped", "ended", 0)
    for act in (
        lambda: actions.stop(code=walk.code, by=walk.by),
        lambda: actions.begin_phase(code=walk.code, phase="land", by=walk.by),
        lambda: actions.begin_item(code=walk.code, item="land-site", by=walk.by),
    ):
        with pytest.raises(rules.ProjectEnded):
            act()
    assert Event.objects.filter(name="project.stopped").count() == 1


def test_what_was_refused_is_applied_for_again_by_itself(walk: Walk) -> None:
    walk.day()
    case = Case.objects.get(item_key="heritage-survey")
    Case.objects.filter(pk=case.pk).update(state="closed", result="refused")
    line = walk.view.line("heritage-survey")
    assert line is not None and line.may_repeat and not line.is_granted
    draft = actions.begin_item(code=walk.code, item="heritage-survey", by=walk.by)
    assert (draft.project, draft.thing) == (walk.code, None)


def test_a_finished_phase_is_noted_once(walk: Walk) -> None:
    walk.day()
    Case.objects.update(result="granted", state="closed")
    assert actions.follow(code=walk.code, by=walk.by) == ["land"]
    assert actions.follow(code=walk.code, by=walk.by) == []
    assert PhaseDone.objects.get().phase == "land"
    found = walk.view
    assert [one.standing for one in found.phases[:2]] == [Standing.DONE, Standing.READY]


def test_the_leading_agency_alone_leads(walk: Walk) -> None:
    walk.day()
    case = Case.objects.get(item_key="land-site")
    joint = JointReview.objects.create(
        project=Project.objects.get(),
        case_no=case.case_no,
        matter=case.matter_id,
        item_key="joint-acceptance",
        kind="acceptance",
        state="waiting",
        opened_at=clock.now(),
    )
    housing = walk._lead(joint)  # of the land bureau, whose case it is: without the grant
    with pytest.raises(Exception, match=r"project\.lead|not permitted|permit"):
        actions.appoint(case_no=case.case_no, on=date(2026, 9, 9), by=housing)
    with pytest.raises(rules.FirmNeeded):
        actions.correct(case_no=case.case_no, data=citizens.paper(), name="x.pdf", by=housing)
    with pytest.raises(rules.NoJointReview):
        actions.correct(case_no=case.case_no, data=citizens.paper(), name="x.pdf", by=walk.by)
    joint.refresh_from_db()
    assert joint.site_on is None and joint.round == 0
    settle()
