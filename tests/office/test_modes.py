"""Three ways across regions, each through the doors: 全程网办, 异地代收代办, 多地联办."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, form, now, owed, settle, signed_in
from tongban.domains.cases import queries
from tongban.domains.cases.actions import drafting, filing
from tongban.domains.cases.models import Application, Case, Crossing, Draft, Handover, Return
from tongban.domains.cases.queries import crossing as crossings
from tongban.domains.cases.rules import regions
from tongban.domains.payments.models import Bill
from tongban.domains.windows.models import Visit
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens, endings

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ITEM, THERE, MOTHER = "id-card-renewal", "990200", "lixiaoyun"
PAPER = "photo_receipt"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-10-12 09:00"):
        yield


def next_days(*days: str) -> None:
    for day in days:
        clock.move(clock.moment(f"{day}T09:30:00+08:00"))
        deadlines.sweep(by=part("deadlines"))
        deadlines.begin_day(by=part("deadlines"))
        settle()


def begin(client: Client, kind: str, key: str) -> str:
    """Begin it as a click does; answers the draft's key."""
    answer = client.post(reverse("start", args=[kind, key]))
    assert answer.status_code == 302, answer
    return str(answer["Location"]).rstrip("/").rpartition("/")[2]


def led_to(client: Client, key: str) -> str:
    """The page to which a draft leads its owner now."""
    url = reverse("draft", args=[key])
    for _ in range(4):
        answer = client.get(url)
        if answer.status_code != 302:
            return url
        url = answer["Location"]
    raise AssertionError(url)


def choose(client: Client, key: str, item: str, region: str) -> None:
    """Choose a place by the button of the page."""
    page = client.get(reverse("draft-where", args=[key]))
    rows = {
        offered.key: [one for one, _ in options] for offered, _, options in page.context["offered"]
    }
    one = next(o for o in rows[item] if o.region == region)
    sent = {"item": item, "region": region, "agreed": one.agreement}
    assert client.post(reverse("draft-where", args=[key]), sent).status_code == 302


def hand_in(client: Client, key: str) -> None:
    page = reverse("draft-materials", args=[key])
    sent = {"material": PAPER, "file": SimpleUploadedFile("a.pdf", citizens.paper())}
    assert client.post(page, sent).status_code == 302


def sign(client: Client, key: str, delivery: str, **to: str) -> Application:
    sent = {"signed": "1", "delivery": delivery, **to}
    answer = client.post(reverse("draft-sign", args=[key]), sent)
    assert answer.status_code == 302, answer.content.decode().partition("err-sum")[2][:900]
    return Application.objects.get()


def decide(case: Case, organ: str) -> None:
    """The agency of the other city does its work at its own pages: accepts, examines, grants."""
    accept = reverse("office-case-act", args=[case.case_no, "accept"])
    clerk = signed_in(f"{organ}.a")
    assert clerk.get(reverse("office-case", args=[case.case_no])).status_code == 200
    assert clerk.post(accept, form(case)).status_code == 302
    passed = reverse("office-case-act", args=[case.case_no, "pass"])
    while owed(case).stage != "decide":
        answer = signed_in(f"{organ}.r").post(passed, form(case, outcome="pass", opinion="同意"))
        assert answer.status_code == 302, owed(case).stage
    grant = reverse("office-case-act", args=[case.case_no, "grant"])
    sent = form(case, reasons="符合条件", law="《中华人民共和国居民身份证法》第十一条")
    answer = signed_in(f"{organ}.c").post(grant, sent)
    assert answer.status_code == 302, answer.content.decode()[:500]
    settle()


def test_wholly_online_the_place_is_asked_first_and_its_terms_hold() -> None:
    """全程网办: nobody files without having seen the differences; the fee is the other city's."""
    client = signed_in(MOTHER)
    key = begin(client, "item", ITEM)
    assert led_to(client, key) == reverse("draft-where", args=[key])
    page = client.get(reverse("draft-where", args=[key])).content.decode()
    assert "居民身份证数字相片采集回执" in page and "10 元/证" in page
    with pytest.raises(regions.PlaceNotChosen):
        by = acting(MOTHER)
        drafting.fill(key=key, by=by)
        filing.submit(key=key, by=by, signed=True)
    assert not Application.objects.exists()
    assert led_to(client, key) == reverse("draft-where", args=[key]), "no way round it"
    choose(client, key, ITEM, THERE)
    assert led_to(client, key) == reverse("draft-materials", args=[key])
    hand_in(client, key)
    to = {
        "deliver_name": "李晓云",
        "deliver_phone": "19901008000",
        "deliver_address": "青禾市 1 号",
    }
    application = sign(client, key, "post", **to)
    (case,) = queries.cases_of(application)
    assert case.region == THERE and not Crossing.objects.exists() and case.state == "submitted"
    decide(case, "chengjiang.psb")
    (bill,) = Bill.objects.all()
    assert (bill.fen, bill.variant) == (1000, case.variant), "the list of the other city"
    assert bill.organ == identity.organ("chengjiang-psb").uscc
    endings.pay_open(case_nos=[case.case_no])
    settle()
    handover = Handover.objects.get(case=case)
    assert handover.waybill and not Return.objects.exists(), "posted from there to the door"
    next_days("2026-10-13", "2026-10-14")
    assert now(case).state == "closed"


