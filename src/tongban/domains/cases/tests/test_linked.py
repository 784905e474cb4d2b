"""Linked cases and objections: the old case stays as it was, another looks again (row 20)."""

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.test import Client

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.cases import queries
from tongban.domains.cases.actions import (
    acceptance,
    determination,
    ending,
    linked,
    review,
    ruling,
)
from tongban.domains.cases.models import Case
from tongban.domains.cases.queries import office
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import Purpose, State
from tongban.domains.cases.workbench import forms
from tongban.domains.cases.workbench.acts import ACTS
from tongban.domains.credit.models import CreditEvent
from tongban.domains.licences import queries as wallet
from tongban.domains.licences.models import Licence
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LAW = "《中华人民共和国行政许可法》"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def fresh(case: Case) -> Case:
    return Case.objects.select_related("matter", "application").get(pk=case.pk)


def closed() -> Case:
    """A case that an official granted, before any rule looked at it."""
    case = given.food_licence()
    for _ in range(3):
        item = given.item_of(case)
        by = given.official(item)
        if item.stage == "accept":
            acceptance.accept(item=item.pk, by=by)
        elif item.stage == "decide":
            determination.grant(item=item.pk, reasons="符合条件", by=by)
        else:
            review.pass_on(item=item.pk, outcome="pass", opinion="属实", by=by)
    given.settle()
    return fresh(case)


def by_rule() -> Case:
    """A case that a rule granted at once."""
    application = given.birth()
    given.settle()
    found = application.cases.filter(determination__decision__isnull=False, state=State.CLOSED)
    first = found.order_by("id").first()
    assert first is not None
    return fresh(first)


def decide(case: Case, *, grants: bool, nth: int = 0) -> Case:
    """Officials take the linked case to its decision."""
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    item = given.item_of(case)
    review.pass_on(item=item.pk, outcome="pass", opinion="已核实", by=given.official(item))
    item = given.item_of(case)
    by = given.official(item, nth)
    if grants:
        determination.grant(item=item.pk, reasons="查证属实", law=LAW, by=by)
    else:
        determination.refuse(
            item=item.pk, reasons="原决定正确", law=LAW, remedies=papers.REMEDIES, by=by
        )
    given.settle()
    return fresh(case)


def chief_of(case: Case) -> Actor:
    found = identity.officials_with("case.decide", case.organ)[0]
    account = identity.account_of(found.person, is_official=True)
    assert account is not None
    return identity.actor_for(account=account, post=found.post)


def examiner_of(case: Case) -> Actor:
    found = identity.officials_with("case.examine", case.organ)[0]
    account = identity.account_of(found.person, is_official=True)
    assert account is not None
    return identity.actor_for(account=account, post=found.post)


def test_a_revocation_is_a_case_of_its_own() -> None:
    about = closed()
    before = Case.objects.filter(pk=about.pk).values().get()
    licence = Licence.objects.get(case_no=about.case_no)
    made = linked.begin(
        case_no=about.case_no, purpose="revoke", reasons="以欺骗手段取得", by=examiner_of(about)
    )
    given.settle()
    made = fresh(made)
    assert (made.state, made.about_id, made.purpose) == (State.SUBMITTED, about.pk, Purpose.REVOKE)
    assert made.case_no != about.case_no and made.application_id != about.application_id
    assert made.matter.title.startswith("撤销：")
    assert [n.kind for n in made.application.notices.all()] == [papers.Kind.LINKED]
    with pytest.raises(state.FiledAlready):
        linked.begin(case_no=about.case_no, purpose="revoke", reasons="x", by=examiner_of(about))
    with pytest.raises(state.NotYours):
        ending.withdraw(case_no=made.case_no, by=given.restaurateur())
    made = decide(made, grants=True)
    assert (made.state, made.result) == (State.CLOSED, state.Result.GRANTED)
    licence.refresh_from_db()
    assert licence.status == "revoked"
    assert Licence.objects.filter(case_no=made.case_no).count() == 0
    assert papers.Kind.REVOKED in made.notices.values_list("kind", flat=True)
    assert Case.objects.filter(pk=about.pk).values().get() == before, "the old one is untouched"


def test_what_was_not_upheld_leaves_the_licence_alone() -> None:
    about = closed()
    made = linked.begin(
        case_no=about.case_no, purpose="annul", reasons="不再经营", by=examiner_of(about)
    )
    made = decide(made, grants=False)
    assert Licence.objects.get(case_no=about.case_no).status == "valid"
    assert made.result == state.Result.REFUSED


