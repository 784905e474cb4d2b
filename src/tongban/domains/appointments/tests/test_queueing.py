from collections.abc import Iterator
from datetime import date

import pytest

from tests.city import city
from tests.given import mother
from tongban.domains.appointments import actions, queries, reactions, rules
from tongban.domains.appointments.models import Ticket
from tongban.domains.appointments.tests.given import at_desk, booked, clerk, letter
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:30"):
        yield


def walk_in(lane: str = "", is_first: bool = False) -> Ticket:
    by = clerk(9)
    return actions.take_number(hall="centre", lane=lane or letter(), is_first=is_first, by=by)


def test_numbers_follow_each_other_by_lane_and_day() -> None:
    assert [walk_in("A").number, walk_in("A").number, walk_in("B").number] == [
        "A001",
        "A002",
        "B001",
    ]
    with clock.at("2026-09-08 09:00"):
        assert walk_in("A").number == "A001"


def test_first_lane_then_booking_then_who_came_first() -> None:
    code = booked(starts="2026-09-07 10:00").code
    early = walk_in()
    with clock.at("2026-09-07 09:55"):
        ticket = actions.check_in(hall="centre", code=code.lower(), by=NOBODY)
        first = walk_in(is_first=True)
        by = at_desk()
        called = [actions.call_next(by=by).number for _ in range(3)]
    assert called == [first.number, ticket.number, early.number]


def test_checking_in_twice_is_one_number_and_only_here_and_today() -> None:
    code = booked(starts="2026-09-07 10:00").code
    with pytest.raises(rules.NotToday):
        actions.check_in(hall="linxi", code=code, by=NOBODY)
    one = actions.check_in(hall="centre", code=code, by=NOBODY)
    assert actions.check_in(hall="centre", code=code, by=NOBODY) == one
    with pytest.raises(NotFound):
        actions.check_in(hall="centre", code="WRONGONE", by=NOBODY)
    with clock.at("2026-09-08 10:00"), pytest.raises(rules.NotToday):
        actions.check_in(hall="centre", code=code, by=NOBODY)
    with pytest.raises(rules.NotBooked):
        actions.cancel(code=code, by=mother())


def test_too_late_for_ones_slot_is_a_place_like_any_other() -> None:
    code = booked(starts="2026-09-07 10:00").code
    early = walk_in()
    with clock.at("2026-09-07 10:16"):
        late = actions.check_in(hall="centre", code=code, by=NOBODY)
        assert actions.call_next(by=at_desk()).number == early.number
    assert late.order_at == late.arrived_at


def test_called_again_skipped_taken_back_sent_on_and_served() -> None:
    one = walk_in()
    by = at_desk()
    actions.call_next(by=by)
    assert actions.call_again(by=by).calls == 2
    actions.skip(by=by)
    with pytest.raises(rules.TicketMoved):
        actions.skip(by=by)
    with pytest.raises(rules.NobodyWaits):
        actions.call_next(by=by)
    actions.put_back(hall="centre", number=one.number, by=clerk(9))
    with pytest.raises(rules.TicketMoved):
        actions.put_back(hall="centre", number=one.number, by=clerk(9))
    assert actions.call_next(by=by).number == one.number
    target = "E" if letter() != "E" else "A"
    moved = actions.transfer(lane=target, by=by)
    assert (moved.lane, moved.state, moved.number) == (target, "waiting", one.number)
    other = at_desk(2, lanes=target)
    assert actions.call_next(by=other).number == one.number
    assert actions.finish(by=other).state == "served"


def test_a_desk_has_one_clerk_and_a_clerk_one_desk() -> None:
    at_desk()
    with pytest.raises(rules.DeskTaken):
        at_desk()
    name = queries.hall("centre").desks[1]
    with pytest.raises(rules.DeskTaken):
        actions.open_desk(hall="centre", name=name, lanes="A", by=clerk(2))
    actions.close_desk(by=clerk(1))
    with pytest.raises(rules.NoDesk):
        actions.call_next(by=clerk(1))
    assert actions.open_desk(hall="centre", name=name, lanes="A", by=clerk(2)).lanes == "A"


def test_only_clerks_of_the_hall_give_out_and_call() -> None:
    with pytest.raises(SignInNeeded):
        actions.take_number(hall="centre", lane="A", by=NOBODY)
    with pytest.raises(NotPermitted):
        actions.take_number(hall="centre", lane="A", by=clerk(3, organ="linxi-centre"))
    with pytest.raises(NotPermitted):
        actions.take_number(hall="centre", lane="A", by=mother())
    with pytest.raises(NotFound):
        actions.take_number(hall="centre", lane="Z", by=clerk())


@pytest.mark.parametrize("moment", ["2026-09-07 12:30", "2026-09-07 17:30", "2026-09-06 10:00"])
def test_no_number_while_the_hall_is_closed(moment: str) -> None:
    with clock.at(moment), pytest.raises(rules.HallClosed):
        walk_in()


def test_the_queue_is_public_and_names_nobody() -> None:
    walk_in()
    second = walk_in()
    by = at_desk()
    now = queries.now(queries.hall("centre"))
    assert (now.is_open, now.waiting) == (True, 2)
    assert queries.ticket(second.token).ahead == 1
    assert queries.ticket(second.token).minutes is None, "nobody was served yet"
    actions.call_next(by=by)
    with clock.at("2026-09-07 09:42"):
        actions.finish(by=by)
        walk_in()
        lane = next(row for row in queries.now(now.hall).lanes if row.lane.letter == letter())
        assert (lane.waiting, lane.desks, lane.minutes) == (2, 1, 24)
        assert queries.ticket(second.token).minutes == 0


def test_what_waits_when_the_day_ends_is_over() -> None:
    one = walk_in()
    with clock.at("2026-09-08 00:01"):
        actions.end_of_day(day=date(2026, 9, 8), by=reactions.SELF)
        one.refresh_from_db()
        assert one.state == "left"
        with pytest.raises(NotFound):
            queries.ticket(one.token)