def test_at_home_the_choice_is_kept_and_the_fee_is_ours() -> None:
    client = signed_in(MOTHER)
    key = begin(client, "item", ITEM)
    choose(client, key, ITEM, "990100")
    assert Draft.objects.get(key=key).places[ITEM]["variant"] is None
    assert led_to(client, key) == reverse("draft-sign", args=[key])
    (case,) = queries.cases_of(sign(client, key, "electronic"))
    assert case.variant is None and case.region == "990100"


def test_taken_in_here_decided_there_and_fetched_here() -> None:
    """异地代收代办: hand-over with its clock on both sides, the paper comes back by post."""
    clerk = signed_in("lin")
    person = identity.person(acting(MOTHER).person)  # type: ignore[arg-type]
    document = {"name": person.name, "number": identity.number_in_clear(person), "consent": "1"}
    assert clerk.post("/office/window/serve/", document).status_code == 302
    visit = Visit.objects.get()
    key = begin(clerk, "item", ITEM)
    assert led_to(clerk, key) == reverse("draft-where", args=[key])
    choose(clerk, key, ITEM, THERE)
    hand_in(clerk, key)
    by_post = {"delivery": "pickup", "signed": "1"}
    assert clerk.post(reverse("draft-sign", args=[key]), by_post)["Location"] == "/office/window/"
    screen = reverse("screen", args=[visit.token])
    shown = Client().get(screen).context["shown"]
    Client().post(reverse("screen-confirm", args=[visit.token]), {"shown": shown})
    assert clerk.post("/office/window/send/").status_code == 302
    (case,) = queries.cases_of(Application.objects.get())

    coming = reverse("office-coming")
    agency = signed_in("chengjiang.psb.a")
    both = [
        client.get(url).context["rows"][0]["light"]
        for client, url in ((clerk, reverse("office-elsewhere")), (agency, coming))
    ]
    assert both[0] == both[1] and case.case_no in agency.get(coming).content.decode()
    next_days("2026-10-15")
    clerk, agency = signed_in("lin"), signed_in("chengjiang.psb.a")
    assert agency.get(coming).context["rows"][0]["light"].tone == "red", "late, seen over there"
    assert signed_in("wu").get(coming).context["rows"] == [], "another organ's"

    station = reverse("office-elsewhere-case", args=[case.case_no])
    work = crossings.station_item(Crossing.objects.get())
    sent = {"form": "1", "identity": "1", "originals": "0", "version": work.version, "key": "k"}
    assert clerk.post(station, sent).status_code == 302
    assert agency.get(coming).context["rows"] == []
    decide(case, "chengjiang.psb")
    endings.pay_open(case_nos=[case.case_no])
    settle()

    back = Return.objects.get()
    assert back.waybill and now(case).state == "decided"
    assert case.case_no in agency.get(coming).content.decode(), "on its way back"
    desk = signed_in("qin.huimin")
    page = desk.get(reverse("office-pickup-result", args=[case.case_no])).content.decode()
    assert back.waybill in page and 'name="signed"' not in page
    number = identity.number_in_clear(person)
    item = queries.desk_item(Handover.objects.get())
    receipt = {"name": person.name, "document": number, "signed": "1"}
    receipt |= {"version": item.version, "key": secrets.token_hex(8)}
    hand_out = reverse("office-pickup-hand-out", args=[case.case_no])
    assert desk.post(hand_out, receipt).status_code == 409, "it is not here"
    assert not case.notices.filter(kind="pickup").exists(), "nobody is sent to an empty desk"
    home = signed_in(MOTHER).get(reverse("progress", args=[case.application.number]))
    assert back.waybill in home.content.decode()

    next_days("2026-10-16", "2026-10-17")
    back.refresh_from_db()
    assert back.arrived_at and case.notices.filter(kind="pickup").count() == 1
    assert [step["what"] for step in back.track][-1] == "已签收"
    assert signed_in("qin.huimin").post(hand_out, receipt).status_code == 302
    assert now(case).state == "closed"
    assert Event.objects.filter(name="case.returned").count() == 1
    next_days("2026-10-19")
    assert Event.objects.filter(name="case.returned").count() == 1, "once"


def test_several_cities_each_handle_their_part_of_one_thing() -> None:
    """多地联办: one filing, one part there under its own list, calendar and process, one here."""
    client, moved = signed_in("linxiaotong"), "employment-registration"
    key = begin(client, "thing", "flexible-work")
    drafting.answer(
        key=key, answers=citizens.answers_for("flexible-work"), by=acting("linxiaotong")
    )
    assert led_to(client, key) == reverse("draft-where", args=[key])
    choose(client, key, moved, THERE)
    assert led_to(client, key) != reverse("draft-where", args=[key])
    citizens.complete(key=key, by=acting("linxiaotong"))
    application = sign(client, key, "electronic")
    cases = {case.item_key: case for case in queries.cases_of(application)}
    assert {case.region for case in cases.values()} == {"990100", THERE}
    settle()
    decide(cases[moved], "chengjiang.labour")
    assert now(cases[moved]).result == "granted"
    page = client.get(reverse("progress", args=[application.number])).content.decode()
    assert "澄江市" in page and "青禾市" in page
