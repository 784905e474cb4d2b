"""What another portal does for its visitors after the filing, and how often it may ask."""

import base64
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import given
from tests.city import city
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance
from tongban.domains.cases.models import Application, Case, Draft
from tongban.domains.clients import actions as clients
from tongban.domains.clients import rules
from tongban.domains.clients.models import ClientMinute, UsedNonce
from tongban.domains.reviews.models import Review
from tongban.doors.api.tests.given import SCOPES, Portal
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
PAPER = base64.b64encode(citizens.paper()).decode()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def portal() -> Portal:
    return Portal()


def token() -> str:
    return secrets.token_urlsafe(16)


def applicant(by: Actor, entity: str = "") -> dict[str, str]:
    person = identity.person(by.for_person or by.person or 0)
    named = {"name": person.name, "number": identity.number_in_clear(person)}
    return {**named, "entity": entity} if entity else named


def body_of(by: Actor, *, item: str = "", thing: str = "", entity: str = "") -> dict[str, Any]:
    """What a portal sends that has asked its visitor everything that no register knows."""
    key = citizens.open_draft(by=by, item=item, thing=thing).key
    citizens.complete(key=key, by=by)
    draft = Draft.objects.get(key=key)
    view = queries.view(draft)
    typed = {n: str(v.value) for n, v in view.values.items() if v.source != "prefill" and v.value}
    ways = {name: kept["way"] for name, kept in draft.materials.items()}
    draft.delete()
    return {
        **({"item": item} if item else {"thing": thing}),
        "applicant": applicant(by, entity),
        "confirmed": True,
        "answers": dict(draft.answers),
        "values": typed,
        "materials": [
            {"key": n, "name": "a.pdf", "data": PAPER} for n, way in ways.items() if way == "upload"
        ],
        "promised": [n for n, way in ways.items() if way == "promise"],
    }


def file(portal: Portal, body: dict[str, Any]) -> dict[str, Any]:
    answer = portal.ask("POST", "/api/v1/applications", body, key=token())
    assert answer.status_code == 201, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


def test_a_one_thing_is_asked_about_and_filed_for_several_agencies(portal: Portal) -> None:
    listed = portal.ask("GET", "/api/v1/one-things").json()["things"]
    assert "birth" in {one["key"] for one in listed}
    assert portal.ask("GET", "/api/v1/one-things/birth").json()["body"]["key"] == "birth"
    # Question by question, as a visitor is asked.
    answers: dict[str, str] = {}
    for _ in range(10):
        form = portal.ask("POST", "/api/v1/forms", {"thing": "birth", "answers": answers}).json()
        if not form["unanswered"]:
            break
        first = next(q for q in form["questions"] if q["id"] == form["unanswered"][0])
        answers[first["id"]] = first["options"][0]["value"]
    assert not form["unanswered"] and len(form["items"]) > 1
    keys = [field["key"] for field in form["fields"]]
    assert len(keys) == len(set(keys)), "the merged form asks nothing twice"
    assert any(len(field["items"]) > 1 for field in form["fields"])
    assert set(form["schema"]["properties"]) and form["materials"]
    wrong = {"thing": "birth", "answers": {next(iter(answers)): "no such"}}
    assert portal.ask("POST", "/api/v1/forms", wrong).status_code == 422
    both = {"thing": "birth", "item": "food-licence"}
    assert portal.ask("POST", "/api/v1/forms", both).status_code == 422

    told = file(portal, body_of(given.mother(), thing="birth"))
    assert len(told["cases"]) > 1
    organs = {Case.objects.get(case_no=one["case_no"]).organ for one in told["cases"]}
    assert len(organs) > 1
    asked = {"number": told["number"], "applicant": applicant(given.mother())}
    stands = portal.ask("POST", "/api/v1/applications/status", asked).json()
    assert [c["case_no"] for c in stands["cases"]] == [c["case_no"] for c in told["cases"]]


def food(portal: Portal) -> tuple[dict[str, Any], Case, dict[str, str]]:
    owner = applicant(given.restaurateur(), given.FIRM)
    told = file(portal, body_of(given.restaurateur(), item="food-licence", entity=given.FIRM))
    return told, Case.objects.get(case_no=told["cases"][0]["case_no"]), owner


