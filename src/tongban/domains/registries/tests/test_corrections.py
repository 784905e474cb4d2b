"""Whoever finds a value wrong has its source verify it; the source answers within its term."""

import json
from datetime import date

import pytest

from tongban.domains.registries import actions, queries, rules
from tongban.domains.registries.models import Correction, RegisterRow
from tongban.domains.registries.tests import people
from tongban.domains.registries.tests.people import CASES, MOTHER, ask, keeper
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import queries as matters

pytestmark = pytest.mark.django_db
CITIZEN = Actor(kind="person", key="person:1", person=1)


def dispute(**changed: object) -> Correction:
    given = {
        "register": "birth",
        "element": "weight",
        "subject": MOTHER,
        "claimed": 3350,
        "case_no": "C-1",
        "by": CITIZEN,
    }
    return actions.open_correction(**{**given, **changed})  # type: ignore[arg-type]


def test_a_disputed_value_becomes_a_clocked_matter_of_the_source(city: None) -> None:
    with clock.at("2026-01-05 10:00"):  # a Monday
        found = dispute()
    assert found.matter is not None
    assert found.matter.kind == "correction"
    assert found.matter.title == "核实出生医学信息中的出生体重"
    assert found.matter.due_on == date(2026, 1, 19)  # ten working days
    assert found.matter.organ == keeper("he").organ
    assert [item.stage for item in matters.open_items(found.matter.pk)] == ["verify"]
    event = Event.objects.get(name="correction.opened")
    assert event.data == {
        "register": "birth", "element": "weight", "case": "C-1", "reason": "disputed",
    }  # fmt: skip
    view = queries.correction(found.pk, by=keeper("he"))
    assert (view.held, view.subject) == (3200, MOTHER)
    assert [report.claimed for report in view.reports] == [3350]


def test_a_correction_upheld_amends_the_row_from_today_and_keeps_the_old(city: None) -> None:
    with clock.at("2026-01-05 10:00"):
        found = dispute()
    with clock.at("2026-01-07 10:00"):
        actions.decide_correction(
            correction=found.pk, outcome="upheld", opinion="查病历, 3350 克", by=keeper("he")
        )
        assert ask(fields=["name", "weight"]).values == {"name": "陈安安", "weight": 3350}
        actions.answer_correction(correction=found.pk, answer="已更正为 3350 克", by=keeper("he"))
    found = Correction.objects.get()
    assert (found.status, found.answer) == ("upheld", "已更正为 3350 克")
    assert found.matter is not None and found.matter.state == "ended"
    old, new = RegisterRow.objects.filter(register="birth").order_by("id")
    assert (old.valid_to, new.valid_from) == (date(2026, 1, 7), date(2026, 1, 7))
    assert queries.values_of(old)["weight"] == 3200
    amended = Event.objects.get(name="register.amended")
    assert amended.data["cause"] == f"registries.correction:{found.pk}"
    decided = Event.objects.get(name="correction.decided")
    assert decided.data["outcome"] == "upheld"
    assert Event.objects.filter(name="correction.answered").exists()


def test_an_unfounded_one_changes_no_row_but_is_answered(city: None) -> None:
    found = dispute()
    actions.decide_correction(
        correction=found.pk, outcome="unfounded", opinion="病历为 3200 克", by=keeper("he")
    )
    assert not Event.objects.filter(name="register.amended").exists()
    with pytest.raises(rules.AnswerMissing):
        actions.answer_correction(correction=found.pk, answer=" ", by=keeper("he"))
    actions.answer_correction(correction=found.pk, answer="经核实无误", by=keeper("he"))
    with pytest.raises(rules.AlreadyDecided):
        actions.answer_correction(correction=found.pk, answer="再答", by=keeper("he"))


def test_the_same_value_is_verified_once_for_all_cases(city: None) -> None:
    first, again, other = dispute(), dispute(), dispute(case_no="C-2", claimed=3400)
    assert first.pk == again.pk == other.pk
    assert [report.case_no for report in first.reports.order_by("id")] == ["C-1", "C-2"]
    assert Event.objects.filter(name="correction.opened").count() == 1
    assert Event.objects.filter(name="correction.joined").count() == 1
    assert queries.corrections_of("C-2") == [first]
    actions.decide_correction(
        correction=first.pk, outcome="unfounded", opinion="无误", by=keeper("he")
    )
    assert dispute(case_no="C-3").pk != first.pk


def test_both_parents_report_one_child_s_value(city: None) -> None:
    assert dispute().pk == dispute(subject=people.FATHER, case_no="C-2").pk


def test_a_missing_entry_can_be_reported_and_is_added(city: None) -> None:
    found = dispute(
        register="population",
        element="address",
        subject=people.STRANGER,
        reason="missing",
        claimed=None,
    )
    with pytest.raises(rules.ValueMissing):
        actions.decide_correction(
            correction=found.pk, outcome="upheld", opinion="漏录", by=keeper("wu")
        )
    actions.decide_correction(
        correction=found.pk, outcome="upheld", opinion="漏录", value="青禾路2号", by=keeper("wu")
    )
    assert ask("population", people.STRANGER, fields=["address"]).values == {"address": "青禾路2号"}


def test_only_the_source_s_own_keeper_decides(city: None) -> None:
    found = dispute()
    for by, refusal in ((keeper("wu"), NotFound), (CITIZEN, NotPermitted)):
        with pytest.raises(refusal):
            actions.decide_correction(correction=found.pk, outcome="upheld", opinion="x", by=by)
        with pytest.raises(refusal):
            queries.correction(found.pk, by=by)
    assert Correction.objects.get().status == "open"


def test_a_decision_needs_words_and_is_taken_once(city: None) -> None:
    found, he = dispute(), keeper("he")
    with pytest.raises(rules.AnswerMissing):
        actions.decide_correction(correction=found.pk, outcome="upheld", opinion="", by=he)
    actions.decide_correction(correction=found.pk, outcome="upheld", opinion="属实", by=he)
    with pytest.raises(rules.AlreadyDecided):
        actions.decide_correction(correction=found.pk, outcome="unfounded", opinion="反悔", by=he)


def test_unknown_elements_and_reasons_are_refused(city: None) -> None:
    for changed, refusal in (
        ({"element": "income"}, rules.UnknownFields),
        ({"register": "weather"}, rules.UnknownRegister),
        ({"reason": "whim"}, rules.UnknownReason),
        ({"claimed": ""}, rules.ValueMissing),
    ):
        with pytest.raises(refusal):
            dispute(**changed)
    assert not Correction.objects.exists()


def test_events_hold_nothing_personal(city: None) -> None:
    found = dispute(claimed=3351)
    actions.decide_correction(correction=found.pk, outcome="upheld", opinion="属实", by=CASES)
    for data in Event.objects.values_list("data", flat=True):
        assert "3351" not in json.dumps(data) and MOTHER not in json.dumps(data)
