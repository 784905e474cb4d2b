"""Taken in here, decided there (异地代收): looked at, handed over, followed by its papers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, signed_in
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, crossing, drafting, ending, filing
from tongban.domains.cases.actions import places as choosing
from tongban.domains.cases.models import Case, Crossing
from tongban.domains.cases.queries import crossing as crossings
from tongban.domains.cases.queries import places
from tongban.domains.cases.rules import regions
from tongban.domains.cases.rules.state import NotYours, State
from tongban.domains.windows import actions as visits
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Account
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import queries as flows
from tongban.kernel.processes.rules import HasEnded
from tongban.simulator import citizens

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ITEM, THERE = "id-card-renewal", "990200"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO, settings.VAR = True, tmp_path
    with clock.at("2026-10-12 09:00"):
        yield


def at_the_window() -> Actor:
    clerk = acting("lin")
    person = identity.person(acting("lixiaoyun").person)  # type: ignore[arg-type]
    visit = visits.begin(name=person.name, number=identity.number_in_clear(person), by=clerk)
    account = Account.objects.get(username="lin")
    post = identity.posts_of(account)[0].id
    return identity.actor_for(account=account, post=post, proxy=visit.proxy, channel="window")


def taken_in() -> Case:
    by = at_the_window()
    key = drafting.begin(by=by, item=ITEM).key
    drafting.fill(key=key, by=by)
    view = queries.view(queries.draft(key, by=by))
    there = next(o for o in places.options(view, ITEM) if o.region == THERE)
    choosing.choose_place(key=key, item=ITEM, region=THERE, agreed=there.agreement, by=by)
    drafting.fill(key=key, by=by)
    drafting.attach(
        key=key, material="photo_receipt", data=citizens.paper(), name="receipt.pdf", by=by
    )
    seen = queries.stands(queries.view(queries.draft(key, by=by)))
    (case,) = queries.cases_of(filing.submit(key=key, by=by, signed=True, confirmed=seen))
    return case


def hand_over(case: Case, *, originals: int = 0, key: str = "", login: str = "lin") -> Crossing:
    return crossing.forward(
        case_no=case.case_no,
        form=True,
        identity_seen=True,
        originals=originals,
        key=key,
        by=acting(login),
    )


def now(case: Case) -> Case:
    return Case.objects.select_related("matter", "application").get(pk=case.pk)


def days_go_by(*days: str) -> None:
    for day in days:
        clock.move(clock.moment(f"{day}T09:00:00+08:00"))
        deadlines.sweep(by=part("deadlines"))
        deadlines.begin_day(by=part("deadlines"))
        while ledger.deliver():
            pass


def test_the_station_has_it_first_with_a_clock_of_its_own() -> None:
    case = taken_in()
    row = Crossing.objects.get(case=case)
    assert case.state == State.WAITING and case.application.intake_region == "990100"
    assert row.matter.organ == identity.organ("centre").uscc
    assert row.matter.due_on == date(2026, 10, 14)
    assert not Event.objects.filter(name="case.submitted", subject=case.matter.subject).exists()
    # Not before its agency yet, nor in the agency's list.
    there = acting("chengjiang.psb.a")
    with pytest.raises(NotYours):
        queries.case(case.case_no, by=there)
    assert not queries.cases_before(by=there).exists()


def test_it_looks_at_form_and_identity_and_judges_nothing_else() -> None:
    case = taken_in()
    for form, seen, originals, refusal in (
        (True, False, 0, regions.NotLookedAt),
        (False, True, 0, regions.NotLookedAt),
        (True, True, -1, regions.NoSuchCount),
        (True, True, 100, regions.NoSuchCount),
    ):
        with pytest.raises(refusal):
            crossing.forward(
                case_no=case.case_no,
                form=form,
                identity_seen=seen,
                originals=originals,
                by=acting("lin"),
            )
    with pytest.raises(NotPermitted):
        hand_over(case, login="chen")
    with pytest.raises(NotFound):
        hand_over(case, login="chengjiang.clerk")
    assert now(case).state == State.WAITING
    assert not acting("lin").may("case.accept")


def test_without_papers_the_agency_has_it_at_once_under_its_own_calendar() -> None:
    case = taken_in()
    clock.move("2026-10-13 15:00")
    hand_over(case)
    found = now(case)
    assert found.state == State.SUBMITTED and found.matter.calendar == "city-990200"
    there = acting("chengjiang.psb.a")
    assert queries.case(case.case_no, by=there).pk == case.pk
    (item,) = flows.open_items(found.matter_id)
    acceptance.accept(item=item.pk, by=there)
    found = now(case)
    assert found.state == State.ACCEPTED
    # 15 working days since the day after, as the other city promises; not the ten of here.
    assert found.matter.due_on == date(2026, 11, 3)
    with pytest.raises(regions.OverAlready):
        crossings.waits_at_station(case.case_no, by=acting("lin"))


def test_papers_follow_by_post_and_it_arrives_with_them() -> None:
    case = taken_in()
    hand_over(case, originals=2)
    assert now(case).state == State.WAITING
    while ledger.deliver():
        pass
    row = Crossing.objects.get(case=case)
    assert row.waybill and row.originals == 2 and row.arrived_at is None
    days_go_by("2026-10-13", "2026-10-14")
    row.refresh_from_db()
    assert row.arrived_at and [step["what"] for step in row.track][-1] == "已签收"
    assert now(case).state == State.SUBMITTED


def test_the_same_click_twice_hands_over_once() -> None:
    case = taken_in()
    first = hand_over(case, key="once")
    assert hand_over(case, key="once").pk == first.pk
    assert Event.objects.filter(name="case.forwarded").count() == 1
    with pytest.raises(HasEnded):
        hand_over(case, key="another")


def test_what_is_kept_too_long_turns_red_and_what_is_taken_back_is_owed_no_more() -> None:
    case = taken_in()
    days_go_by("2026-10-15")
    matter = Crossing.objects.get(case=case).matter
    assert Event.objects.filter(name="clock.breached", matter=matter.pk).exists()
    ending.withdraw(case_no=case.case_no, by=acting("lixiaoyun"))
    while ledger.deliver():
        pass
    assert flows.open_items(matter.pk) == []
    with pytest.raises(regions.OverAlready):
        crossings.waits_at_station(case.case_no, by=acting("lin"))


def test_the_pages_of_the_station() -> None:
    case = taken_in()
    client = signed_in("lin")
    body = client.get(reverse("office-elsewhere")).content.decode()
    url = reverse("office-elsewhere-case", args=[case.case_no])
    assert url in body and "澄江市公安局" in body
    assert client.post(url, {"form": "1", "originals": "0"}).status_code == 422
    assert client.post(url, {"form": "1", "identity": "1", "originals": "x"}).status_code == 422
    work = crossings.station_item(Crossing.objects.get(case=case))
    sent = {"form": "1", "identity": "1", "originals": "0", "version": work.version, "key": "k"}
    assert client.post(url, sent).status_code == 302
    assert now(case).state == State.SUBMITTED
    assert signed_in("chen").get(url).status_code == 403
    assert signed_in("chengjiang.clerk").get(url).status_code == 404
    shown = signed_in("lixiaoyun").get(f"/my/{case.application.number}/")
    assert shown.status_code == 200 and shown.context["lanes"][0][0].crossing.arrived_at