def test_a_holder_gives_a_licence_up() -> None:
    about = closed()
    made = linked.ask(
        case_no=about.case_no, purpose="annul", reasons="停业", by=given.restaurateur()
    )
    decide(made, grants=True)
    assert Licence.objects.get(case_no=about.case_no).status == "cancelled"


def test_a_correction_makes_the_next_version_of_the_licence() -> None:
    about = closed()
    by = given.restaurateur()
    pointer = "premises.premises_address"
    with pytest.raises(state.NotAField):
        linked.ask(
            case_no=about.case_no, purpose="correct", reasons="x", values={"a.b": "1"}, by=by
        )
    made = linked.ask(
        case_no=about.case_no,
        purpose="correct",
        reasons="门牌号写错了",
        values={pointer: "青禾市云麓区禾泽街道 8 号"},
        by=by,
    )
    decide(made, grants=True)
    old, new = Licence.objects.filter(number=Licence.objects.first().number).order_by("version")  # type: ignore[union-attr]
    assert (old.status, new.status, new.version) == ("replaced", "valid", 2)
    again = linked.ask(
        case_no=about.case_no, purpose="annul", reasons="停业", by=given.restaurateur()
    )
    decide(again, grants=True)
    new.refresh_from_db()
    assert new.status == "cancelled", "what stands today is struck off, not what stood once"


def test_who_may_ask_for_what() -> None:
    about = closed()
    mine, stranger = given.restaurateur(), given.mother()
    for refusal, purpose, reasons, by in (
        (NotFound, "annul", "x", stranger),
        (state.NotYours, "revoke", "x", mine),
        (state.OpinionMissing, "annul", "  ", mine),
        (state.NotByRule, "reconsider", "x", mine),
    ):
        with pytest.raises(refusal):
            linked.ask(case_no=about.case_no, purpose=purpose, reasons=reasons, by=by)
    assert Case.objects.filter(about=about).count() == 0


def test_nothing_is_corrected_before_it_was_decided() -> None:
    case = given.food_licence()
    with pytest.raises(state.OutOfOrder):
        linked.ask(case_no=case.case_no, purpose="correct", reasons="x", by=given.restaurateur())


def test_an_objection_goes_to_a_person_who_did_not_make_the_rule() -> None:
    about = by_rule()
    made = linked.ask(
        case_no=about.case_no, purpose="reconsider", reasons="出生日期有误", by=given.mother()
    )
    given.settle()
    made = fresh(made)
    assert made.state == State.SUBMITTED, "no rule looks at it again"
    chief = chief_of(about)
    Definition.objects.filter(pk=about.determination.decision).update(approver=chief.key)
    with pytest.raises(state.NotImpartial):
        decide(made, grants=True)
    Definition.objects.filter(pk=about.determination.decision).update(approver="official:1@post:1")
    item = given.item_of(made)
    determination.refuse(
        item=item.pk, reasons="原决定正确", law=LAW, remedies=papers.REMEDIES, by=chief
    )
    given.settle()
    made = fresh(made)
    kept = papers.Kind.RECONSIDERED
    assert made.state == State.CLOSED and kept in made.notices.values_list("kind", flat=True)
    body = queries.opened(made.notices.get(kind=kept).body, queries.NOTICE)
    assert "维持原决定" in "".join(body["paragraphs"])


def test_whoever_looks_again_puts_what_stands_instead() -> None:
    about = by_rule()
    old = Licence.objects.get(case_no=about.case_no)
    said = wallet.record(old)["fields"]
    pointer = next(key for key, value in said.items() if key.endswith(".name") and value)
    made = linked.ask(
        case_no=about.case_no,
        purpose="reconsider",
        reasons="姓名有误",
        values={pointer: "申请人要的"},
        by=given.mother(),
    )
    given.settle()
    item = given.item_of(made)
    acceptance.accept(item=item.pk, by=given.official(item))
    item = given.item_of(made)
    review.pass_on(item=item.pk, outcome="pass", opinion="已核实", by=given.official(item))
    item = given.item_of(made)
    chief = given.official(item)
    _has_room_for_every_value(made, chief)
    for wrong in ({"nobody.name": "x"}, {linked.REASONS: "x"}):
        with pytest.raises(state.NotAField):
            determination.grant(item=item.pk, reasons="查证属实", law=LAW, values=wrong, by=chief)
    determination.grant(
        item=item.pk, reasons="查证属实", law=LAW, values={pointer: "查明的"}, by=chief
    )
    given.settle()
    new = Licence.objects.filter(type=old.type).exclude(pk=old.pk).get()
    assert wallet.record(new)["fields"][pointer] == "查明的"
    kept = queries.values_of(fresh(made))[pointer]
    assert kept["against"][0]["value"] == "申请人要的", "what was asked for stays readable"


