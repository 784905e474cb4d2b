"""What is personal does not reach a page in full, nor a log at all."""

import pytest

from tongban.kernel.crypto import masking


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("李小敏", "李*敏"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("欧阳小华", "欧阳*华"),
        ("陈李小明", "陈**明"),
        ("买买提·艾力", "买**·**"),
        ("John Smith", "J*** *****"),
        ("𠮷田", "𠮷*"),
        ("王", "王"),
        ("", ""),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert masking.mask_name(name) == masked


def test_numbers() -> None:
    assert masking.mask_person_number("110101199003077758") == "110101********7758"
    assert masking.mask_person_number("110101900307775") == "110101*****7775"
    assert masking.mask_person_number("12345") == "*****"
    assert masking.mask_phone("13812343210") == "138****3210"
    assert masking.mask_phone("8231234") == "*****34"
    assert masking.mask_bank_account("6222 0212 3456 7890 123") == "*" * 15 + "0123"
    assert masking.mask_bank_account("1234") == "****"


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("身份证110101199003077758，电话", "身份证[person number]，电话"),
        ("id11010119900307775x!", "id[person number]!"),
        ("拨打13812343210或+86 138-1234-3210", "拨打[phone]或[phone]"),
        ("138 1234 3210", "[phone]"),
        ("卡号6222021234567890123。", "卡号[account]。"),
        ("6222 0212 3456 7890 123", "[account]"),
        ("622202123456789X", "622202123456789X"),
        ("case 2026010500001 took 0.1234567890123456 s", None),
        ("at 2026-01-05 10:00:00.123456", None),
        ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b93413812343210b7852b", None),
        ("1f0e4567-e89b-12d3-a456-426614174000", None),
    ],
)
def test_logs(text: str, scrubbed: str | None) -> None:
    assert masking.scrub(text) == (scrubbed or text)
