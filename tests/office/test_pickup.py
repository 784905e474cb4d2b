"""The pick-up desk: found by number or document, handed out against a signed receipt, once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, filed, form, now, owed, settle, signed_in
from tongban.domains.cases import queries
from tongban.domains.cases.actions import determination, review
from tongban.domains.cases.models import Case, Handover
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import WorkItem

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DESK = "qin.huimin"
RECEIPT = {"name": "周梅", "document": "990102198710098422", "signed": "1"}


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-09-07 09:00"):
        yield


def granted() -> Case:
    """A licence on paper, decided, that is to be fetched."""
    case = filed(food="hot")
    Case.objects.filter(pk=case.pk).update(delivery="pickup")
    accept = reverse("office-case-act", args=[case.case_no, "accept"])
    assert signed_in("chen").post(accept, form(case)).status_code == 302
    review.pass_on(item=owed(case).pk, outcome="pass", by=acting("chen"))
    determination.grant(item=owed(case).pk, reasons="符合条件", law="法", by=acting("zhao"))
    settle()
    return now(case)


def url(case: Case, name: str = "office-pickup-result") -> str:
    return reverse(name, args=[case.case_no])


def sent(case: Case, **fields: str) -> dict[str, Any]:
    item = queries.desk_item(Handover.objects.get(case=case))
    return {"version": item.version, "key": "one-click", **RECEIPT, **fields}


def test_what_is_decided_waits_until_it_is_fetched() -> None:
    case, client = granted(), signed_in(DESK)
    assert case.state == "decided"
    assert url(case) in client.get("/office/pickup/").content.decode()
    hand_out = url(case, "office-pickup-hand-out")
    done = client.post(hand_out, sent(case))
    assert done.status_code == 302
    assert now(case).state == "closed"
    assert url(case) not in client.get("/office/pickup/").content.decode()
    assert client.get(url(case, "office-pickup-receipt")).content.startswith(b"%PDF")
    assert client.post(hand_out, sent(case)).status_code == 302, "the same click again"
    assert Event.objects.filter(name="case.handed_out").count() == 1
    assert "周梅" not in Handover.objects.get(case=case).receipt, "the receipt is sealed"


@pytest.mark.parametrize("words", ["case", "filing", "document", "firm"])
def test_it_is_found_by_any_number_that_people_bring(words: str) -> None:
    case, client = granted(), signed_in(DESK)
    number = {
        "case": case.case_no,
        "filing": case.application.number,
        "document": identity.number_in_clear(identity.person(case.person)),
        "firm": case.entity,
    }[words]
    assert url(case) in client.get("/office/pickup/", {"q": number}).content.decode()
    assert url(case) not in client.get("/office/pickup/", {"q": "99"}).content.decode()


@pytest.mark.parametrize("lacking", ["name", "document", "signed"])
def test_without_name_document_and_signature_nothing_is_handed_out(lacking: str) -> None:
    case, client = granted(), signed_in(DESK)
    before = Event.objects.count()
    answer = client.post(url(case, "office-pickup-hand-out"), sent(case, **{lacking: ""}))
    assert answer.status_code == 422 and "data-focus" in answer.content.decode()
    assert now(case).state == "decided" and Event.objects.count() == before


def test_the_document_is_read_into_the_receipt() -> None:
    case, client = granted(), signed_in(DESK)
    body = client.post(url(case, "office-pickup-read"), {"card": "zhoumei"}).content.decode()
    assert RECEIPT["document"] in body
    assert client.post(url(case, "office-pickup-read"), {"card": ""}).status_code == 409


def test_a_stale_page_and_another_desk_are_refused() -> None:
    case, client = granted(), signed_in(DESK)
    old = sent(case)
    item = queries.desk_item(Handover.objects.get(case=case))
    WorkItem.objects.filter(pk=item.pk).update(version=item.version + 1)
    assert client.post(url(case, "office-pickup-hand-out"), old).status_code == 412
    assert now(case).state == "decided"
    for login in ("chen", "lin", "zhao"):
        assert signed_in(login).get("/office/pickup/").status_code == 403
        assert signed_in(login).post(url(case, "office-pickup-hand-out"), old).status_code == 403
    assert client.get(reverse("office-pickup-result", args=["nothing"])).status_code == 404


def test_many_wait_page_by_page() -> None:
    case, client = granted(), signed_in(DESK)
    row = Handover.objects.get(case=case)
    first = client.get("/office/pickup/", {"after": f"{row.matter.due_on}:{row.pk}"})
    assert url(case) not in first.content.decode()
    again = client.get("/office/pickup/", {"after": "rubbish"})
    assert url(case) in again.content.decode()
