"""The citizens' pages of cases, through the door: the whole way, and every wrong turn."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.city import city
from tests.given import FIRM, birth, food_licence, item_of, mother, official, settle, work_all
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance
from tongban.domains.cases.models import Application, Case, Draft
from tongban.domains.cases.rules.state import State
from tongban.domains.registries.models import Correction
from tongban.kernel import clock
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday(settings) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


def as_(login: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    return client


def begun(client: Client, thing: str = "birth") -> str:
    """A draft whose questions are all answered, as the pages suggest."""
    response = client.post(f"/start/thing/{thing}/", follow=True)
    for _ in range(8):
        path = response.request["PATH_INFO"]
        if "/questions/" not in path:
            break
        text = response.content.decode()
        name = path.rstrip("/").rpartition("/")[2]
        values = re.findall(rf'name="{name}" value="([^"]+)"( checked)?', text)
        value = next((value for value, chosen in values if chosen), values[0][0])
        response = client.post(path, {name: value}, follow=True)
    if (path := response.request["PATH_INFO"]).endswith("/where/"):
        # The first form of an item is that of the own region.
        text = response.content.decode()
        sent = {n: re.findall(rf'name="{n}" value="([^"]*)"', text)[0] for n in ("item", "region")}
        sent["agreed"] = re.findall(r'name="agreed" value="([^"]*)"', text)[0]
        response = client.post(path, sent, follow=True)
    assert response.request["PATH_INFO"].endswith("/facts/"), response.request["PATH_INFO"]
    return response.request["PATH_INFO"].split("/")[3]


def typed(key: str) -> dict[str, str]:
    view = queries.view(queries.draft(key, by=mother()))
    return {name: citizens.invent(view.form.by_key[name]) for name in view.problems()}


def test_the_whole_way_from_the_thing_to_the_progress_page() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    page = client.get(f"/my/drafts/{key}/facts/").content.decode()
    assert "来自 出生医学登记" in page
    assert "990101199403228221" not in page, "personal numbers are masked"
    assert re.search(r"<text[^>]*>4\d/5\d</text>", page)
    response = client.post(f"/my/drafts/{key}/facts/", {**typed(key), "do": "next"})
    assert response["Location"].endswith("/materials/")
    assert "一份材料都不用交" in client.get(response["Location"]).content.decode()
    sign = f"/my/drafts/{key}/sign/"
    refused = client.post(sign, {})
    assert refused.status_code == 422
    assert "提交前请确认并签名" in refused.content.decode()
    assert not Application.objects.exists()
    first, second = client.post(sign, {"signed": "1"}), client.post(sign, {"signed": "1"})
    assert first["Location"] == second["Location"]
    application = Application.objects.get()
    shown = client.get(first["Location"]).content.decode()
    assert "您什么都不用做" in shown
    work_all(application)
    done = client.get(first["Location"]).content.decode()
    assert "全部办好了" in done
    assert "由工作人员" in done
    assert "按公布的规则" in done
    pdf = re.search(r'href="(/my/[^"]+/notices/[^"]+)"', done)
    assert pdf is not None
    answer = client.get(pdf[1])
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_corrected_value_keeps_the_old_one_and_asks_its_source() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    facts = f"/my/drafts/{key}/facts/"
    name = "household.household_address"
    fix = client.get(facts, {"fix": name}).content.decode()
    assert f'id="id_{name}"' in fix
    client.post(facts, {name: "青禾市云麓区禾泽街道竹里巷 9 号", "do": "save"})
    page = client.get(facts).content.decode()
    assert "提交时会请登记机关核对" in page
    client.post(facts, {**typed(key), "do": "next"})
    assert client.post(f"/my/drafts/{key}/sign/", {"signed": "1"}).status_code == 302
    assert Correction.objects.filter(element="household_address").count() == 1


def test_a_value_that_only_its_source_may_change_is_reported_there() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    address = f"/my/drafts/{key}/correct/?field=child.birth_date"
    same = queries.values_of(queries.draft(key, by=mother()))["child.birth_date"]["value"]
    assert client.post(address, {"child.birth_date": same}).status_code == 422
    assert client.post(address, {"child.birth_date": "2026-02-31"}).status_code == 422
    assert not Correction.objects.exists()
    assert client.post(address, {"child.birth_date": "2026-08-25"}).status_code == 302
    assert Correction.objects.filter(element="birth_date").count() == 1
    assert "已请登记机关核对" in client.get(f"/my/drafts/{key}/facts/").content.decode()
    assert client.get(f"/my/drafts/{key}/correct/?field=child.name").status_code == 404


def test_what_was_typed_wrong_comes_back_and_the_rest_is_kept() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    facts = f"/my/drafts/{key}/facts/"
    sent = {"child.name": "李念禾", "applicant.phone": "123", "do": "next"}
    answer = client.post(facts, sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="123"' in text
    assert 'href="#id_applicant.phone"' in text
    values = queries.values_of(queries.draft(key, by=mother()))
    assert values["child.name"]["value"] == "李念禾"
    assert values["applicant.phone"]["value"] != "123"
    saved = client.post(facts, {"child.name": "李安禾"}, headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert "已保存" in saved.content.decode()
    assert "<html" not in saved.content.decode()


def test_a_question_without_an_answer_or_with_a_strange_one_is_asked_again() -> None:
    client = as_("lixiaoyun")
    path = client.post("/start/thing/birth/", follow=True).request["PATH_INFO"]
    for given in ({}, {"married": "perhaps"}):
        answer = client.post(path, given)
        assert answer.status_code == 422
        assert "请选择一个答案" in answer.content.decode()
    assert Draft.objects.get().answers == {}
    assert client.post("/start/thing/birth/").status_code == 302
    assert Draft.objects.count() == 1, "a second click goes on with the first draft"


def test_a_firm_is_chosen_before_its_thing_begins_and_a_false_file_is_refused() -> None:
    client = as_("zhoumei")
    assert "替哪家企业办" in client.post("/start/thing/restaurant/").content.decode()
    assert not Draft.objects.exists()
    client.post("/sign-in/acting/", {"as": f"entity:{FIRM}", "next": "/start/thing/restaurant/"})
    key = begun(client, "restaurant")
    path = f"/my/drafts/{key}/materials/"
    for name, data, status in (
        ("plan.pdf", b"hello", {415, 422}),
        ("plan.exe", b"MZ" + b"\0" * 64, {415}),
        ("plan.pdf", b"", {422}),
    ):
        sent = SimpleUploadedFile(name, data)
        answer = client.post(path, {"material": "kitchen_layout", "file": sent, "do": "upload"})
        assert answer.status_code in status, name
        assert "id_kitchen_layout" in answer.content.decode()
    assert Draft.objects.get().materials == {}
    assert client.post(path, {"material": "kitchen_layout", "do": "upload"}).status_code == 422
    good = SimpleUploadedFile("plan.pdf", citizens.paper())
    sent = {"material": "kitchen_layout", "file": good, "do": "upload"}
    assert client.post(path, sent).status_code == 302
    assert client.post(path, {"material": "safety_rules", "do": "promise"}).status_code == 302
    assert set(Draft.objects.get().materials) == {"kitchen_layout", "safety_rules"}
    assert client.post(path, {"material": "no-such", "do": "promise"}).status_code == 422
    acting_ended = client.post("/sign-in/acting/end/")
    assert acting_ended.status_code == 302
    assert client.get(path).status_code == 404, "a firm's draft is not its owner's own"


def test_what_belongs_to_others_is_not_there() -> None:
    application = birth()
    settle()
    hers, his = as_("lixiaoyun"), as_("gaozihan")
    key = Draft.objects.get().key
    case = application.cases.order_by("id")[0]
    notice = application.notices.order_by("id")[0]
    paths = [
        f"/my/drafts/{key}/sign/",
        f"/my/{application.number}/",
        f"/my/{application.number}/notices/{notice.number}/",
        f"/my/{application.number}/{case.case_no}/withdraw/",
        f"/my/{application.number}/{case.case_no}/supplement/",
    ]
    for path in paths:
        assert his.get(path).status_code == 404, path
        assert Client(headers={"host": "localhost"}).get(path)["Location"].startswith("/sign-in/")
    assert hers.get(paths[1]).status_code == 200
    assert hers.get(f"/my/drafts/{key}/facts/").status_code == 409, "filed, and no longer changed"
    assert his.post(paths[3]).status_code == 404
    case.refresh_from_db()
    assert case.state != State.WITHDRAWN


def test_a_draft_ends_and_can_be_thrown_away() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    with clock.at("2026-10-08 09:00"):
        late = as_("lixiaoyun")
        assert late.get(f"/my/drafts/{key}/facts/").status_code == 404
    assert client.post(f"/my/drafts/{key}/discard/").status_code == 302
    assert not Draft.objects.exists()


def test_a_form_without_its_token_changes_nothing() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for path in ("facts", "materials", "sign", "discard"):
        assert strict.post(f"/my/drafts/{key}/{path}/", {"signed": "1"}).status_code == 403
    assert strict.post("/start/thing/birth/").status_code == 403
    assert Draft.objects.count() == 1


def test_one_case_is_taken_back_after_showing_what_goes_with_it() -> None:
    application = birth()
    client = as_("lixiaoyun")
    case = application.cases.get(item_key="birth-registration")
    path = f"/my/{application.number}/{case.case_no}/withdraw/"
    shown = client.get(path).content.decode()
    assert "会一起撤回" in shown
    assert "社会保障卡申领" in shown
    assert client.post(path).status_code == 302
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert client.get(path).status_code == 409, "once is enough"


def test_a_supplement_is_one_list_answered_once() -> None:
    case = food_licence()
    item = item_of(case)
    acceptance.ask_supplement(
        item=item.pk,
        defects=[
            {"kind": "material", "key": "kitchen_layout", "name": "布局图", "needed": "请标出专间"},
            {
                "kind": "field",
                "key": "operator.seats",
                "name": "座位数",
                "needed": "请写实际座位数",
            },
        ],
        by=official(item),
    )
    client = as_("zhoumei")
    client.post("/sign-in/acting/", {"as": f"entity:{FIRM}", "next": "/my/"})
    number = case.application.number
    progress = client.get(f"/my/{number}/").content.decode()
    assert "轮到您：补正 2 项" in progress
    path = f"/my/{number}/{case.case_no}/supplement/"
    form = client.get(path).content.decode()
    assert "请标出专间" in form
    assert form.count('class="defect"') == 2
    wrong = client.post(path, {"operator.seats": "many"})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.content.decode()
    case.refresh_from_db()
    assert case.state == State.SUPPLEMENT
    file = SimpleUploadedFile("plan.pdf", citizens.paper())
    sent = {"operator.seats": "24", "kitchen_layout": file}
    assert client.post(path, sent).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.SUBMITTED
    assert queries.values_of(case)["operator.seats"]["value"] == 24


@pytest.mark.parametrize("display", ["elder", "elder.xl", "en", "high"])
def test_each_step_in_each_display(display: str) -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    client.cookies["ui"] = display
    base = f"/my/drafts/{key}"
    for path in ("questions/follow/", "facts/", "facts/?page=2&wrong", "materials/", "sign/"):
        answer = client.get(f"{base}/{path}")
        assert answer.status_code == 200, path
        assert answer.content.decode().count("<h1") == 1, path
    assert client.get("/my/").status_code == 200
    if "en" in display.split("."):
        text = client.get(f"{base}/facts/").content.decode()
        assert "All right, next" in text


def test_the_elder_pages_go_all_the_way() -> None:
    client = as_("lixiaoyun")
    key = begun(client)
    client.cookies["ui"] = "elder"
    path = f"/my/drafts/{key}/facts/?page=1"
    view = queries.view(queries.draft(key, by=mother()))
    for _ in range(20):
        text = client.get(path).content.decode()
        name = re.search(r'<(?:input|select|textarea)[^>]* name="([a-z]+\.[a-z_]+)"', text)
        sent = {name[1]: citizens.invent(view.form.by_key[name[1]])} if name else {}
        path = client.post(path, sent)["Location"]
        if "/facts/" not in path:
            break
    assert path.endswith("/materials/")
    assert client.post(f"/my/drafts/{key}/sign/", {"signed": "1"}).status_code == 302
    number = Application.objects.get().number
    assert "您什么都不用做" in client.get(f"/my/{number}/").content.decode()
