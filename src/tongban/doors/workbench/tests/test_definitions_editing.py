"""Writing, trying and signing definitions in the browser, page by page, and what is refused."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.city import city  # noqa: F401  the module's city
from tests.office.people import acting, signed_in
from tongban.kernel import clock
from tongban.kernel.catalogue import actions, queries
from tongban.kernel.catalogue.models import Definition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def qian() -> Client:
    return signed_in("qian")


def form_of(page: str) -> dict[str, Any]:
    """What the browser would send back if nobody touched the page's main form."""
    found = re.findall(r'<form[^>]*method="post"[^>]*novalidate.*?</form>', page, re.S)
    html = found[0]
    sent: dict[str, Any] = {}

    def add(name: str, value: str) -> None:
        sent.setdefault(unescape(name), []).append(unescape(value))

    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if not name or ("checkbox" in tag and " checked" not in tag):
            continue
        add(name[1], value[1] if value else "")
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        add(name, chosen[1] if chosen else first[1] if first else "")
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.S
    ):
        add(name, inner)
    return sent


def begun(client: Client, kind: str, key: str, **fields: str) -> Definition:
    sent = {"kind": kind, "key": key, "name": "试一试", **fields}
    answer = client.post("/office/definitions/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return Definition.objects.get(kind=kind, key=key, status="draft")


def edit(row: Definition, section: str) -> str:
    return f"/office/definitions/{row.pk}/edit/{section}/"


@pytest.mark.parametrize("kind", ["service_item", "one_thing", "process", "decision"])
def test_saving_an_untouched_sheet_changes_nothing(qian: Client, kind: str) -> None:
    """Whatever is in force can be revised: the sheets lose nothing of it, line by line."""
    for version in queries.all_current(kind):
        actions.begin(kind=kind, key=version.key, body=version.body, by=acting("qian"))
    drafts = Definition.objects.filter(kind=kind, status="draft")
    assert len(drafts) == len(queries.all_current(kind))
    page = qian.get(f"/office/definitions/{drafts[0].pk}/").content.decode()
    first = re.search(rf"/office/definitions/{drafts[0].pk}/edit/(\w+)/", page)
    assert first
    for row in drafts:
        html = qian.get(edit(row, first[1])).content.decode()
        sections = re.findall(rf'/office/definitions/{row.pk}/edit/(\w+)/"', html)
        assert first[1] in sections
        for section in dict.fromkeys([first[1], *sections]):
            if section != first[1]:
                html = qian.get(edit(row, section)).content.decode()
            answer = qian.post(edit(row, section), {**form_of(html), "do": "save"})
            assert answer.status_code == 302, (row.key, section)
            before = queries.current(kind, row.key).body
            row.refresh_from_db()
            assert row.body == before, (row.key, section)


def test_rows_are_added_moved_and_taken_out(qian: Client) -> None:
    row = begun(qian, "service_item", "try-rows")
    page = qian.get(edit(row, "fields")).content.decode()
    for act in ("field.add", "field.2.up", "field.0.drop"):
        answer = qian.post(edit(row, "fields"), {**form_of(page), "do": act})
        assert answer.status_code == 302 and "#field-" in answer["Location"]
        page = qian.get(edit(row, "fields")).content.decode()
    row.refresh_from_db()
    assert [f["element"] for f in row.body["field"]] == ["phone", "person_number", ""]
    # The empty row is at fault, beside its own line.
    assert "没有数据元" in page or "There is no data element" in page


@pytest.mark.parametrize(
    "act", ["field.9.up", "field.x.drop", "nothing.add", "field.-1.up", "..", "to:x"]
)
def test_acts_that_make_no_sense_change_nothing(qian: Client, act: str) -> None:
    row = begun(qian, "service_item", "try-acts")
    sent = form_of(qian.get(edit(row, "fields")).content.decode())
    assert qian.post(edit(row, "fields"), {**sent, "do": act}).status_code == 302
    before = row.body
    row.refresh_from_db()
    assert row.body == before


def test_a_number_that_is_none_is_kept_and_faulted_beside_its_line(qian: Client) -> None:
    row = begun(qian, "service_item", "try-numbers")
    sent = form_of(qian.get(edit(row, "days")).content.decode())
    qian.post(edit(row, "days"), {**sent, "statutory_days": "二十", "visits": "9" * 40})
    page = qian.get(edit(row, "days")).content.decode()
    assert 'value="二十"' in page and 'class="err"' in page
    assert qian.get(f"/office/definitions/{row.pk}/").status_code == 200


def test_two_windows_of_one_author(qian: Client) -> None:
    row = begun(qian, "service_item", "try-windows")
    one = form_of(qian.get(edit(row, "basis")).content.decode())
    other = form_of(qian.get(edit(row, "basis")).content.decode())
    assert qian.post(edit(row, "basis"), {**one, "name": "先存的"}).status_code == 302
    answer = qian.post(edit(row, "basis"), {**other, "name": "后存的"})
    assert answer.status_code == 412 and "后存的" in answer.content.decode()
    row.refresh_from_db()
    assert row.body["name"] == "先存的"
    # What was typed stands on the page; saving it again is a decision.
    again = form_of(answer.content.decode())
    assert qian.post(edit(row, "basis"), again).status_code == 302
    row.refresh_from_db()
    assert row.body["name"] == "后存的"


def test_the_same_save_twice_is_one(qian: Client) -> None:
    row = begun(qian, "service_item", "try-twice")
    sent = {**form_of(qian.get(edit(row, "basis")).content.decode()), "name": "一次"}
    headers = {"HTTP_HX_REQUEST": "true"}
    saved = qian.post(edit(row, "basis"), sent, **headers)
    assert saved.status_code == 200 and "hx-swap-oob" in saved.content.decode()
    assert qian.post(edit(row, "basis"), sent).status_code == 302


def test_two_authors_have_two_drafts_and_the_later_is_told() -> None:
    body = {**queries.current("service_item", "dog-registration").body}
    qian, legal = signed_in("qian"), acting("li")
    row = actions.begin(kind="service_item", key="dog-registration", body=body, by=acting("qian"))
    assert qian.get(edit(row, "basis")).status_code == 200
    with pytest.raises(Exception, match="Your post"):
        actions.keep(definition=row.pk, body=body, expected=row.content_hash, by=legal)
    assert signed_in("li").get(edit(row, "basis")).status_code == 403


def test_a_copy_does_not_replace_its_original(qian: Client) -> None:
    answer = qian.post(
        "/office/definitions/new/",
        {"kind": "service_item", "key": "dog-registration", "copy_of": "food-licence"},
    )
    assert answer.status_code == 422
    row = begun(qian, "service_item", "try-copy", copy_of="dog-registration")
    assert row.body["organ"] == "linxi-psb" and row.body["key"] == "try-copy"


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "service_item", "key": ""},
        {"kind": "service_item", "key": "../etc"},
        {"kind": "service_item", "key": "ok", "copy_of": "no-such"},
    ],
)
def test_what_cannot_be_begun(qian: Client, sent: dict[str, str]) -> None:
    assert qian.post("/office/definitions/new/", sent).status_code == 422
    assert not Definition.objects.filter(status="draft").exists()


