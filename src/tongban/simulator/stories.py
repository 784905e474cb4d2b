"""Ten tales from the first click to the result, told day by day: one for each one-thing.

A tale is a row of `PLOTS`; living it is the same for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import acceptance
from tongban.domains.cases.models import Application
from tongban.domains.cases.rules.state import State
from tongban.domains.enterprise import queries as enterprise
from tongban.domains.enterprise.rules import DAY
from tongban.domains.licences import queries as licences
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens, city, desk, elsewhere, endings, projects

BEGINS = date(2026, 9, 7)
"""A Monday; the story's own clock."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Who does what in the tale."""

    thing: str
    login: str
    words: str
    """What the citizen types into the search box."""
    entity: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    corrects: str = ""
    """A field whose fetched value the citizen puts right."""
    corrected: str = ""
    supplements: tuple[str, ...] = ()
    """The items whose agencies find something missing, and ask for it at once."""
    refuses: tuple[str, ...] = ()
    """The items that are refused in the end."""


PLOTS = {
    "birth": Plot(
        thing="birth",
        login="wangjianguo",
        words="宝宝上户口",
        answers={"delivery": "post"},
        typed={"child.name": "王念禾"},
        corrects="applicant.postal_address",
        corrected="青禾市临溪区溪口街道梅溪路 18 号 2 栋 501",
    ),
    "restaurant": Plot(thing="restaurant", login="zhoumei", words="开饭店", entity=True),
    "start": Plot(thing="start-business", login="xujianing", words="开公司"),
    "close": Plot(thing="close-business", login="zhengguohua", words="注销公司", entity=True),
    "passing": Plot(thing="passing", login="wujianping", words="身后事"),
    "retirement": Plot(thing="retirement", login="zhaoguisheng", words="办退休"),
    "flexible": Plot(thing="flexible-work", login="linxiaotong", words="自由职业"),
    "disabled": Plot(thing="disabled-services", login="sunzhiqiang", words="残疾证"),
    "home": Plot(thing="home-transfer", login="chensiyuan", words="二手房过户"),
    "utilities": Plot(
        thing="utilities-connection",
        login="hewentao",
        words="接水接电",
        entity=True,
        supplements=("green-occupation", "pipeline-planning"),
    ),
}


@dataclass
class Told:
    """A tale as data."""

    name: str
    timeline: list[dict[str, str]] = field(default_factory=list)
    number: str = ""
    savings: dict[str, dict[str, int]] = field(default_factory=dict)
    cases: dict[str, dict[str, str]] = field(default_factory=dict)
    """Item -> state and result."""
    form: dict[str, Any] = field(default_factory=dict)
    licences: list[dict[str, str]] = field(default_factory=list)
    minutes: list[dict[str, Any]] = field(default_factory=list)
    """Of a business opened by the clock: what each party took, in working minutes."""
    finished: bool = False
    days: int = 0
    counter: dict[str, Any] = field(default_factory=dict)
    """Of an investment project: days held by agencies, by phase and in total, against the limit."""

    def as_data(self) -> dict[str, Any]:
        return vars(self)


NAMES = (*PLOTS, "elsewhere", "opening", "project")
"""Every story; then two cities, a business opened by the clock, an investment project."""

Say = Callable[[str], None]


class NoSuchStory(NotFound):
    says = "There is no story called “{name}”."
    hint = "Known stories: {known}."


