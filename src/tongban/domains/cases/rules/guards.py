"""Why a person decides although a rule could: the guards of automatic decisions; pure.

个人信息保护法 第二十四条: no automatic decision without transparency, and none against one's wish.
A guard never refuses anything; it hands the case to an official, who sees the guard's words.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from tongban.domains.cases.rules import papers


class Guard(StrEnum):
    """What keeps a rule from deciding."""

    WISH = "wish"
    OFF = "switched_off"
    TOLERANCE = "tolerance"
    DOWN = "source_down"
    UNCLEAR = "several_rows"
    CONTRADICTORY = "contradictory"
    STALE = "stale"
    CREDIT = "credit"
    NEAR = "near_threshold"
    SAMPLED = "sampled"


WORDS: Mapping[Guard, str] = {
    Guard.WISH: papers.ASKED_FOR_A_PERSON,
    Guard.OFF: "自动审批规则已停用",
    Guard.TOLERANCE: "申请人请求容缺受理",
    Guard.DOWN: "数据源无应答",
    Guard.UNCLEAR: "登记库有多条记录，须人工核对",
    Guard.CONTRADICTORY: "两个数据源说法不一致",
    Guard.STALE: "共享数据更新时间已超过规定期限，须人工核对",
    Guard.CREDIT: "有未修复的失信记录，须人工核对",
    Guard.NEAR: "数值临近规则门槛",
    Guard.SAMPLED: "按比例随机抽取，由人工核对",
}
"""As the case keeps them, for its official and its applicant."""


def words(guard: Guard, about: Sequence[str] = ()) -> str:
    """The words of a guard, with what it is about."""
    return f"{WORDS[guard]}：{'、'.join(about)}" if about else WORDS[guard]


def in_words(test: str) -> str:
    """A unary test of a decision table as a person reads it: `>= 60` is “≥ 60”."""
    text = test.strip()
    plain = {'null,""': "空", 'null, ""': "空", "not(null)": "有登记", "null": "无"}
    if text in plain:
        return plain[text]
    for sign, shown in (("<=", "≤ "), (">=", "≥ "), ("<", "< "), (">", "> ")):
        if text.startswith(sign):
            return shown + text[len(sign) :].strip()
    return "、".join(part.strip().strip('"') for part in text.split(","))


def value_in_words(value: Any) -> str:
    """A value of a trace as a person reads it."""
    if value is None or value == "":
        return "无"
    if isinstance(value, Mapping):
        ((_, held),) = value.items()
        return str(held)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
