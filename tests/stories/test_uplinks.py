"""What goes up, comes back refused, is mended, is compared; and what comes down."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests import given as people
from tests.city import city
from tongban.connectors import superiors
from tongban.connectors.superiors import Sort
from tongban.domains.cases.actions import ending
from tongban.domains.cases.models import Application, Case, Draft
from tongban.domains.reviews import actions as reviews
from tongban.domains.reviews.rules import Level
from tongban.domains.services import queries as services
from tongban.domains.services.rules import exchange
from tongban.domains.uplinks import actions, queries, rules
from tongban.domains.uplinks.models import (
    Downlink,
    UplinkBatch,
    UplinkDay,
    UplinkDifference,
    UplinkFault,
    UplinkRecord,
    UplinkState,
)
from tongban.domains.uplinks.rules import State, What
from tongban.domains.uplinks.tests.given import UPLINK, keeper, platform, states
from tongban.doors.api.tests.test_filings import body_of
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue.actions.rows import new_edition
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Invalid, NotPermitted, Unavailable
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.jobs.models import Job
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
SELF = actions.SELF


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def finished() -> Application:
    """A birth: several agencies, some by rule, some by hand; all of it has gone through."""
    application = people.birth()
    people.work_all(application)
    people.settle()
    return application


def push() -> int:
    return actions.push(uplink=UPLINK, by=SELF)


def a_day(moment: str) -> None:
    clock.move(moment)
    deadlines.begin_day(by=part("test"))
    people.settle()


# Up ----------------------------------------------------------------------------------------------


def test_a_case_goes_up_in_the_national_columns() -> None:
    finished()
    case = Case.objects.filter(accepted_at__isnull=False).order_by("id")[0]
    told = states()
    assert told["accept", case.case_no] == State.WAITING
    assert ("result", case.case_no) in told
    steps = [key for kind, key in told if kind == "process" and key.startswith(case.case_no)]
    assert len(steps) >= 3
    row = UplinkRecord.objects.get(kind="accept", key=case.case_no)
    (cells,) = queries.opened(row.rows)["pro_accept"]
    item = services.item_of(case.item)
    office = services.office(case.organ)
    assert office is not None
    assert cells["task_code"] == exchange.task_code(office, item.basic_code)
    assert len(cells["task_code"]) == 31
    assert cells["project_no"] == case.case_no and cells["applyer_page_type"] == "111"
    assert cells["applyer_page_code"].startswith("99")
    assert cells["applyer_page_code"] not in row.rows, "what names people is encrypted"
    assert push() == UplinkRecord.objects.count()
    assert set(states().values()) == {State.TAKEN}
    (batch, *_) = UplinkBatch.objects.order_by("id")
    assert batch.number == "2026090700001" and batch.answered_at and not batch.refused


def test_nothing_goes_up_twice_and_nothing_is_noted_twice() -> None:
    application = finished()
    push()
    before = list(UplinkRecord.objects.values_list("kind", "key", "revision").order_by("id"))
    for case in application.cases.all():
        actions.tell_case(matter=case.matter_id, by=SELF)
    assert (
        list(UplinkRecord.objects.values_list("kind", "key", "revision").order_by("id")) == before
    )
    assert push() == 0


def test_a_case_that_was_never_accepted_stays_here() -> None:
    case = people.food_licence()
    ending.withdraw(case_no=case.case_no, by=people.restaurateur())
    people.settle()
    assert not UplinkRecord.objects.filter(key__startswith=case.case_no).exists()


def test_items_go_up_whole_and_again_when_a_version_follows() -> None:
    assert actions.tell_all_items(by=SELF) > 80
    assert actions.tell_all_items(by=SELF) == 0
    row = UplinkRecord.objects.get(kind="item", key="food-licence")
    tables = queries.opened(row.rows)
    assert {"task_general_basic", "task_general_material"} <= set(tables)
    assert tables["task_general_basic"][0]["task_version"] == "1"
    push()
    days = services.item("food-licence")[1].promised_days + 1
    publish(promised_days=days)
    row.refresh_from_db()
    assert (row.revision, row.operation, row.state) == (2, "U", State.WAITING)
    assert queries.opened(row.rows)["task_general_basic"][0]["promise_day"] == str(days)
    push()
    # One that ends is taken back, by the day on which it does.
    Definition.objects.filter(kind="service_item", key="food-licence").update(
        valid_to=clock.today()
    )
    new_edition()
    clock.move(days=1)
    actions.tell_all_items(by=SELF)
    row.refresh_from_db()
    assert (row.revision, row.operation) == (3, "D")
    push()
    assert "food-licence" not in platform().held(day="2026-09-08", kind="item")
    assert actions.tell_all_items(by=SELF) == 0


def publish(**changes: Any) -> None:
    """A new version of the food licence, by two persons."""
    body = {**services.item("food-licence")[1].body, **changes}
    one, two = (
        Actor(kind="official", key=f"official:{n}@post:{n}", person=n,
              grants=frozenset({"definition.draft", "definition.publish"}))
        for n in (1, 2)
    )  # fmt: skip
    made = catalogue.draft(kind="service_item", key="food-licence", body=body, by=one)
    catalogue.submit(definition=made.pk, by=one)
    catalogue.publish(definition=made.pk, valid_from=clock.today(), by=two)
    people.settle()


def test_a_rating_goes_up_without_who_and_about_what() -> None:
    application = finished()
    reviews.file(encounter=application.number, level=Level.GOOD, words="很好", by=people.mother())
    people.settle()
    row = UplinkRecord.objects.get(kind="review")
    (cells,) = queries.opened(row.rows)["pro_review"]
    assert cells["satisfaction"] == "4" and cells["org_code"]
    told = str(cells)
    assert "很好" not in told and application.number not in told
    assert not any(case.case_no in told for case in application.cases.all())
    push()
    assert states()["review", row.key] == State.TAKEN


# The answer is lost, the platform is down, the worker dies ----------------------------------------


def test_a_lost_answer_is_asked_for_again_and_nothing_doubles() -> None:
    finished()
    platform().losing = 1
    with pytest.raises(Unavailable):
        push()
    assert State.SENDING in states().values()
    batch = UplinkBatch.objects.get()
    assert batch.answered_at is None
    push()
    batch.refresh_from_db()
    assert batch.answered_at and batch.tries == 2, "the same batch, under its number"
    assert set(states().values()) == {State.TAKEN}
    held = sum(
        platform().tally(day="2026-09-07", kind=kind).count for kind in queries.uplink(UPLINK).kinds
    )
    assert held == UplinkRecord.objects.count()


def test_a_batch_whose_sender_died_goes_again_when_its_lease_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finished()

    class Killed(BaseException): ...

    def killed(**_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(platform(), "push", killed)
        with pytest.raises(Killed):
            push()
    assert push() == 0, "whoever has it may still be sending"
    UplinkBatch.objects.update(leased_until=clock.instant())
    assert push() == UplinkRecord.objects.count()


def test_a_platform_that_is_down_costs_nothing_and_is_asked_by_the_next_job() -> None:
    finished()
    platform().failures = 1
    done = actions.exchange(uplink=UPLINK, by=SELF)
    assert done["sent"] == 0
    state = UplinkState.objects.get()
    assert state.error and state.answered_at is None
    actions.exchange(uplink=UPLINK, by=SELF)
    state.refresh_from_db()
    assert not state.error and state.answered_at
    assert set(states().values()) == {State.TAKEN}


def test_one_job_is_asked_for_and_each_asks_for_the_next() -> None:
    finished()
    waiting = Job.objects.filter(kind="uplinks.exchange")
    assert waiting.count() == 1, "however much was noted"
    Job.objects.update(due_at=clock.instant())
    while jobs.run_next(by=part("jobs"), holder="test"):
        pass
    assert set(states().values()) == {State.TAKEN}
    assert waiting.filter(state="queued").count() == 1
    stale = waiting.filter(state="done").get()
    from_before = stale.args["due"]
    assert actions.run(uplink=UPLINK, due=clock.moment(from_before), by=SELF) == {}


# Refused and mended ------------------------------------------------------------------------------


def refused_case() -> tuple[Case, UplinkFault]:
    finished()
    case = Case.objects.filter(accepted_at__isnull=False).order_by("id")[0]
    platform().refusing[case.case_no] = ("3001", "缺少联系电话")
    push()
    return case, UplinkFault.objects.get(kind="accept")


def test_what_is_refused_is_a_matter_of_the_data_keeper_until_the_platform_takes_it() -> None:
    case, fault = refused_case()
    assert states()["accept", case.case_no] == State.REFUSED
    assert fault.code == "3001" and "缺少联系电话" in fault.matter.title
    assert case.application.addressee not in fault.matter.title
    assert fault.matter.state == "open" and fault.matter.due_on == date(2026, 9, 10)
    others = UplinkFault.objects.get(kind="process")
    assert others.code == superiors.NO_CASE, "its steps come before their acceptance"
    with pytest.raises(Invalid):
        actions.mend(fault=fault.pk, reason=" ", by=keeper())
    with pytest.raises(NotPermitted):
        actions.mend(fault=fault.pk, reason="x", by=people.mother())
    # Said to be mended, though it is not: the matter stays, and no second one opens.
    actions.mend(fault=fault.pk, reason="已补充", by=keeper())
    push()
    assert UplinkFault.objects.filter(kind="accept").count() == 1
    assert Matter.objects.get(pk=fault.matter_id).state == "open"
    platform().refusing.clear()
    actions.mend(fault=fault.pk, reason="已补充电话", by=keeper())
    for one in UplinkFault.objects.filter(closed_at=None).exclude(pk=fault.pk):
        actions.mend(fault=one.pk, reason="受理信息已报", by=keeper())
    push()
    assert set(states().values()) == {State.TAKEN}
    assert not UplinkFault.objects.filter(closed_at=None).exists()
    assert Matter.objects.get(pk=fault.matter_id).state == "ended"
    assert Event.objects.filter(name="uplink.settled").count() >= 2
    with pytest.raises(rules.Settled):
        actions.mend(fault=fault.pk, reason="再来", by=keeper())


def test_what_will_not_go_up_is_given_up_with_a_reason() -> None:
    case, fault = refused_case()
    assert actions.drop(fault=fault.pk, reason="测试办件，不上报", by=keeper()) == 1
    assert states()["accept", case.case_no] == State.DROPPED
    assert Matter.objects.get(pk=fault.matter_id).state == "ended"
    actions.tell_case(matter=case.matter_id, by=SELF)
    assert states()["accept", case.case_no] == State.DROPPED
    event = Event.objects.get(name="uplink.dropped")
    assert event.data["records"] == 1


def test_an_answer_to_an_older_revision_says_nothing_of_the_newer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finished()
    row = UplinkRecord.objects.filter(kind="accept").order_by("id")[0]
    real = platform().push

    def overtaken(**given: Any) -> Any:
        acks = real(**given)
        UplinkRecord.objects.filter(pk=row.pk).update(revision=2, state=State.WAITING, batch=None)
        monkeypatch.undo()
        return acks

    monkeypatch.setattr(platform(), "push", overtaken)
    push()
    row.refresh_from_db()
    assert (row.state, row.revision) == (State.TAKEN, 2)
    assert UplinkBatch.objects.count() == 2


def test_a_record_that_is_never_acknowledged_is_brought_before_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finished()
    real = platform().push

    def forgetful(*, batch: str, records: Any) -> Any:
        return [ack for ack in real(batch=batch, records=records) if ack.kind != "result"]

    monkeypatch.setattr(platform(), "push", forgetful)
    push()
    assert UplinkFault.objects.get().code == rules.NO_ANSWER


# Compared ----------------------------------------------------------------------------------------


def test_each_day_is_compared_and_what_differs_is_repaired() -> None:
    finished()
    a_day("2026-09-08 00:10")
    days = UplinkDay.objects.filter(day="2026-09-07")
    assert days.count() == len(queries.uplink(UPLINK).kinds)
    assert all(day.is_equal and day.ours == day.theirs for day in days)
    assert not UplinkDifference.objects.exists()
    # The platform loses one, changes one, and holds one that is none of ours.
    lost, other = UplinkRecord.objects.filter(kind="process").order_by("id")[:2]
    platform().lose("process", lost.key)
    platform().keep("process", other.key, "2026-09-07", "f" * 64)
    platform().keep("process", "somebody-else", "2026-09-07", "e" * 64)
    assert actions.reconcile(uplink=UPLINK, day=date(2026, 9, 7), by=keeper()) == 3
    found = dict(UplinkDifference.objects.values_list("key", "what"))
    assert found == {
        lost.key: What.LOST,
        other.key: What.DIFFERS,
        "somebody-else": What.FOREIGN,
    }
    assert actions.repair(uplink=UPLINK, day=date(2026, 9, 7), by=keeper()) == 3
    with pytest.raises(rules.NothingDiffers):
        actions.repair(uplink=UPLINK, day=date(2026, 9, 7), by=keeper())
    push()
    assert actions.reconcile(uplink=UPLINK, day=date(2026, 9, 7), by=keeper()) == 0
    a_day("2026-09-09 00:10")
    assert all(day.is_equal for day in UplinkDay.objects.filter(day="2026-09-08"))
    assert "somebody-else" not in platform().held(day="2026-09-07", kind="process")


def test_a_day_that_is_not_over_is_not_compared() -> None:
    with pytest.raises(rules.DayNotOver):
        actions.reconcile(uplink=UPLINK, day=clock.today(), by=keeper())
    with pytest.raises(NotPermitted):
        actions.reconcile(uplink=UPLINK, day=date(2026, 9, 1), by=people.mother())


# Down --------------------------------------------------------------------------------------------


def application(**changes: Any) -> dict[str, Any]:
    return {**body_of(people.mother(), item="flexible-medical"), **changes}


def test_an_application_of_the_platform_above_is_filed_and_acknowledged() -> None:
    before = Application.objects.count()
    platform().send_down("S0001", Sort.APPLICATION, application())
    platform().failures = 0
    assert actions.receive(uplink=UPLINK, by=SELF) == 1
    row = Downlink.objects.get()
    assert row.state == "filed" and row.told_at and not row.body, "it names people no longer"
    filed = Application.objects.get(number=row.number)
    assert (filed.channel, Application.objects.count()) == ("api", before + 1)
    taken, number, words = platform().told("S0001")
    assert (taken, number) == (1, filed.number) and filed.cases.get().case_no in words
    event = Event.objects.filter(name="application.submitted").latest("id")
    assert event.actor == f"uplink:{UPLINK}"
    # The acceptance of it goes up like any other.
    people.settle()
    people.work_all(filed)
    people.settle()
    push()
    assert states()["accept", filed.cases.get().case_no] == State.TAKEN


def test_the_same_again_is_filed_once_and_a_lost_acknowledgement_is_given_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform().send_down("S0001", Sort.APPLICATION, application())
    real = platform().acknowledge

    def silent(**_: Any) -> None:
        raise Unavailable(system="x")

    monkeypatch.setattr(platform(), "acknowledge", silent)
    with pytest.raises(Unavailable):
        actions.receive(uplink=UPLINK, by=SELF)
    assert Downlink.objects.get().told_at is None
    monkeypatch.setattr(platform(), "acknowledge", real)
    UplinkState.objects.update(cursor="")
    assert actions.receive(uplink=UPLINK, by=SELF) == 0
    assert Application.objects.filter(channel="api").count() == 1
    assert platform().told("S0001")[0] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"item": "no-such-item"},
        {"applicant": {"name": "别人", "number": "990102199208158113"}},
        {"applicant": "x"},
        {"applicant": None},
        {"values": ["x"]},
        {"materials": [{"key": "x", "name": "x", "data": "!"}]},
        {"materials": 7},
        {"confirmed": False},
        {"item": "", "thing": ""},
    ],
)
def test_what_cannot_be_filed_is_refused_with_words_and_leaves_nothing(
    changes: dict[str, Any],
) -> None:
    before = Application.objects.count(), Draft.objects.count()
    platform().send_down("S0001", Sort.APPLICATION, application(**changes))
    actions.receive(uplink=UPLINK, by=SELF)
    taken, number, words = platform().told("S0001")
    assert (taken, number) == (0, "") and words
    assert (Application.objects.count(), Draft.objects.count()) == before


def test_items_of_the_platform_above_become_drafts_that_a_person_signs() -> None:
    actions.tell_item(key="food-licence", by=SELF)
    tables = queries.opened(UplinkRecord.objects.get(kind="item").rows)
    days = services.item("food-licence")[1].promised_days
    tables["task_general_basic"][0]["promise_day"] = str(days + 1)
    platform().send_down("S0002", Sort.ITEMS, {"tables": tables})
    platform().send_down("S0003", Sort.ITEMS, {"tables": {"nonsense": [{"a": "b"}]}})
    actions.receive(uplink=UPLINK, by=SELF)
    assert platform().told("S0002")[0] == 1 and platform().told("S0003")[0] == 0
    assert platform().told("S0002")[2].startswith("待签发 1")
    assert services.item("food-licence")[1].promised_days == days
    drafts = Definition.objects.filter(kind="service_item", status="submitted")
    assert [row.body["promised_days"] for row in drafts] == [days + 1]
