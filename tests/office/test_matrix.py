"""The whole matrix, state × act, over HTTP: what law allows succeeds, all else changes nothing.

The table of states (`state.MOVES`) and the table of acts (`ACTS`) are both data: no pair is left
out, and a row that is added to either is tested from then on.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import given
from tests.city import city
from tests.office.people import acting, filed, now, settle, signed_in
from tongban.domains.cases.actions import acceptance, determination, ending, review
from tongban.domains.cases.models import Case, CaseMaterial, Notice
from tongban.domains.cases.queries import office
from tongban.domains.cases.rules.state import MOVES, State
from tongban.domains.cases.workbench.acts import ACTS, Act, At
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Account
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import Matter, WorkItem

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

MONDAY = "2026-09-07 09:00"
SELF = part("cases")

OF_APPLICANTS = {"supplement", "withdraw", "supply", "ask_hearing", "reconsider"}
"""What only the applicant does, on the citizens' side."""
OF_ITSELF = {
    "submit", "deem_accepted", "lapse", "grant_by_rule", "block", "cancel", "deem_granted",
    "waive_hearing", "archive",
}  # fmt: skip
"""What follows by itself: clocks run out, rules decide, items follow each other."""

OF_THE_DESK = {"deliver", "close"}
"""What the pick-up desk does, or the courier: tests/office/test_pickup.py."""


# A case in each state, reached as cases are: by acts ---------------------------------------------


def submitted() -> Case:
    case = filed(food="hot")
    # A written promise lies before the agency too, so that every act of acceptance is open.
    CaseMaterial.objects.filter(pk=case.materials.order_by("id")[0].pk).update(way="promise")
    return case


def accepted() -> Case:
    case = submitted()
    acceptance.accept(item=work(case).pk, by=holder(case))
    return now(case)


def special() -> Case:
    case = accepted()
    item, by = work(case).pk, holder(case)
    review.begin_special(item=item, procedure="现场核查", days=3, by=by)
    return now(case)


def supplement() -> Case:
    case = submitted()
    defects = [{"kind": "material", "key": "plan", "name": "平面图", "needed": "请补交"}]
    acceptance.ask_supplement(item=work(case).pk, defects=defects, by=holder(case))
    return now(case)


def decided() -> Case:
    case = to_decision(accepted())
    by = holder(case)
    determination.grant(item=work(case).pk, reasons="符合条件", law="法", by=by)
    return now(case)


def closed() -> Case:
    case = decided()
    settle()
    return now(case)


def waiting() -> Case:
    return given.restaurant().cases.filter(state=State.WAITING)[0]


def declined() -> Case:
    case = submitted()
    acceptance.decline(item=work(case).pk, reasons="非本机关职权", law="法", by=holder(case))
    return now(case)


def withdrawn() -> Case:
    case = submitted()
    ending.withdraw(case_no=case.case_no, by=given.restaurateur())
    return now(case)


def lapsed() -> Case:
    case = supplement()
    acceptance.lapse(matter=case.matter_id, by=SELF)
    return now(case)


def suspended() -> Case:
    case = accepted()
    review.suspend(item=work(case).pk, reason="applicant", law="法", by=head(case))
    return now(case)


def terminated() -> Case:
    case = accepted()
    ending.terminate(item=work(case).pk, reason="object_gone", law="法", by=head(case))
    return now(case)


def head(case: Case) -> Any:
    return acting(logins(case, "case.decide")[0])


def forced(source: Callable[[], Case], state: State) -> Callable[[], Case]:
    """For a state that nothing leads to yet: the row alone says so."""

    def build() -> Case:
        case = source()
        Case.objects.filter(pk=case.pk).update(state=state)
        return now(case)

    return build


BUILD: dict[State, Callable[[], Case]] = {
    State.WAITING: waiting,
    State.SUBMITTED: submitted,
    State.SUPPLEMENT: supplement,
    State.ACCEPTED: accepted,
    State.SPECIAL: special,
    State.SUSPENDED: suspended,
    State.DECIDED: decided,
    State.DELIVERED: forced(decided, State.DELIVERED),
    State.CLOSED: closed,
    State.ARCHIVED: forced(closed, State.ARCHIVED),
    State.DECLINED: declined,
    State.WITHDRAWN: withdrawn,
    State.LAPSED: lapsed,
    State.TERMINATED: terminated,
}


@pytest.fixture(scope="module", params=list(State), ids=str)
def state(request: Any, city: Any, django_db_blocker: Any) -> Iterator[tuple[State, Case]]:
    """Each state is built once; the tests in it take back what they did."""
    outer = transaction.atomic()
    outer._from_testcase = True  # registers are asked in no other transaction
    with django_db_blocker.unblock(), outer, clock.at(MONDAY):
        case = BUILD[request.param]()
        assert case.state == request.param
        yield request.param, case
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at(MONDAY):
        yield


# Who does it, on what, with what -----------------------------------------------------------------


def work(case: Case) -> WorkItem:
    """What the case owes; its last work, if it owes nothing; any work, if it never had some."""
    found = WorkItem.objects.filter(matter=case.matter_id, mode=flow.Mode.SERIAL)
    owed = found.filter(status__in=flow.OWED).first()
    item = owed or found.order_by("-id").first() or WorkItem.objects.order_by("id").first()
    assert item is not None
    return item


