"""What is done to a licence after it was issued: from its states, once, with its reasons."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tests.city import city as city  # a fixture
from tests.given import settle
from tongban.domains.licences import actions, queries, rules
from tongban.domains.licences.models import Licence, LicenceChange
from tongban.domains.licences.rules import Act, Standing, Status
from tongban.domains.licences.tests.test_licences import issue, mother, revoker
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Invalid, NotFound, NotPermitted
from tongban.kernel.identity import codes
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db
WHY = {"reasons": "隐瞒情况", "law": "《许可法》第六十九条"}
ACTS: dict[Act, Callable[..., Licence]] = {
    Act.SUSPEND: actions.suspend,
    Act.RESUME: actions.resume,
    Act.REVOKE: actions.revoke,
    Act.CANCEL: actions.cancel,
}


@pytest.fixture
def held(city: object, db: None) -> Iterator[Licence]:
    with clock.at("2026-09-07 09:00"), transaction.atomic():
        yield issue()


def market() -> Actor:
    return revoker("market")


def standing(licence: Licence) -> Standing:
    return queries.verify(licence.identifier).standing


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("status", list(Status))
def test_each_act_from_each_status(held: Licence, act: Act, status: Status) -> None:
    Licence.objects.filter(pk=held.pk).update(status=status)
    events = Event.objects.count()
    call = {"identifier": held.identifier, **WHY, "by": market()}
    if status in rules.FROM[act]:
        found = ACTS[act](**call)
        assert found.status == rules.TO[act]
        assert LicenceChange.objects.get().act == act
        assert Event.objects.count() == events + 1
    else:
        with pytest.raises((rules.NotPossibleNow, rules.AlreadyRevoked)):
            ACTS[act](**call)
        held.refresh_from_db()
        assert held.status == status and Event.objects.count() == events
        assert not LicenceChange.objects.exists()


@pytest.mark.parametrize("act", list(ACTS))
def test_who_may_and_what_is_said(held: Licence, act: Act) -> None:
    call = {"identifier": held.identifier, **WHY}
    with pytest.raises(NotFound):
        ACTS[act](**call, by=revoker("fire"))
    with pytest.raises(NotPermitted):
        ACTS[act](**call, by=mother())
    for lacking in ({"reasons": " "}, {"law": ""}):
        with pytest.raises(rules.ReasonNeeded):
            ACTS[act](**{**call, **lacking}, by=market())
    held.refresh_from_db()
    assert held.status == Status.VALID


def test_suspended_and_resumed_is_told_at_once_and_kept_for_the_holder(held: Licence) -> None:
    actions.suspend(identifier=held.identifier, **WHY, until=date(2026, 10, 7), by=market())
    assert standing(held) is Standing.SUSPENDED
    assert not queries.in_force([("food_licence", "x", "990102199403225527")], keeper=0)
    actions.resume(identifier=held.identifier, reasons="整改完成", law="第九条", by=market())
    assert standing(held) is Standing.VALID
    held.refresh_from_db()
    assert held.status_reason == ""
    assert [one.act for one in queries.changes_of(held)] == ["resume", "suspend"]


def test_a_change_makes_the_next_version_and_replaces_the_old_one(held: Licence) -> None:
    new = actions.change(
        identifier=held.identifier,
        values={"operator.entity_name": "新面馆"},
        **WHY,
        by=market(),
    )
    assert standing(held) is Standing.REPLACED and standing(new) is Standing.VALID
    old, read = (codes.LicenceIdentifier.read(one.identifier) for one in (held, new))
    assert (old.serial, old.version, read.version) == (read.serial, "001", "002")
    assert (new.number, new.valid_to, new.replaces) == (held.number, held.valid_to, held)
    assert queries.record(new)["fields"] == {"operator.entity_name": "新面馆"}
    assert queries.record(held)["fields"] == {"operator.entity_name": "面馆"}
    assert queries.versions_of(held) == [new, held]
    assert queries.next_of(held) == new
    with pytest.raises(rules.NotPossibleNow):
        actions.change(
            identifier=held.identifier, values={"operator.entity_name": "三"}, **WHY, by=market()
        )
    third = actions.change(
        identifier=new.identifier, values={}, name="李晓云", **WHY, case_no="C77", by=part("cases")
    )
    assert (third.version, third.case_no) == (3, "C77")
    assert queries.record(third)["holder"]["name"] == "李晓云"
    # Whoever looks for the holder's licences finds the one in force.
    found = queries.in_force([("food_licence", "x", "990102199403225527")], keeper=0)
    assert found == {("food_licence", "x"): third.identifier}


def test_a_change_that_changes_nothing_and_one_that_comes_too_late(held: Licence) -> None:
    same: dict[str, Any] = {"identifier": held.identifier, **WHY, "by": market()}
    with pytest.raises(rules.NothingChanged):
        actions.change(values={"operator.entity_name": "面馆"}, **same)
    later = actions.change(values={}, valid_to=date(2036, 9, 6), **same)
    assert later.valid_to == date(2036, 9, 6)
    clock.move("2036-09-07 00:30")
    with pytest.raises(rules.HasExpired):
        actions.change(
            values={"operator.entity_name": "二"}, **{**same, "identifier": later.identifier}
        )
    # 注销 is what the law asks for then: 行政许可法 第七十条第一项.
    assert standing(actions.cancel(**{**same, "identifier": later.identifier})) == "cancelled"


def test_before_the_last_day_a_word_and_after_it_a_note_each_once(held: Licence) -> None:
    assert held.valid_to == date(2031, 9, 6)

    def day(text: str) -> list[str]:
        clock.move(text)
        before = Event.objects.filter(name__startswith="licence.").count()
        deadlines.begin_day(by=part("deadlines"))
        settle()
        return list(
            Event.objects.filter(name__startswith="licence.")
            .order_by("id")
            .values_list("name", flat=True)
        )[before:]

    assert day("2031-07-07 06:00") == []
    assert day("2031-07-08 06:00") == ["licence.running_out"]
    assert day("2031-07-09 06:00") == []
    assert day("2031-09-06 06:00") == []
    assert standing(held) is Standing.VALID
    assert day("2031-09-07 06:00") == ["licence.expired"]
    assert day("2031-09-08 06:00") == []
    assert standing(held) is Standing.EXPIRED


def report(held: Licence, **more: Any) -> Any:
    whole = {
        "identifier": held.identifier,
        "pointers": ["fields.operator.entity_name"],
        "words": "应为“晓芸面馆”，与营业执照一致",
        "by": mother(),
    }
    return actions.report(**{**whole, **more})


def corrector() -> Actor:
    organ = identity.organ("market")
    holder = identity.officials_with("licence.correct", organ.uscc)[0]
    account = identity.account_of(holder.person, is_official=True)
    assert account is not None
    posts = [one for one in identity.posts_of(account) if "licence.correct" in one.grants]
    return identity.actor_for(account=account, post=posts[0].id)


def test_an_error_reported_becomes_work_of_the_issuer_and_a_next_version(held: Licence) -> None:
    found = report(held)
    assert found.matter is not None and found.matter.organ == held.organ
    assert found.matter.due_on == date(2026, 9, 14)
    assert "晓芸" not in found.words
    with pytest.raises(rules.ReportOpen):
        report(held)
    by = corrector()
    assert [one.pk for _, one in queries.reports_waiting(by=by)] == [found.pk]
    done = actions.answer(
        report=found.pk,
        outcome="corrected",
        answer="已更正，致歉",
        values={"operator.entity_name": "晓芸面馆"},
        by=by,
    )
    new = queries.next_of(held)
    assert new is not None and queries.record(new)["fields"]["operator.entity_name"] == "晓芸面馆"
    assert queries.answered(done) == "已更正，致歉"
    with pytest.raises(rules.ReportAnswered):
        actions.answer(report=found.pk, outcome="unfounded", answer="无", by=by)
    assert queries.reports_waiting(by=by) == []


def test_an_unfounded_report_is_answered_and_changes_nothing(held: Licence) -> None:
    found = report(held)
    with pytest.raises(NotFound):
        actions.answer(report=found.pk, outcome="unfounded", answer="无误", by=_with("fire"))
    with pytest.raises(NotPermitted):
        actions.answer(report=found.pk, outcome="unfounded", answer="无误", by=mother())
    by = corrector()
    for wrong in (
        {"outcome": "maybe", "answer": "x"},
        {"outcome": "unfounded", "answer": " "},
        {"outcome": "corrected", "answer": "x"},
        {"outcome": "corrected", "answer": "x", "values": {"stranger": "1"}},
    ):
        with pytest.raises(Invalid):
            actions.answer(report=found.pk, by=by, **wrong)
    actions.answer(report=found.pk, outcome="unfounded", answer="与登记一致", by=by)
    assert queries.next_of(held) is None and standing(held) is Standing.VALID
    assert report(held).pk != found.pk


def test_a_report_says_what_is_wrong_and_comes_from_the_holder(held: Licence) -> None:
    for wrong in ({"pointers": []}, {"pointers": ["fields.no"]}, {"words": " "}):
        with pytest.raises(Invalid):
            report(held, **wrong)
    stranger = identity.account("gaozihan")
    assert stranger is not None
    with pytest.raises(NotFound):
        report(held, by=identity.actor_for(account=stranger))


def _with(organ: str) -> Actor:
    found = identity.organ(organ)
    return Actor(
        kind="official", key="official:9", organ=found.uscc, grants=frozenset(["licence.correct"])
    )
