"""Two tales from the first click to the licence, told day by day: a birth, and a new restaurant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application
from tongban.domains.cases.rules.state import State
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
from tongban.simulator import citizens, city, desk

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
}


@dataclass
class Told:
    """A tale as data."""

    name: str
    timeline: list[dict[str, str]] = field(default_factory=list)
    savings: dict[str, dict[str, int]] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    licences: list[dict[str, str]] = field(default_factory=list)
    finished: bool = False
    days: int = 0

    def as_data(self) -> dict[str, Any]:
        return vars(self)


Say = Callable[[str], None]


class NoSuchStory(NotFound):
    says = "There is no story called “{name}”."
    hint = "Known stories: {known}."


def tell(
    name: str, *, folder: Path, persons: int = 300, say: Say = lambda line: None
) -> dict[str, Any]:
    """Live a story from the first click to the licence in a small city of its own."""
    plot = PLOTS.get(name)
    if plot is None:
        raise NoSuchStory(name=name, known=", ".join(PLOTS))
    told = Told(name)
    with clock.at(datetime.combine(BEGINS - timedelta(days=3), time(8))):
        city.build(folder=folder, on=clock.today(), persons=persons, firms=persons // 4)
        desk.forget()
        clock.move(datetime.combine(BEGINS, time(9)))
        _live(plot, told, say)
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
    told.savings = application.savings
    _run(application, told, say)
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


def _run(application: Application, told: Told, say: Say) -> None:
    die = Random(7)
    seen: dict[str, str] = {}
    for _ in range(30):
        for _ in range(12):
            ledger.deliver()
            _changes(application, seen, told, say)
            items = list(
                WorkItem.objects.filter(matter__parent=application.matter, status__in=flow.OWED)
                .exclude(matter__state=flow.State.ENDED)
                .select_related("matter")
                .order_by("id")
            )
            if not items or clock.now().hour >= 17:
                break
            _act(items[0], die, told, say)
        application.refresh_from_db()
        if application.ended_at:
            _note(told, say, "平台", "全部办结，请您评价")
            told.finished = True
            return
        clock.move(datetime.combine(clock.today() + timedelta(days=1), time(9)))
        deadlines.sweep(by=part("deadlines"))


def _act(item: WorkItem, die: Random, told: Told, say: Say) -> None:
    clock.move(minutes=50)
    if clock.now().hour == 12:  # the hall closes from 12:00 to 13:30
        clock.move(datetime.combine(clock.today(), time(13, 40)))
    actor = desk.officials(item)[0]
    did = desk.work(item, die=die, by=actor)
    organ = identity.organ(item.organ)
    words = {"accepted": "受理", "passed": item.name, "granted": "准予", "refused": "不予"}
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
