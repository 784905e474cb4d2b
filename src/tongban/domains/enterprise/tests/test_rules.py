import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.enterprise import rules
from tongban.domains.enterprise.rules import Outcome
from tongban.kernel.catalogue.kinds import Known

CITY = Path(__file__).parents[5] / "cities" / "demo"
TODAY = date(2026, 9, 7)
REGISTERS = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in CITY.glob("registers/*.toml")
}


def known() -> Known:
    organs = {key: {"key": key} for key in ("finance", "labour", "market")}
    items = {
        path.stem: tomllib.loads(path.read_text("utf-8")) for path in CITY.glob("items/*.toml")
    }
    return Known(batch={"organ": organs, "register": REGISTERS, "service_item": items})


def body(**changes: Any) -> dict[str, Any]:
    return {
        "key": "k",
        "name": "补贴",
        "organ": "finance",
        "law": "法",
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "funds": 1000,
        "amount": "500",
        "condition": [
            {
                "id": "kind",
                "says": "个体",
                "article": "一",
                "reads": ["entities.entity_type"],
                "test": 'entity_type = "sole"',
            },
            {
                "id": "arrears",
                "says": "不欠税",
                "article": "二",
                "reads": ["tax.tax_arrears"],
                "test": 'tax_arrears = "no"',
                "curable": True,
            },
        ],
        **changes,
    }


def verdict(facts: Mapping[str, Any], **changes: Any) -> rules.Verdict:
    return rules.judge(rules.policy(body(**changes)), facts, on=TODAY, version="v")


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"entity_type": "sole", "tax_arrears": "no"}, Outcome.FITS),
        ({"entity_type": "sole", "tax_arrears": "yes"}, Outcome.NEARLY),
        ({"entity_type": "company", "tax_arrears": "no"}, Outcome.NO),
        ({"entity_type": "sole"}, Outcome.PROVE),
        ({"tax_arrears": "yes"}, Outcome.NEARLY),
        ({}, Outcome.PROVE),
    ],
)
def test_what_fits_what_nearly_does_and_what_does_not(
    facts: dict[str, Any], outcome: Outcome
) -> None:
    found = verdict(facts)
    assert found.outcome == outcome
    assert set(found.failed).isdisjoint(found.unknown)


def test_more_failures_than_nearly_allows_is_no() -> None:
    assert verdict({"entity_type": "sole", "tax_arrears": "yes"}, nearly=0).outcome == Outcome.NO


@given(st.dictionaries(
    st.sampled_from(["entity_type", "tax_arrears"]),
    st.one_of(st.text(max_size=5), st.none(), st.booleans(), st.just("no"), st.just("sole")),
))  # fmt: skip
def test_only_full_data_fits_and_the_same_facts_are_the_same_match(facts: dict[str, Any]) -> None:
    found = verdict(facts)
    assert found == verdict(facts)
    if found.outcome == Outcome.FITS:
        assert facts == {"entity_type": "sole", "tax_arrears": "no"}
    assert len(found.judged) == 2


def test_the_day_counts_only_where_a_rule_reads_it() -> None:
    facts = {"entity_type": "sole", "tax_arrears": "no"}
    policy = rules.policy(body())
    other = rules.judge(policy, facts, on=date(2026, 9, 8), version="v")
    assert other.hash == verdict(facts).hash
    assert rules.judge(policy, facts, on=TODAY, version="w").hash != other.hash


@pytest.mark.parametrize(
    ("amount", "fen"),
    [("500", 50000), ("12.345", 1234), ("0", None), ("-1", None), ("1001", None), ("null", None),
     ('"x"', None), ("true", None)],
)  # fmt: skip
def test_an_amount_is_whole_fen_within_the_funds(amount: str, fen: int | None) -> None:
    found = verdict({"entity_type": "sole", "tax_arrears": "no"}, amount=amount)
    assert found.fen == fen
    assert (found.outcome == Outcome.FITS) == (fen is not None)


@pytest.mark.parametrize("path", sorted(CITY.glob("policies/*.toml")), ids=lambda p: p.stem)
def test_the_policies_of_the_demo_city_are_sound(path: Path) -> None:
    assert rules.check_policy(tomllib.loads(path.read_text("utf-8")), known()) == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"law": ""}, "law"),
        ({"ends": date(2025, 1, 1)}, "ends"),
        ({"funds": -1}, "funds"),
        ({"amount": "1 +"}, "amount"),
        ({"amount": "profit * 2"}, "amount"),
        ({"item": "no-such"}, "item"),
        ({"organ": "no-such"}, "organ"),
        ({"reads": ["entities.profit"]}, "reads"),
        ({"reads": ["none.tax_arrears"]}, "reads"),
        ({"condition": [{"id": "a", "says": "s", "article": "1"}]}, "condition[0]"),
        ({"condition": [*body()["condition"], body()["condition"][0]]}, "condition"),
        (
            {"apply_free": True, "condition": [
                {"id": "a", "says": "s", "article": "1", "evidence": "合同"}]},
            "apply_free",
        ),
        (
            {"condition": [{"id": "a", "says": "s", "article": "1", "test": "tax_arrears = 1"}]},
            "condition[0].test",
        ),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_judged_is_not_published(
    changes: dict[str, Any], where: str
) -> None:
    assert where in {fault.where for fault in rules.check_policy(body(**changes), known())}


@pytest.mark.parametrize(
    ("kind", "value", "read_as"),
    [
        ("date", "2026-01-05", date(2026, 1, 5)),
        ("date", "gestern", None),
        ("number", 50, Decimal(50)),
        ("number", "viel", None),
        ("text", "x", "x"),
    ],
)
def test_register_values_are_read_by_their_type(kind: str, value: Any, read_as: Any) -> None:
    assert rules.typed(kind, value) == read_as


@pytest.mark.parametrize("number", ["6222 0202-0011 1233", "123456789012"])
def test_an_account_is_taken_without_blanks(number: str) -> None:
    assert rules.check_account(number).isdecimal()


@pytest.mark.parametrize(
    "number", ["", "12345678901", "1" * 26, "６２２２０２０２００１１", "a" * 14]
)
def test_what_is_no_account_is_refused(number: str) -> None:
    with pytest.raises(rules.BadAccount):
        rules.check_account(number)


@pytest.mark.parametrize(
    "told",
    [
        "92990102MAQH008860",
        "990101198503040029",
        "13912345678",
        "0571-87654321",
        "a.b@c.cn",
        "周记",
    ],
)
def test_what_tells_who_asked_is_not_published(told: str) -> None:
    with pytest.raises(rules.NamesInside):
        rules.check_nameless(f"我们是{told}，怎么办", "周记")


def test_a_general_question_is_published() -> None:
    assert rules.check_nameless(" 开业 2026 年第 1 季度要报什么？ ")


@pytest.mark.parametrize("text", ["", "  ", "短", "x" * 1001])
def test_an_empty_or_endless_text_is_refused(text: str) -> None:
    with pytest.raises(rules.TextNeeded):
        rules.check_text(text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_lies_between_none_and_all(one: str, two: str) -> None:
    likeness = rules.likeness(rules.grams(one), rules.grams(two))
    assert 0 <= likeness <= 1
    assert not rules.grams(one) or rules.likeness(rules.grams(one), rules.grams(one)) == 1