def test_no_kind_of_that_name(qian: Client) -> None:
    assert qian.get("/office/definitions/new/?kind=nothing").status_code == 404
    assert qian.post("/office/definitions/new/", {"kind": "x", "key": "y"}).status_code == 404


def test_the_text_names_the_line_of_each_fault(qian: Client) -> None:
    row = begun(qian, "synonyms", "try-text")
    address = f"/office/definitions/{row.pk}/text/"
    page = qian.post(address, {"text": 'key = "try-text"\nwords = [', "expected": row.content_hash})
    assert page.status_code == 422 and re.search("Line 2|第 2 行", page.content.decode())
    other = qian.post(address, {"text": 'key = "elsewhere"', "expected": row.content_hash})
    assert other.status_code == 422
    good = 'key = "try-text"\nwords = ["试"]\nmeans = ["dog-registration"]\n'
    assert qian.post(address, {"text": good, "expected": row.content_hash}).status_code == 302
    row.refresh_from_db()
    assert row.body["words"] == ["试"]
    stale = qian.post(address, {"text": good + "x = 1", "expected": "0"})
    assert stale.status_code == 412 and "x = 1" in stale.content.decode()


@pytest.mark.parametrize(
    "text",
    ["field = 3", "result = [7, 8]", "law = [[1]]", "field = [{ role = 1 }]", "promised_days = []"],
)
def test_a_text_of_the_wrong_shape_is_a_fault_and_no_breakdown(qian: Client, text: str) -> None:
    row = begun(qian, "service_item", "try-shape", copy_of="dog-registration")
    lines = [
        line for line in ("name = \"x\"\nbasic_code = \"992001297000\"\ntask_type = \"20\"\n"
        "organ = \"linxi-psb\"\nprocess = \"short-review\"\nstatutory_days = 9\npromised_days = 9\n"
        ).splitlines() if line.split(" ")[0] != text.split(" ")[0]
    ]  # fmt: skip
    written = "\n".join(['key = "try-shape"', *lines, text])
    address = f"/office/definitions/{row.pk}/text/"
    assert qian.post(address, {"text": written, "expected": row.content_hash}).status_code == 302
    for path in (address, f"/office/definitions/{row.pk}/", edit(row, "fields"), edit(row, "days"),
                 edit(row, "basis"), edit(row, "materials")):  # fmt: skip
        assert qian.get(path).status_code == 200, path
    answer = qian.post(f"/office/definitions/{row.pk}/act/", {"act": "submit"})
    assert answer.status_code == 422 and "err-sum" in answer.content.decode()


