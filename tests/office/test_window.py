"""One window (一窗受理): served, filled in, confirmed by the visitor, taken in; never decided."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, filed, form, settle, signed_in
from tongban.domains.cases import queries
from tongban.domains.cases.actions import drafting, filing
from tongban.domains.cases.models import Application, Case, Draft
from tongban.domains.cases.rules.needs import NotConfirmed
from tongban.domains.cases.workbench.acts import ACTS
from tongban.domains.windows.models import Visit
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Account
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

WINDOW = "/office/window/"
MOTHER = "lixiaoyun"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-09-07 09:00"):
        yield


def document() -> dict[str, str]:
    person = identity.person(acting(MOTHER).person)  # type: ignore[arg-type]
    return {"name": person.name, "number": identity.number_in_clear(person), "consent": "1"}


def serving(client: Client) -> Visit:
    assert client.post("/office/window/serve/", document()).status_code == 302
    return Visit.objects.get(ended_at=None)


def clerk_for(visit: Visit) -> Actor:
    """The clerk as the pages see them while they serve."""
    account = Account.objects.get(username="lin")
    post = identity.posts_of(account)[0].id
    return identity.actor_for(account=account, post=post, proxy=visit.proxy, channel="window")


def fill_in(visit: Visit) -> str:
    """What the clerk does on the citizens' pages, up to the signature."""
    by = clerk_for(visit)
    key = citizens.open_draft(by=by, thing="birth").key
    citizens.complete(key=key, by=by)
    return str(key)


def screen(visit: Visit) -> str:
    return reverse("screen", args=[visit.token])


def shown(visit: Visit) -> str:
    return str(Client().get(screen(visit)).context["shown"])


def test_the_reader_fills_the_form_and_keeps_nothing() -> None:
    client = signed_in("lin")
    body = client.post("/office/window/read/", {"card": MOTHER}).content.decode()
    assert document()["number"] in body and document()["name"] in body
    assert not Visit.objects.exists()
    empty = client.post("/office/window/read/", {"card": ""})
    assert empty.status_code == 409 and "data-focus" in empty.content.decode()
    assert signed_in("chen").post("/office/window/read/", {"card": MOTHER}).status_code == 403


def test_outside_the_demo_no_card_is_laid_by_hand(settings: Any) -> None:
    settings.TONGBAN_DEMO = False
    client = signed_in("lin")
    assert "id_card" not in client.get(WINDOW).content.decode()
    assert client.post("/office/window/read/", {"card": MOTHER}).status_code == 409


def test_only_who_has_been_seen_is_served() -> None:
    client = signed_in("lin")
    assert client.post("/office/window/serve/", {}).status_code == 422
    without = {k: v for k, v in document().items() if k != "consent"}
    assert client.post("/office/window/serve/", without).status_code == 422
    wrong = {**document(), "name": "李小云"}
    answer = client.post("/office/window/serve/", wrong)
    assert answer.status_code in {409, 422} and "李小云" in answer.content.decode()
    assert not Visit.objects.exists()
    assert signed_in("chen").post("/office/window/serve/", document()).status_code == 403


def test_from_the_card_to_the_receipt_and_on_at_home() -> None:
    client = signed_in("lin")
    visit = serving(client)
    key = fill_in(visit)
    assert Draft.objects.get(key=key).channel == "window"
    body = client.get(WINDOW).content.decode()
    assert screen(visit) in body and reverse("draft", args=[key]) in body

    assert client.post("/office/window/send/").status_code == 409, "not confirmed"
    assert not Application.objects.exists()
    page = Client().get(screen(visit))
    assert page.status_code == 200 and document()["name"] in page.content.decode()
    assert page["Refresh"] and "no-store" in page["Cache-Control"]
    assert Client().post(reverse("screen-confirm", args=[visit.token]), {"shown": shown(visit)})
    sent = client.post("/office/window/send/")
    found = Application.objects.get()
    assert sent["Location"] == reverse("office-taken", args=[found.number])
    assert found.channel == "window" and found.intake_organ == acting("lin").organ
    receipt = client.get(sent["Location"]).content.decode()
    assert found.number in receipt and reverse("office-receipt", args=[found.number]) in receipt
    assert client.get(reverse("office-receipt", args=[found.number])).content.startswith(b"%PDF")
    assert found.number in client.get(WINDOW).content.decode()
    # The same filing, at home: nothing was lost between the window and the screen.
    home = signed_in(MOTHER)
    assert found.number in home.get("/my/").content.decode()
    assert home.get(reverse("progress", args=[found.number])).status_code == 200
    assert {e.name for e in Event.objects.filter(name__startswith="visit.")} == {
        "visit.begun",
        "visit.confirmed",
    }


