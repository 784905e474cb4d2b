import base64
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.city import city
from tests.given import food_licence, mother
from tongban.domains.cases import queries
from tongban.domains.cases.models import Application, Draft
from tongban.domains.clients import actions as clients
from tongban.domains.clients import rules
from tongban.domains.clients.models import KeptAnswer, UsedNonce
from tongban.doors.api import openapi
from tongban.doors.api.operations import OPERATIONS, Operation
from tongban.doors.api.schemas import PROBLEM
from tongban.doors.api.tests.given import Portal
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
ITEM = "flexible-medical"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def portal() -> Portal:
    return Portal()


def applicant() -> dict[str, str]:
    person = identity.person(mother().person or 0)
    return {"name": person.name, "number": identity.number_in_clear(person)}


def filing(**changes: Any) -> dict[str, Any]:
    """What a portal sends that has asked its visitor everything that no register knows."""
    by = mother()
    key = citizens.open_draft(by=by, item=ITEM).key
    citizens.complete(key=key, by=by)
    draft = Draft.objects.get(key=key)
    view = queries.view(draft)
    values = {name: value.value for name, value in view.values.items() if value.source != "prefill"}
    files = [name for name, kept in draft.materials.items() if kept["way"] == "upload"]
    draft.delete()
    paper = base64.b64encode(citizens.paper()).decode()
    return {
        "item": ITEM,
        "applicant": applicant(),
        "confirmed": True,
        "answers": dict(draft.answers),
        "values": {name: str(value) for name, value in values.items() if value is not None},
        "materials": [{"key": name, "name": "a.pdf", "data": paper} for name in files],
        **changes,
    }


