from collections.abc import Iterator
from datetime import date

import pytest

from tests.city import city
from tests.given import citizen, mother, restaurateur
from tongban.domains.appointments import EVENTS, actions, queries, reactions, rules
from tongban.domains.appointments.models import Appointment, Slot
from tongban.domains.appointments.tests.given import ITEM, OTHER, booked, slot
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.errors import NotFound, Refusal, SignInNeeded
from tongban.kernel.ledger.models import Event

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def names() -> list[str]:
    ours = [name for name in EVENTS if name.startswith("appointment.")]
    found = Event.objects.filter(name__in=ours).order_by("id")
    return list(found.values_list("name", flat=True))


def left(starts: str, item: str = ITEM) -> int:
    when = slot(starts)
    found = queries.slots(queries.place(item), when.date())
    return next(free.left for free in found if free.starts_at == when)


def test_a_slot_is_taken_moved_and_given_back() -> None:
    before = left("2026-09-08 10:00")
    made = booked()
    assert left("2026-09-08 10:00") == before - 1
    assert made.person == mother().person and len(made.code) == 8
    moved = actions.move(code=made.code, starts=slot("2026-09-09 14:00"), by=mother())
    assert (moved.code, clock.moment(moved.starts_at)) == (made.code, slot("2026-09-09 14:00"))
    assert left("2026-09-08 10:00") == before and left("2026-09-09 14:00") == before - 1
    actions.cancel(code=made.code, by=mother())
    assert left("2026-09-09 14:00") == before
    assert names() == ["appointment.booked", "appointment.moved", "appointment.cancelled"]
    with pytest.raises(rules.NotBooked):
        actions.cancel(code=made.code, by=mother())


def test_the_event_says_nothing_of_the_person_but_the_reference() -> None:
    made = booked()
    data = Event.objects.get(name="appointment.booked").data
    assert set(data) == {"code", "hall", "lane", "starts", "purpose", "item", "person"}
    assert data["starts"] == "2026-09-08T10:00:00+08:00" and data["code"] == made.code


@pytest.mark.parametrize(
    "starts",
    [
        "2026-09-07 08:30",  # before the hall opens, and over
        "2026-09-08 12:00",  # the midday break
        "2026-09-08 10:07",  # no slot begins then
        "2026-09-12 10:00",  # Saturday
        "2026-09-25 10:00",  # beyond what is offered
        "9999-12-31 10:00",
    ],
)
def test_what_is_not_offered_cannot_be_booked(starts: str) -> None:
    with pytest.raises((rules.NoSuchSlot, rules.TooLate)):
        booked(starts=starts)
    assert not names() and not Slot.objects.exists()


def test_nobody_is_in_two_places_and_nobody_books_twice_for_one_thing() -> None:
    booked()
    for starts, item in (("2026-09-08 10:00", OTHER), ("2026-09-09 10:00", ITEM)):
        taken = left(starts, item)
        with pytest.raises(rules.AlreadyBooked):
            booked(starts=starts, item=item)
        assert left(starts, item) == taken, "a refusal gives the place back"
    assert booked(starts="2026-09-09 10:00", item=OTHER).state == "booked"


def test_a_full_slot_takes_nobody_more() -> None:
    made = booked()
    Slot.objects.filter(pk=made.slot_id).update(taken=queries.place(ITEM).lane.capacity)
    with pytest.raises(rules.SlotFull):
        booked(by=restaurateur())
    assert Appointment.objects.count() == 1


def test_a_result_is_fetched_where_results_are_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = {(mother().person, ""): [("99C1", ITEM), ("99C2", OTHER), ("99C3", OTHER)]}
    monkeypatch.setattr(queries, "_results", lambda *who: waiting.get(who, []))
    for by, item, case_no in (
        (mother(), ITEM, "99C2"),  # the number of another item
        (mother(), OTHER, ""),  # two wait: which?
        (mother(), ITEM, "99C9"),
        (restaurateur(), ITEM, "99C1"),  # somebody else's
    ):
        with pytest.raises(rules.NothingToFetch):
            booked(by=by, item=item, purpose="pickup", case_no=case_no)
    assert not Appointment.objects.exists() and not Slot.objects.exists()
    made = booked(purpose="pickup", case_no=" 99C1 ")
    assert (made.lane, made.case_no) == ("E", "99C1")
    assert booked(starts="2026-09-08 14:00", item=OTHER, purpose="pickup", case_no="99C2").pk


def test_elders_go_first_by_their_age() -> None:
    assert booked().is_first is False
    with clock.at("2066-09-07 09:00"):
        assert queries.is_elder(mother().person or 0, queries.hall("centre"))


def test_an_appointment_is_nobody_elses() -> None:
    made = booked()
    for by, refusal in ((restaurateur(), NotFound), (NOBODY, SignInNeeded)):
        with pytest.raises(refusal):
            actions.cancel(code=made.code, by=by)
    with pytest.raises(SignInNeeded):
        actions.book(item=ITEM, starts=slot(), by=NOBODY)


def test_a_proxy_books_for_another_and_it_is_the_others() -> None:
    me = mother()
    other = citizen("zhoumei")
    assert me.person and other.person
    proxy = Actor(**{**{f: getattr(me, f) for f in me.__slots__}, "for_person": other.person})
    made = booked(by=proxy)
    assert (made.person, made.booked_by) == (other.person, me.person)
    assert list(queries.mine(by=citizen("zhoumei"))) == [made] and not queries.mine(by=me)


def test_what_has_begun_is_neither_moved_nor_cancelled() -> None:
    made = booked()
    with clock.at("2026-09-08 10:00"):
        for act in (
            lambda: actions.cancel(code=made.code, by=mother()),
            lambda: actions.move(code=made.code, starts=slot("2026-09-09 10:00"), by=mother()),
        ):
            with pytest.raises(rules.TooLate):
                act()


def miss(starts: str, item: str = ITEM) -> None:
    booked(starts=starts, item=item)
    with clock.at("2026-09-15 00:10"):
        actions.end_of_day(day=date(2026, 9, 15), by=reactions.SELF)


def test_three_missed_and_booking_rests_while_walking_in_stays_open() -> None:
    for starts in ("2026-09-08 10:00", "2026-09-09 10:00", "2026-09-10 10:00"):
        assert queries.rests_until(mother().person or 0, queries.hall("centre")) is None
        miss(starts)
    with clock.at("2026-09-15 09:00"), pytest.raises(rules.BookingRests) as said:
        booked(starts="2026-09-16 10:00")
    assert said.value.facts["day"] == "2026-10-10"
    with clock.at("2026-10-10 09:00"):
        assert booked(starts="2026-10-12 10:00").state == "booked"


def test_the_day_begins_and_what_was_not_kept_is_missed_once() -> None:
    made = booked()
    day = date(2026, 9, 9)
    with clock.at("2026-09-09 00:05"):
        assert actions.end_of_day(day=day, by=reactions.SELF) == 1
        assert actions.end_of_day(day=day, by=reactions.SELF) == 0
    made.refresh_from_db()
    assert made.state == "missed" and names()[-1] == "appointment.missed"


def test_an_item_that_no_hall_handles_says_so() -> None:
    nowhere = {i.key for i in queries.services.items()} - {i.key for i in queries.bookable()}
    assert nowhere
    with pytest.raises(Refusal):
        queries.place(min(nowhere))
