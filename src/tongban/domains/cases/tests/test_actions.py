"""Every row of the table through the actions; and that a refusal changes nothing."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.cases import queries
from tongban.domains.cases.actions import (
    acceptance,
    determination,
    drafting,
    ending,
    filing,
    review,
    whole,
)
from tongban.domains.cases.models import Case, Draft, Notice
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.licences.models import Licence
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.errors import Invalid, NotFound, Stale
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.simulator import citizens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LAW = "《中华人民共和国行政许可法》第三十八条"
DEFECTS = [
    {"kind": "field", "key": "operator.seats", "name": "座位数", "needed": "请按实际填写"},
    {"kind": "material", "key": "floor_plan", "name": "平面图", "needed": "请补充"},
]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def accepted(**answers: str) -> Case:
    case = given.food_licence(**answers)
    item = given.item_of(case)
    return acceptance.accept(item=item.pk, by=given.official(item))


def deciding() -> tuple[Case, WorkItem]:
    """A case that only waits for its decision."""
    case = accepted()
    item = given.item_of(case)
    review.pass_on(item=item.pk, outcome="pass", opinion="属实", by=given.official(item))
    return fresh(case), given.item_of(case)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("matter", "application").get(pk=case.pk)


def dues(case: Case) -> dict[str, tuple[str, date | None]]:
    return {c.kind: (c.state, c.due_on) for c in Clock.objects.filter(matter=case.matter_id)}


def events(case: Case) -> list[str]:
    about = Event.objects.filter(subject=case.matter.subject).order_by("id")
    return list(about.values_list("name", flat=True))


def everything(case: Case) -> list[Any]:
    """All that an act could change."""
    return [
        list(Case.objects.filter(pk=case.pk).values()),
        list(Matter.objects.filter(pk=case.matter_id).values()),
        list(WorkItem.objects.filter(matter=case.matter_id).order_by("id").values()),
        list(Clock.objects.filter(matter=case.matter_id).order_by("id").values()),
        Notice.objects.count(),
        Licence.objects.count(),
        Event.objects.count(),
    ]


def refuses(case: Case, refusal: type[Exception], act: Callable[[], object]) -> None:
    before = everything(case)
    with pytest.raises(refusal):
        act()
    assert everything(case) == before


# 1 submit ----------------------------------------------------------------------------------------


def test_a_filing_starts_the_acceptance_clock_and_gives_a_receipt() -> None:
    case = given.food_licence()
    assert case.state == State.SUBMITTED and case.received_at == clock.now()
    assert dues(case) == {"acceptance": ("running", date(2026, 9, 14))}
    assert case.matter.due_on == date(2026, 9, 14)
    assert case.matter.subject == f"cases.case:{case.case_no}"
    kinds = set(case.application.notices.values_list("kind", flat=True))
    assert kinds == {papers.Kind.RECEIPT, papers.Kind.PROMISE}
    assert events(case) == ["case.promised", "case.submitted"]


def test_a_second_click_is_the_first_filing() -> None:
    by = given.restaurateur()
    key = given.draft_of(by, item="food-licence")
    first = citizens.submit(key=key, by=by)
    assert citizens.submit(key=key, by=by) == first
    assert Case.objects.count() == 1


def test_the_same_filed_again_is_refused_with_the_number_of_the_first() -> None:
    case = given.food_licence()
    with pytest.raises(state.FiledAlready) as refused:
        given.food_licence()
    assert refused.value.facts["number"] == case.application.number
    assert Case.objects.count() == 1
    item = given.item_of(case)
    acceptance.decline(item=item.pk, reasons="无权", law=LAW, by=given.official(item))
    assert given.food_licence().pk != case.pk


def test_what_is_not_complete_or_not_signed_is_not_sent() -> None:
    by = given.restaurateur()
    key = given.draft_of(by, item="food-licence")
    with pytest.raises(Invalid):
        filing.submit(key=key, by=by)
    drafting.answer(key=key, answers={"food": "cake"}, by=by)
    with pytest.raises(state.NotComplete):
        filing.submit(key=key, by=by, signed=True)
    drafting.fill(key=key, by=by)
    assert filing.submit(key=key, by=by, signed=True).cases.count() == 1


def test_a_draft_is_its_owners_alone() -> None:
    key = given.draft_of(given.restaurateur(), item="food-licence")
    with pytest.raises(NotFound):
        filing.submit(key=key, by=given.mother(), signed=True)
    assert Draft.objects.get(key=key).application is None


# 2 accept ----------------------------------------------------------------------------------------


def test_acceptance_starts_the_clocks_of_law() -> None:
    case = fresh(accepted())
    assert (case.state, case.accept_basis) == (State.ACCEPTED, state.Basis.EXPLICIT)
    assert dues(case) == {
        "acceptance": ("met", date(2026, 9, 14)),
        "statutory": ("running", date(2026, 9, 20)),
        "promised": ("running", date(2026, 9, 14)),
    }
    assert case.matter.due_on == date(2026, 9, 14)
    assert case.notices.filter(kind=papers.Kind.ACCEPTANCE).count() == 1
    assert events(case) == ["case.promised", "case.submitted", "case.accepted"]


def test_the_same_key_twice_is_one_acceptance() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    by = given.official(item)
    acceptance.accept(item=item.pk, version=item.version, key="k1", by=by)
    before = everything(case)
    acceptance.accept(item=item.pk, version=item.version, key="k1", by=by)
    assert everything(case) == before
    refuses(
        case,
        flow.KeyReused,
        lambda: acceptance.decline(item=item.pk, key="k1", reasons="x", law=LAW, by=by),
    )


def test_wrong_hands_old_pages_and_wrong_order_change_nothing() -> None:
    stranger = given.official(_item_of_another_organ())
    case = given.food_licence()
    item = given.item_of(case)
    by = given.official(item)
    refuses(case, flow.NotInYourHands, lambda: acceptance.accept(item=item.pk, by=stranger))
    refuses(case, Stale, lambda: acceptance.accept(item=item.pk, version=99, by=by))
    refuses(
        case,
        flow.NotThisOutcome,
        lambda: determination.grant(item=item.pk, reasons="x", by=by),
    )
    refuses(
        case, state.OutOfOrder, lambda: review.extend(item=item.pk, reasons="x", by=_head(case))
    )


def _item_of_another_organ() -> WorkItem:
    application = given.birth()
    given.settle()
    return (
        WorkItem.objects.filter(matter__parent=application.matter, status="open")
        .select_related("matter")
        .first()
    )  # type: ignore[return-value]


def _head(case: Case) -> Any:
    return given.official(
        WorkItem(organ=case.organ, grant="case.decide", post="", matter=case.matter)
    )


# 3, 4, 5 supplement ------------------------------------------------------------------------------


def asked() -> Case:
    case = given.food_licence()
    item = given.item_of(case)
    acceptance.ask_supplement(item=item.pk, defects=DEFECTS, by=given.official(item))
    return fresh(case)


def answers(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "values": {"operator.seats": {"value": "42", "source": "user"}},
        "files": {"floor_plan": citizens.keep(by=given.restaurateur())},
        "by": given.restaurateur(),
    }


def test_a_supplement_stops_the_agencys_clock_and_runs_the_applicants() -> None:
    case = asked()
    assert case.state == State.SUPPLEMENT and case.matter.state == flow.State.PAUSED
    assert dues(case)["acceptance"] == ("paused", None)
    assert dues(case)["supplement"] == ("running", date(2026, 9, 28))
    assert case.matter.due_on is None and given.item_of(case).due_on is None
    notice = case.notices.get(kind=papers.Kind.SUPPLEMENT)
    rows = queries.opened(notice.body, queries.NOTICE)["rows"]
    assert rows == [["座位数", "请按实际填写"], ["平面图", "请补充"]]


def test_every_defect_is_answered_and_nothing_else_is_changed() -> None:
    case = asked()
    whole = answers(case)
    refuses(
        case,
        state.NotAllAnswered,
        lambda: acceptance.supplement(**{**whole, "files": {}}),
    )
    before = queries.values_of(case)
    clock.move("2026-09-10 09:00")
    sneaked = {**whole["values"], "operator.kitchen_area": {"value": "9999", "source": "user"}}
    acceptance.supplement(**{**whole, "values": sneaked})
    case = fresh(case)
    after = queries.values_of(case)
    assert after["operator.seats"]["value"] == "42"
    assert after["operator.kitchen_area"] == before["operator.kitchen_area"]
    assert case.state == State.SUBMITTED and case.matter.state == flow.State.OPEN
    assert case.matter.due_on == date(2026, 9, 17)
    assert case.materials.get(key="floor_plan").file == whole["files"]["floor_plan"]


def test_a_supplement_is_asked_once() -> None:
    case = asked()
    acceptance.supplement(**answers(case))
    item = given.item_of(case)
    by = given.official(item)
    other = {"kind": "field", "key": "operator.kitchen_area", "name": "厨房", "needed": "请核对"}
    refuses(
        case,
        state.SupplementOnlyOnce,
        lambda: acceptance.ask_supplement(item=item.pk, defects=[DEFECTS[0], other], by=by),
    )
    # What arises from the answer itself may be asked once more, and then no more.
    arisen = [{**other, "from": "material:floor_plan"}]
    acceptance.ask_supplement(item=item.pk, defects=arisen, by=by)
    whole = answers(case)
    area = {"operator.kitchen_area": {"value": "20", "source": "user"}}
    acceptance.supplement(**{**whole, "values": area})
    case = fresh(case)
    assert case.notices.filter(kind=papers.Kind.SUPPLEMENT).count() == 2
    item = given.item_of(case)
    refuses(
        case,
        state.SupplementOnlyOnce,
        lambda: acceptance.ask_supplement(item=item.pk, defects=arisen, by=by),
    )


def test_only_the_applicant_answers() -> None:
    case = asked()
    whole = answers(case)
    by = given.official(given.item_of(case))
    refuses(case, state.NotYours, lambda: acceptance.supplement(**{**whole, "by": by}))
    refuses(case, NotFound, lambda: acceptance.supplement(**{**whole, "by": given.mother()}))


def test_without_an_answer_it_lapses_as_the_notice_warned() -> None:
    case = asked()
    clock.move("2026-09-28 09:00")
    given.next_day()
    case = fresh(case)
    assert case.state == State.LAPSED and case.matter.outcome == "lapsed"
    assert {s for s, _ in dues(case).values()} <= {"void", "met"}
    assert case.notices.filter(kind=papers.Kind.LAPSED).count() == 1


# 6 deemed acceptance -----------------------------------------------------------------------------


def test_silence_for_five_working_days_accepts_from_the_day_of_receipt() -> None:
    case = given.food_licence()
    clock.move("2026-09-14 23:00")
    given.next_day(0)
    assert fresh(case).state == State.SUBMITTED
    Case.objects.filter(pk=case.pk).update(by_person="left to a person")
    given.next_day()
    case = fresh(case)
    assert (case.state, case.accept_basis) == (State.ACCEPTED, state.Basis.DEEMED)
    assert case.accepted_at == case.received_at == clock.moment("2026-09-07 09:00")
    assert dues(case)["statutory"] == ("running", date(2026, 9, 20))
    assert dues(case)["promised"][1] == date(2026, 9, 14)
    assert Clock.objects.get(matter=case.matter_id, kind="acceptance").breached_at
    assert Event.objects.filter(name="clock.breached", matter=case.matter_id).exists()


def test_it_is_deemed_accepted_though_others_were_asked() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    review.consult(item=item.pk, organs=["fire"], question="可否？", by=given.official(item))
    Case.objects.filter(pk=case.pk).update(by_person="left to a person")
    clock.move("2026-09-14 09:00")
    given.next_day()
    assert fresh(case).accept_basis == state.Basis.DEEMED
    assert not WorkItem.objects.filter(matter=case.matter_id, mode="consult", status="open")


# 7 decline ---------------------------------------------------------------------------------------


def test_declining_needs_reasons_and_names_the_right_agency() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    by = given.official(item)
    refuses(
        case,
        state.ReasonsMissing,
        lambda: acceptance.decline(item=item.pk, reasons="x", law="", by=by),
    )
    acceptance.decline(item=item.pk, reasons="不属本机关", law=LAW, organ_named="fire", by=by)
    case = fresh(case)
    assert case.state == State.DECLINED and case.matter.state == flow.State.ENDED
    assert dues(case)["acceptance"][0] == "met"
    words = queries.opened(case.notices.get(kind="declined").body, queries.NOTICE)["paragraphs"]
    assert any("消防" in line for line in words)


# 9 promise ---------------------------------------------------------------------------------------


def promised() -> Case:
    application = given.restaurant(food="hot")
    # No rule has looked: the promise lies before a person.
    licence = application.cases.get(item_key="business-licence-check")
    item = given.item_of(licence)
    acceptance.accept(item=item.pk, by=given.official(item))
    item = given.item_of(licence)
    determination.grant(item=item.pk, by=given.official(item))
    ending.deliver(matter=licence.matter_id, by=part("cases"))
    whole.go_on(matter=licence.matter_id, by=part("cases"))
    return fresh(application.cases.get(item_key="fire-check"))


def test_a_promise_is_granted_at_once_and_checked_afterwards() -> None:
    case = promised()
    assert case.state == State.SUBMITTED
    item = given.item_of(case)
    determination.grant_on_promise(item=item.pk, by=_head(case), key="k")
    determination.grant_on_promise(item=item.pk, by=_head(case), key="k")
    case = fresh(case)
    assert (case.state, case.result) == (State.DECIDED, state.Result.GRANTED)
    assert case.accept_basis == state.Basis.PROMISE and case.accepted_at
    check = Matter.objects.get(kind="post_check", subject=case.matter.subject)
    owed = Clock.objects.get(matter=check.pk)
    assert (owed.kind, owed.state, owed.due_on) == ("post_check", "running", check.due_on)
    item = WorkItem.objects.select_related("matter").get(matter=check)
    by, partner = given.official(item), given.official(item, 1)
    with pytest.raises(state.TwoOfficersNeeded):
        review.check_promise(
            item=item.pk, outcome="kept", opinion="属实", second_officer=by.key, by=by
        )
    review.check_promise(
        item=item.pk, outcome="kept", opinion="属实", second_officer=partner.key, by=by
    )
    assert Clock.objects.get(matter=check.pk).state == "met"


def test_where_the_item_allows_no_promise_none_is_granted_on() -> None:
    # Promises are for hot food only; cakes are checked on site first.
    case = given.food_licence(food="cake")
    item = given.item_of(case)
    refuses(
        case,
        state.NoPromise,
        lambda: determination.grant_on_promise(item=item.pk, by=_head(case)),
    )


# 10 special procedure ----------------------------------------------------------------------------


def test_a_check_on_site_stops_the_clocks_of_law_and_runs_its_own() -> None:
    case = fresh(accepted(food="cake"))
    assert case.state == State.SPECIAL
    assert dues(case)["statutory"] == dues(case)["promised"] == ("paused", None)
    assert dues(case)["special"] == ("running", date(2026, 9, 9))
    assert case.matter.due_on == date(2026, 9, 9)
    item = given.item_of(case)
    by, partner = given.official(item), given.official(item, 1)
    refuses(
        case,
        state.TwoOfficersNeeded,
        lambda: review.pass_on(
            item=item.pk, outcome="pass", opinion="好", by=by, second_officer=by.key
        ),
    )
    clock.move("2026-09-09 09:00")
    review.pass_on(item=item.pk, outcome="pass", opinion="好", by=by, second_officer=partner.key)
    case = fresh(case)
    assert case.state == State.ACCEPTED and dues(case)["special"][0] == "met"
    # Five and ten days, none of them used; the twentieth is a Sunday that is worked.
    assert dues(case)["promised"] == ("running", date(2026, 9, 16))
    assert dues(case)["statutory"] == ("running", date(2026, 9, 22))
    assert case.matter.due_on == date(2026, 9, 16)


def test_a_check_done_again_stops_them_again_and_is_told_again() -> None:
    case = accepted(food="cake")
    item = given.item_of(case)
    partner = given.official(item, 1)
    review.pass_on(
        item=item.pk, outcome="pass", opinion="好", by=given.official(item),
        second_officer=partner.key,
    )  # fmt: skip
    item = given.item_of(case)
    review.pass_on(item=item.pk, outcome="pass", opinion="好", by=given.official(item))
    item = given.item_of(case)
    review.send_back(item=item.pk, opinion="请重新核查", outcome="recheck", by=given.official(item))
    case = fresh(case)
    assert case.state == State.SPECIAL and dues(case)["promised"] == ("paused", None)
    numbers = case.notices.filter(kind=papers.Kind.SPECIAL).values_list("number", flat=True)
    assert len(set(numbers)) == 2


def test_an_official_begins_and_ends_a_special_procedure_of_the_item() -> None:
    case = accepted()
    item = given.item_of(case)
    by = given.official(item)
    for procedure, days, refusal in (
        ("抽签", 3, state.NoSuchSpecial),
        ("现场核查", 0, state.DaysMissing),
    ):
        refuses(
            case,
            refusal,
            lambda p=procedure, d=days: review.begin_special(  # type: ignore[misc]
                item=item.pk, procedure=p, days=d, by=by
            ),
        )
    review.begin_special(item=item.pk, procedure="现场核查", days=3, by=by)
    assert fresh(case).state == State.SPECIAL
    review.finish_special(item=item.pk, result="合格", by=by)
    assert fresh(case).state == State.ACCEPTED


# 11 extension ------------------------------------------------------------------------------------


def test_an_extension_is_given_once_by_who_decides() -> None:
    case = accepted()
    item = given.item_of(case)
    head = _head(case)
    refuses(case, state.ReasonsMissing, lambda: review.extend(item=item.pk, reasons=" ", by=head))
    review.extend(item=item.pk, reasons="案情复杂", by=head, key="k")
    review.extend(item=item.pk, reasons="案情复杂", by=head, key="k")
    case = fresh(case)
    assert case.extension_count == 1 and case.state == State.ACCEPTED
    assert dues(case)["promised"][1] == case.matter.due_on == date(2026, 9, 20)
    assert case.notices.filter(kind=papers.Kind.EXTENSION).count() == 1
    refuses(case, state.ExtendedAlready, lambda: review.extend(item=item.pk, reasons="x", by=head))


def test_after_the_day_it_is_too_late_to_extend() -> None:
    case = accepted()
    item = given.item_of(case)
    clock.move("2026-09-15 09:00")
    refuses(
        case,
        state.TooLateToExtend,
        lambda: review.extend(item=item.pk, reasons="x", by=_head(case)),
    )


# 14 withdrawal -----------------------------------------------------------------------------------


def test_withdrawing_shows_and_blocks_what_depends_on_it() -> None:
    application = given.birth()
    first = application.cases.get(item_key="birth-certificate")
    lost = {row.item_key for row in queries.dependants(first)}
    assert {"birth-registration", "social-security-card"} <= lost
    assert "vaccination-record" not in lost
    ending.withdraw(case_no=first.case_no, by=given.mother())
    states = {c.item_key: (c.state, c.result) for c in application.cases.all()}
    assert states["birth-certificate"] == (State.WITHDRAWN, "")
    for key in lost:
        assert states[key] == (State.WITHDRAWN, state.Result.BLOCKED)
        told = Notice.objects.filter(case__item_key=key, kind=papers.Kind.BLOCKED)
        assert told.count() == 1
    assert {s for s, _ in dues(first).values()} == {"void"}
    given.settle()
    assert application.cases.get(item_key="vaccination-record").state == State.CLOSED


def test_a_decided_case_cannot_be_taken_back() -> None:
    case, item = deciding()
    determination.grant(item=item.pk, by=given.official(item))
    refuses(
        case,
        state.OutOfOrder,
        lambda: ending.withdraw(case_no=case.case_no, by=given.restaurateur()),
    )


# 15 return, consult, hand over -------------------------------------------------------------------


def test_a_return_never_resets_the_clocks_of_law() -> None:
    case, item = deciding()
    clocks = dues(case)
    clock.move("2026-09-09 09:00")
    refuses(
        case,
        state.OpinionMissing,
        lambda: review.send_back(item=item.pk, opinion="", by=given.official(item)),
    )
    review.send_back(item=item.pk, opinion="请再核", by=given.official(item))
    assert dues(case) == clocks
    again = given.item_of(case)
    assert again.stage == "examine"
    assert fresh(case).matter.due_on == date(2026, 9, 14)


def test_others_are_asked_while_the_clocks_go_on() -> None:
    case = accepted()
    item = given.item_of(case)
    by = given.official(item)
    clocks = dues(case)
    refuses(
        case,
        state.QuestionMissing,
        lambda: review.consult(item=item.pk, organs=["fire"], question="", by=by),
    )
    review.consult(item=item.pk, organs=["fire"], question="可否？", by=by)
    assert dues(case) == clocks
    refuses(
        case,
        flow.StillWaiting,
        lambda: review.pass_on(item=item.pk, outcome="pass", opinion="x", by=by),
    )
    child = WorkItem.objects.select_related("matter").get(parent=item)
    review.answer(item=child.pk, opinion="同意", by=given.official(child))
    review.pass_on(item=item.pk, outcome="pass", opinion="属实", by=by)


# 16 decide ---------------------------------------------------------------------------------------


def test_granting_issues_one_licence() -> None:
    case, item = deciding()
    by = given.official(item)
    determination.grant(item=item.pk, reasons="合格", key="k", version=item.version, by=by)
    determination.grant(item=item.pk, reasons="合格", key="k", version=item.version, by=by)
    case = fresh(case)
    assert (case.state, case.result) == (State.DECIDED, state.Result.GRANTED)
    assert Licence.objects.filter(case_no=case.case_no).count() == 1
    assert {s for s, _ in dues(case).values()} == {"met"}
    refuses(case, state.OutOfOrder, lambda: determination.grant(item=item.pk, reasons="再", by=by))


@pytest.mark.parametrize("missing", ["reasons", "law", "remedies"])
def test_refusing_needs_reasons_law_and_remedies(missing: str) -> None:
    case, item = deciding()
    by = given.official(item)
    whole = {"reasons": "不合格", "law": LAW, "remedies": papers.REMEDIES}
    with pytest.raises((state.ReasonsMissing, state.RemediesMissing)) as refused:
        determination.refuse(item=item.pk, by=by, **{**whole, missing: " "})
    assert refused.value.status == 422 and fresh(case).state == State.ACCEPTED
    determination.refuse(item=item.pk, by=by, **whole)
    case = fresh(case)
    assert (case.state, case.result) == (State.DECIDED, state.Result.REFUSED)
    assert not Licence.objects.filter(case_no=case.case_no).exists()


# 17, 18 ------------------------------------------------------------------------------------------


def test_a_passed_day_is_told_and_changes_no_state() -> None:
    case = accepted()
    clock.move("2026-09-14 09:00")
    given.next_day()
    case = fresh(case)
    assert case.state == State.ACCEPTED
    assert case.overdue_at == clock.now()
    assert events(case).count("case.overdue") == 1


def test_what_was_granted_is_handed_over_and_the_filing_ends() -> None:
    case, item = deciding()
    determination.grant(item=item.pk, by=given.official(item))
    given.settle()
    case = fresh(case)
    assert case.state == State.CLOSED and case.application.ended_at
    names = events(case)
    assert names[-1] == "case.closed" and "application.finished" in Event.objects.values_list(
        "name", flat=True
    )


# The number of questions put to the database -----------------------------------------------------


def trips(context: CaptureQueriesContext) -> list[str]:
    """Without the transaction's own begin and end, which a test writes as one savepoint."""
    texts = [q["sql"] for q in context.captured_queries]
    savepoints = [t for t in texts if t.startswith("SAVEPOINT")]
    assert len(savepoints) == 1, savepoints
    return [t for t in texts if not re.match(r"SAVEPOINT|RELEASE|BEGIN|COMMIT", t)]


@pytest.mark.parametrize("promise", [False, True])
def test_how_many_questions_an_act_costs(promise: bool) -> None:
    """Seven at most; what is written together counts as one, and hides no heap of statements."""
    asked: dict[str, list[str]] = {}
    # Twice: the first time what is in force has to be read, as in a process just started.
    for round_ in ("cold", "warm"):
        case = given.food_licence()
        if not promise:
            case.materials.filter(way="promise").update(way="upload")
        for name, act in (
            ("accept", partial(acceptance.accept)),
            ("pass", partial(review.pass_on, outcome="pass")),
            ("grant", partial(determination.grant)),
        ):
            item = given.item_of(case)
            by = given.official(item)
            with CaptureQueriesContext(connection) as context:
                act(item=item.pk, version=item.version, by=by, key=f"{name} {round_}")
            asked[name] = trips(context)
        Case.objects.filter(pk=case.pk).update(same_as=round_)
    for name, limit in (("pass", 3), ("accept", 4), ("grant", 7)):
        assert len(asked[name]) <= limit, "\n".join([name, *asked[name]])
        statements = [line for text in asked[name] for line in text.split(";\n")]
        assert len(statements) <= 17, "\n".join([name, *statements])
