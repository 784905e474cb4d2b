"""A tale of two cities (异地代收): taken in at one city's window, decided by the other's agency."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from django.utils.translation import gettext

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import crossing, drafting, filing
from tongban.domains.cases.actions import places as choosing
from tongban.domains.cases.models import Application
from tongban.domains.cases.queries import crossing as crossings
from tongban.domains.cases.queries import places
from tongban.domains.cases.rules.state import State
from tongban.domains.windows import actions as visits
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as deadline_days
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries as processes
from tongban.simulator import citizens, desk, endings

Note = Callable[[str, str], None]

ITEM, THERE, CITIZEN, CLERK = "id-card-renewal", "990200", "lixiaoyun", "lin"
DAYS = timedelta(days=60)
"""So long at most; holidays of both cities lie within it."""


def live(note: Note) -> Application:
    """Live it from the window to the decision; answers the filing."""
    clerk = _official(CLERK)
    application = _take_in(note, clerk)
    (case,) = cases.cases_of(application)
    clock.move(hours=2)
    crossing.forward(case_no=case.case_no, form=True, identity_seen=True, originals=1, by=clerk)
    _deliver()
    row = crossings.crossing(case.case_no, by=clerk)
    note(f"市政务服务中心 {clerk.name}", f"核对形式与身份，移交；原件 1 份邮寄 {row.waybill}")
    until = clock.now() + DAYS
    die, seen = Random(3), State.WAITING
    while clock.now() < until:
        _deliver()
        (case,) = cases.cases_of(application)
        if seen == State.WAITING != case.state:
            note("寄递企业", "原件送达，办件到达澄江市公安局")
        seen = State(case.state)
        rests = not deadline_days.calendar(case.matter.calendar).is_workday(clock.today())
        for item in () if rests else processes.open_items(case.matter_id):
            _act(item.pk, die, note, case.case_no)
        for bill in endings.pay_open(case_nos=[case.case_no]):
            note("申请人", f"网上缴费 {bill.fen / 100:.2f} 元")
        _deliver()
        application.refresh_from_db()
        if application.ended_at:
            (case,) = cases.cases_of(application)
            note("澄江市公安局", f"办结：{'准予' if case.result == 'granted' else '不予'}")
            return application
        clock.move(datetime.combine(clock.today() + timedelta(days=1), time(9, 30)))
        deadlines.sweep(by=part("deadlines"))
        deadlines.begin_day(by=part("deadlines"))
    return application


def _take_in(note: Note, clerk: Actor) -> Application:
    account = identity.account(CITIZEN)
    owner = identity.actor_for(account=account) if account else None
    if owner is None or owner.person is None:
        raise NotFound()
    person = identity.person(owner.person)
    visit = visits.begin(name=person.name, number=identity.number_in_clear(person), by=clerk)
    by = _official(CLERK, proxy=visit.proxy)
    note(f"市政务服务中心 {clerk.name}", f"为{person.name}代收：居民身份证换领，办理地可选")
    key = drafting.begin(by=by, item=ITEM).key
    drafting.fill(key=key, by=by)
    there = next(o for o in places.options(_view(key, by), ITEM) if o.region == THERE)
    for one in there.differences:
        here, said = "；".join(one.here) or "无", "；".join(one.there) or "无"
        note("平台", f"差异·{gettext(one.title)}：本地 {here}，澄江 {said}")
    choosing.choose_place(key=key, item=ITEM, region=THERE, agreed=there.agreement, by=by)
    drafting.fill(key=key, by=by)
    citizens.complete(key=key, by=by)
    confirmed = cases.stands(_view(key, by))
    application = filing.submit(key=key, by=by, signed=True, confirmed=confirmed)
    note(person.name, f"看过差异并确认，一次提交：{application.number}")
    return application


def _view(key: str, by: Actor) -> cases.DraftView:
    return cases.view(cases.draft(key, by=by))


def _act(item: int, die: Random, note: Note, case_no: str) -> None:
    found = next(
        one
        for one in processes.open_items(cases.case(case_no, by=part("simulator")).matter_id)
        if one.pk == item
    )
    actor = desk.officials(found)[0]
    did = desk.work(found, die=die, by=actor)
    words = {"accepted": "受理（按澄江标准与日历）", "passed": found.name, "granted": "准予"}
    note(f"{identity.organ(found.organ).short} {actor.name}", words.get(did, did))


def _official(login: str, *, proxy: int | None = None) -> Actor:
    account = identity.account(login)
    if account is None:
        raise NotFound()
    post = identity.posts_of(account)[0].id
    return identity.actor_for(
        account=account, post=post, proxy=proxy, channel="window" if proxy else "web"
    )


def _deliver() -> None:
    while ledger.deliver():
        pass
