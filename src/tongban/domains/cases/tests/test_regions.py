"""Handled elsewhere (跨区域通办): what is asked otherwise is shown, agreed to, and kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, signed_in
from tongban.domains.cases import queries
from tongban.domains.cases.actions import drafting, filing, linked
from tongban.domains.cases.actions import places as choosing
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.queries import places
from tongban.domains.cases.rules import regions
from tongban.domains.cases.rules.state import NotYours
from tongban.domains.payments import queries as payments
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Invalid
from tongban.kernel.identity import queries as identity
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ITEM, THERE = "id-card-renewal", "990200"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-09-07 09:00"):
        yield


def begun(by: Actor) -> str:
    key = drafting.begin(by=by, item=ITEM).key
    drafting.fill(key=key, by=by)
    return str(key)


def option(key: str, by: Actor, region: str = THERE) -> places.Option:
    view = queries.view(queries.draft(key, by=by))
    return next(o for o in places.options(view, ITEM) if o.region == region)


def go_there(key: str, by: Actor) -> None:
    choosing.choose_place(key=key, item=ITEM, region=THERE, agreed=option(key, by).agreement, by=by)
    drafting.fill(key=key, by=by)


def sent(by: Actor) -> Application:
    key = begun(by)
    go_there(key, by)
    return complete(key, by)


def complete(key: str, by: Actor) -> Application:
    drafting.attach(
        key=key, material="photo_receipt", data=citizens.paper(), name="receipt.pdf", by=by
    )
    return filing.submit(key=key, by=by, signed=True)


def test_what_is_asked_otherwise_is_computed() -> None:
    by = acting("lixiaoyun")
    there = option(begun(by), by)
    found = {d.field: d for d in there.differences}
    assert found["materials"].there == ("居民身份证数字相片采集回执",)
    assert found["materials"].here == ()
    assert (found["promised_days"].here, found["promised_days"].there) == (("10",), ("15",))
    # 9 月 10、11 日澄江停工，25 日中秋；国庆之后。
    assert found["due_on"].there[0] > found["due_on"].here[0]
    assert "statutory_days" not in found
    assert "10 元" in found["fees"].there[0] and "20 元" in found["fees"].here[0]


def test_elsewhere_wants_an_agreement_to_what_was_shown() -> None:
    by = acting("lixiaoyun")
    key = begun(by)
    with pytest.raises(regions.TermsChanged):
        choosing.choose_place(key=key, item=ITEM, region=THERE, agreed="", by=by)
    with pytest.raises(regions.OutOfReach):
        choosing.choose_place(key=key, item=ITEM, region="990300", agreed="", by=by)
    assert queries.draft(key, by=by).places == {}


def test_the_case_keeps_both_pins_and_goes_by_the_other_calendar() -> None:
    application = sent(acting("lixiaoyun"))
    (case,) = queries.cases_of(application)
    assert case.region == THERE and case.organ == identity.organ("chengjiang-psb").uscc
    assert case.matter.calendar == "city-990200"
    assert case.variant and queries.item_of(case).promised_days == 15
    assert {m.key for m in queries.materials(case)} == {"id_card", "photo_receipt"}


def test_what_the_other_region_asks_is_missing_until_it_is_there() -> None:
    by = acting("lixiaoyun")
    key = begun(by)
    go_there(key, by)
    with pytest.raises(Invalid):
        filing.submit(key=key, by=by, signed=True)
    choosing.choose_place(key=key, item=ITEM, region="990100", by=by)
    drafting.fill(key=key, by=by)
    (case,) = queries.cases_of(filing.submit(key=key, by=by, signed=True))
    assert case.variant is None and case.region == "990100"


def test_an_agreement_does_not_outlive_what_was_shown() -> None:
    by = acting("lixiaoyun")
    key = begun(by)
    go_there(key, by)
    draft = queries.draft(key, by=by)
    draft.places[ITEM]["agreed"] = "0" * 64
    draft.save()
    with pytest.raises(regions.TermsChanged):
        complete(key, by)


def test_officials_see_what_is_theirs_alone() -> None:
    (case,) = queries.cases_of(sent(acting("lixiaoyun")))
    assert queries.case(case.case_no, by=acting("chengjiang.psb.a")).pk == case.pk
    with pytest.raises(NotYours):
        queries.case(case.case_no, by=acting("wu"))


def test_the_page_shows_what_is_asked_otherwise_and_keeps_the_choice() -> None:
    client, by = signed_in("lixiaoyun"), acting("lixiaoyun")
    key = begun(by)
    url = reverse("draft-where", args=[key])
    body = client.get(url).content.decode()
    assert "居民身份证数字相片采集回执" in body and "澄江市" in body
    there = option(key, by)
    wrong = client.post(url, {"item": ITEM, "region": THERE, "agreed": "x"})
    assert wrong.status_code == 409 and queries.draft(key, by=by).places == {}
    sent_to = {"item": ITEM, "region": THERE, "agreed": there.agreement}
    assert client.post(url, sent_to).status_code == 302
    assert queries.draft(key, by=by).places[ITEM]["region"] == THERE
    assert client.post(url, {"item": ITEM, "region": "990300"}).status_code == 409
    drafting.fill(key=key, by=by)
    page = client.get(reverse("draft-materials", args=[key])).content.decode()
    assert "澄江市" in page and url in page
    assert signed_in("zhoumei").get(url).status_code == 404


def test_a_one_thing_may_have_items_in_both_cities() -> None:
    """多地联办: each case under its own region's item, process and calendar, in one filing."""
    by, moved = acting("linxiaotong"), "employment-registration"
    key = citizens.open_draft(by=by, thing="flexible-work").key
    view = queries.view(queries.draft(key, by=by))
    there = next(o for o in places.options(view, moved) if o.region == THERE)
    assert {d.field for d in there.differences} >= {"organ", "promised_days"}
    choosing.choose_place(key=key, item=moved, region=THERE, agreed=there.agreement, by=by)
    drafting.fill(key=key, by=by)
    citizens.complete(key=key, by=by)
    application = filing.submit(key=key, by=by, signed=True)
    cases = {case.item_key: case for case in queries.cases_of(application)}
    assert len(cases) > 1
    assert cases[moved].organ == identity.organ("chengjiang-labour").uscc
    assert cases[moved].matter.calendar == "city-990200"
    assert queries.item_of(cases[moved]).process == "short-review"
    others = [case for name, case in cases.items() if name != moved]
    assert {case.matter.calendar for case in others} == {"city-990100"}
    assert {case.variant for case in others} == {None}
    there_alone = queries.cases_before(by=acting("chengjiang.labour.a"))
    assert [case.pk for case in there_alone] == [cases[moved].pk]
    # The plan counts with what the other city promises.
    assert application.plan[moved]["finish"] - application.plan[moved]["start"] == 3


def test_what_follows_a_case_goes_by_the_terms_of_its_region() -> None:
    """更正、审管衔接、缴款: none of them falls back to the item of another city."""
    (case,) = queries.cases_of(sent(acting("lixiaoyun")))
    Case.objects.filter(pk=case.pk).update(state="closed", result="granted")
    linked_case = linked.begin(
        case_no=case.case_no, purpose="correct", reasons="相片有误", by=acting("chengjiang.psb.r")
    )
    assert linked_case.variant == case.variant and linked_case.region == THERE
    here, there = payments.fees(case.item), payments.fees(case.item, case.variant)
    assert here["id-card-renewal"].fen == 2000 and there["id-card-renewal"].fen == 1000
