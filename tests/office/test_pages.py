"""The officials' pages, through the doors: what they show, what they refuse, what a click does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.city import city
from tests.office import people
from tests.office.people import acting, filed, form, now, owed, settle, signed_in
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance
from tongban.domains.cases.models import Case, Notice
from tongban.domains.cases.queries import office
from tongban.domains.cases.rules.state import Suspension
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.registries import actions as registries
from tongban.doors.workbench import pages
from tongban.kernel import clock
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue import queries as definitions
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Delivery, Event
from tongban.kernel.processes import queries as work
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LAW = "《中华人民共和国行政许可法》第三十八条第二款"


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


def page(case: Case) -> str:
    return reverse("office-case", args=[case.case_no])


def act(client: Client, case: Case, name: str, data: dict[str, Any]) -> Any:
    return client.post(reverse("office-case-act", args=[case.case_no, name]), data)


def accepted(**answers: str) -> Case:
    case = filed(**answers)
    assert act(signed_in("chen"), case, "accept", form(case)).status_code == 302
    return now(case)


def examined() -> Case:
    """A case without a check on site, ready to be decided."""
    case = accepted(food="hot")
    answer = act(signed_in("chen"), case, "pass", form(case, outcome="pass", opinion="属实"))
    assert answer.status_code == 302
    return now(case)


# The queue ---------------------------------------------------------------------------------------


def test_the_queue_shows_what_the_post_owes_and_links_to_it() -> None:
    case = filed()
    body = signed_in("chen").get("/office/").content.decode()
    assert page(case) in body and case.matter.detail in body
    assert page(case) not in signed_in("wu").get("/office/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    case, client = filed(), signed_in("chen")
    client.get("/office/")
    with CaptureQueriesContext(connection) as one:
        client.get("/office/")
    item = owed(case)
    for _ in range(30):
        item.pk = None
        item._state.adding = True
        item.save()
    with CaptureQueriesContext(connection) as many:
        body = client.get("/office/").content.decode()
    assert body.count('class="ttl"') == 31
    assert len(many) == len(one)


def test_fifty_rows_to_a_page_and_the_filter_is_kept() -> None:
    item = owed(filed())
    for _ in range(60):
        item.pk = None
        item._state.adding = True
        item.save()
    client = signed_in("chen")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/office/?light=yellow")
    first, onward = page.content.decode(), page.context["page"].onward
    assert not [q for q in asked if "COUNT" in q["sql"] and "OFFSET" in q["sql"]]
    assert first.count('class="ttl"') == 50 and "?light=yellow&amp;after=2026-" in first
    # What comes in meanwhile, due before all others, shifts nothing.
    WorkItem.objects.filter(pk=owed_before(page)).update(due_on="2026-09-01")
    second = client.get("/office/", {"light": "yellow", "after": onward}).content.decode()
    assert second.count('class="ttl"') == 11 and 'rel="next"' not in second
    assert "/office/?light=yellow" not in second and 'href="?light=yellow"' in second
    for wrong in ("x", "2026-99-99~1", "~", "~9999999999999999999"):
        assert client.get("/office/", {"after": wrong}).status_code == 400


def owed_before(page: Any) -> int:
    return int(page.context["page"].rows[0].pk)


def test_the_in_tray_reads_owed_work_only() -> None:
    """However much was ever finished: both the list and its counts stay in the partial index."""
    plan = work.inbox(by=acting("chen")).order_by().explain()
    assert "item_inbox" in plan, plan
    assert "item_done" in work.done_by(by=acting("chen")).explain()


def test_what_is_done_is_listed_by_key() -> None:
    item = owed(filed())
    by = acting("chen")
    closed = clock.now()
    for n in range(52):
        item.pk = None
        item._state.adding = True
        item.status, item.done_by = "done", by.key
        item.closed_at = closed - timedelta(minutes=n // 2)
        item.save()
    client = signed_in("chen")
    page = client.get("/office/done/")
    seen = [row.pk for row in page.context["page"].rows]
    rest = client.get("/office/done/", {"after": page.context["page"].onward})
    assert len(seen) == 50 and len(rest.context["page"].rows) == 2
    assert not set(seen) & {row.pk for row in rest.context["page"].rows}
    assert client.get("/office/done/", {"after": "2026-09-07~1"}).status_code == 400


def test_lights_filter_and_late_work_is_red() -> None:
    filed()
    client = signed_in("chen")
    assert 'class="ttl"' not in client.get("/office/?light=red").content.decode()
    with clock.at("2026-09-30 09:00"):
        assert 'class="ttl"' in client.get("/office/?light=red").content.decode()


@pytest.mark.parametrize("words", ["食品", "周梅", "firm", "document"])
def test_the_search_box_finds_by_applicant_and_item(words: str) -> None:
    case, client = filed(), signed_in("chen")
    person = identity.person(case.person)
    asked = {"firm": case.entity, "document": identity.number_in_clear(person)}.get(words, words)
    if words == "周梅":
        Case.objects.filter(pk=case.pk).update(entity="")
    assert page(case) in client.get("/office/search/", {"q": asked}).content.decode()
    assert page(case) not in client.get("/office/search/", {"q": "周"}).content.decode()
    assert page(case) not in signed_in("wu").get("/office/search/", {"q": asked}).content.decode()


def test_a_case_number_leads_straight_to_the_case() -> None:
    case, client = filed(), signed_in("chen")
    found = client.get("/office/search/", {"q": case.case_no})
    assert found.status_code == 302 and found["Location"] == page(case)
    assert signed_in("wu").get("/office/search/", {"q": case.case_no}).status_code == 200
    assert client.get("/office/search/", {"q": " "}).status_code == 302


def test_claim_next_takes_the_nearest_and_then_there_is_nothing_left() -> None:
    case, client = filed(), signed_in("chen")
    taken = client.post("/office/next/")
    assert taken.status_code == 302 and taken["Location"].startswith(page(case))
    assert owed(case).assignee == acting("chen").key
    assert client.post("/office/next/").status_code == 409


def test_what_one_has_finished_is_listed() -> None:
    case = accepted()
    assert page(case) in signed_in("chen").get("/office/done/").content.decode()
    assert page(case) not in signed_in("zhao").get("/office/done/").content.decode()


def test_citizens_have_their_own_side() -> None:
    assert signed_in("zhoumei").get("/office/").status_code == 403
    assert Client().get("/office/").status_code == 302


def test_every_kind_of_work_has_its_page() -> None:
    kinds = {"case", "post_check", "correction"}
    assert kinds <= set(pages.PAGES)
    case = filed()
    assert pages.address(case.matter) == page(case)


# Reading -----------------------------------------------------------------------------------------


def test_a_case_shows_differences_first_and_masks_numbers_until_asked() -> None:
    case, client = filed(), signed_in("chen")
    number = identity.number_in_clear(identity.person(case.person))
    body = client.get(page(case)).content.decode()
    assert body.index('id="compare"') < body.index('id="materials"')
    assert number not in body
    shown = client.post(reverse("office-case-numbers", args=[case.case_no])).content.decode()
    assert number in shown
    assert Event.objects.filter(name="person.read", data__purpose=case.case_no).count() == 1


def test_opening_a_case_is_recorded_once_a_day() -> None:
    case, client = filed(), signed_in("chen")
    for _ in range(3):
        client.get(page(case))
    read = Event.objects.filter(name="case.read", subject=case.matter.subject)
    assert read.count() == 1
    with clock.at("2026-09-08 09:00"):
        client.get(page(case))
    assert read.count() == 2


def test_someone_elses_case_is_refused_and_leaves_no_read_record() -> None:
    case = filed()
    refused = signed_in("wu").get(page(case))
    assert refused.status_code == 403
    assert not Event.objects.filter(name="case.read").exists()
    assert signed_in("zhoumei").get(page(case)).status_code == 403
    assert signed_in("zhou").get(page(case)).status_code == 403


def test_the_pane_is_a_fragment_of_the_same_address() -> None:
    case = filed()
    answer = signed_in("chen").get(page(case), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode() and "HX-Request" in answer["Vary"]


def test_asking_the_registers_again_leaves_its_records() -> None:
    case = filed()
    before = _lookups(case)
    answer = signed_in("chen").post(reverse("office-case-check", args=[case.case_no]))
    assert answer.status_code == 200 and _lookups(case) > before


def _lookups(case: Case) -> int:
    return office.looked_up(case)


def test_an_uploaded_material_is_shown_in_a_sandbox() -> None:
    case = filed()
    material = case.materials.exclude(file="").first()
    assert material is not None
    url = reverse("office-case-material", args=[case.case_no, material.key])
    answer = signed_in("chen").get(url)
    assert answer.status_code == 200 and "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert signed_in("wu").get(url).status_code == 403


def test_a_document_of_law_is_opened_as_the_applicant_has_it() -> None:
    case = accepted()
    url = reverse("office-case-notice", args=[case.case_no, "acceptance"])
    answer = signed_in("chen").get(url)
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    missing = reverse("office-case-notice", args=[case.case_no, "refused"])
    assert signed_in("chen").get(missing).status_code == 404


def test_nothing_is_chosen_beforehand() -> None:
    case = examined()
    body = signed_in("zhao").get(page(case)).content.decode()
    assert "?act=grant" in body and "?act=refuse" in body and 'name="reasons"' not in body
    not_his = signed_in("chen").get(page(case) + "?act=grant").content.decode()
    assert 'name="reasons"' not in not_his


# Acting ------------------------------------------------------------------------------------------


def test_from_acceptance_to_the_licence() -> None:
    case = examined()
    sent = form(case, reasons="符合条件", law="《食品安全法》")
    granted = act(signed_in("zhao"), case, "grant", sent)
    assert granted.status_code == 302
    settle()
    assert now(case).state == "closed"
    body = signed_in("zhao").get(page(case)).content.decode()
    assert licences.of_case(case.case_no)[0].number in body


def test_the_same_click_twice_acts_once() -> None:
    case = filed()
    sent = form(case)
    client = signed_in("chen")
    assert act(client, case, "accept", sent).status_code == 302
    again = act(client, case, "accept", sent)
    assert again.status_code == 302
    assert Event.objects.filter(name="case.accepted", matter=case.matter_id).count() == 1
    # Another click on the page as it was: the work is done, and nothing happens again.
    assert act(client, case, "accept", {**sent, "key": "another"}).status_code == 409


def test_a_stale_page_is_refused() -> None:
    case = filed()
    sent = form(case)
    client = signed_in("chen")
    client.post(reverse("office-case-claim", args=[case.case_no]), {**sent, "key": "claim"})
    assert act(client, case, "accept", sent).status_code == 412
    assert now(case).state == "submitted"


def test_what_a_colleague_has_in_hand_is_refused() -> None:
    case = filed()
    colleague = signed_in("feng.ziqian")
    colleague.post(reverse("office-case-claim", args=[case.case_no]), form(case))
    refused = act(signed_in("chen"), case, "accept", form(case))
    assert refused.status_code in {403, 409}
    assert now(case).state == "submitted"


@pytest.mark.parametrize(
    ("login", "name"),
    [("zhao", "accept"), ("zhao", "supplement"), ("zhao", "decline"), ("hua.kexin", "accept")],
)
def test_the_wrong_post_may_not_receive(login: str, name: str) -> None:
    case = filed()
    data = form(case, reasons="理由", law=LAW, further="说明", further_needed="请补充")
    assert act(signed_in(login), case, name, data).status_code == 403
    assert now(case).state == "submitted"


@pytest.mark.parametrize("name", ["grant", "refuse"])
def test_the_wrong_post_may_not_decide(name: str) -> None:
    case = examined()
    data = form(case, reasons="理由", law=LAW, remedies="六十日内申请复议")
    assert act(signed_in("chen"), case, name, data).status_code == 403
    assert now(case).state == "accepted"


def test_another_organ_may_not_act_at_all() -> None:
    case = filed()
    assert act(signed_in("wu"), case, "accept", form(case)).status_code == 403


def test_a_work_item_of_another_case_is_not_taken() -> None:
    case = filed()
    assert act(signed_in("chen"), case, "accept", form(case) | {"item": 10**6}).status_code == 404
    assert act(signed_in("chen"), case, "accept", form(case) | {"item": "x"}).status_code == 400
    assert act(signed_in("chen"), case, "nothing", form(case)).status_code == 404


def test_out_of_order_is_refused() -> None:
    case = filed()
    data = form(case, reasons="理由", law=LAW, remedies="复议")
    assert act(signed_in("zhao"), case, "grant", data).status_code in {403, 409, 422}
    assert now(case).state == "submitted"


def test_a_supplement_is_asked_once_with_everything() -> None:
    case, client = filed(), signed_in("chen")
    body = client.get(page(case) + "?act=supplement").content.decode()
    assert 'name="mark"' in body and "checked" not in body
    empty = act(client, case, "supplement", form(case))
    assert empty.status_code == 422 and 'name="mark"' in empty.content.decode()
    half = form(case, mark=["field:operator.address"])
    assert act(client, case, "supplement", half).status_code == 422
    sent = form(
        case,
        mark=["field:operator.address"],
        **{
            "name:field:operator.address": "经营场所",
            "needed:field:operator.address": "请确认楼层",
            "further": "平面图",
            "further_needed": "请上传经营场所平面图",
        },
    )
    assert act(client, case, "supplement", sent).status_code == 302
    case = now(case)
    assert case.state == "supplement"
    assert [d["name"] for d in case.defects] == ["经营场所", "平面图"]
    assert case.matter.due_on is None
    second = act(client, case, "supplement", {**sent, **form(case)})
    assert second.status_code == 409
    assert Notice.objects.filter(case=case, kind="supplement").count() == 1


def test_a_refused_form_keeps_what_was_typed() -> None:
    case, client = examined(), signed_in("zhao")
    answer = act(client, case, "refuse", form(case, reasons="不符合条件", law=LAW, remedies=" "))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "不符合条件" in body and "data-focus" in body and now(case).state == "accepted"
    without = form(case, reasons="", law=LAW, remedies="可复议")
    assert act(client, case, "refuse", without).status_code == 422
    done = act(client, case, "refuse", form(case, reasons="不符合", law=LAW, remedies="可复议"))
    assert done.status_code == 302 and now(case).result == "refused"


def test_the_remedies_are_prefilled_and_may_be_edited() -> None:
    case = examined()
    body = signed_in("zhao").get(page(case) + "?act=refuse").content.decode()
    assert "行政复议" in body and 'name="remedies"' in body


def test_not_accepting_needs_reasons_and_names_the_right_agency() -> None:
    case, client = filed(), signed_in("chen")
    assert act(client, case, "decline", form(case, reasons="", law=LAW)).status_code == 422
    sent = form(case, reasons="不属于本机关职权", law=LAW, organ="psb")
    assert act(client, case, "decline", sent).status_code == 302
    assert now(case).state == "declined"
    assert Event.objects.get(name="case.declined").data["organ_named"] == identity.organ("psb").uscc


def test_a_check_on_site_needs_a_second_officer() -> None:
    case = accepted(food="cold")
    if owed(case).grant != "case.check":
        pytest.fail("The demo city checks cold dishes on site.")
    assert case.state == "special"
    client = signed_in("hua.kexin")
    alone = act(client, case, "pass", form(case, outcome="pass", opinion="属实"))
    assert alone.status_code == 422
    oneself = form(case, outcome="pass", second=acting("hua.kexin").key)
    assert act(client, case, "pass", oneself).status_code == 422
    two = form(case, outcome="pass", opinion="属实", second=acting("fang.jianhang").key)
    assert act(client, case, "pass", two).status_code == 302
    assert now(case).state == "accepted"


def test_others_are_asked_and_answer() -> None:
    case, client = accepted(food="hot"), signed_in("chen")
    assert act(client, case, "consult", form(case, question="是否同意？")).status_code == 422
    asked = act(client, case, "consult", form(case, organs=["psb"], question="是否同意？"))
    assert asked.status_code == 302
    question = WorkItem.objects.get(matter=case.matter_id, mode="consult")
    theirs = signed_in("wu")
    assert page(case) in theirs.get("/office/").content.decode()
    assert "是否同意" in theirs.get(page(case)).content.decode()
    sent = {"item": question.pk, "version": question.version, "key": "a"}
    assert act(theirs, case, "answer", {**sent, "agrees": "yes"}).status_code == 422
    done = act(theirs, case, "answer", {**sent, "agrees": "yes", "opinion": "无不同意见"})
    assert done.status_code == 302
    assert "无不同意见" in client.get(page(case)).content.decode()


def test_a_decision_may_be_sent_back_with_an_opinion() -> None:
    case, client = examined(), signed_in("zhao")
    assert act(client, case, "back", form(case, opinion="")).status_code == 422
    nowhere = act(client, case, "back", form(case, opinion="请核实布局"))
    assert nowhere.status_code == 422 and "请核实布局" in nowhere.content.decode()
    sent = form(case, opinion="请核实布局", outcome="back")
    assert act(client, case, "back", sent).status_code == 302
    assert owed(case).grant == "case.examine"


def test_work_is_handed_to_a_colleague_who_may_do_it() -> None:
    case, client = filed(), signed_in("chen")
    wrong = form(case, to=acting("zhao").key, reason="休假")
    assert act(client, case, "transfer", wrong).status_code == 422
    assert act(client, case, "transfer", form(case, to="", reason="休假")).status_code == 422
    right = form(case, to=acting("feng.ziqian").key, reason="休假")
    assert act(client, case, "transfer", right).status_code == 302
    assert owed(case).assignee == acting("feng.ziqian").key


def test_claimed_work_is_put_back() -> None:
    case, client = filed(), signed_in("chen")
    client.post(reverse("office-case-claim", args=[case.case_no]), form(case))
    assert act(client, case, "put-back", form(case)).status_code == 302
    assert owed(case).assignee == ""


def test_why_a_rule_granted_stands_on_the_page() -> None:
    account = identity.account("zhoumei")
    assert account is not None
    by = identity.actor_for(account=account, entity=people.FIRM)
    key = people.citizens.open_draft(by=by, thing="restaurant").key
    people.citizens.complete(key=key, by=by)
    people.citizens.submit(key=key, by=by)
    settle()
    case = Case.objects.get(item_key="business-licence-check", person=by.for_person)
    assert case.accept_basis == "by_rule"
    body = signed_in("chen").get(page(case)).content.decode()
    assert 'id="why-t"' in body and case.determination.trace_hash in body


# Licences ----------------------------------------------------------------------------------------


def test_a_licence_is_revoked_with_reason_and_law_and_told_at_once() -> None:
    case = examined()
    act(signed_in("zhao"), case, "grant", form(case, reasons="符合", law="法"))
    licence = Licence.objects.get(case_no=case.case_no)
    url, client = reverse("office-licence", args=[licence.identifier]), signed_in("zhao")
    assert licence.number in client.get(reverse("office-licences")).content.decode()
    assert client.post(url, {"reason": "", "law": LAW}).status_code == 422
    assert client.post(url, {"reason": "以欺骗手段取得", "law": LAW}).status_code == 302
    assert licences.verify(licence.identifier).standing == "revoked"
    assert client.post(url, {"reason": "再次", "law": LAW}).status_code == 409
    assert signed_in("chen").get(url).status_code == 403
    wrong_organ = next(login for login in ("chang.xinran",) if acting(login).may("licence.revoke"))
    assert signed_in(wrong_organ).get(url).status_code == 404


# Definitions -------------------------------------------------------------------------------------


def proposed() -> Definition:
    head = definitions.head("service_item", "food-licence")
    assert head is not None
    body = {**head.body, "promised_days": int(head.body["promised_days"]) + 1}
    row = catalogue.draft(kind="service_item", key="food-licence", body=body, by=acting("qian"))
    return row


def test_a_version_is_proposed_by_one_and_published_by_another() -> None:
    row = proposed()
    url = reverse("office-definition", args=[row.pk])
    do = reverse("office-definition-act", args=[row.pk])
    drafter, publisher = signed_in("qian"), signed_in("li")
    assert "promised_days" in drafter.get(url).content.decode()
    assert drafter.post(do, {"act": "submit"}).status_code == 302
    assert drafter.post(do, {"act": "publish", "expected": row.content_hash}).status_code == 403
    assert url in publisher.get("/office/definitions/").content.decode()
    assert publisher.post(do, {"act": "publish", "expected": "other"}).status_code == 412
    assert publisher.post(do, {"act": "publish", "expected": row.content_hash}).status_code == 302
    row.refresh_from_db()
    assert row.status == "published"


def test_a_version_is_sent_back_with_a_reason() -> None:
    row = catalogue.submit(definition=proposed().pk, by=acting("qian"))
    do, client = reverse("office-definition-act", args=[row.pk]), signed_in("li")
    assert client.post(do, {"act": "refuse", "reason": " "}).status_code == 422
    assert client.post(do, {"act": "refuse", "reason": "依据不足"}).status_code == 302
    assert "依据不足" in client.get(reverse("office-definition", args=[row.pk])).content.decode()


def test_items_are_read_as_pages() -> None:
    client = signed_in("qian")
    found = client.get("/office/definitions/kinds/service_item/", {"q": "食品"})
    assert "food-licence" in found.content.decode()
    assert client.get("/office/definitions/kinds/nothing/").status_code == 404


# Ledger, posts, window ---------------------------------------------------------------------------


def test_the_ledger_tells_events_in_words_and_is_verified() -> None:
    case = filed()
    client = signed_in("feng")
    assert case.matter.subject in client.get("/office/ledger/").content.decode()
    found = client.get("/office/ledger/", {"q": case.matter.subject})
    assert "case.submitted" in found.content.decode()
    assert client.post("/office/ledger/verify/").status_code == 200


def test_a_delivery_set_aside_is_retried_with_a_reason() -> None:
    filed()
    row = Delivery.objects.order_by("pk").first()
    assert row is not None
    aside = {"done_at": None, "set_aside_at": clock.instant(), "attempts": 8}
    Delivery.objects.filter(pk=row.pk).update(**aside)
    login = next(
        a.username
        for a in identity.Account.objects.filter(is_official=True)
        if (posts := identity.posts_of(a)) and "delivery.handle" in posts[0].grants
    )
    url, client = reverse("office-delivery", args=[row.pk]), signed_in(login)
    assert str(row.event.subject) in client.get("/office/deliveries/").content.decode()
    assert client.post(url, {"act": "retry", "reason": ""}).status_code == 422
    assert client.post(url, {"act": "retry", "reason": "已修复"}).status_code == 302
    assert client.post(url, {"act": "skip", "reason": "已修复"}).status_code == 409
    assert signed_in("feng").post(url, {"act": "skip", "reason": "x"}).status_code == 403


def test_three_administrators_never_meet_in_one_person() -> None:
    client, url = signed_in("zheng"), reverse("office-appoint", args=["dsj"])
    posts = {post.key: post for post in identity.posts_in("dsj")}
    sent = {"username": "feng", "post": posts["system"].id}
    refused = client.post(url, sent)
    assert refused.status_code == 409 and "data-focus" in refused.content.decode()
    assert client.post(url, {"username": "nobody", "post": posts["system"].id}).status_code == 422
    assert client.post(url, {"username": "zheng", "post": posts["steward"].id}).status_code == 403
    assert client.post(url, {**sent, "post": posts["steward"].id}).status_code == 302
    assert signed_in("zhou").post(url, sent).status_code == 403
    since = {p.key: p for p in identity.posts_in("dsj")}["steward"].holders
    held = next(pk for pk, name, _ in since if name == "冯立诚")
    assert client.post(reverse("office-end", args=["dsj", held])).status_code == 302


def test_the_window_lists_what_it_took_in_and_never_decides() -> None:
    case = filed()
    client = signed_in("lin")
    assert client.get("/office/window/").status_code == 200
    application = case.application
    application.channel, application.intake_organ = "window", acting("lin").organ
    application.save()
    taken = reverse("office-taken", args=[application.number])
    url = reverse("office-receipt", args=[application.number])
    assert taken in client.get("/office/window/").content.decode()
    assert url in client.get(taken).content.decode()
    assert client.get(url).content.startswith(b"%PDF")
    assert act(client, case, "accept", form(case)).status_code == 403


@pytest.mark.parametrize(
    ("path", "login"),
    [
        ("/office/ledger/", "chen"),
        ("/office/deliveries/", "chen"),
        ("/office/definitions/", "chen"),
        ("/office/posts/", "chen"),
        ("/office/window/", "chen"),
        ("/office/licences/", "chen"),
    ],
)
def test_each_grant_is_asked_for(path: str, login: str) -> None:
    assert signed_in(login).get(path).status_code == 403


def test_what_shows_the_ground_of_a_standstill_is_handed_in_with_it() -> None:
    case = accepted()
    client = signed_in("zhao")
    url = reverse("office-case-act", args=[case.case_no, "suspend"])
    drawn = client.get(page(case) + "?act=suspend").content.decode()
    assert 'enctype="multipart/form-data"' in drawn and 'type="file"' in drawn
    ground = {"reason": str(next(iter(Suspension))), "law": LAW}
    wrong = SimpleUploadedFile("notice.pdf", b"MZ not a document")
    refused = client.post(url, form(case, **ground, proof=wrong))
    assert refused.status_code == 422 and now(case).state == "accepted"
    proof = SimpleUploadedFile("notice.pdf", citizens.paper())
    assert client.post(url, form(case, **ground, proof=proof)).status_code == 302
    assert now(case).state == "suspended"
    material = case.materials.get(key__startswith="suspension_")
    assert material.file and material.name in client.get(page(case)).content.decode()


def test_a_second_supplement_says_what_it_arises_from() -> None:
    case = filed(food="hot")
    client = signed_in("chen")
    first = {"further": "平面图", "further_needed": "请上传经营场所平面图"}
    assert act(client, case, "supplement", form(case, **first)).status_code == 302
    assert 'name="from:further"' not in client.get(page(case)).content.decode()
    uploaded = case.materials.exclude(file="").first()
    assert uploaded is not None
    account = identity.account("zhoumei")
    assert account is not None
    acceptance.supplement(
        case_no=case.case_no,
        values={},
        files={"further": uploaded.file},
        by=identity.actor_for(account=account, entity=people.FIRM),
    )
    drawn = client.get(page(case) + "?act=supplement").content.decode()
    assert 'name="from:further"' in drawn and 'value="material:further"' in drawn
    field = next(iter(queries.values_of(now(case))))
    second = {"mark": f"field:{field}", f"needed:field:{field}": "与平面图不一致，请核对"}
    assert act(client, case, "supplement", form(case, **second)).status_code == 409
    second[f"from:field:{field}"] = "material:further"
    assert act(client, case, "supplement", form(case, **second)).status_code == 302
    (defect,) = now(case).defects
    assert defect["from"] == "material:further"


def test_the_case_leads_to_what_others_keep_of_it() -> None:
    case = filed()
    body = signed_in("chen").get(page(case)).content.decode()
    assert f"/office/messages/case/{case.case_no}/" in body
    assert "/office/payments/" not in body, "whoever may not read bills is not led to them"
    label = next(iter(office.view(now(case), by=acting("chen")).form.by_key.values()))
    source = label.sources[0] if label.sources else None
    if source:
        with transaction.atomic():
            registries.open_correction(
                register=source.register, element=source.element, subject="99010119900101001X",
                claimed="甲", case_no=case.application.number, by=acting("chen"),
            )  # fmt: skip
        assert 'id="corrections"' in signed_in("chen").get(page(case)).content.decode()