def _has_room_for_every_value(made: Case, chief: Actor) -> None:
    """The form of the decision takes as many other values as the case has."""
    view = office.view(queries.case(made.case_no, by=chief), by=chief)
    form = forms.blank(ACTS["grant"], view)
    filed = [row.field.key for row in view.compared if row.filed is not None]
    drawn = [one.name for one in (*form.fields, *form.more) if one.name.startswith("field")]
    assert len(drawn) == len(filed) > 3 and len(form.more) == 2 * (len(filed) - 3)
    sent = QueryDict(mutable=True)
    for name, key in zip(drawn, filed, strict=True):
        sent[name], sent[name.replace("field", "value")] = key, "查明的"
    (ask,) = [one for one in ACTS["grant"].asks if one.sends == "values"]
    assert ask.read(sent) == dict.fromkeys(filed, "查明的")


def test_an_ordinary_case_is_granted_as_it_was_filed() -> None:
    case = given.food_licence()
    item = given.item_of(case)
    acceptance.accept(item=item.pk, by=given.official(item))
    item = given.item_of(case)
    review.pass_on(item=item.pk, outcome="pass", opinion="属实", by=given.official(item))
    item = given.item_of(case)
    with pytest.raises(state.NotAField):
        determination.grant(item=item.pk, values={"firm.name": "x"}, by=given.official(item))


def test_a_broken_promise_opens_its_revocation_and_is_noted() -> None:
    about = closed()
    linked.follow_broken_promise(case_no=about.case_no, by=ruling.SELF)
    made = Case.objects.get(about=about)
    assert made.purpose == Purpose.REVOKE
    assert CreditEvent.objects.get(case_no=about.case_no).kind == "false_promise"
    assert Licence.objects.get(case_no=about.case_no).status == "valid", "a decision of its own"


# Doors -------------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings) -> None:
    settings.TONGBAN_DEMO = True


def as_(login: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    return client


@pytest.mark.usefixtures("demo")
def test_the_page_of_a_decision_by_rule_offers_the_objection() -> None:
    about = by_rule()
    client = as_("lixiaoyun")
    number = about.application.number
    address = f"/my/{number}/{about.case_no}/ask/reconsider/"
    for headers in ({}, {"accept-language": "en"}):
        assert address in client.get(f"/my/{number}/", headers=headers).content.decode()
    page = client.get(address)
    assert page.status_code == 200 and "<textarea" in page.content.decode()
    assert client.post(address, {"reasons": " "}).status_code == 422
    assert not Case.objects.filter(about=about).exists()
    answer = client.post(address, {"reasons": "出生体重填错了"})
    made = Case.objects.get(about=about)
    assert answer["Location"] == f"/my/{made.application.number}/"
    shown = client.get(answer["Location"]).content.decode()
    assert about.case_no in shown and "复核" in shown
    assert made.matter.title in client.get(f"/my/{number}/").content.decode()
    assert client.get(address).status_code == 404, "one at a time"
    assert client.post(address, {"reasons": "x"}).status_code == 409
    stranger = as_("zhoumei")
    assert stranger.get(address).status_code == 404
    assert client.get(address.replace("reconsider", "nonsense")).status_code == 404


@pytest.mark.usefixtures("demo")
def test_an_applicant_has_a_person_decide_instead_of_the_rule() -> None:
    application = given.birth()
    case = application.cases.get(item_key="birth-certificate")
    client = as_("lixiaoyun")
    address = f"/my/{application.number}/{case.case_no}/ask/person/"
    assert address in client.get(f"/my/{application.number}/").content.decode()
    assert client.post(address).status_code == 302
    given.settle()
    case = fresh(case)
    assert case.state == State.SUBMITTED and case.by_person == papers.ASKED_FOR_A_PERSON
    assert client.get(address).status_code == 404
