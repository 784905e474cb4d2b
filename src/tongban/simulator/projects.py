"""An investment project lived day by day: who waits how long is written down, nothing is drawn.

Each act is the one a click would do. The story takes it from the code to acceptance; the demo city
stops it midway.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import acceptance, review
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules.state import State
from tongban.domains.investments import actions as investments
from tongban.domains.investments import queries as projects
from tongban.domains.investments.rules import JointState
from tongban.domains.registries import queries as registries
from tongban.domains.registries.rules import Question
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as calendars
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens, desk, endings

Note = Callable[[str, str], None]

LOGIN, PATH = "shenjiahe", "government"
LAST = timedelta(days=160)
"""No project of a story takes longer; one that does stands still, and its test says so."""


@dataclass(frozen=True, slots=True)
class Script:
    """How many working days each waits; what is not named acts on the day it can."""

    waits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(item, stage) -> days before the agency acts."""
    opinions: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """(agency, round) -> days before it gives its opinion on the drawings."""
    objects: frozenset[str] = frozenset()
    """The agencies that find something to put right in the first round."""
    supplements: frozenset[str] = frozenset()
    """The items in which something is missing."""
    answers_after: int = 0
    """So many days the firm takes for a supplement."""
    corrects_after: int = 0
    """So many days the firm takes for the drawings."""
    site_after: int = 3
    phases: int = 4


TALE = Script(
    waits={
        ("project-approval", "examine"): 3,
        ("land-site", "examine"): 5,
        ("land-permit", "examine"): 2,
        ("heritage-survey", "examine"): 9,
        ("planning-permit", "examine"): 6,
        ("defence-design", "examine"): 2,
        ("green-design", "examine"): 3,
        ("construction-permit", "examine"): 4,
        ("completion-filing", "examine"): 2,
    },
    opinions={
        ("housing", 1): 1,
        ("defence", 1): 2,
        ("fire", 1): 4,
        ("housing", 2): 1,
        ("defence", 2): 1,
        ("fire", 2): 1,
    },
    objects=frozenset({"fire"}),
    supplements=frozenset({"planning-permit"}),
    answers_after=4,
    corrects_after=5,
)
"""A government-funded plant: one supplement, one round of correction, one agency a day late."""

MIDWAY = Script(
    waits={**TALE.waits, ("planning-permit", "examine"): 40, ("green-design", "examine"): 40},
    phases=2,
)
"""As the demo shows it: the first phase done, the second in the hands of two agencies."""


