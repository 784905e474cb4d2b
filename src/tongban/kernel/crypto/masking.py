"""Masks (脱敏) for pages, and the scrubbing of free text for logs; pure."""

import re
from typing import Final

# Surnames of two characters (复姓) still borne today, which a mask must not halve.
_SURNAMES: Final = """
欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 宇文 轩辕 南宫 端木
独孤 呼延 完颜 公冶 太史 申屠 澹台 百里 东郭 西门 南门 闻人 赫连 司空 拓跋 鲜于 闾丘
濮阳 淳于 单于 纳兰 第五 万俟 钟离 叶赫 梁丘 左丘 公羊 宗政 仲孙 軒轅 歐陽 司馬 諸葛
"""
COMPOUND_SURNAMES: Final = frozenset(_SURNAMES.split())


def mask_person_number(number: str) -> str:
    """Keep the division and the last four: `110101********7758`."""
    number = number.strip()
    return _keep(number, 6, 4) if len(number) >= 15 else _keep(number, 0, 0)


def mask_phone(number: str) -> str:
    """Keep three and four: `138****3210`; of a short number only the last two."""
    number = number.strip()
    return _keep(number, 3, 4) if len(number) >= 11 else _keep(number, 0, 2)


def mask_bank_account(account: str) -> str:
    """Keep the last four."""
    digits = re.sub(r"[\s-]", "", account)
    return _keep(digits, 0, 4) if len(digits) > 8 else _keep(digits, 0, 0)


def mask_name(name: str) -> str:
    """Keep the surname, and of longer names the last character: 张*, 李*敏, 欧阳*, 买***·**."""
    name = name.strip()
    if "·" in name or " " in name:
        # 少数民族 and foreign names have no surname to keep; their parts stay recognisable.
        parts = re.split(r"([· ])", name)
        return "".join(_keep(part, 1 if place == 0 else 0, 0) for place, part in enumerate(parts))
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return _keep(name, 2, 1 if len(name) > 3 else 0)
    return _keep(name, 1, 1 if len(name) > 2 else 0)


def _keep(text: str, head: int, tail: int) -> str:
    if text in {"·", " "}:
        return text
    hidden = len(text) - head - tail
    return text[:head] + "*" * max(hidden, 0) + text[len(text) - tail :]


# Digits only at the borders, not letters: «身份证110…» and «id110…» must both be caught. What that
# would spoil are hashes and UUIDs, so those are matched first and kept.
_NOT_BEFORE: Final = r"(?<![0-9])(?<![0-9]\.)"
_PERSONAL: Final = re.compile(
    r"(?P<kept>(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9A-Za-z]))"
    rf"|(?P<person>{_NOT_BEFORE}[1-9][0-9]{{5}}(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9]))"
    rf"|(?P<phone>{_NOT_BEFORE}(?:\+?86[ -]?)?1[3-9][0-9]"
    r"(?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})(?![0-9]))"
    rf"|(?P<account>{_NOT_BEFORE}(?:[0-9]{{16,21}}|[0-9]{{17}}[Xx]"
    r"|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?)(?![0-9]))"
)
_MARKS: Final = {
    "person": "[person number]",
    "phone": "[phone]",
    "account": "[account]",
}


def scrub(text: str) -> str:
    """Take person numbers, mobile numbers and bank accounts out of a free text, for logs.

    It errs on the side of taking out: any run of 16 to 21 digits goes, whatever it was.
    """
    return _PERSONAL.sub(_mark, text)


def _mark(match: re.Match[str]) -> str:
    return match[0] if match.lastgroup == "kept" else _MARKS[match.lastgroup or ""]
