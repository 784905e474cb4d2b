"""The one way to a register's row: it states its ground, leaves a record, hands out no more."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.domains.registries import actions, queries, rules
from tongban.domains.registries.models import LookupRecord, RegisterRow, RowLink
from tongban.domains.registries.rules import Question
from tongban.domains.registries.tests import people
from tongban.domains.registries.tests.conftest import seed_city
from tongban.domains.registries.tests.people import CASES, CHILD, FATHER, FIRM, MOTHER, ask
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.errors import NotPermitted, SignInNeeded, Unavailable
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db


def test_a_mother_s_question_finds_her_child(city: None) -> None:
    with clock.at("2026-01-05 10:00"):
        answer = ask(fields=["name", "weight"])
    assert answer.found
    assert answer.values == {"name": "陈安安", "weight": 3200}
    assert (answer.register_name, answer.source_organ) == ("出生医学信息", "health")
    assert answer.source_name == "市卫健委"
    assert answer.fetched_at == clock.moment("2026-01-05 10:00")
    assert ask(subject=FATHER).values == ask(subject=CHILD).values == {"name": "陈安安"}


def test_only_the_asked_fields_leave(city: None) -> None:
    assert set(ask(fields=["sex"]).values) == {"sex"}


def test_a_firm_is_found_by_its_code_and_by_its_owner(city: None) -> None:
    assert ask("entity", FIRM, fields=["status"]).values == {"status": "存续"}
    assert ask("entity", MOTHER, fields=["status"]).values == {"status": "存续"}
    assert not ask("entity", FATHER).found


def test_one_s_own_entry_goes_before_those_one_is_linked_to(city: None) -> None:
    actions.load(
        register="population",
        rows=[rules.Row({"name": "远亲"}, people.STRANGER, links=(("head", MOTHER),))],
        by=people.SETUP,
    )
    assert [row["name"] for row in ask("population").rows] == ["林小雨"]


def test_several_entries_come_newest_first(city: None) -> None:
    actions.load(
        register="birth",
        rows=[people.birth(people.SECOND_CHILD, date(2026, 1, 2))],
        by=people.SETUP,
    )
    answer = ask(fields=["born_on"])
    assert [row["born_on"] for row in answer.rows] == ["2026-01-02", "2025-12-20"]


def test_each_lookup_leaves_a_record_also_when_nothing_is_found(city: None) -> None:
    found, none = ask(), ask(subject=people.STRANGER)
    first, second = LookupRecord.objects.order_by("id")
    assert (first.query_id, second.query_id) == (found.query_id, none.query_id)
    assert (first.outcome, first.rows) == ("found", 1)
    assert (second.outcome, second.rows) == ("none", 0)
    assert (first.actor, first.purpose, first.case_no) == (
        "part:cases",
        "birth-registration",
        "C-1",
    )
    assert first.fields == ["name"]
    assert MOTHER not in str(LookupRecord.objects.values_list())


def test_whoever_is_asked_about_can_see_who_asked(city: None) -> None:
    ask()
    ask(subject=FATHER, case_no="C-2")
    assert [r.case_no for r in queries.lookups_about(subject=MOTHER)] == ["C-1"]
    assert queries.lookups_of_case("C-2").count() == 1


def test_rows_hold_nothing_personal_in_the_clear(city: None) -> None:
    text = str([*RegisterRow.objects.values_list(), *RowLink.objects.values_list()])
    text += str(Event.objects.values_list())
    for secret in (MOTHER, CHILD, "陈安安", "13800000001", "林小雨"):
        assert secret not in text


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"purpose": ""}, rules.GroundMissing),
        ({"basis": " "}, rules.GroundMissing),
        ({"case_no": ""}, rules.GroundMissing),
        ({"initiator": ""}, rules.GroundMissing),
        ({"fields": []}, rules.NothingAsked),
        ({"fields": ["name", "income"]}, rules.UnknownFields),
        ({"register": "weather"}, rules.UnknownRegister),
        ({"by": NOBODY}, SignInNeeded),
    ],
)
def test_what_is_not_in_order_is_refused_and_nothing_is_read(
    city: None, changed: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        ask(**changed)
    assert not LookupRecord.objects.exists()


def test_a_source_that_is_down_is_no_verdict(city: None) -> None:
    actions.set_source_state(register="birth", is_up=False, reason="检修", by=CASES)
    with pytest.raises(Unavailable) as refused:
        ask()
    assert "市卫健委" in str(refused.value)
    assert LookupRecord.objects.get().outcome == "unavailable"
    assert ask("population").found
    actions.set_source_state(register="birth", is_up=True, by=CASES)
    assert ask().found


def test_only_who_may_takes_a_source_out_of_use(city: None) -> None:
    citizen = Actor(kind="person", key="person:1", person=1)
    with pytest.raises(NotPermitted):
        actions.set_source_state(register="birth", is_up=False, by=citizen)
    assert {r.key: up for r, up in queries.sources()}["birth"]


def test_many_registers_are_asked_at_once(city: None) -> None:
    actions.set_source_state(register="entity", is_up=False, by=CASES)
    questions = [
        Question("birth", MOTHER, ("name",)),
        Question("population", MOTHER, ("name", "phone")),
        Question("population", FATHER, ("name",)),
        Question("entity", FIRM, ("name",)),
        Question("birth", people.STRANGER, ("name",)),
    ]
    ask()  # what is cached per process is read by now
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answers = queries.lookup_many(
            by=CASES, purpose="p", basis="b", case_no="C-1", initiator="i", questions=questions
        )
    assert [str(answer.outcome) for answer in answers] == [
        "found", "found", "found", "unavailable", "none",
    ]  # fmt: skip
    assert answers[1].values == {"name": "林小雨", "phone": "13800000001"}
    assert LookupRecord.objects.count() == 1 + len(questions)
    reads = [query for query in seen if query["sql"].lstrip("(").startswith("SELECT")]
    writes = [query for query in seen if query["sql"].startswith("INSERT")]
    assert (len(reads), len(writes)) == (3, 1)


def test_one_bad_question_refuses_all(city: None) -> None:
    questions = [Question("birth", MOTHER, ("name",)), Question("birth", MOTHER, ("income",))]
    with pytest.raises(rules.UnknownFields):
        queries.lookup_many(
            by=CASES, purpose="p", basis="b", case_no="C-1", initiator="i", questions=questions
        )
    assert not LookupRecord.objects.exists()


def test_a_lookup_inside_a_transaction_is_a_mistake_of_the_caller(city: None) -> None:
    with pytest.raises(RuntimeError, match="inside an open transaction"), transaction.atomic():
        ask()
    assert ask().found


@pytest.mark.django_db(transaction=True)
def test_the_record_stands_whatever_the_caller_does_next() -> None:
    seed_city()
    with pytest.raises(RuntimeError, match="inside an open transaction"), transaction.atomic():
        ask()
    assert not LookupRecord.objects.exists()
    answer = ask()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        1 / 0  # noqa: B018
    assert LookupRecord.objects.get().query_id == answer.query_id
