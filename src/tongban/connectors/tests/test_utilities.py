"""The simulated company: one order however often it is sent, an answer by the clock."""

from datetime import date
from pathlib import Path

import pytest

from tongban.connectors import utilities
from tongban.connectors.utilities import SimulatedCompany, Standing
from tongban.kernel import clock
from tongban.kernel.errors import Unavailable


@pytest.fixture
def water(tmp_path: Path) -> SimulatedCompany:
    return SimulatedCompany("青禾水务", tmp_path / "water")


def test_ordering_twice_is_ordering_once(water: SimulatedCompany) -> None:
    with clock.at("2026-09-07 09:00"):
        first = water.order(order_id="A1", service="water-transfer", details={"home.code": "x"})
        again = water.order(order_id="A1", service="water-transfer", details={"home.code": "x"})
        assert first == again
        assert water.book(since=date(2026, 9, 7)) == {"A1": Standing.TAKEN}


def test_it_finishes_by_the_second_day(water: SimulatedCompany) -> None:
    with clock.at("2026-09-07 09:00"):
        water.order(order_id="A1", service="water-transfer", details={})
        assert water.answer(order_id="A1").standing == Standing.TAKEN
        clock.move(days=2)
        assert water.answer(order_id="A1").standing == Standing.DONE
        assert water.book(since=date(2026, 9, 8)) == {}


def test_what_it_lost_it_does_not_know(water: SimulatedCompany) -> None:
    with clock.at("2026-09-07 09:00"):
        water.order(order_id="A1", service="water-transfer", details={})
        water.order(order_id="A2", service="water-transfer", details={})
        water.lose("A1")
        assert water.answer(order_id="A1").standing == Standing.UNKNOWN
        assert water.answer(order_id="A2").standing == Standing.TAKEN


def test_a_refusal_says_why(water: SimulatedCompany) -> None:
    with clock.at("2026-09-07 09:00"):
        water.refuses = "原户尚有欠费。"
        water.order(order_id="A1", service="water-transfer", details={})
        answer = water.answer(order_id="A1")
        assert (answer.standing, answer.reason) == (Standing.REFUSED, "原户尚有欠费。")


def test_it_may_not_answer_and_takes_no_empty_order(water: SimulatedCompany) -> None:
    water.failures = 1
    with pytest.raises(Unavailable):
        water.order(order_id="A1", service="water-transfer", details={})
    with pytest.raises(ValueError, match="id"):
        water.order(order_id="", service="water-transfer", details={})


def test_it_keeps_nothing_of_what_was_ordered(water: SimulatedCompany) -> None:
    with clock.at("2026-09-07 09:00"):
        water.order(order_id="A1", service="water-transfer", details={"buyer.name": "陈思远"})
    assert "陈思远" not in (water.folder / "orders.jsonl").read_text(encoding="utf-8")


def test_a_line_half_written_is_no_order(water: SimulatedCompany) -> None:
    water.folder.mkdir(parents=True)
    (water.folder / "orders.jsonl").write_bytes(b'{"id": "A0", "serv')
    with clock.at("2026-09-07 09:00"):
        assert water.answer(order_id="A0").standing == Standing.UNKNOWN
        water.order(order_id="A1", service="water-transfer", details={})
        assert water.answer(order_id="A1").standing == Standing.TAKEN


def test_another_company_may_stand_in(water: SimulatedCompany) -> None:
    with utilities.use("water", water):
        assert utilities.company("water") is water
    assert utilities.company("water") is not water