class Walk:
    """A project on its way, one working day at a time."""

    def __init__(self, script: Script, note: Note = lambda who, what: None) -> None:
        self.script, self.note = script, note
        self.by = _firm()
        self.code = ""
        self.die = Random(11)
        self.filed: list[Application] = []
        self.snapshots: list[dict[str, Any]] = []
        self._asked: set[str] = set()

    def register(self) -> None:
        """Enter the code that the platform of investment projects holds for the firm."""
        (answer,) = registries.lookup_many(
            by=self.by,
            purpose="查询本企业投资项目",
            basis="企业本人查询",
            case_no="project:own",
            initiator=self.by.key,
            questions=[Question("projects", self.by.for_entity, ("project_code",))],
        )
        code = str(answer.rows[0]["project_code"])
        made = investments.register(code=code, path=PATH, by=self.by)
        self.code = made.code
        path = projects.path_of(made.path)
        self.note(self.by.name, f"登记项目 {made.code}：{made.name}（{path.name}）")
        self.note("平台", f"四个阶段，政府部门办理用时不超过 {path.limit} 个工作日")

    @property
    def matters(self) -> list[int]:
        """The matters of its cases."""
        return [case.matter_id for case in self._cases()]

    @property
    def view(self) -> projects.ProjectView:
        return projects.view(projects.find(self.code, by=self.by))

    def day(self) -> None:
        """One working day: the firm first, then the agencies until nobody acts any more."""
        self._firm_acts()
        settle()
        while self._agencies_act():
            settle()
        settle()

    def remember(self) -> None:
        """Keep how it stands at the end of a day."""
        found = self.view
        if (phase := found.current) is None:
            return
        holder = found.holder
        self.snapshots.append(
            {
                "on": clock.today().isoformat(),
                "phase": phase.phase.key,
                "standing": str(phase.standing),
                "used": found.count.used,
                "planned": found.count.planned,
                "path": list(phase.path.keys),
                "organ": holder.organ if holder else "",
                "post": holder.post if holder else "",
                "person": holder.name if holder else "",
                "days": holder.days if holder else 0,
            }
        )

    # ── the firm ────────────────────────────────────────────────────────────────────────────────

    def _firm_acts(self) -> None:
        found = self.view
        for line in found.waits_for_firm:
            assert line.case is not None
            self._answer(line.case)
        if len(self.filed) >= self.script.phases:
            return
        ready = next((one for one in found.phases if one.may_begin), None)
        if ready is None:
            return
        key = investments.begin_phase(code=self.code, phase=ready.phase.key, by=self.by)
        filled = citizens.fill_draft(key=key, by=self.by)
        citizens.complete(key=key, by=self.by)
        application = citizens.submit(key=key, by=self.by)
        self.filed.append(application)
        count = application.cases.count()
        self.note(
            self.by.name,
            f"{ready.phase.name}：{filled.fields} 项中 {filled.fetched} 项已填好，"
            f"一次提交 {count} 个事项",
        )

    def _answer(self, case: Case) -> None:
        if case.state == State.SUPPLEMENT:
            if case.told_at is None or self._since(case.told_at) < self.script.answers_after:
                return
            kept = citizens.keep(by=self.by)
            files = {d["key"]: kept for d in case.defects if d["kind"] == "material"}
            acceptance.supplement(case_no=case.case_no, values={}, files=files, by=self.by)
            self.note(self.by.name, f"补正 {case.matter.title}")
            return
        joint = projects.joint_of_case(case.case_no)
        if joint is None or joint.told_at is None:
            return
        if self._since(joint.told_at) >= self.script.corrects_after:
            investments.correct(
                case_no=case.case_no, data=citizens.paper(), name="drawings.pdf", by=self.by
            )
            self.note(self.by.name, "按意见清单一次改完，提交修改后的施工图")

    # ── the agencies ────────────────────────────────────────────────────────────────────────────

    def _agencies_act(self) -> int:
        done = endings.pay_open(case_nos=[c.case_no for c in self._cases()])
        acted = len(done)
        for case in self._cases():
            joint = projects.joint_of_case(case.case_no)
            if joint and joint.state == JointState.WAITING:
                acted += self._appoint(joint)
            elif joint and joint.state == JointState.ASKED:
                acted += self._send_list(joint)
        companies = desk.companies()
        rows = WorkItem.objects.filter(
            matter__in=[c.matter_id for c in self._cases()],
            status__in=(flow.Status.OPEN, flow.Status.CLAIMED),
        )
        for item in rows.exclude(organ__in=companies).select_related("matter").order_by("id"):
            if item.matter.state == flow.State.OPEN and item.mode != flow.Mode.URGE:
                acted += self._work(item)
        return acted

    def _work(self, item: WorkItem) -> bool:
        found = cases.by_matter(item.matter_id)
        if found is None or found.state == State.SUPPLEMENT:
            return False
        organ = identity.organ(item.organ)
        actor = desk.officials(item)[0]
        joint = projects.joint_of_case(found.case_no)
        if item.mode == flow.Mode.COUNTERSIGN and joint is not None:
            return self._give_opinion(item, actor, organ.key, joint)
        if joint is not None and item.stage == "joint" and not self._all_agree(joint):
            return False
        if self._since(item.opened_at) < self.script.waits.get((found.item_key, item.stage), 0):
            return False
        wants = found.item_key in self.script.supplements
        temper = desk.Temper(supplement=100 * wants)
        did = desk.work(item, die=self.die, temper=temper, by=actor)
        words = {"accepted": "受理", "passed": item.name, "granted": "准予"}
        words |= {"supplement": "要求补正"}
        self.note(f"{organ.short} {actor.name}", f"{item.matter.title}：{words.get(did, did)}")
        return bool(did)

    def _give_opinion(self, item: WorkItem, actor: Actor, organ: str, joint: Any) -> bool:
        if joint.site_on:
            if clock.today() < joint.site_on:
                return False
        elif self._since(item.opened_at) < self.script.opinions.get((organ, joint.round), 0):
            return False
        agrees = joint.kind != "drawings" or joint.round > 1 or organ not in self.script.objects
        words = "符合要求。" if agrees else "二层疏散楼梯净宽不足，请修改。"
        review.answer(item=item.pk, opinion=words, agrees=agrees, by=actor)
        name = "到场验收" if joint.site_on else f"联合审图第 {joint.round} 轮"
        self.note(f"{identity.organ(organ).short} {actor.name}", f"{name}：{words}")
        return True

    def _all_agree(self, joint: Any) -> bool:
        if joint.state != JointState.ASKED:
            return False
        said = [one for one in projects.opinions(joint) if one.round == joint.round]
        return bool(said) and all(one.agrees for one in said)

    def _appoint(self, joint: Any) -> bool:
        calendar = self._calendar()
        lead = self._lead(joint)
        on = calendar.add(clock.today(), self.script.site_after)
        investments.appoint(case_no=joint.case_no, on=on, by=lead)
        self.note(f"市住建局 {lead.name}", f"联合验收：各部门同一天到场（{on:%m-%d}）")
        return True

    def _send_list(self, joint: Any) -> bool:
        said = [one for one in projects.opinions(joint) if one.round == joint.round]
        if any(one.agrees is None for one in said) or all(one.agrees for one in said):
            return False
        lead = self._lead(joint)
        investments.ask_correction(case_no=joint.case_no, by=lead)
        self.note(f"市住建局 {lead.name}", "联合审图：意见汇成一张清单，一次告知，计时停止")
        return True

    def _lead(self, joint: Any) -> Actor:
        organ = processes.matter(joint.matter).organ
        return endings.holders("case.decide", organ)[0]

    def _cases(self) -> list[Case]:
        return cases.cases_of_projects([self.code])

    def _calendar(self) -> Any:
        return calendars.calendar(projects.find(self.code, by=self.by).matter.calendar)

    def _since(self, moment: datetime) -> int:
        day = moment.astimezone(clock.now().tzinfo).date()
        return int(self._calendar().between(day, clock.today()))