def test_a_firm_is_the_applicant_where_the_person_may_act_for_it(portal: Portal) -> None:
    told, case, owner = food(portal)
    assert case.entity == given.FIRM
    asked = {
        "case_no": case.case_no,
        "person_number": owner["number"],
        "entity": given.FIRM,
    }
    assert portal.ask("POST", "/api/v1/cases/status", asked).json()["state"] == str(case.state)
    del asked["entity"]
    assert portal.ask("POST", "/api/v1/cases/status", asked).status_code == 404, (
        "the firm's, not hers"
    )
    stranger = {"number": told["number"], "applicant": applicant(given.mother(), given.FIRM)}
    before = Application.objects.count()
    answer = portal.ask("POST", "/api/v1/applications/status", stranger)
    assert 400 <= answer.status_code < 500 and "cases" not in answer.json()
    body = {**body_of(given.mother(), item="flexible-medical"), "applicant": stranger["applicant"]}
    assert portal.ask("POST", "/api/v1/applications", body, key=token()).status_code != 201
    assert Application.objects.count() == before


def test_what_was_asked_for_is_sent_and_nothing_else(portal: Portal) -> None:
    told, case, owner = food(portal)
    asked = {"number": told["number"], "applicant": owner}
    send: dict[str, Any] = {
        **asked,
        "confirmed": True,
        "cases": [{"case_no": case.case_no, "materials": []}],
    }
    path = "/api/v1/applications/supplement"
    assert portal.ask("POST", path, send, key=token()).status_code == 409, "nothing was asked for"
    item = given.item_of(case)
    acceptance.ask_supplement(
        item=item.pk,
        defects=[
            {"kind": "material", "key": "layout", "name": "布局图", "needed": "请标明尺寸"},
        ],
        by=given.official(item),
    )
    stands = portal.ask("POST", "/api/v1/applications/status", asked).json()["cases"][0]
    assert stands["state"] == "supplement"
    assert [point["key"] for point in stands["asked"]] == ["layout"]
    assert portal.ask("POST", path, send, key=token()).status_code == 422, "not all of it"
    paper = {"key": "layout", "name": "a.pdf", "data": PAPER}
    other = {**paper, "key": "something"}
    send["cases"][0]["materials"] = [paper, other]
    assert portal.ask("POST", path, send, key=token()).status_code == 422, "what nobody asked for"
    send["cases"][0]["materials"] = [{**paper, "data": "TVqQ"}]
    assert 400 <= portal.ask("POST", path, send, key=token()).status_code < 500, "no document"
    assert Case.objects.get(pk=case.pk).state == "supplement"
    send["cases"][0]["materials"] = [paper]
    key = token()
    first = portal.ask("POST", path, send, key=key)
    assert first.status_code == 201, first.content.decode()
    assert portal.ask("POST", path, send, key=key).json() == first.json()
    assert Case.objects.get(pk=case.pk).state == "submitted"
    assert Event.objects.filter(name="case.supplemented").count() == 1
    event = Event.objects.get(name="case.supplemented")
    assert event.actor == "client:province" and event.on_behalf == f"entity:{given.FIRM}"


def test_a_case_is_taken_back_once(portal: Portal) -> None:
    _, case, owner = food(portal)
    body = {"case_no": case.case_no, "applicant": owner, "confirmed": True}
    key = token()
    first = portal.ask("POST", "/api/v1/cases/withdraw", body, key=key)
    assert first.status_code == 201 and first.json()["state"] == "withdrawn"
    assert portal.ask("POST", "/api/v1/cases/withdraw", body, key=key).json() == first.json()
    assert portal.ask("POST", "/api/v1/cases/withdraw", body, key=token()).status_code == 409


