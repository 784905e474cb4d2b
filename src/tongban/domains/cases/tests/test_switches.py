"""The rules' own page: off by one, on by two, replay, and a new version tried in the shadow."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.cases import queries
from tongban.domains.cases.actions import filing, ruling, shadowing, switching
from tongban.domains.cases.models import Assessment, Case, RuleSwitch
from tongban.domains.cases.queries import ruling as seen
from tongban.domains.cases.rules import switches
from tongban.domains.cases.rules.guards import Guard
from tongban.domains.cases.rules.state import State
from tongban.domains.cases.workbench import rules as pages
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue import queries as definitions
from tongban.kernel.catalogue.rules import Faulty
from tongban.kernel.errors import Invalid, NotPermitted
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Person
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

RULE = "property-query"


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


def official(login: str) -> Actor:
    """An official of the demo city, in the first post held."""
    account = identity.account(login)
    assert account is not None
    return identity.actor_for(account=account, post=identity.posts_of(account)[0].id)


def drafter() -> Actor:
    return official("qian")


def publisher() -> Actor:
    return official("li")


def filed(count: int) -> list[Case]:
    """Some citizens file; the rule decides."""
    cases = []
    for pk in Person.objects.order_by("-id").values_list("id", flat=True):
        if Case.objects.filter(person=pk).exists():
            continue
        by = Actor(kind="person", key=f"person:{pk}", person=pk, for_person=pk)
        key = citizens.open_draft(by=by, item=RULE).key
        view = queries.view(queries.draft(key, by=by))
        if view.problems() or view.missing:
            continue
        application = filing.submit(key=key, by=by, signed=True)
        ruling.decide_at_once(application=application, by=ruling.SELF)
        cases.append(application.cases.get())
        if len(cases) == count:
            return cases
    raise AssertionError("The town is too small.")


# The switch --------------------------------------------------------------------------------------


def test_off_takes_effect_at_once_and_on_takes_two() -> None:
    first, second = drafter(), publisher()
    assert filed(1)[0].state == State.CLOSED
    switching.turn_off(rule=RULE, reason="登记簿数据异常", by=first)
    (case,) = filed(1)
    assert case.state == State.SUBMITTED and case.by_person == "自动审批规则已停用"
    look = Assessment.objects.order_by("-id").first()
    assert look is not None and look.guards == [Guard.OFF] and look.said == ""
    with pytest.raises(switches.AlreadyOff):
        switching.turn_off(rule=RULE, reason="再次", by=second)
    with pytest.raises(switches.NobodyAsked):
        switching.turn_on(rule=RULE, by=second)
    switching.ask_to_turn_on(rule=RULE, reason="数据已恢复", by=first)
    with pytest.raises(switches.OtherPersonNeeded):
        switching.turn_on(rule=RULE, by=first)
    with pytest.raises(switches.OtherPersonNeeded):
        switching.turn_on(rule=RULE, by=part("cases"))
    assert not seen.is_on(RULE)
    switching.turn_on(rule=RULE, by=second)
    assert seen.is_on(RULE)
    told = Event.objects.filter(subject=f"cases.rule:{RULE}").order_by("id")
    assert list(told.values_list("name", flat=True)) == [
        "rule.turned_off",
        "rule.on_asked",
        "rule.turned_on",
    ]


def test_a_switch_needs_its_grant_and_a_reason() -> None:
    with pytest.raises(NotPermitted):
        switching.turn_off(rule=RULE, reason="试", by=given.mother())
    with pytest.raises(Invalid):
        switching.turn_off(rule=RULE, reason="  ", by=drafter())
    assert not RuleSwitch.objects.filter(is_on=False).exists()


def test_what_was_turned_off_while_it_looked_is_not_granted(monkeypatch: Any) -> None:
    by = drafter()
    evaluate = ruling.engine.evaluate

    def slowly(*args: Any, **kwargs: Any) -> Any:
        RuleSwitch.objects.update_or_create(rule=RULE, defaults={"is_on": False})
        return evaluate(*args, **kwargs)

    monkeypatch.setattr(seen, "wanting", lambda view: {})
    monkeypatch.setattr(ruling.engine, "evaluate", slowly)
    (case,) = filed(1)
    assert case.state == State.SUBMITTED and by.may("rule.switch")


# A version that is not in force ------------------------------------------------------------------


def stricter() -> dict[str, Any]:
    """The same rule, which would now hand everybody's case to a person."""
    body = dict(services.decision(RULE)[0].body)
    rows = [{**row, "when": list(row["when"])} for row in body["rules"]]
    rows[0]["when"] = ["0", "99"]
    cases = [{**row, "given": {"case": {"unsourced": 99}}} for row in body["golden"][:1]]
    return {**body, "rules": rows, "golden": [*cases, *body["golden"][1:]]}


def test_a_shadow_run_shows_the_differences_to_the_second_signer_and_changes_nothing() -> None:
    cases = filed(3)
    granted = {case.case_no for case in cases if case.state == State.CLOSED}
    by = drafter()
    row = catalogue.begin(kind="decision", key=RULE, body=stricter(), by=by)
    assert pages.preview(row.body, definitions.known(clock.today()))["run"] is None
    run = shadowing.ask(definition=row.pk, by=by)
    before = Case.objects.order_by("id").values_list("case_no", "state", "version")
    kept = list(before)
    while jobs.run_next(by=part("worker"), holder="test"):
        pass
    assert list(before.all()) == kept
    run.refresh_from_db()
    assert run.ended_at and run.seen == 3
    shown = pages.preview(row.body, definitions.known(clock.today()))
    assert {case_no for case_no, *_ in shown["differences"]} == granted
    assert Event.objects.filter(name="rule.shadow_done").count() == 1


