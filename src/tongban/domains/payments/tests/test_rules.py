from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.payments import rules
from tongban.domains.payments.rules import Asked, Difference, Entry
from tongban.kernel.catalogue.kinds import Known

CARD = {"code": "card", "name": "工本费", "amount": "20 元/证", "fen": 2000, "basis": "发改价格"}
SURVEY = {"code": "survey", "name": "勘验费", "amount": "按面积"}
PUBLISHED = rules.fees({"fee": [CARD, SURVEY, {"name": "没有编码"}]})


def test_the_published_price_is_charged() -> None:
    [line] = rules.price(PUBLISHED, [Asked("card", quantity=2)])
    assert (line.fen, line.law, line.yuan) == (4000, "发改价格", "40.00")
    [line] = rules.price(PUBLISHED, [Asked("survey", fen=123)])
    assert line.fen == 123


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ([], rules.NothingToPay),
        ([Asked("other")], rules.OffList),
        ([Asked("")], rules.OffList),
        ([Asked("card", quantity=0)], rules.NothingToPay),
        ([Asked("card", quantity=-1)], rules.NothingToPay),
        ([Asked("card"), Asked("card")], rules.NothingToPay),
        ([Asked("card", fen=1999)], rules.AmountDiffers),
        ([Asked("survey")], rules.AmountMissing),
        ([Asked("survey", fen=0)], rules.AmountMissing),
        ([Asked("survey", fen=-5)], rules.AmountMissing),
    ],
)
def test_nothing_else_is(asked: list[Asked], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.price(PUBLISHED, asked)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (2000, "贰拾元整"),
        (8005, "捌拾元零伍分"),
        (12345, "壹佰贰拾叁元肆角伍分"),
        (10_000_500, "壹拾万零伍元整"),
        (100_000_000, "壹佰万元整"),
        (100_010_000, "壹佰万零壹佰元整"),
        (1_000_000_00 * 100, "壹亿元整"),
        (100_001_000_000, "壹拾亿零壹万元整"),
    ],
)
def test_capital_sums(fen: int, said: str) -> None:
    assert rules.capital(fen) == said


@given(st.integers(0, 10**11))
def test_a_sum_reads_back_as_it_was_written(fen: int) -> None:
    text = rules.yuan(fen)
    assert Decimal(text.replace(",", "")) * 100 == fen
    assert rules.fen_of(text) == fen or fen >= 10**11


@pytest.mark.parametrize(
    "text", ["", "-1", "1.234", "1e3", "一百", "1.-1", "١٢", "9" * 10, "1.2.3"]
)
def test_what_is_no_sum(text: str) -> None:
    assert rules.fen_of(text) is None


@given(st.integers(0, 10**11 - 1), st.integers(0, 18), st.integers(1, 9))
def test_a_slip_in_a_number_is_seen(count: int, at: int, by: int) -> None:
    number = rules.number(division="990100", year=2026, count=count)
    assert rules.is_number(number) and len(number) == 20
    slip = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not rules.is_number(slip)


def test_what_is_no_number() -> None:
    assert not rules.is_number("") and not rules.is_number("9" * 19 + "x")


MOVES = st.lists(
    st.builds(
        Entry, st.sampled_from("ABCDE"), st.sampled_from(["pay", "refund"]), st.integers(1, 9)
    )
)


@given(MOVES, MOVES)
def test_two_lists_agree_or_every_difference_is_named(
    ours: list[Entry], theirs: list[Entry]
) -> None:
    matched, differing = rules.compare(ours, theirs)
    keys = {(e.kind, e.number) for e in [*ours, *theirs]}
    assert len(matched) + len(differing) == len(keys)

    def net(rows: list[Entry]) -> int:
        return sum(e.fen if e.kind == "pay" else -e.fen for e in rows)

    gap = sum((d.ours - d.theirs) * (1 if d.entry.kind == "pay" else -1) for d in differing)
    assert net(ours) - net(theirs) == gap
    assert rules.compare(ours, ours)[1] == []


def test_each_kind_of_difference() -> None:
    _, differing = rules.compare(
        [Entry("A", "pay", 5), Entry("B", "pay", 5)], [Entry("B", "pay", 6), Entry("C", "pay", 1)]
    )
    assert [d.difference for d in differing] == [
        Difference.OURS_ONLY, Difference.AMOUNT, Difference.THEIRS_ONLY,
    ]  # fmt: skip


def test_refunds_and_days() -> None:
    assert rules.check_refund(paid=100, taken=40, fen=60, reason=" 多缴 ") == "多缴"
    with pytest.raises(rules.TooMuch):
        rules.check_refund(paid=100, taken=40, fen=61, reason="多缴")
    with pytest.raises(rules.TooMuch):
        rules.check_refund(paid=100, taken=0, fen=0, reason="多缴")
    with pytest.raises(rules.NotPaid):
        rules.check_refund(paid=100, taken=100, fen=1, reason="多缴")
    for reason in ("", "  ", "多" * 301):
        with pytest.raises(rules.ReasonMissing):
            rules.check_refund(paid=100, taken=0, fen=1, reason=reason)
    with pytest.raises(rules.DayNotOver):
        rules.check_day(date(2026, 1, 5), date(2026, 1, 5))


def test_settings_that_cannot_work() -> None:
    known = Known()
    assert rules.check({"organ": "finance", "receipt_code": "99010126"}, known) == []
    assert len(rules.check({}, known)) == 2
    assert len(rules.check({"organ": "finance", "receipt_code": "1"}, known)) == 1