def test_notices_and_licences_of_a_filing_are_fetched_and_each_fetching_is_recorded(
    portal: Portal,
) -> None:
    told = file(portal, body_of(given.mother(), thing="birth"))
    given.settle()
    asked = {"number": told["number"], "applicant": applicant(given.mother())}
    listed = portal.ask("POST", "/api/v1/notices", asked).json()["notices"]
    assert listed
    one = {**asked, "number": listed[0]["number"]}
    paper = portal.ask("POST", "/api/v1/notices/document", {**one, "pdf": True}).json()
    assert paper["body"]["number"] == listed[0]["number"]
    assert base64.b64decode(paper["pdf"]).startswith(b"%PDF")
    assert "pdf" not in portal.ask("POST", "/api/v1/notices/document", one).json()
    held = portal.ask("POST", "/api/v1/licences", asked).json()["licences"]
    assert held and held[0]["standing"] == "valid"
    assert held[0]["proof"]["format"] == "tongban-presentation/1"
    fetched = Event.objects.filter(name="client.fetched")
    assert {event.data["what"] for event in fetched} == {"notice", "licence"}
    stranger = applicant(given.restaurateur())
    for path in ("notices", "licences", "applications/status"):
        other = portal.ask("POST", f"/api/v1/{path}", {**asked, "applicant": stranger})
        assert other.status_code == 404
    assert (
        portal.ask("POST", "/api/v1/notices/document", {**one, "applicant": stranger}).status_code
        == 404
    )


def test_a_client_sees_what_it_filed_itself_unless_it_may_see_all() -> None:
    filed = given.birth()
    asked = {"number": filed.number, "applicant": applicant(given.mother())}
    assert Portal().ask("POST", "/api/v1/notices", asked).status_code == 404
    everywhere = Portal("hall", scopes=(*SCOPES, "all-filings"))
    assert everywhere.ask("POST", "/api/v1/notices", asked).status_code == 200
    case_no = filed.cases.order_by("-id").first().case_no  # type: ignore[union-attr]
    body = {"case_no": case_no, "applicant": asked["applicant"], "confirmed": True}
    refused = Portal("other").ask("POST", "/api/v1/cases/withdraw", body, key=token())
    assert refused.status_code == 404


def test_a_finished_filing_is_rated_once(portal: Portal) -> None:
    told = file(portal, body_of(given.mother(), thing="birth"))
    body = {"number": told["number"], "applicant": applicant(given.mother()), "level": 5}
    assert portal.ask("POST", "/api/v1/reviews", body, key=token()).status_code == 404, "not yet"
    given.work_all(Application.objects.get(number=told["number"]))
    first = portal.ask("POST", "/api/v1/reviews", body, key=token())
    assert first.status_code == 201, first.content.decode()
    assert portal.ask("POST", "/api/v1/reviews", body, key=token()).status_code == 409
    assert Review.objects.count() == 1


# The quota ---------------------------------------------------------------------------------------


def test_a_client_asks_as_often_as_its_quota_says(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Portal("small", quota=3)
    now = clock.instant()
    # Real time does not stand still for a test: its minute does.
    minute = rules.minute_of(now)
    monkeypatch.setattr(rules, "minute_of", lambda moment: minute)
    statuses = [small.ask("GET", "/api/v1/items?limit=1").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    answer = small.ask("GET", "/api/v1/items")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer["Content-Type"] == "application/problem+json"
    assert UsedNonce.objects.filter(client="small").count() == 3, "a refused request used nothing"
    # Another's requests do not count, and the next minute is a new one.
    assert Portal("large").ask("GET", "/api/v1/items").status_code == 200
    ClientMinute.objects.update(minute=minute - timedelta(minutes=1))
    assert small.ask("GET", "/api/v1/items").status_code == 200


def test_who_signs_badly_uses_up_nobodys_quota(portal: Portal) -> None:
    headers = portal.headers("GET", "/api/v1/items", b"")
    portal.send("GET", "/api/v1/items", b"", {**headers, "X-Signature": "x" * 20})
    assert not ClientMinute.objects.exists()


@pytest.mark.parametrize("quota", [0, -1, "many", True, 1.5, 10**9])
def test_a_quota_is_a_number_of_requests(quota: Any) -> None:
    body = {"key": "x", "name": "x", "public_key": "A" * 43 + "=", "scopes": ["items"]}
    faults = rules.check_client({**body, "quota": quota}, known=None)  # type: ignore[arg-type]
    assert [fault.where for fault in faults] == ["quota"]
    assert not rules.check_client({**body, "quota": 60}, known=None)  # type: ignore[arg-type]


def test_old_minutes_are_forgotten(portal: Portal) -> None:
    portal.ask("GET", "/api/v1/items")
    ClientMinute.objects.update(minute=clock.instant() - timedelta(minutes=20))
    clients.forget(by=part("clients"))
    assert not ClientMinute.objects.exists()