def logins(case: Case, *grants: str) -> list[str]:
    people = [h.person for g in grants for h in identity.officials_with(g, case.organ)]
    return [Account.objects.get(person=key, is_official=True).username for key in people]


def holder(case: Case) -> Any:
    return acting(logins(case, work(case).grant)[0])


def to_decision(case: Case) -> Case:
    """On to the stage that decides."""
    if case.state == State.ACCEPTED and work(case).grant == "case.examine":
        review.pass_on(item=work(case).pk, outcome="pass", by=holder(case))
    return now(case)


def competent(act: Act, case: Case) -> str:
    """The official whose post the act is for."""
    grant = work(case).grant
    wanted = [grant] if act.at != At.CASE and grant in act.post else act.post
    return logins(case, *wanted)[0]


def filled(act: Act, case: Case, login: str) -> dict[str, Any]:
    """The form of an act, as somebody careful would fill it in."""
    view = office.view(now(case), by=acting(login))
    item = view.hand.item if view.hand else work(case)
    sent: dict[str, Any] = {"item": item.pk, "version": item.version, "key": "one-click"}
    if act.takes == "case_no":
        sent["version"] = case.version
    for ask in act.asks:
        if not ask.is_asked(view):
            continue
        offered = [key for key, _ in ask.offers(view)] if ask.offers else []
        if ask.kind == "marks":
            sent |= {"further": "平面图", "further_needed": "请上传经营场所平面图"}
        elif ask.kind == "number":
            sent[ask.name] = 5
        elif ask.kind == "date":
            sent[ask.name] = "2026-09-18"
        elif ask.offers:
            sent[ask.name] = offered[:1]
        else:
            sent[ask.name] = "依法办理，理由充分。"
    return sent


def do(client: Client, case: Case, act: Act, sent: dict[str, Any]) -> Any:
    return client.post(reverse("office-case-act", args=[case.case_no, act.name]), sent)


def facts(case: Case) -> dict[str, Any]:
    """Everything that an act could have changed."""
    case = now(case)
    return {
        "case": Case.objects.filter(pk=case.pk).values().get(),
        "matter": Matter.objects.filter(pk=case.matter_id).values().get(),
        "work": list(WorkItem.objects.order_by("id").values()),
        "clocks": list(Clock.objects.order_by("id").values()),
        "notices": Notice.objects.count(),
        "events": Event.objects.count(),
        "cases": Case.objects.count(),
    }


# The matrix --------------------------------------------------------------------------------------

OF_LAW = [act for act in ACTS.values() if act.law]


def as_the_item_says(act: Act, case: Case, patch: pytest.MonkeyPatch) -> None:
    """Some acts want something of the published item, or of what was filed."""
    if act.name == "accept-tolerant":
        case.materials.filter(key="kitchen_layout").update(way="tolerance")
    if act.name == "hearing":
        body = services.item_of(case.item).body
        patch.setitem(body, "hearing", {"law": "《中华人民共和国行政许可法》第四十七条"})  # type: ignore[arg-type]


@pytest.mark.parametrize("act", OF_LAW, ids=lambda act: act.name)
def test_law_allows_or_refuses(
    state: tuple[State, Case], act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the table allows leads where it says; all else is refused, and changes nothing."""
    name, case = state
    rule = MOVES[act.law]
    if act.stages and act.stages[-1] == "decide" and "" not in act.stages:
        case = to_decision(case)
    if act.name == "back":
        case = to_decision(case)
    as_the_item_says(act, case, monkeypatch)
    login = competent(act, case)
    sent, before = filled(act, case, login), facts(case)
    answer = do(signed_in(login), case, act, sent)
    if name in rule.source and not _is_between(name, act):
        assert answer.status_code in {302, 303}, answer.content.decode()[:4000]
        assert now(case).state == (rule.target or name)
        assert Event.objects.count() > before["events"]
        again = do(signed_in(login), case, act, sent)
        assert again.status_code in {302, 303, 409} and now(case).state == (rule.target or name)
        return
    assert answer.status_code in {403, 409, 422}, answer.status_code
    body = answer.content.decode()
    assert "oops-b" in body or "err-sum" in body, "a refusal says why"
    assert facts(case) == before


def _is_between(state: State, act: Act) -> bool:
    """Law allows the work, but the stage in hand is not the one that does it."""
    return state == State.SPECIAL and act.name == "back"


def test_no_act_of_the_table_of_states_is_forgotten() -> None:
    """Each row of law is an official's act, the applicant's, or follows by itself."""
    assert {act.law for act in OF_LAW} | OF_APPLICANTS | OF_ITSELF | OF_THE_DESK == set(MOVES)


def test_what_is_shown_is_what_the_table_allows(state: tuple[State, Case]) -> None:
    """No page offers what law refuses."""
    name, case = state
    for login in {competent(act, case) for act in ACTS.values()}:
        for act in office_acts(case, login):
            assert not act.law or name in MOVES[act.law].source


def office_acts(case: Case, login: str) -> list[Act]:
    view = office.view(now(case), by=acting(login))
    return [act for act in ACTS.values() if act.is_possible(view)]