def test_a_changed_rule_is_not_signed_before_it_was_tried_to_the_end() -> None:
    filed(2)
    by, second = drafter(), publisher()
    row = catalogue.begin(kind="decision", key=RULE, body=stricter(), by=by)
    row = catalogue.submit(definition=row.pk, by=by)
    before = definitions.current("decision", RULE).id

    def sign() -> None:
        catalogue.publish(definition=row.pk, by=second, expected=row.content_hash)

    with pytest.raises(switches.NotTried):
        sign()
    other = catalogue.begin(kind="decision", key=RULE, body={**stricter(), "name": "他"}, by=by)
    shadowing.ask(definition=other.pk, by=by)
    while jobs.run_next(by=part("worker"), holder="test"):
        pass
    with pytest.raises(switches.NotTried):
        sign()  # another content was tried
    shadowing.ask(definition=row.pk, by=by)
    with pytest.raises(switches.NotTried):
        sign()  # still running
    assert definitions.current("decision", RULE).id == before
    while jobs.run_next(by=part("worker"), holder="test"):
        pass
    sign()
    assert definitions.current("decision", RULE).id == row.pk


def test_the_first_version_of_a_rule_has_no_past_cases_to_be_tried_on() -> None:
    by, second = drafter(), publisher()
    body = {**services.decision(RULE)[0].body, "key": "quite-new"}
    row = catalogue.begin(kind="decision", key="quite-new", body=body, by=by)
    row = catalogue.submit(definition=row.pk, by=by)
    shown = pages.preview(row.body, definitions.known(clock.today()))
    assert not shown["needs_trial"] and shown["run"] is None
    catalogue.publish(definition=row.pk, by=second, expected=row.content_hash)


def test_the_same_rule_makes_no_difference() -> None:
    filed(3)
    by = drafter()
    body = {**services.decision(RULE)[0].body, "name": "另一个名称"}
    row = catalogue.begin(kind="decision", key=RULE, body=body, by=by)
    run = shadowing.ask(definition=row.pk, by=by)
    while jobs.run_next(by=part("worker"), holder="test"):
        pass
    assert run.differences.count() == 0


def test_a_failing_golden_case_forbids_publication() -> None:
    by, second = drafter(), publisher()
    body = {**stricter(), "golden": services.decision(RULE)[0].body["golden"]}
    row = catalogue.begin(kind="decision", key=RULE, body=body, by=by)
    with pytest.raises(Faulty):
        row = catalogue.submit(definition=row.pk, by=by)
        catalogue.publish(definition=row.pk, by=second, expected=row.content_hash)
    assert definitions.current("decision", RULE).body["golden"] == body["golden"]
    assert definitions.current("decision", RULE).body["rules"] != body["rules"]


# The pages ---------------------------------------------------------------------------------------


def as_(login: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    return client


def test_the_page_of_a_rule_switches_and_replays() -> None:
    (case,) = filed(1)
    client = as_("qian")
    assert RULE in client.get("/office/rules/").content.decode()
    text = client.get(f"/office/rules/{RULE}/").content.decode()
    assert case.case_no in text and "本人名下不动产" in text
    look = Assessment.objects.get(case=case)
    again = client.post(f"/office/rules/{RULE}/looks/{look.pk}/replay/")
    assert again.status_code == 200 and look.trace_hash[:16] in again.content.decode()
    assert again.context["replayed"]["again"] == look.trace_hash
    assert client.post(f"/office/rules/{RULE}/switch/", {"act": "off"}).status_code == 422
    done = client.post(f"/office/rules/{RULE}/switch/", {"act": "off", "reason": "数据异常"})
    assert done.status_code == 302 and not seen.is_on(RULE)
    assert client.get("/office/rules/no-such-rule/").status_code == 404


def test_the_definition_page_offers_the_shadow_run() -> None:
    filed(1)
    by = drafter()
    row = catalogue.begin(kind="decision", key=RULE, body=stricter(), by=by)
    client = as_("qian")
    page = client.get(f"/office/definitions/{row.pk}/").content.decode()
    assert f"/office/rules/versions/{row.pk}/shadow/" in page
    assert client.post(f"/office/rules/versions/{row.pk}/shadow/").status_code == 302


def test_a_citizen_has_no_business_there() -> None:
    assert as_("lixiaoyun").get("/office/rules/").status_code == 403


def test_one_reads_why_and_why_not_with_what_would_change_it() -> None:
    client = as_("lixiaoyun")
    by = given.mother()
    key = citizens.open_draft(by=by, item="elder-card").key
    citizens.complete(key=key, by=by)
    page = client.get(f"/my/drafts/{key}/sign/").content.decode()
    assert 'name="wants_person"' in page
    sent = client.post(f"/my/drafts/{key}/sign/", {"signed": "1"})
    assert sent.status_code == 302
    case = Case.objects.get(item_key="elder-card", person=by.person)
    assert case.by_person, "looked at before the next page"
    number = case.application.number
    why = f"/my/{number}/{case.case_no}/why/"
    assert why in client.get(f"/my/{number}/").content.decode()
    text = client.get(why).content.decode()
    assert "年龄" in text and "≥ 60" in text and "老年人权益保障法" in text
    assert as_("wangjianguo").get(why).status_code == 404


def test_the_wish_at_the_signature_goes_to_a_person() -> None:
    client, by = as_("lixiaoyun"), given.mother()
    key = citizens.open_draft(by=by, item="elder-card").key
    citizens.complete(key=key, by=by)
    client.post(f"/my/drafts/{key}/sign/", {"signed": "1", "wants_person": "1"})
    case = Case.objects.get(item_key="elder-card", person=by.person)
    assert case.by_person == "申请人要求人工办理" and case.state == State.SUBMITTED
