"""FEEL: literals, names, three-valued logic, operators, built-ins."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.decisions.engine import DecisionModelError, expression, names_in, unary_test
from tongban.kernel.decisions.feel.temporal import civil_from_days, days_from_civil


def feel(text: str, **values: object) -> Any:
    return expression(text, values)(values)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("2 ** 3 ** 2", Decimal(64)),
        ("-2 ** 2", Decimal(4)),
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 0", None),
        ('"a" + 1', None),
        ("true and null", None),
        ("false and null", False),
        ("null or true", True),
        ("not(null)", None),
        ("1 = null", False),
        ('1 = "1"', None),
        ("[1, 2, 3][item > 1]", [Decimal(2), Decimal(3)]),
        ("[1, 2, 3][-1]", Decimal(3)),
        ("[1, 2, 3][4]", None),
        ("[{a: 1}, {a: 2}].a", [Decimal(1), Decimal(2)]),
        ("{a: 1, b: a + 1}.b", Decimal(2)),
        ("for i in 1..3 return i * 2", [Decimal(2), Decimal(4), Decimal(6)]),
        ("for i in 3..1 return i", [Decimal(3), Decimal(2), Decimal(1)]),
        (
            "for i in 1..4 return if i = 1 then 1 else sum(partial)",
            list(map(Decimal, (1, 1, 2, 4))),
        ),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [] satisfies x > 1", True),
        ("5 in (1, < 3, [4..6])", True),
        ("5 in ]5..6]", False),
        ("x between 1 and 3", None),
        ("(function(a, b) a - b)(b: 1, a: 3)", Decimal(2)),
        ("if null then 1 else 2", Decimal(2)),
        ('@"2024-01-31" + @"P1M"', datetime.date(2024, 2, 29)),
        ('date and time("2024-01-01T00:00:00Z").time offset', datetime.timedelta(0)),
        ('@"2024-03-01" - @"2024-02-28"', datetime.timedelta(days=2)),
        ('day of week(@"2024-02-29")', "Thursday"),
        ('string([1, "a", {b: @"P1D"}])', '[1, "a", {b: P1D}]'),
        ('matches("O", "[A-Z-[OI]]", "i")', False),
        ('replace("abracadabra", "a(.)", "a$1$1")', "abbraccaddabbra"),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ("decimal(2.5, 0)", Decimal(2)),
        ("1 // a comment\n + 1", Decimal(2)),
        ("[1..3] instance of range<number>", True),
        ('"\\uD83D\\uDCA9"', "\U0001f4a9"),
    ],
)
def test_value(text: str, value: object) -> None:
    assert feel(text) == value


def test_names_with_spaces_operators_and_keywords() -> None:
    names = {"base pay": 2, "a-b": 3, "day and night": 4, "户籍 所在地": "上海"}
    assert feel("base pay * a-b + day and night", **names) == 10
    assert feel('户籍 所在地 = "上海"', **names) is True
    assert feel("a - b", a=5, b=3) == 2


def test_undeclared_words_side_by_side_are_one_name() -> None:
    assert expression("现居 地址 = 1")({"现居 地址": 1}) is True


def test_python_values_pass_the_border() -> None:
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert feel("m", m=moment) == moment
    assert feel('d + @"P1D"', d=datetime.date(2024, 1, 1)) == datetime.date(2024, 1, 2)
    assert feel("xs[1].n", xs=[{"n": 1.5}]) == Decimal("1.5")


def test_values_of_unknown_kinds_are_refused() -> None:
    for value in (object(), float("inf"), float("nan")):
        with pytest.raises(DecisionModelError):
            feel("x", x=value)


def test_endless_loops_and_numbers_too_large_give_null() -> None:
    assert feel("for i in 1..100000000 return i") is None
    assert feel("10 ** 6000 * 10 ** 6000") is None
    assert feel('@"P1D" * 1e6000') is None


def test_the_names_of_a_text_can_be_asked_for() -> None:
    assert names_in('count(xs) > 1 and 户籍 = "本市"') == {"xs", "户籍"}


def test_now_is_what_the_caller_gives() -> None:
    moment = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
    assert expression("today()")({"now()": moment}) == datetime.date(2024, 1, 2)
    assert expression("now()")({}) is None


@pytest.mark.parametrize(
    ("text", "value", "result"),
    [
        ("-", None, True),
        ("< 18, >= 60", 60, True),
        ("not(1, 2)", 3, True),
        ('"a", "b"', "c", False),
        ("[18..60)", 60, False),
        ("? > 2 and ? < 4", 3, True),
        ("limit", 5, True),
        ("null", None, True),
    ],
)
def test_unary_tests(text: str, value: object, result: bool) -> None:
    assert unary_test(text)(value, {"limit": 5}) is result


@pytest.mark.parametrize("text", ["", "1 +", "(1", "a b )", "@1", "foo(1,", "for in x"])
def test_wrong_text_says_what_and_what_to_do(text: str) -> None:
    with pytest.raises(DecisionModelError) as caught:
        expression(text)
    assert caught.value.says
    assert caught.value.hint


@settings(deadline=None)
@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_days_and_dates_are_one_to_one(days: int) -> None:
    assert days_from_civil(*civil_from_days(days)) == days


@settings(deadline=None)
@given(st.dates())
def test_dates_survive_the_round_trip(day: datetime.date) -> None:
    assert feel("date(string(d))", d=day) == day


@settings(deadline=None)
@given(st.lists(st.integers(-99, 99)), st.lists(st.integers(-99, 99)))
def test_count_of_concatenation(one: list[int], two: list[int]) -> None:
    assert feel("count(concatenate(a, b)) = count(a) + count(b)", a=one, b=two) is True