BEFORE = 16
"""So many working days before today the project of the demo is registered."""


def midway(on: date, until: date) -> Walk | None:
    """The project that a city's visitors find under way, if the city has its firm and the time."""
    calendar = calendars.calendar(str(services.city()["calendar"]))
    if calendar.between(on, until) != BEFORE or identity.account(LOGIN) is None:
        return None
    walk = Walk(MIDWAY)
    walk.register()
    return walk


def settle() -> None:
    """Let everything that follows by itself follow."""
    while ledger.deliver():
        pass


def _firm() -> Actor:
    account = identity.account(LOGIN)
    if account is None:
        raise NotFound()
    firm = next(one for one in identity.principals_of(account) if one.entity)
    return identity.actor_for(account=account, entity=firm.entity)


def live(note: Note) -> Walk:
    """Live it from the code to acceptance on completion, in the city at hand, on the held clock."""
    walk = Walk(TALE, note)
    walk.register()
    until = clock.today() + LAST
    while clock.today() < until:
        if walk._calendar().is_workday(clock.today()):
            walk.day()
            if walk.view.project.ended_at:
                break
            walk.remember()
        clock.move(datetime.combine(clock.today() + timedelta(days=1), time(9, 30)))
        while deadlines.sweep(by=part("deadlines")):
            pass
        deadlines.begin_day(by=part("deadlines"))
        settle()
    found = walk.view
    for phase in found.phases:
        used, budget = phase.count.used, phase.count.limit
        note("平台", f"{phase.phase.name}：政府部门用时 {used} 个工作日（预算 {budget}）")
    note("平台", f"全流程政府部门用时 {found.count.used} 个工作日，上限 {found.count.limit}")
    for line in found.delays:
        days = f"{line.held} / {line.item.promised_days}"
        note("平台", f"超过承诺：{line.organ} {line.item.name}，{days}")
    return walk


def numbers(walk: Walk) -> dict[str, Any]:
    """The counter of a project as data."""
    found = walk.view
    return {
        "code": walk.code,
        "used": found.count.used,
        "limit": found.count.limit,
        "light": str(found.count.light),
        "phases": {
            one.phase.key: {"used": one.count.used, "budget": one.count.limit}
            for one in found.phases
        },
        "held": {
            line.item.key: line.held for one in found.phases for line in one.items if line.held
        },
        "delays": [
            {"organ": line.organ, "item": line.item.key, "held": line.held,
             "promised": line.item.promised_days}
            for line in found.delays
        ],
        "days": walk.snapshots,
    }  # fmt: skip
