"""What is handed in later, promised, asked for by several agencies at once, or passed on."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given as forall
from hypothesis import strategies as st

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, determination, drafting, filing, passing
from tongban.domains.cases.models import Application, Case, Draft, Notice
from tongban.domains.cases.rules import needs, papers, state
from tongban.domains.cases.rules.state import Delivery, State
from tongban.domains.credit import actions as credit
from tongban.domains.credit import queries as records
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.errors import Invalid
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.kernel.workdays import calendars
from tongban.simulator import citizens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
LAYOUT = "kitchen_layout"


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


def fresh(case: Case) -> Case:
    return Case.objects.select_related("matter", "application").get(pk=case.pk)


def as_(login: str, entity: str = "") -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    if entity:
        answer = client.post("/sign-in/acting/", {"as": f"entity:{entity}"})
        assert answer.status_code == 302
    return client


def note_bad_record() -> None:
    credit.note(
        subject_kind="entity",
        subject=given.FIRM,
        kind="false_promise",
        law="《中华人民共和国行政许可法》第六十九条",
        case_no="X",
        organ="Y",
        by=part("cases"),
    )


def dues(case: Case, kind: str) -> list[tuple[str, date | None]]:
    rows = Clock.objects.filter(matter=case.matter_id, kind=kind).order_by("id")
    return [(row.state, row.due_on) for row in rows]


# 8 tolerance -------------------------------------------------------------------------------------


def later(*, by: Actor | None = None) -> Case:
    """A food licence whose applicant asked to hand the floor plan in later."""
    by = by or given.restaurateur()
    key = citizens.open_draft(by=by, item="food-licence").key
    drafting.tolerate(key=key, material=LAYOUT, by=by)
    citizens.complete(key=key, by=by)
    return citizens.submit(key=key, by=by).cases.get()


def tolerated() -> Case:
    case = later()
    item = given.item_of(case)
    acceptance.accept_tolerant(item=item.pk, materials=[LAYOUT], by=given.official(item))
    return fresh(case)


def test_a_tolerated_material_runs_under_its_own_clock() -> None:
    case = tolerated()
    assert case.state == State.ACCEPTED
    assert case.accept_basis == state.Basis.TOLERANT
    assert dues(case, "tolerance") == [("running", date(2026, 9, 20))]
    row = case.materials.get(key=LAYOUT)
    assert row.is_tolerated
    assert row.tolerated_until == date(2026, 9, 20)
    assert case.notices.filter(kind=papers.Kind.TOLERANCE).count() == 1


def test_it_cannot_be_overlooked_nor_stretched() -> None:
    case = later()
    item = given.item_of(case)
    by = given.official(item)
    with pytest.raises(needs.MaterialMissing):
        acceptance.accept(item=item.pk, by=by)
    for wrong in ([], ["safety_rules"], [LAYOUT, "safety_rules"], ["nothing"]):
        with pytest.raises((needs.NotTolerable, needs.MaterialMissing)):
            acceptance.accept_tolerant(item=item.pk, materials=wrong, by=by)
    for days in (0, 11):
        with pytest.raises(needs.TooManyDays):
            acceptance.accept_tolerant(item=item.pk, materials=[LAYOUT], days=days, by=by)
    assert fresh(case).state == State.SUBMITTED
    acceptance.accept_tolerant(item=item.pk, materials=[LAYOUT], days=3, by=by)
    assert dues(case, "tolerance") == [("running", date(2026, 9, 10))]


def test_a_bad_record_closes_the_way_at_the_draft_at_the_filing_and_at_the_desk() -> None:
    by = given.restaurateur()
    case = later()
    item = given.item_of(case)
    key = citizens.open_draft(by=by, item="food-licence").key
    drafting.tolerate(key=key, material=LAYOUT, by=by)
    citizens.complete(key=key, by=by)
    note_bad_record()
    with pytest.raises(needs.BadRecord):
        acceptance.accept_tolerant(item=item.pk, materials=[LAYOUT], by=given.official(item))
    with pytest.raises(needs.BadRecord):
        filing.submit(key=key, by=by, signed=True)
    with pytest.raises(needs.BadRecord):
        drafting.tolerate(key=key, material=LAYOUT, by=by)
    with pytest.raises(needs.BadRecord):
        drafting.promise(key=key, material="safety_rules", by=by)
    assert fresh(case).state == State.SUBMITTED


def test_only_what_the_item_tolerates_may_be_asked_for() -> None:
    by = given.restaurateur()
    key = citizens.open_draft(by=by, item="food-licence").key
    for name in ("safety_rules", "no-such"):
        with pytest.raises(needs.NotTolerable):
            drafting.tolerate(key=key, material=name, by=by)


def test_handed_in_it_is_met_and_nothing_else_is_taken() -> None:
    case = tolerated()
    by = given.restaurateur()
    kept = citizens.keep(by=by)
    for wrong in ({}, {"safety_rules": kept}, {LAYOUT: ""}):
        with pytest.raises(needs.NotOwed):
            acceptance.supply(case_no=case.case_no, files=wrong, by=by)
    assert queries.open_tolerance(case)
    acceptance.supply(case_no=case.case_no, files={LAYOUT: kept}, by=by)
    assert not queries.open_tolerance(case)
    assert [s for s, _ in dues(case, "tolerance")] == ["met"]
    row = case.materials.get(key=LAYOUT)
    assert (row.way, row.file, row.is_tolerated) == ("upload", kept, True)
    with pytest.raises(needs.NotOwed):
        acceptance.supply(case_no=case.case_no, files={LAYOUT: kept}, by=by)


def test_nothing_is_granted_before_it_is_there() -> None:
    case = tolerated()
    while True:
        item = given.item_of(case)
        if item.stage == "decide":
            break
        given.desk.work(item, die=given.Random(1))
        given.settle()
    head = given.official(item)
    with pytest.raises(needs.ToleranceOpen):
        determination.grant(item=item.pk, reasons="符合条件", by=head)
    assert fresh(case).state == State.ACCEPTED
    by = given.restaurateur()
    acceptance.supply(case_no=case.case_no, files={LAYOUT: citizens.keep(by=by)}, by=by)
    item = given.item_of(case)
    determination.grant(item=item.pk, reasons="符合条件", by=head)
    assert fresh(case).state == State.DECIDED


def test_never_handed_in_it_ends_the_case_and_is_noted() -> None:
    case = tolerated()
    clock.move("2026-09-20 09:00")
    given.next_day()
    case = fresh(case)
    assert case.state == State.TERMINATED
    assert records.has_bad_record(subject_kind="entity", subject=given.FIRM)
    assert not Clock.objects.filter(matter=case.matter_id, state="running").exists()
    # What ended without a decision may be filed again.
    assert queries.filed_already(case.same_as) is None


def test_deemed_accepted_it_is_owed_all_the_same_and_red_for_the_agency() -> None:
    case = later()
    clock.move("2026-09-14 09:00")
    given.next_day()
    case = fresh(case)
    assert case.accept_basis == state.Basis.DEEMED
    assert case.overdue_at is not None
    assert [s for s, _ in dues(case, "tolerance")] == ["running"]
    told = Event.objects.get(name="case.overdue", matter=case.matter_id)
    assert told.data["kind"] == "acceptance"


def test_the_applicant_asks_and_hands_in_on_the_pages() -> None:
    by = given.restaurateur()
    client = as_("zhoumei", given.FIRM)
    key = citizens.open_draft(by=by, item="food-licence").key
    materials = f"/my/drafts/{key}/materials/"
    assert "容缺" in client.get(materials).content.decode()
    sent = client.post(materials, {"material": LAYOUT, "do": "tolerance"})
    assert sent.status_code == 302
    refused = client.post(materials, {"material": "safety_rules", "do": "tolerance"})
    assert refused.status_code == 422
    citizens.complete(key=key, by=by)
    assert "承诺" in client.get(f"/my/drafts/{key}/sign/").content.decode()
    client.post(f"/my/drafts/{key}/sign/", {"signed": "1"})
    case = Case.objects.get(item_key="food-licence")
    item = given.item_of(case)
    acceptance.accept_tolerant(item=item.pk, materials=[LAYOUT], by=given.official(item))
    number = case.application.number
    page = f"/my/{number}/{case.case_no}/supply/"
    assert page in client.get(f"/my/{number}/").content.decode()
    assert 'datetime="2026-09-20"' in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 422
    plan = SimpleUploadedFile("plan.pdf", citizens.paper())
    assert client.post(page, {LAYOUT: plan}).status_code == 302
    assert not queries.open_tolerance(case)
    assert as_("gaozihan").get(page).status_code == 404


# 3 one notice of all agencies --------------------------------------------------------------------


def several() -> tuple[Application, list[Case]]:
    """A filing before several agencies at once, of which two will ask for something."""
    application = given.restaurant(food="cold")
    licence = application.cases.get(item_key="business-licence-check")
    while fresh(licence).state not in state.DONE:
        given.desk.work(given.item_of(licence), die=given.Random(1))
        given.settle()
    cases = list(application.cases.filter(state=State.SUBMITTED).order_by("id"))
    assert len(cases) > 1
    return application, cases


def ask(case: Case, key: str, name: str = "情况说明") -> None:
    item = given.item_of(case)
    acceptance.ask_supplement(
        item=item.pk,
        defects=[{"kind": "material", "key": key, "name": name, "needed": "请补充"}],
        by=given.official(item),
    )


def accept_all(cases: list[Case]) -> None:
    for case in cases:
        item = given.item_of(case)
        acceptance.accept(item=item.pk, by=given.official(item))


def test_the_requests_of_all_agencies_leave_as_one_notice() -> None:
    application, cases = several()
    first, second, *rest = cases
    ask(first, "statement")
    first = fresh(first)
    assert first.state == State.SUPPLEMENT
    assert first.told_at is None
    assert dues(first, "acceptance")[0][0] == "paused"
    assert not dues(first, "supplement"), "the applicant's term runs from the notice"
    with pytest.raises(needs.NotToldYet):
        acceptance.supplement(
            case_no=first.case_no, values={}, files={"statement": "x"}, by=given.restaurateur()
        )
    accept_all(rest)
    acceptance.tell_supplements(application=application.pk, by=part("cases"))
    assert fresh(first).told_at is None, "one still looks"
    ask(second, "statement")
    told = acceptance.tell_supplements(application=application.pk, by=part("cases"))
    assert {c.pk for c in told} == {first.pk, second.pk}
    notice = Notice.objects.get(kind=papers.Kind.SUPPLEMENTS)
    assert notice.case is None
    assert len(queries.opened(notice.body, queries.NOTICE)["rows"]) == 2
    assert not Notice.objects.filter(kind=papers.Kind.SUPPLEMENT).exists()
    for case in (first, second):
        assert [s for s, _ in dues(case, "supplement")] == ["running"]
    assert acceptance.tell_supplements(application=application.pk, by=part("cases")) == []


def test_they_leave_on_the_first_acceptance_limit_at_the_latest() -> None:
    application, cases = several()
    clock.move("2026-09-09 09:00")
    ask(cases[0], "statement")
    collect = Clock.objects.get(matter=application.matter_id, kind="collect")
    assert collect.due_on == date(2026, 9, 11)
    # The first agency's limit is Monday the fourteenth: before it, it leaves.
    clock.move("2026-09-11 09:00")
    given.settle()
    assert fresh(cases[0]).told_at is None
    given.next_day()
    case = fresh(cases[0])
    assert case.told_at is not None
    assert clock.moment(case.told_at).date() <= date(2026, 9, 14)


def test_on_the_last_day_they_leave_at_once() -> None:
    _, cases = several()
    clock.move("2026-09-14 09:00")
    ask(cases[0], "statement")
    given.settle()
    assert fresh(cases[0]).told_at is not None


def test_one_page_answers_all_of_them_or_none() -> None:
    application, cases = several()
    first, second, *rest = cases
    ask(first, "statement")
    ask(second, "statement")
    accept_all(rest)
    acceptance.tell_supplements(application=application.pk, by=part("cases"))
    by = given.restaurateur()
    kept = citizens.keep(by=by)
    half = {first.case_no: acceptance.Answers({}, {"statement": kept})}
    with pytest.raises(state.NotAllAnswered):
        acceptance.supplement_all(number=application.number, answers=half, by=by)
    assert fresh(first).state == State.SUPPLEMENT
    client = as_("zhoumei", given.FIRM)
    page = f"/my/{application.number}/{second.case_no}/supplement/"
    text = client.get(page).content.decode()
    assert len(re.findall(r'type="file"', text)) == 1, "the same paper is asked for once"
    assert client.post(page, {}).status_code == 422
    paper = SimpleUploadedFile("statement.pdf", citizens.paper())
    assert client.post(page, {"statement": paper}).status_code == 302
    assert {fresh(c).state for c in (first, second)} == {State.SUBMITTED}


@forall(
    st.lists(st.dates(date(2026, 9, 1), date(2026, 9, 30)), max_size=5),
    st.dates(date(2026, 9, 1), date(2026, 9, 30)),
)
def test_nothing_is_ever_collected_beyond_a_limit(limits: list[date], today: date) -> None:
    calendar = calendars.national()
    days = needs.collecting_days(limits, today, calendar)
    leaves = calendar.add(today, days) + timedelta(days=1) if days else today
    assert days >= 0
    assert all(leaves <= max(one, today) for one in limits)


# 5 not answered ----------------------------------------------------------------------------------


def test_where_the_item_does_not_let_it_lapse_the_applicant_is_reminded() -> None:
    by = given.citizen("gaozihan")
    key = given.draft_of(by, item="id-card-renewal")
    case = filing.submit(key=key, by=by, signed=True).cases.get()
    assert case.state == State.SUBMITTED, "a rule decided it; take another item for this test"
    ask(case, "statement")
    words = queries.opened(case.notices.get(kind=papers.Kind.SUPPLEMENT).body, queries.NOTICE)[
        "paragraphs"
    ]
    assert not any("视为放弃" in line for line in words), "what does not follow is not threatened"
    clock.move("2026-09-28 09:00")
    given.next_day()
    case = fresh(case)
    assert case.state == State.SUPPLEMENT
    assert case.notices.filter(kind=papers.Kind.REMINDER).count() == 1
    kept = citizens.keep(by=by)
    acceptance.supplement(case_no=case.case_no, values={}, files={"statement": kept}, by=by)
    assert fresh(case).state == State.SUBMITTED


# 7 passed on -------------------------------------------------------------------------------------


def declined(named: str = "") -> Case:
    case = given.food_licence()
    item = given.item_of(case)
    acceptance.decline(
        item=item.pk,
        reasons="该场所由其他机关管辖",
        law="《中华人民共和国行政许可法》第三十二条第一款第二项",
        organ_named=named,
        by=given.official(item),
    )
    return fresh(case)


def misfiled() -> Case:
    """A clinic in Chengjiang that was filed in Linxi, and declined there with the right office."""
    by = given.restaurateur()
    key = given.draft_of(by, item="clinic-filing")
    case = citizens.submit(key=key, by=by).cases.get()
    item = given.item_of(case)
    acceptance.decline(
        item=item.pk,
        reasons="诊所设在澄江市，由澄江市卫生健康委员会备案",
        law="《中华人民共和国行政许可法》第三十二条第一款第二项",
        organ_named="chengjiang-health",
        by=given.official(item),
    )
    return fresh(case)


def test_the_demo_city_has_an_item_of_two_offices() -> None:
    case = misfiled()
    assert queries.right_item(case) == "clinic-filing-chengjiang"
    number = case.application.number
    answer = as_("zhoumei", given.FIRM).post(f"/my/{number}/{case.case_no}/pass-on/")
    assert answer.status_code == 302
    passed = Case.objects.get(about=case)
    assert passed.organ == identity.organ("chengjiang-health").uscc
    assert passed.application.number != number
    assert passed.state == State.SUBMITTED


@pytest.fixture
def twin_item(monkeypatch: pytest.MonkeyPatch) -> str:
    """Another organ that has an item of the same basic code."""
    mine = services.item("food-licence")[1].basic_code
    version, item = services.item("signboard-permit")
    twin = replace(item, basic_code=mine)
    known = services.items
    monkeypatch.setattr(
        services, "items", lambda: [twin if i.key == twin.key else i for i in known()]
    )
    assert version.key == twin.key
    return twin.organ


def test_a_declined_filing_goes_on_without_being_typed_again(twin_item: str) -> None:
    case = declined(twin_item)
    assert queries.right_item(case) == "signboard-permit"
    by = given.restaurateur()
    draft = passing.pass_on(case_no=case.case_no, by=by)
    assert passing.pass_on(case_no=case.case_no, by=by).pk == draft.pk, "once"
    view = queries.view(draft)
    before = queries.values_of(case)
    kept = queries.values_of(draft)
    assert kept
    assert all(kept[key]["value"] == before[key]["value"] for key in kept)
    assert set(kept) <= set(view.form.by_key)
    citizens.complete(key=draft.key, by=by)
    new = filing.submit(key=draft.key, by=by, signed=True).cases.get()
    assert new.about_id == case.pk
    client = as_("zhoumei", given.FIRM)
    assert new.application.number in client.get(f"/my/{case.application.number}/").content.decode()


def test_the_page_offers_it_and_goes_on_to_what_is_left(twin_item: str) -> None:
    case = declined(twin_item)
    number = case.application.number
    client = as_("zhoumei", given.FIRM)
    address = f"/my/{number}/{case.case_no}/pass-on/"
    assert address in client.get(f"/my/{number}/").content.decode()
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert answer.status_code == 302
    assert as_("gaozihan").post(address).status_code == 404


def test_where_nobody_has_the_same_item_nothing_is_offered() -> None:
    case = declined("fire")
    assert queries.right_item(case) is None
    with pytest.raises(needs.NowhereToPassOn):
        passing.pass_on(case_no=case.case_no, by=given.restaurateur())
    assert not Draft.objects.filter(passed_from=case.pk).exists()


# 9 promise ---------------------------------------------------------------------------------------


def test_a_promise_is_pinned_with_its_text() -> None:
    case = given.food_licence(food="hot")
    notice = case.notices.get(kind=papers.Kind.PROMISE)
    body = "".join(queries.opened(notice.body, queries.NOTICE)["paragraphs"])
    assert "已具备上述条件" in body
    event = Event.objects.get(name="case.promised", matter=case.matter_id)
    assert event.data["text"] in body
    assert len(event.data["text"]) == 64


# Delivery ----------------------------------------------------------------------------------------


def test_paper_is_delivered_as_chosen_and_what_is_electronic_is_not() -> None:
    by = given.restaurateur()
    key = given.draft_of(by, thing="restaurant")
    to = {"name": "周梅", "phone": "19901008020", "address": "青禾市临溪区溪口街道梅溪路 1 号"}
    for wrong in ("carrier-pigeon", ""):
        with pytest.raises(Invalid):
            drafting.choose_delivery(key=key, way=wrong, by=by)
    with pytest.raises(Invalid) as refused:
        drafting.choose_delivery(key=key, way="post", to={**to, "address": " "}, by=by)
    assert set(refused.value.problems) == {"deliver_address"}
    drafting.choose_delivery(key=key, way="post", to=to, by=by)
    application = citizens.submit(key=key, by=by)
    assert application.delivery == Delivery.POST
    assert "梅溪路" not in application.deliver_to
    assert queries.opened(application.deliver_to) == to
    ways = dict(application.cases.values_list("item_key", "delivery"))
    assert ways["signboard-permit"] == Delivery.POST
    assert ways["food-licence"] == Delivery.ELECTRONIC


def test_what_has_no_paper_cannot_be_fetched() -> None:
    by = given.restaurateur()
    key = given.draft_of(by, item="food-licence")
    with pytest.raises(Invalid):
        drafting.choose_delivery(key=key, way="pickup", by=by)


def test_the_choice_stands_on_the_last_step() -> None:
    by = given.restaurateur()
    client = as_("zhoumei", given.FIRM)
    sign = f"/my/drafts/{given.draft_of(by, thing='restaurant')}/sign/"
    assert 'value="pickup"' in client.get(sign).content.decode()
    wrong = client.post(
        sign, {"signed": "1", "delivery": "post", "deliver_name": "周梅", "deliver_phone": ""}
    )
    assert wrong.status_code == 422
    assert not Application.objects.exists()
    assert client.post(sign, {"signed": "1", "delivery": "pickup"}).status_code == 302
    assert Application.objects.get().delivery == Delivery.PICKUP


# Leftovers ---------------------------------------------------------------------------------------


def test_what_was_reported_from_a_draft_belongs_to_the_filing() -> None:
    by = given.mother()
    client = as_("lixiaoyun")
    key = given.draft_of(by, thing="birth")
    address = f"/my/drafts/{key}/correct/?field=child.birth_date"
    assert client.post(address, {"child.birth_date": "2026-08-25"}).status_code == 302
    application = citizens.submit(key=key, by=by)
    page = client.get(f"/my/{application.number}/").content.decode()
    assert "正在核对的数据" in page
    assert "出生日期" in page


def test_twins_are_filed_one_after_the_other_and_each_register_is_asked_once() -> None:
    client = as_("heruolan")
    by = given.citizen("heruolan")
    children = []
    for at in (0, 1):
        draft = drafting.begin(by=by, thing="birth")
        answers = citizens.answers_for("birth")
        view = queries.view(draft)
        wanted = {q.id for q in view.questions_for(answers)}
        drafting.answer(
            key=draft.key, answers={k: v for k, v in answers.items() if k in wanted}, by=by
        )
        first = client.get(f"/my/drafts/{draft.key}/questions/", follow=True)
        asked = first.request["PATH_INFO"]
        answer = client.post(asked, {asked.rstrip("/").rpartition("/")[2]: "x"})
        assert answer.status_code == 422
        drafting.fill(key=draft.key, by=by)
        who = f"/my/drafts/{draft.key}/who/"
        assert client.get(f"/my/drafts/{draft.key}/facts/")["Location"] == who
        page = client.get(who).content.decode()
        assert len(re.findall(r'name="child"', page)) == 2
        assert "女" in page
        assert "男" in page
        with pytest.raises(state.NotComplete):
            filing.submit(key=draft.key, by=by, signed=True)
        assert client.post(who, {}).status_code == 422
        assert client.post(who, {"child": "7"}).status_code == 422
        assert client.post(who, {"child": str(at)}).status_code == 302
        citizens.complete(key=draft.key, by=by)
        application = citizens.submit(key=draft.key, by=by)
        values = queries.values_of(application.cases.get(item_key="birth-certificate"))
        children.append(values["child.sex"]["value"])
    assert sorted(children) == ["1", "2"]


def test_the_same_filed_again_leads_to_the_first() -> None:
    by = given.restaurateur()
    case = given.food_licence()
    key = given.draft_of(by, item="food-licence")
    answer = as_("zhoumei", given.FIRM).post(f"/my/drafts/{key}/sign/", {"signed": "1"})
    assert answer.status_code in {409, 422}
    assert f"/my/{case.application.number}/" in answer.content.decode()
    assert Application.objects.count() == 1
