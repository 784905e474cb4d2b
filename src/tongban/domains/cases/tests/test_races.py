"""Several people do the same in the same moment, each in a transaction of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from tests import given
from tests.city import found
from tongban.domains.cases import queries
from tongban.domains.cases.actions import (
    acceptance,
    determination,
    ending,
    filing,
    review,
    ruling,
)
from tongban.domains.cases.models import Application, Assessment, Case, Determination, Notice
from tongban.domains.cases.rules import state
from tongban.domains.cases.rules.state import State
from tongban.domains.licences.models import Licence
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.identity.models import Person
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.tests.databases import shared
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens

TOGETHER = 4


@pytest.fixture(autouse=True)
def crowded(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with shared(tmp_path), clock.at("2026-09-07 09:00"):
        found()
        yield


def together(*acts: Callable[[], object]) -> list[object]:
    """Do all in the same moment; answers what each got, be it a refusal."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            ready.wait(timeout=20)
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def refused(results: list[object]) -> list[Refusal]:
    return [result for result in results if isinstance(result, Refusal)]


def test_of_two_officials_one_takes_the_work_and_one_acceptance_stands() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    one = given.official(item)
    two = replace(one, key="official:0@post:0")
    results = together(
        *[lambda by=by: processes.claim(item=item.pk, by=by) for by in (one, two)]  # type: ignore[misc]
    )
    assert len(refused(results)) == 1
    holder = WorkItem.objects.get(pk=item.pk).assignee
    mine = one if one.key == holder else two
    results = together(*[lambda: acceptance.accept(item=item.pk, by=mine) for _ in range(TOGETHER)])
    assert len(refused(results)) == TOGETHER - 1
    assert Event.objects.filter(name="case.accepted").count() == 1
    assert Notice.objects.filter(case=case, kind="acceptance").count() == 1
    assert WorkItem.objects.filter(matter=case.matter_id, stage="examine").count() == 1


def test_one_request_sent_several_times_is_answered_alike_and_done_once() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    by = given.official(item)
    results = together(
        *[
            lambda: acceptance.accept(item=item.pk, version=item.version, key="k", by=by)
            for _ in range(TOGETHER)
        ]
    )
    assert refused(results) == []
    assert Event.objects.filter(name="case.accepted").count() == 1


def test_a_double_click_files_once() -> None:
    by = given.restaurateur()
    key = given.draft_of(by, item="food-licence")
    results = together(*[lambda: citizens.submit(key=key, by=by) for _ in range(TOGETHER)])
    assert refused(results) == []
    assert Application.objects.count() == Case.objects.count() == 1


def test_clicks_in_the_same_moment_give_one_licence_by_rule() -> None:
    by, key = _ready("property-query")

    def click() -> int:
        application = filing.submit(key=key, by=by, signed=True)
        ruling.decide_at_once(application=application, by=ruling.SELF)
        return application.pk

    results = together(*[click] * TOGETHER)
    numbers = {one for one in results if not isinstance(one, Refusal)}
    assert len(numbers) == 1, "each is answered with the one filing, or told to look again"
    case = Case.objects.get(application=numbers.pop())
    assert case.state == State.CLOSED and case.result == "granted"
    assert Licence.objects.filter(case_no=case.case_no).count() == 1
    assert Determination.objects.filter(case=case).count() == 1
    assert Assessment.objects.filter(case=case).count() == 1
    closed = Event.objects.filter(name="case.closed", subject=case.matter.subject)
    assert closed.count() == 1


def _ready(item: str) -> tuple[Actor, str]:
    """A citizen whose rule grants, and the draft that only waits for its signature."""
    for pk in Person.objects.order_by("-id").values_list("id", flat=True):
        by = Actor(kind="person", key=f"person:{pk}", person=pk, for_person=pk)
        key = citizens.open_draft(by=by, item=item).key
        view = queries.view(queries.draft(key, by=by))
        if not view.problems() and not view.missing and not queries.wanting(view):
            return by, key
    raise AssertionError("The town is too small.")


def test_two_drafts_of_the_same_file_once_and_the_other_learns_the_number() -> None:
    by = given.restaurateur()
    keys = [given.draft_of(by, item="food-licence") for _ in range(2)]
    results = together(
        *[lambda key=key: citizens.submit(key=key, by=by) for key in keys]  # type: ignore[misc]
    )
    (refusal,) = refused(results)
    assert isinstance(refusal, state.FiledAlready)
    assert refusal.facts["number"] == Application.objects.get().number


def test_several_grants_give_one_licence() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    item = given.item_of(case)
    review.pass_on(item=item.pk, outcome="pass", opinion="属实", by=given.official(item))
    item = given.item_of(case)
    by = given.official(item)
    results = together(*[lambda: determination.grant(item=item.pk, by=by) for _ in range(TOGETHER)])
    assert len(refused(results)) == TOGETHER - 1
    assert Licence.objects.filter(case_no=case.case_no).count() == 1
    assert Determination.objects.count() == 1


def test_of_an_acceptance_and_a_withdrawal_each_leaves_a_sound_case() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    by = given.official(item)
    together(
        lambda: acceptance.accept(item=item.pk, by=by),
        lambda: ending.withdraw(case_no=case.case_no, by=given.restaurateur()),
    )
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    owed = WorkItem.objects.filter(matter=case.matter_id, status__in=["open", "claimed"])
    assert not owed.exists()


def test_several_cases_of_one_filing_are_accepted_in_the_same_moment() -> None:
    application = given.birth()
    given.settle()
    ready = [
        WorkItem.objects.select_related("matter").get(matter=c.matter_id, status="open")
        for c in application.cases.filter(state=State.SUBMITTED)
    ]
    results = together(
        *[
            lambda item=item: acceptance.accept(item=item.pk, by=given.official(item))  # type: ignore[misc]
            for item in ready
        ]
    )
    assert len(ready) >= 2 and refused(results) == []
    given.settle()
    assert Event.objects.filter(name="case.accepted", data__basis="explicit").count() == len(ready)
