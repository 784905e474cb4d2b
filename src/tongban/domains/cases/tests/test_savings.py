"""One credential (一证通办): what replaces what, and what real filings saved."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, signed_in
from tongban.domains.cases.actions import counting, ruling
from tongban.domains.cases.models import Application, Saving
from tongban.domains.cases.queries import savings
from tongban.domains.cases.rules import credentials
from tongban.domains.cases.rules.credentials import Way
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.errors import NotPermitted
from tongban.kernel.ledger import actions as ledger
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-10-12 09:00"):
        yield


def ended(decided: int = 1) -> Application:
    by = acting("lixiaoyun")
    key = citizens.open_draft(by=by, item="id-card-renewal").key
    citizens.complete(key=key, by=by)
    filed = citizens.submit(key=key, by=by)
    Application.objects.filter(pk=filed.pk).update(ended_at=clock.moment("2026-10-16 15:00"))
    counting.count_savings(number=filed.number, decided=decided, by=ruling.SELF)
    return Application.objects.get(pk=filed.pk)


def test_what_replaces_each_field_and_material() -> None:
    _, item = services.item("id-card-renewal")
    ways = {one.name: one.way for one in credentials.fields(item)}
    assert ways["name"] == Way.FETCHED and ways["phone"] == Way.CONFIRMED
    (paper,) = credentials.materials(item)
    assert paper.sources == (("licence", "id_card"), ("register", "population"))
    assert not paper.is_asked and not paper.why


def test_whatever_is_asked_of_any_item_has_a_reason() -> None:
    for item in services.items():
        for one in [*credentials.fields(item), *credentials.materials(item)]:
            assert bool(one.why) == (not one.sources), (item.key, one.name)


def test_the_figures_are_those_of_the_filings() -> None:
    one = ended()
    row = Saving.objects.get()
    assert (row.key, row.runs, f"{row.month}") == ("id-card-renewal", 1, "2026-10-01")
    for name in credentials.MEASURES:
        assert getattr(row, f"{name}_before") == one.savings[name]["before"]
        assert getattr(row, f"{name}_after") == one.savings[name]["after"]
    assert row.days_spent == 4
    assert savings.totals().sums["fields_before"] == row.fields_before


def test_what_was_never_decided_saved_nothing() -> None:
    ended(decided=0)
    assert not Saving.objects.exists()


def test_the_event_counts_it_once() -> None:
    filed = ended(decided=0)
    ledger.record(
        "application.finished", filed.matter.subject, by=ruling.SELF, matter=filed.matter_id,
        thing="", granted=1, refused=0, number=filed.number, person=filed.person, entity="",
        channel="web", items=["id-card-renewal"], organs=[],
    )  # fmt: skip
    while ledger.deliver():
        pass
    assert Saving.objects.get().runs == 1


def test_the_report_its_file_and_its_item_pages() -> None:
    ended()
    client = signed_in("qian")
    body = client.get(reverse("office-savings")).content.decode()
    assert "居民身份证换领" in body
    assert client.get(reverse("office-savings"), {"month": "2026-09"}).context["rows"] == []
    assert client.get(reverse("office-savings"), {"month": "nonsense"}).status_code == 200
    file = client.get(reverse("office-savings"), {"form": "csv", "month": "2026-10"})
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("id-card-renewal,居民身份证换领,1,6,") and len(lines) == 3
    page = client.get(reverse("office-credential", args=["id-card-renewal"])).content.decode()
    assert "居民身份证" in page
    assert client.get(reverse("office-credential", args=["no-such"])).status_code == 404
    assert signed_in("lin").get(reverse("office-savings")).status_code == 403
    with pytest.raises(NotPermitted):
        savings.report(by=acting("lin"))
    public = Client().get(reverse("savings"))
    assert public.status_code == 200 and public.context["total"].runs == 1
