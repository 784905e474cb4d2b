from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.city import city
from tests.office.people import signed_in
from tongban.domains.appointments.models import Appointment, Desk, Ticket
from tongban.domains.appointments.tests.given import ITEM, booked
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-09-07 09:30"):
        yield


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_halls_and_screens_are_open_to_all_and_need_no_script() -> None:
    anybody = Client()
    assert "青禾市政务服务中心" in text(anybody, "/halls/")
    assert "09:00–12:00" in text(anybody, "/halls/centre/")
    assert 'http-equiv="refresh"' in text(anybody, "/halls/centre/screen/")
    text(anybody, "/halls/nowhere/", 404)
    assert "Service halls" in text(anybody, "/halls/?ui=en")


@pytest.mark.parametrize("mode", ["std", "elder", "en"])
def test_booked_question_by_question(mode: str) -> None:
    client = signed_in("lixiaoyun")
    text(client, f"/halls/?ui={mode}")
    assert ITEM in text(client, f"/appointments/new/?q=登记&ui={mode}") or mode == "en"
    days = text(client, f"/appointments/new/?item={ITEM}")
    assert "day=2026-09-08" in days and "day=2026-09-12" not in days
    assert "10:00" in text(client, f"/appointments/new/?item={ITEM}&day=2026-09-08")
    kept = {"item": ITEM, "for": "item", "time": "2026-09-08 10:00"}
    assert client.get("/appointments/new/", kept).status_code == 200
    assert not Appointment.objects.exists(), "looking books nothing"
    answer = client.post("/appointments/new/", {**kept, "first": "1"})
    made = Appointment.objects.get()
    assert answer.status_code == 302 and made.is_first
    assert made.code in text(client, f"/appointments/{made.code}/")
    assert made.code in text(client, "/appointments/")
    assert client.post("/appointments/new/", kept).status_code == 409
    moving = {"time": "2026-09-09 10:00"}
    assert client.get(f"/appointments/{made.code}/move/", moving).status_code == 200
    assert client.post(f"/appointments/{made.code}/move/", moving).status_code == 302
    assert client.post(f"/appointments/{made.code}/cancel/").status_code == 302
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert text(client, f"/appointments/{made.code}/")


@pytest.mark.parametrize(
    "query", ["time=x", "time=2026-13-40", "day=x", "day=2026-09-12", "time=0001-01-01", "for=?"]
)
def test_bad_addresses_are_refused_or_asked_again(query: str) -> None:
    answer = signed_in("lixiaoyun").get(f"/appointments/new/?item={ITEM}&{query}")
    assert answer.status_code in {200, 409, 422}


def test_nobody_and_others_see_no_appointment() -> None:
    made = booked()
    assert Client().get(f"/appointments/{made.code}/").status_code == 302
    assert signed_in("zhoumei").get(f"/appointments/{made.code}/").status_code == 404


def test_a_day_at_the_hall() -> None:
    code = booked(starts="2026-09-07 10:00").code
    visitor, clerk = Client(), signed_in("lin")
    assert visitor.post("/halls/centre/check-in/", {"code": "NOSUCH99"}).status_code == 404
    answer = visitor.post("/halls/centre/check-in/", {"code": code}, follow=True)
    number = Ticket.objects.get().number
    assert number in answer.content.decode()
    assert "A04" in text(clerk, "/office/desk/")
    opened = {"act": "open", "hall": "centre", "desk": "A04", "lanes": list("ABCDE")}
    assert clerk.post("/office/desk/", opened).status_code == 302
    assert clerk.post("/office/desk/", opened).status_code == 409
    assert number in text(clerk, "/office/desk/")
    assert clerk.get("/office/reception/").status_code == 302
    given = clerk.post("/office/reception/centre/", {"lane": "C", "first": "1"})
    assert "C001" in given.content.decode()
    for act in ("next", "again", "skip", "next"):
        assert clerk.post("/office/desk/", {"act": act}).status_code == 302, act
    skipped = Ticket.objects.get(state="skipped").number
    assert skipped in text(clerk, "/office/reception/centre/")
    back = clerk.post("/office/reception/centre/", {"number": skipped})
    assert back.status_code == 200
    assert number in text(Client(), "/halls/centre/screen/")
    assert clerk.post("/office/desk/", {"act": "transfer", "lane": "D"}).status_code == 302
    assert clerk.post("/office/desk/", {"act": "finish"}).status_code == 409
    assert clerk.post("/office/desk/", {"act": "fly"}).status_code == 400
    assert clerk.post("/office/desk/", {"act": "close"}).status_code == 302
    assert Desk.objects.get().closed_at is not None
    assert signed_in("chen").get("/office/desk/").status_code == 403
    assert signed_in("lin").post("/office/reception/linxi/", {"lane": "A"}).status_code == 403


def test_a_number_that_is_called_says_where_to_go() -> None:
    code = booked(starts="2026-09-07 10:00").code
    visitor, clerk = Client(), signed_in("lin")
    page = visitor.post("/halls/centre/check-in/", {"code": code}, follow=True).request["PATH_INFO"]
    opened = {"act": "open", "hall": "centre", "desk": "B05", "lanes": list("ABCDE")}
    clerk.post("/office/desk/", opened)
    clerk.post("/office/desk/", {"act": "next"})
    for mode in ("std", "elder", "en"):
        assert "B05" in text(visitor, f"{page}?ui={mode}")
