"""清单之外无权力: an item outside its list is not published."""

from typing import Any

import pytest

from tongban.domains.services import rules
from tongban.domains.services.rules import lists
from tongban.kernel.catalogue.kinds import Known

CODE = "990101243000"
ENTRY = {"code": CODE, "name": "甲许可", "law": "《甲法》第一条", "type": "01"}
DUTY = {**ENTRY, "duties": ["受理"], "liability": "追究责任"}
POWERS = {"key": "x", "name": "权力清单", "organ": "x", "document": "1 号", "entry": [ENTRY]}
DUTIES = {"key": "x", "name": "责任清单", "organ": "x", "document": "1 号", "entry": [DUTY]}
BAN = {"code": "J1", "name": "乙", "law": "《乙法》", "kind": "ban"}
PERMIT = {"code": "X1", "name": "丙", "law": "《丙法》", "kind": "permit"}
NEGATIVE = {"key": "m", "name": "负面清单", "document": "2 号", "entry": [BAN, PERMIT]}
FUND = {"code": "F1", "name": "丁", "law": "《丁法》", "budget": 10, "from": "2026-01-01",
        "until": "2026-12-31"}  # fmt: skip
FUNDS = {"key": "s", "name": "资金清单", "organ": "x", "document": "3 号", "entry": [FUND]}
ITEM = {"organ": "x", "basic_code": CODE, "task_type": "01"}


def known(*, bound: bool = True, **lists: dict[str, Any]) -> Known:
    given = {kind: {body["key"]: body} for kind, body in lists.items()}
    return Known.of(city={"city": {"lists_bind": bound}}, **given)


ALL = known(power_list=POWERS, duty_list=DUTIES, negative_list=NEGATIVE, fund_list=FUNDS)


def where(body: dict[str, Any], of: Known = ALL) -> list[str]:
    found = list(lists.outside(body, of))
    assert all("{" not in fault.sentence() for fault in found)
    return [fault.where for fault in found]


def test_a_power_stands_in_two_lists() -> None:
    assert where(ITEM) == []
    assert where(ITEM, known()) == ["basic_code", "basic_code"]
    assert where({**ITEM, "organ": "y"}) == ["basic_code", "basic_code"]
    assert where({**ITEM, "task_type": "20"}, known()) == [], "a public service is no power"
    assert where(ITEM, known(bound=False)) == [], "a city that published no lists"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"negative_entry": "m/X1"}, []),
        ({"negative_entry": "m/J1"}, ["negative_entry"]),
        ({"negative_entry": "m/no"}, ["negative_entry"]),
        ({"fund": "s/F1"}, []),
        ({"fund": "s/no"}, ["fund"]),
        ({"fund": "nonsense"}, ["fund"]),
    ],
)
def test_access_and_money_have_lists_of_their_own(change: dict[str, str], found: list[str]) -> None:
    assert where({**ITEM, **change}) == found


@pytest.mark.parametrize(
    ("check", "body", "change", "where"),
    [
        (rules.check_power_list, POWERS, {"entry": [{**ENTRY, "type": "20"}]}, "entry[0].type"),
        (rules.check_power_list, POWERS, {"entry": [{**ENTRY, "law": ""}]}, "entry[0].law"),
        (rules.check_power_list, POWERS, {"entry": [{**ENTRY, "code": "no"}]}, "entry[0].code"),
        (rules.check_power_list, POWERS, {"entry": [ENTRY, ENTRY]}, "entry[1].code"),
        (rules.check_power_list, POWERS, {"entry": []}, "entry"),
        (rules.check_power_list, POWERS, {"document": ""}, "document"),
        (rules.check_duty_list, DUTIES, {"entry": [ENTRY]}, "entry[0].duties"),
        (rules.check_negative_list, NEGATIVE, {"entry": [ENTRY]}, "entry[0].kind"),
        (rules.check_fund_list, FUNDS, {"entry": [{**FUND, "budget": "x"}]}, "entry[0].budget"),
        (rules.check_fund_list, FUNDS, {"entry": [{**FUND, "until": "2025"}]}, "entry[0].until"),
    ],
)  # fmt: skip
def test_an_entry_has_its_law(check: Any, body: Any, change: Any, where: str) -> None:
    assert check(body, ALL) == []
    assert where in {fault.where for fault in check({**body, **change}, ALL)}