def test_items_page_by_page_and_one_whole(portal: Portal) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = portal.ask("GET", f"/api/v1/items?limit=40&after={after}").json()
        seen += [row["key"] for row in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == sorted(set(seen)) and len(seen) > 80
    one = portal.ask("GET", f"/api/v1/items/{ITEM}").json()
    assert one["body"]["key"] == ITEM and len(one["hash"]) == 64
    assert portal.ask("GET", "/api/v1/items/nothing").status_code == 404
    assert portal.ask("GET", "/api/v1/items?limit=0").status_code == 422


@pytest.mark.parametrize("name", ["X-Client", "X-Timestamp", "X-Nonce", "X-Signature"])
def test_nothing_is_answered_without_a_whole_signature(portal: Portal, name: str) -> None:
    headers = portal.headers("GET", "/api/v1/items", b"")
    for changed in ({**headers, name: "x" * 20}, {k: v for k, v in headers.items() if k != name}):
        answer = portal.send("GET", "/api/v1/items", b"", changed)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
    assert not UsedNonce.objects.exists()


def test_a_signature_is_for_one_address_one_body_one_time_and_once(portal: Portal) -> None:
    path = "/api/v1/items"
    headers = portal.headers("GET", path, b"")
    assert portal.send("GET", f"{path}?limit=1", b"", headers).status_code == 401
    assert portal.send("GET", path, b"", headers).status_code == 200
    assert portal.send("GET", path, b"", headers).status_code == 401, "a nonce is used once"
    for minutes, status in ((-6, 401), (6, 401), (-4, 200), (4, 200)):
        at = clock.instant() + timedelta(minutes=minutes)
        stamp = str(int(at.timestamp()))
        assert portal.ask("GET", path, timestamp=stamp).status_code == status
    other = Portal("other")
    assert (
        other.send(
            "GET", path, b"", {**portal.headers("GET", path, b""), "X-Client": "other"}
        ).status_code
        == 401
    )


def test_a_client_does_what_its_scopes_say() -> None:
    reader = Portal("reader", scopes=("items",))
    assert reader.ask("GET", "/api/v1/items").status_code == 200
    asked = {"case_no": "x", "person_number": applicant()["number"]}
    assert reader.ask("POST", "/api/v1/cases/status", asked).status_code == 403


def test_a_case_is_told_to_its_applicant_alone(portal: Portal) -> None:
    filed = portal.ask("POST", "/api/v1/applications", filing(), key=secrets.token_urlsafe(16))
    assert filed.status_code == 201, filed.content.decode()
    case_no = filed.json()["cases"][0]["case_no"]
    asked = {"case_no": case_no, "person_number": applicant()["number"]}
    told = portal.ask("POST", "/api/v1/cases/status", asked)
    assert told.status_code == 200 and told.json()["item"] == ITEM
    others = {**asked, "case_no": food_licence().case_no}
    assert portal.ask("POST", "/api/v1/cases/status", others).status_code == 404
    assert (
        portal.ask("POST", "/api/v1/cases/status", {**asked, "case_no": "none"}).status_code == 404
    )


def test_filed_once_however_often_it_is_sent(portal: Portal) -> None:
    body, key = filing(), secrets.token_urlsafe(16)
    before = Application.objects.count()
    first = portal.ask("POST", "/api/v1/applications", body, key=key)
    assert first.status_code == 201, first.content.decode()
    again = portal.ask("POST", "/api/v1/applications", body, key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert Application.objects.count() == before + 1
    assert (
        portal.ask(
            "POST", "/api/v1/applications", {**body, "answers": {"x": "y"}}, key=key
        ).status_code
        == 422
    )
    assert portal.ask("POST", "/api/v1/applications", body).status_code == 422, "no key"
    told = Event.objects.filter(name="case.submitted").latest("id")
    assert told.actor == "client:province" and told.on_behalf == f"person:{mother().person}"
    assert told.channel == "api"


@pytest.mark.parametrize(
    "changes",
    [
        {"materials": [{"key": "x", "name": "x", "data": "!"}]},
        {"item": "no-such-item"},
        {"applicant": {"name": "别人", "number": "990102199208158113"}},
        {"values": {"nothing": "x"}, "materials": []},
        {"confirmed": False},
    ],
)
def test_a_refused_filing_leaves_nothing_and_its_key_is_free(
    portal: Portal, changes: dict[str, Any]
) -> None:
    body, before = filing(**changes), Application.objects.count()
    answer = portal.ask("POST", "/api/v1/applications", body, key="k" * 20)
    assert 400 <= answer.status_code < 500, answer.content.decode()
    Draft202012Validator(PROBLEM).validate(answer.json())
    assert Application.objects.count() == before
    assert not Draft.objects.filter(made_by="client:province", application=None).exists()
    assert not KeptAnswer.objects.exists()


def test_a_claim_whose_process_died_is_free_after_five_minutes(portal: Portal) -> None:
    body, key = filing(), "k" * 20
    one = rules.Client("province", "", b"", frozenset())
    signed = rules.Signed(
        "POST", "/api/v1/applications", "1", "n" * 16, key, json.dumps(body).encode()
    )
    assert clients.begin(client=one, request=signed, by=part("api")) is None
    assert portal.ask("POST", "/api/v1/applications", body, key=key).status_code == 409
    KeptAnswer.objects.update(begun_at=clock.instant() - timedelta(minutes=6))
    assert portal.ask("POST", "/api/v1/applications", body, key=key).status_code == 201


def test_what_is_over_is_forgotten(portal: Portal) -> None:
    portal.ask("GET", "/api/v1/items")
    assert clients.forget(by=part("clients")) == 0
    UsedNonce.objects.update(at=clock.instant() - timedelta(minutes=11))
    assert clients.forget(by=part("clients")) == 1


@pytest.mark.parametrize("mode", ["std", "elder", "en"])
def test_the_document_is_there_for_programs_and_people(mode: str) -> None:
    said = Browser().get("/api/v1/openapi.json").json()
    assert said["openapi"] == "3.1.0" and said == json.loads(json.dumps(openapi.document()))
    assert {(p, m) for p, ms in said["paths"].items() for m in ms} == {
        (one.path, one.method.lower()) for one in OPERATIONS
    }
    page = Browser().get(f"/api/?ui={mode}", follow=True).content.decode()
    assert "/api/v1/applications" in page


# Fuzz: whatever is sent, the answer is as the document says --------------------------------------

WORD = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=8,
)
KEYS = [ITEM, "x", "..%2F", "%00", "食"]
WORDS = ["", "1", "-1", "x", "9" * 5000, "%00", "１"]


def like(schema: Any) -> st.SearchStrategy[Any]:
    """Values of a schema, as far as ours use JSON Schema."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema["type"]
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    if kind == "object" and "properties" in schema:
        needed = set(schema.get("required", ()))
        rows = {name: like(one) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: one for name, one in rows.items() if name in needed},
            optional={name: one for name, one in rows.items() if name not in needed},
        )
    if kind == "object":
        return st.dictionaries(WORD, like(schema["additionalProperties"]), max_size=3)
    if kind == "array":
        least = schema.get("minItems", 0)
        return st.lists(like(schema["items"]), min_size=least, max_size=3)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace("$", r"\Z"))
    most = min(40, schema.get("maxLength", 40))
    return st.text(min_size=schema.get("minLength", 0), max_size=most)


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_answers_as_its_document_says(portal: Portal, one: Operation) -> None:
    filed = portal.ask("POST", "/api/v1/applications", filing(), key=secrets.token_urlsafe(16))
    number, case_no = filed.json()["number"], filed.json()["cases"][0]["case_no"]
    known = {
        "person_number": applicant()["number"],
        "item": ITEM,
        "applicant": applicant(),
        "number": number,
        "case_no": case_no,
    }

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        path = one.path.replace("{key}", data.draw(st.sampled_from(KEYS)))
        words = [f"{name}={data.draw(st.sampled_from(WORDS))}" for name in one.query]
        path += f"?{'&'.join(words)}" if words else ""
        body: Any = None
        if one.body is not None:
            body = data.draw(like(one.body) | JSON | st.binary(max_size=30))
            if isinstance(body, dict) and data.draw(st.booleans()):
                body |= {n: v for n, v in known.items() if n in one.body["properties"]}
        answer = portal.ask(one.method, path, body, key="k" * 16 if one.changes else "")
        assert answer.status_code < 500, (body, answer.content)
        schema = one.answer if answer.status_code == one.status else PROBLEM
        if "json" in answer["Content-Type"]:
            Draft202012Validator(schema).validate(answer.json())
        else:
            assert answer.status_code == (400 if "%00" in path or "\0" in path else 404)

    send()
