from datetime import date
from typing import Any

import pytest

from tongban.domains.services.rules.columns import CodeMap
from tongban.domains.uplinks import rules
from tongban.domains.uplinks.rules import What, tables
from tongban.kernel.errors import Invalid

NATIONAL = CodeMap("national", "国家", {}, {}, {})
VENDOR = CodeMap("b", "乙", {"event_name": {"accept": "SL"}}, {"project_no": "BJBH"}, {})


def test_a_vendor_names_its_columns_and_codes() -> None:
    assert tables.one_row("accept", {"project_no": "1"}, VENDOR) == {"pro_accept": [{"BJBH": "1"}]}
    assert tables.code(VENDOR, "event_name", "accept") == "SL"
    assert tables.code(NATIONAL, "event_name", "accept") == "4"


def test_the_digest_leaves_out_what_a_sending_fills() -> None:
    rows = tables.one_row("accept", {"project_no": "1"}, NATIONAL)
    sent = tables.sent(rows, NATIONAL, kind="accept", key="1", operation="I", at="2026", batch="x")
    assert sent["pro_accept"][0]["cd_batch"] == "x"
    assert tables.digest(rows) != tables.digest(sent)
    again = tables.sent(rows, NATIONAL, kind="accept", key="1", operation="U", at="y", batch="z")
    assert again["pro_accept"][0]["row_guid"] == sent["pro_accept"][0]["row_guid"]


def test_every_act_has_a_code_of_its_own() -> None:
    acts = [word for _, word in tables.ACTS.values()]
    codes = [tables.CODES["event_name"][word] for word in acts]
    assert len(codes) == len(set(codes)) and all(len(code) <= 2 for code in codes)


def test_two_sides_of_a_day() -> None:
    ours, theirs = {"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"}
    assert rules.differences(ours, theirs) == [
        ("a", What.LOST), ("c", What.DIFFERS), ("d", What.FOREIGN),
    ]  # fmt: skip
    assert rules.differences(ours, ours) == []


def test_a_batch_number_is_the_date_and_which_of_the_day() -> None:
    assert rules.batch_number(date(2019, 4, 11), 2) == "2019041100002"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_words_are_needed(reason: str) -> None:
    with pytest.raises(Invalid):
        rules.check_reason(reason)


class Known:
    def has(self, kind: str, key: str) -> bool:
        return key in {"national", "uplink-refusal"}

    def get(self, kind: str, key: str) -> None: ...


GOOD: dict[str, Any] = {
    "key": "province", "name": "省", "codes": "national", "organ": "dsj", "kinds": ["item"],
    "source": "x", "batch": 10, "minutes": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, []),
        ({"codes": "none"}, ["codes"]),
        ({"kinds": ["item", "odd"]}, ["kinds[1]"]),
        ({"batch": 0}, ["batch"]),
        ({"batch": 10_000}, ["batch"]),
        ({"minutes": True}, ["minutes"]),
        ({"organ": ""}, ["organ"]),
    ],
)
def test_an_uplink_that_cannot_work_is_refused(changes: dict[str, Any], where: list[str]) -> None:
    faults = rules.check({**GOOD, **changes}, Known())  # type: ignore[arg-type]
    assert [fault.where for fault in faults] == where