def test_only_the_author_goes_on_with_a_draft(qian: Client) -> None:
    row = begun(qian, "service_item", "try-mine")
    for path in (edit(row, "basis"), f"/office/definitions/{row.pk}/text/"):
        assert signed_in("chen").get(path).status_code == 403
        assert Client().get(path).status_code in {302, 401}
    assert qian.post(f"/office/definitions/{row.pk}/act/", {"act": "discard"}).status_code == 302
    assert qian.get(edit(row, "basis")).status_code == 404


def test_the_second_person_sees_the_simulation_and_the_difference(qian: Client) -> None:
    version = queries.current("one_thing", "birth")
    row = actions.begin(kind="one_thing", key="birth", body=version.body, by=acting("qian"))
    body = {**row.body, "promised_days": 9}
    actions.keep(definition=row.pk, body=body, expected=row.content_hash, by=acting("qian"))
    assert qian.post(f"/office/definitions/{row.pk}/act/", {"act": "submit"}).status_code == 302
    page = signed_in("li").get(f"/office/definitions/{row.pk}/").content.decode()
    assert 'class="gantt"' in page and "promised_days" in page and "<del>" in page
    row.refresh_from_db()
    sent = {"act": "publish", "expected": row.content_hash}
    assert qian.post(f"/office/definitions/{row.pk}/act/", sent).status_code == 403
    assert signed_in("li").post(f"/office/definitions/{row.pk}/act/", sent).status_code == 302
    assert queries.current("one_thing", "birth").body["promised_days"] == 9


def test_a_published_version_is_revised_and_not_written_over(qian: Client) -> None:
    version = queries.current("service_item", "dog-registration")
    answer = qian.post(f"/office/definitions/{version.id}/revise/")
    again = qian.post(f"/office/definitions/{version.id}/revise/")
    assert answer.status_code == 302 and answer["Location"] == again["Location"]
    draft = Definition.objects.get(key="dog-registration", status="draft")
    refused = qian.post(f"/office/definitions/{draft.pk}/act/", {"act": "submit"})
    assert refused.status_code == 409  # word for word what is published
