"""Decisions at once: what rules grant, when a person decides instead, and why it was so."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.cases import queries
from tongban.domains.cases.actions import filing, ruling
from tongban.domains.cases.models import Application, Assessment, Case
from tongban.domains.cases.queries import ruling as seen
from tongban.domains.cases.rules import papers
from tongban.domains.cases.rules.guards import Guard
from tongban.domains.cases.rules.state import State
from tongban.domains.licences import queries as licences
from tongban.domains.registries.models import RegisterRow
from tongban.domains.services import queries as services
from tongban.domains.services.rules import automatic
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as definitions
from tongban.kernel.errors import Invalid
from tongban.kernel.identity.models import Account, Person
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens
from tongban.simulator.benches.served import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

AT_ONCE = (
    "elder-card",
    "elder-allowance",
    "property-query",
    "care-subsidy",
    "unemployment-benefit",
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def person(pk: int) -> Actor:
    return Actor(kind="person", key=f"person:{pk}", person=pk, for_person=pk)


def ready(item: str) -> Iterator[tuple[str, Actor]]:
    """Drafts that a citizen has only opened: nothing typed, nothing uploaded, nothing missing."""
    for pk in Person.objects.order_by("-id").values_list("id", flat=True)[:130]:
        by = person(pk)
        key = citizens.open_draft(by=by, item=item).key
        view = queries.view(queries.draft(key, by=by))
        if not view.problems() and not view.missing:
            yield key, by


def decided(key: str, by: Actor, **how: Any) -> Case:
    filed = filing.submit(key=key, by=by, signed=True, **how)
    ruling.decide_at_once(application=filed, by=ruling.SELF)
    return filed.cases.select_related("matter", "application").get()


def granted(item: str) -> Case:
    """The first citizen whom the rule grants it."""
    for key, by in ready(item):
        case = decided(key, by)
        if case.result == "granted":
            return case
    raise AssertionError(f"The rule grants {item} to nobody of the town.")


def looked(case: Case) -> Assessment:
    found = seen.assessment(case)
    assert found is not None
    return found


# Granted ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", AT_ONCE)
def test_granted_at_once_with_nothing_typed_and_no_human_act(item: str) -> None:
    case = granted(item)
    made = queries.determination(case)
    assert case.state == State.CLOSED and made is not None
    assert made.decision and made.trace_hash and made.law and made.reasons
    assert made.made_by == ruling.SELF.key, "no official acted"
    values = queries.values_of(case)
    assert {value["source"] for value in values.values()} == {"prefill"}
    (licence,) = licences.of_case(case.case_no)
    assert licence.status == "valid" and licences.record(licence)["fields"]
    look = looked(case)
    assert (look.outcome, look.said, look.guards) == ("grant", "GRANT", [])


def test_what_was_seen_names_each_look_up_and_replays_to_the_same_hash() -> None:
    case = granted("elder-card")
    look = looked(case)
    made = queries.determination(case)
    assert made is not None and made.trace_hash == look.trace_hash
    assert seen.replayed(look) == seen.replayed(made) == look.trace_hash
    told = seen.explanation(look)
    assert told.is_granted and told.missed == []
    assert told.reasons[0].law == "《中华人民共和国老年人权益保障法》第二条"
    assert ("population", True) in {(register, bool(query)) for register, query in told.sources}
    from_trace = queries.opened(look.trace, queries.TRACE)
    from_trace["inputs"]["case"]["context"]["differences"] = {"number": "1"}
    look.trace = queries.sealed(from_trace, queries.TRACE)
    assert seen.replayed(look) != look.trace_hash, "what was changed afterwards shows"


def test_a_crash_after_the_filing_is_healed_and_nothing_is_done_twice() -> None:
    key, by = next(ready("property-query"))
    filed = filing.submit(key=key, by=by, signed=True)
    given.settle()
    case = filed.cases.get()
    assert case.state in {State.CLOSED, State.SUBMITTED}
    ruling.decide_at_once(application=filed, by=ruling.SELF)
    given.settle()
    assert Assessment.objects.filter(case=case).count() == 1


def test_a_failure_after_the_filing_leaves_it_filed() -> None:
    key, by = next(ready("property-query"))
    with mock.patch.object(ruling, "_consider", side_effect=RuntimeError("gone")):
        case = decided(key, by)
    assert case.state == State.SUBMITTED and case.by_person == ""
    given.settle()
    assert looked(Case.objects.get(pk=case.pk))


# Guards -----------------------------------------------------------------------------------------


def test_the_applicant_wants_a_person() -> None:
    key, by = next(ready("property-query"))
    case = decided(key, by, wants_person=True)
    assert case.state == State.SUBMITTED and case.by_person == papers.ASKED_FOR_A_PERSON
    given.settle()
    assert not Assessment.objects.filter(case=case).exists()
    assert Event.objects.filter(name="case.to_a_person", subject=case.matter.subject).count() == 1


def with_grid(**changes: Any) -> Any:
    """The rule of elder cards with other safeguards."""
    version, model = services.decision("property-query")
    body = {**version.body, "sample": 0, **changes}
    changed = definitions.Version(**{**_fields(version), "body": body})
    return mock.patch.object(services, "decision", lambda key: (changed, model))


def _fields(version: definitions.Version) -> dict[str, Any]:
    return {name: getattr(version, name) for name in version.__dataclass_fields__}


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"sample": 100}, Guard.SAMPLED),
        (
            {"near": [{"label": "门槛", "expression": "case.unsourced", "at": 1, "within": 1}]},
            Guard.NEAR,
        ),
    ],
)
def test_a_sample_and_a_near_threshold_go_to_a_person(
    changes: Mapping[str, Any], guard: Guard
) -> None:
    key, by = next(ready("property-query"))
    with with_grid(**changes):
        case = decided(key, by)
    look = looked(case)
    assert case.state == State.SUBMITTED and case.by_person
    assert look.guards == [guard] and look.said == "GRANT", "the table would have granted"
    assert seen.replayed(look) == look.trace_hash


def test_a_bad_record_goes_to_a_person_where_the_rule_says_so() -> None:
    key, by = next(ready("property-query"))
    with with_grid(credit=True), mock.patch.object(seen, "has_bad_record", return_value=True):
        case = decided(key, by)
    assert looked(case).guards == [Guard.CREDIT]


def test_a_source_that_is_down_goes_to_a_person() -> None:
    key, by = next(ready("property-query"))
    filed = filing.submit(key=key, by=by, signed=True)
    gathered = queries.Gathered()
    with (
        mock.patch.object(queries.Gathered, "unavailable", ["人口基础信息"]),
        mock.patch.object(queries, "gather", return_value=gathered),
    ):
        ruling.decide_at_once(application=filed, by=ruling.SELF)
    case = filed.cases.get()
    assert case.by_person == "数据源无应答：人口基础信息"
    assert looked(case).guards == [Guard.DOWN]


def test_an_entry_older_than_its_register_or_the_rule_allows_goes_to_a_person() -> None:
    waiting = ready("property-query")
    key, by = next(waiting)
    RegisterRow.objects.update(updated_on=clock.today() - timedelta(days=366))
    with with_grid():
        case = decided(key, by)
    look = looked(case)
    assert (case.state, look.guards, look.said) == (State.SUBMITTED, [Guard.STALE], "GRANT")
    assert "更新于 2025-09-06" in case.by_person and case.by_person.startswith("共享数据更新时间")
    assert seen.replayed(look) == look.trace_hash
    sources = queries.opened(look.facts, seen.FACTS)["case"]["context"]["sources"]
    registers = {row["context"]["register"] for row in sources}
    key, by = next(waiting)
    with with_grid(fresh_within_days=dict.fromkeys(registers, 366)):
        assert decided(key, by).result == "granted", "the table's own word goes first"
    RegisterRow.objects.update(updated_on=clock.today() - timedelta(days=2))
    key, by = next(waiting)
    with with_grid(fresh_within_days=dict.fromkeys(registers, 1)):
        assert looked(decided(key, by)).guards == [Guard.STALE]


def test_a_click_takes_few_trips(settings: Any) -> None:
    """From the signature to the page that shows the licence; each trip costs a busy hall."""
    settings.TONGBAN_DEMO = True
    waiting = ready("property-query")
    for _ in range(2):  # the first of a process reads what it then keeps
        key, by = next(waiting)
        assert by.person is not None
        Account.objects.create(person_id=by.person, is_official=False, username=key)
        signed_in = sign_in(by.person, 0, is_official=False)
        client = Client(headers={"host": "localhost", "cookie": signed_in})
        with CaptureQueriesContext(connection) as asked:
            went = client.post(f"/my/drafts/{key}/sign/", {"signed": "1"})
            page = client.get(went["Location"])
    assert went.status_code == 302 and page.status_code == 200
    assert len(asked) <= 50


def test_the_share_is_drawn_by_number_and_the_same_each_time() -> None:
    numbers = [f"no-{n}" for n in range(5000)]
    drawn = [n for n in numbers if automatic.is_sampled({"sample": 3}, n)]
    assert 100 <= len(drawn) <= 200
    assert drawn == [n for n in numbers if automatic.is_sampled({"sample": 3}, n)]
    assert not any(automatic.is_sampled({}, n) for n in numbers)


def test_why_not_names_the_value_that_would_change_it() -> None:
    for key, by in ready("elder-card"):
        case = decided(key, by)
        if case.by_person.startswith("登记年龄"):
            break
    told = seen.explanation(looked(case))
    assert not told.is_granted
    ((missed,),) = told.missed
    assert missed.label == "年龄" and missed.wanted == "≥ 60" and int(missed.value) < 60


# Input that is still needed ---------------------------------------------------------------------


def test_what_the_rule_still_needs_goes_back_to_the_form_and_changes_nothing() -> None:
    key, by = next(ready("property-query"))
    before = Application.objects.count(), Event.objects.count()
    version, model = services.decision("elder-allowance")
    assert automatic.asked_fields(
        version.body,
        ruling.engine.evaluate(
            model,
            "elder-allowance",
            {
                "form": {"applicant": {"birth_date": "1940-01-01", "bank_account": ""}},
                "case": automatic.USUAL,
            },
        ).trace,
    ) == ["applicant.bank_account"]
    wanted = {"applicant.phone": ["请填写"]}
    with (
        mock.patch.object(queries, "wanting", return_value=wanted),
        pytest.raises(Invalid) as refused,
    ):
        filing.submit(key=key, by=by, signed=True)
    assert refused.value.problems == wanted
    assert (Application.objects.count(), Event.objects.count()) == before


# Golden cases -----------------------------------------------------------------------------------


def test_a_golden_case_that_fails_forbids_publication() -> None:
    body = dict(services.decision("elder-card")[0].body)
    body["rules"] = [
        {**row, "when": ["0", "0", ">= 65"]} if row["key"] == "sixty" else row
        for row in body["rules"]
    ]
    faults = definitions.faults("decision", "elder-card", body)
    assert [fault.where for fault in faults] == ["golden[0]"]
    for golden in ([], body["golden"][:1], body["golden"][1:]):
        bare = {**services.decision("elder-card")[0].body, "golden": golden}
        faults = definitions.faults("decision", "elder-card", bare)
        assert [fault.where for fault in faults] == ["golden"], "none, or one side only"
    odd = {**services.decision("elder-card")[0].body, "fresh_within_days": {"moon": 0}}
    assert {fault.where for fault in definitions.faults("decision", "elder-card", odd)} == {
        "fresh_within_days.moon"
    }
    never = {**body, "rules": [{**body["rules"][0], "then": ['"REFUSE"', '"x"']}], "golden": []}
    assert definitions.faults("decision", "elder-card", never), "a rule never refuses"