def test_what_is_changed_after_the_confirmation_is_confirmed_again() -> None:
    client = signed_in("lin")
    visit = serving(client)
    key = fill_in(visit)
    seen = shown(visit)
    confirm = reverse("screen-confirm", args=[visit.token])
    field = next(iter(phones(key)))
    drafting.write(key=key, posted={field: "19901008123"}, by=clerk_for(visit))
    assert Client().post(confirm, {"shown": seen}).status_code == 412
    assert Client().post(confirm, {"shown": shown(visit)}).status_code == 302
    drafting.write(key=key, posted={field: "19901008124"}, by=clerk_for(visit))
    assert client.post("/office/window/send/").status_code == 409
    assert not Application.objects.exists()


def test_the_last_page_of_the_form_sends_nothing_without_the_visitor() -> None:
    """The clerk's signature is not the visitor's: the ordinary page leads back to the window."""
    client = signed_in("lin")
    visit = serving(client)
    key = fill_in(visit)
    page = reverse("draft-sign", args=[key])
    assert "id_signed" not in client.get(page).content.decode()
    sent = client.post(page, {"signed": "1", "delivery": "electronic"})
    assert sent.status_code == 302 and sent["Location"] == WINDOW
    with pytest.raises(NotConfirmed):
        filing.submit(key=key, by=clerk_for(visit), signed=True)
    assert not Application.objects.exists()


def test_another_delivery_is_another_content() -> None:
    client = signed_in("lin")
    visit = serving(client)
    key = fill_in(visit)
    seen = shown(visit)
    assert Client().post(reverse("screen-confirm", args=[visit.token]), {"shown": seen})
    to = {"name": "李晓云", "phone": "19901008000", "address": "青禾市临溪区 1 号"}
    Draft.objects.filter(key=key).update(delivery="post", deliver_to=queries.sealed(to))
    assert shown(visit) != seen
    with pytest.raises(NotConfirmed):
        filing.submit(key=key, by=clerk_for(visit), signed=True, confirmed=seen)


def phones(key: str) -> list[str]:
    draft = Draft.objects.get(key=key)
    view = queries.view(draft)
    return [f.key for f in view.fields if f.element.key == "phone" and f.mode != "locked"]


def test_the_visitors_screen_goes_dark() -> None:
    client = signed_in("lin")
    visit = serving(client)
    assert Client().get(screen(visit)).status_code == 200
    assert "Refresh" not in Client().get(screen(visit) + "?still=1")
    assert Client().get(reverse("screen", args=["guessed"])).status_code == 404
    with clock.at("2026-09-08 09:00"):
        assert Client().get(screen(visit)).status_code == 404, "it ends with the day"
    second = serving(client)
    assert Client().get(screen(visit)).status_code == 404, "and with the next visit"
    assert client.post("/office/window/end/").status_code == 302
    assert Client().get(screen(second)).status_code == 404
    assert client.get(WINDOW).context["is_serving"] is False


def test_what_the_visitor_had_begun_at_home_is_not_on_the_screen() -> None:
    """Only what this clerk fills in: a screen in a hall shows no more than was asked for."""
    citizens.open_draft(by=acting(MOTHER), thing="birth")
    visit = serving(signed_in("lin"))
    assert Client().get(screen(visit)).context["view"] is None


@pytest.mark.parametrize("name", sorted(ACTS))
def test_who_receives_decides_nothing(name: str) -> None:
    """收受分离: the post that takes in may do none of the acts of the case."""
    case: Case = filed()
    Application.objects.filter(pk=case.application_id).update(
        channel="window", intake_organ=acting("lin").organ
    )
    url = reverse("office-case-act", args=[case.case_no, name])
    before = Event.objects.count()
    assert signed_in("lin").post(url, form(case)).status_code == 403
    assert Event.objects.count() == before


def test_there_is_one_entry_for_the_window() -> None:
    settle()
    body = signed_in("lin").get("/office/").content.decode()
    rail = body.partition('class="rail"')[2].partition("</nav>")[0]
    assert rail.count("window/") == 1 and WINDOW in rail