def tell(
    name: str, *, folder: Path, persons: int = 300, say: Say = lambda line: None
) -> dict[str, Any]:
    """Live a story from the first click to the licence in a small city of its own."""
    plot = PLOTS.get(name)
    if name not in NAMES:
        raise NoSuchStory(name=name, known=", ".join(NAMES))
    with clock.at(datetime.combine(BEGINS - timedelta(days=3), time(8))):
        city.build(folder=folder, on=clock.today(), persons=persons, firms=persons // 4)
        if plot:
            return live(name, plot, say=say)
        if name == "project":
            return live_project(say=say)
        return live_opening(say=say) if name == "opening" else live_elsewhere(say=say)


def live(name: str, plot: Plot, *, say: Say = lambda line: None) -> dict[str, Any]:
    """Live a story in the city at hand, on the held clock, from its Monday morning on."""
    told = Told(name)
    desk.forget()
    clock.move(datetime.combine(BEGINS, time(9)))
    _live(plot, told, say)
    return told.as_data()


def live_elsewhere(*, say: Say = lambda line: None) -> dict[str, Any]:
    """The tale of two cities, in the city at hand, from the same Monday morning on."""
    told = Told("elsewhere")
    desk.forget()
    clock.move(datetime.combine(BEGINS, time(9)))
    application = elsewhere.live(lambda who, what: _note(told, say, who, what))
    told.finished = application.ended_at is not None
    told.savings = application.savings
    told.days = (clock.today() - BEGINS).days
    _savings(told, say)
    return told.as_data()


def live_opening(*, say: Say = lambda line: None) -> dict[str, Any]:
    """A business opened by the clock (企业开办一日办结), its minutes told by party."""
    told = Told("opening")
    desk.forget()
    clock.move(datetime.combine(BEGINS, time(9)))
    _live(PLOTS["start"], told, say)
    opening = enterprise.measure(cases.application(told.number, by=_actor(PLOTS["start"])))
    for step in opening.steps:
        told.minutes.append({"step": step.name, "party": step.party, "minutes": step.minutes,
                             "at": step.at})  # fmt: skip
        say(f"{step.party}：{step.name}，用时 {step.minutes} 分钟（第 {step.at} 分钟办结）")
    told.minutes.append(
        {"step": "", "party": "", "minutes": opening.minutes, "at": opening.minutes}
    )
    verdict = "一个工作日内办结" if opening.is_within_a_day else "未能一日办结"
    say(f"合计 {opening.minutes} 个工作分钟（一个工作日 {DAY} 分钟）：{verdict}")
    return told.as_data()


def live_project(*, say: Say = lambda line: None) -> dict[str, Any]:
    """The tale of an investment project, in the city at hand, from the same Monday morning on."""
    told = Told("project")
    desk.forget()
    clock.move(datetime.combine(BEGINS, time(9)))
    walk = projects.live(lambda who, what: _note(told, say, who, what))
    told.counter = projects.numbers(walk)
    told.number = walk.code
    told.finished = walk.view.project.ended_at is not None
    told.days = (clock.today() - BEGINS).days
    case_nos = [case.case_no for case in cases.cases_of_projects([walk.code])]
    told.licences = [
        {"name": row.name, "identifier": row.identifier, "number": row.number}
        for row in licences.of_cases(case_nos)
    ]
    return told.as_data()


def _note(told: Told, say: Say, who: str, what: str) -> None:
    at = f"{clock.now():%Y-%m-%d %H:%M}"
    told.timeline.append({"at": at, "who": who, "what": what})
    say(f"{at}  {who}：{what}")


def _live(plot: Plot, told: Told, say: Say) -> None:
    by = _actor(plot)
    found = services.search(plot.words)
    _note(told, say, by.name, f"搜索“{plot.words}” → {found[0].title if found else '没有找到'}")
    clock.move(minutes=2)
    filled = citizens.open_draft(by=by, thing=plot.thing, answers=plot.answers)
    told.form = {
        "fields": filled.fields,
        "filled": filled.fetched,
        "share": round(filled.fetched / filled.fields, 3),
        "sources": list(filled.sources),
    }
    known = f"{filled.fields} 项中 {filled.fetched} 项已由 {len(filled.sources)} 个登记库填好"
    _note(told, say, by.name, f"回答情形；{known}")
    clock.move(minutes=4)
    citizens.complete(key=filled.key, by=by, typed=_typed(plot, filled.key, by))
    _note(told, say, by.name, f"补齐其余；材料 {filled.materials} 份，自己交 {filled.handed_in} 份")
    clock.move(minutes=2)
    application = citizens.submit(key=filled.key, by=by)
    _note(
        told,
        say,
        by.name,
        f"签名、一次提交：{application.number}，{application.cases.count()} 个办件",
    )
    told.number, told.savings = application.number, application.savings
    _run(application, plot, by, told, say)
    told.cases = {
        case.item_key: {"state": case.state, "result": case.result}
        for case in cases.cases_of(application)
    }
    told.days = (clock.today() - BEGINS).days
    told.licences = [
        {"name": row.name, "identifier": row.identifier, "number": row.number}
        for row in licences.of_cases(application.cases.values_list("case_no", flat=True))
    ]
    for row in told.licences:
        standing = licences.verify(row["identifier"]).standing
        _note(told, say, "任何人", f"核验 {row['name']} {row['number']}：{standing}")
    _savings(told, say)


def _typed(plot: Plot, key: str, by: Actor) -> dict[str, str]:
    view = cases.view(cases.draft(key, by=by))
    typed = dict(plot.typed)
    if plot.corrects in view.values:
        typed[plot.corrects] = plot.corrected
    return {k: v for k, v in typed.items() if k in view.form.by_key}


def _actor(plot: Plot) -> Actor:
    account = identity.account(plot.login)
    if account is None:
        raise NotFound()
    if not plot.entity:
        return identity.actor_for(account=account)
    firm = next(p for p in identity.principals_of(account) if p.entity)
    return identity.actor_for(account=account, entity=firm.entity)


def _run(application: Application, plot: Plot, by: Actor, told: Told, say: Say) -> None:
    die = Random(7)
    seen: dict[str, str] = {}
    for _ in range(30):
        for _ in range(12):
            ledger.deliver()
            _changes(application, seen, told, say)
            items = list(
                WorkItem.objects.filter(matter__parent=application.matter, status__in=flow.OWED)
                .exclude(matter__state=flow.State.ENDED)
                .exclude(organ__in=desk.companies())
                .exclude(matter__in=_marked(application))
                .select_related("matter")
                .order_by("id")
            )
            if _pay(application, told, say) or _supply(application, by, told, say):
                continue
            if not items or clock.now().hour >= 17:
                break
            _act(items[0], plot, die, told, say)
        application.refresh_from_db()
        if application.ended_at:
            _, thing = services.thing(plot.thing)
            is_asked = thing.body.get("review_prompt", True)
            _note(told, say, "平台", "全部办结，请您评价" if is_asked else "全部办结")
            told.finished = True
            return
        clock.move(datetime.combine(clock.today() + timedelta(days=1), time(9)))
        deadlines.sweep(by=part("deadlines"))
        deadlines.begin_day(by=part("deadlines"))


def _marked(application: Application) -> list[int]:
    """The matters in which something is missing: their agency waits for the applicant."""
    marked = application.cases.filter(state=State.SUPPLEMENT)
    return list(marked.values_list("matter", flat=True))


def _pay(application: Application, told: Told, say: Say) -> int:
    """Pay what is owed, as by a click on the bill; answers how many bills."""
    numbers = application.cases.values_list("case_no", flat=True)
    paid = endings.pay_open(case_nos=list(numbers))
    for bill in paid:
        _note(told, say, "申请人", f"网上缴费 {bill.fen / 100:.2f} 元")
    return len(paid)


def _supply(application: Application, by: Actor, told: Told, say: Say) -> int:
    """Answer what all agencies asked for in their one notice; answers how many cases it was."""
    asked = [c for c in cases.cases_of(application) if c.state == State.SUPPLEMENT and c.told_at]
    for case in asked:
        kept = citizens.keep(by=by)
        files = {d["key"]: kept for d in case.defects if d["kind"] == "material"}
        acceptance.supplement(case_no=case.case_no, values={}, files=files, by=by)
    if asked:
        _note(told, say, by.name, f"收到 1 份补正通知，一次补齐 {len(asked)} 个办件")
    return len(asked)


def _act(item: WorkItem, plot: Plot, die: Random, told: Told, say: Say) -> None:
    clock.move(minutes=50)
    if clock.now().hour == 12:  # the hall closes from 12:00 to 13:30
        clock.move(datetime.combine(clock.today(), time(13, 40)))
    actor = desk.officials(item)[0]
    found = cases.by_matter(item.matter_id)
    temper = desk.Temper(
        supplement=100 * (found is not None and found.item_key in plot.supplements),
        refuse=100 * (found is not None and found.item_key in plot.refuses),
    )
    did = desk.work(item, die=die, temper=temper, by=actor)
    organ = identity.organ(item.organ)
    words = {"accepted": "受理", "passed": item.name, "granted": "准予", "refused": "不予"}
    words |= {"supplement": "要求补正（与其他部门合并一次告知）"}
    _note(told, say, f"{organ.short} {actor.name}", f"{item.matter.title}：{words.get(did, did)}")


def _changes(application: Application, seen: dict[str, str], told: Told, say: Say) -> None:
    for case in cases.cases_of(application):
        if seen.get(case.case_no) == case.state:
            continue
        before = seen.get(case.case_no, "")
        seen[case.case_no] = case.state
        title = services.item_of(case.item).name
        if case.state == State.CLOSED and case.accept_basis == "by_rule":
            _note(told, say, "规则", f"{title}：秒办准予")
        elif case.organ in desk.companies() and case.state in {State.ACCEPTED, State.CLOSED}:
            name = identity.organ(case.organ).short
            did = "已接单" if case.state == State.ACCEPTED else "已办结"
            _note(told, say, name, f"{title}：{did}")
        elif case.state == State.SUBMITTED and before == State.WAITING:
            _note(told, say, "平台", f"{title}：前一事项已办结，自动送到")


def _savings(told: Told, say: Say) -> None:
    names = {
        "forms": "表单",
        "fields": "填写项",
        "materials": "材料",
        "visits": "跑动",
        "days": "时间",
    }
    units = {"forms": "张", "fields": "项", "materials": "份", "visits": "次", "days": "工作日"}
    for key, row in told.savings.items():
        say(f"{names[key]}：{row['before']} → {row['after']} {units[key]}")
