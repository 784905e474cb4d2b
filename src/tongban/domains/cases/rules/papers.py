"""What the documents of law say (文书); pure, and in Chinese, as the law requires them.

A paper is data: the renderer lays it out, and never decides a word of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kinds of notice, each with the word that its number carries."""

    RECEIPT = "receipt"  # 收件凭证
    ACCEPTANCE = "acceptance"  # 受理通知书
    SUPPLEMENT = "supplement"  # 补正告知书
    DECLINED = "declined"  # 不予受理决定书
    SPECIAL = "special"  # 特别程序告知书
    EXTENSION = "extension"  # 延期告知书
    GRANTED = "granted"  # 准予决定书
    REFUSED = "refused"  # 不予决定书
    LAPSED = "lapsed"  # 视为放弃告知书
    WITHDRAWN = "withdrawn"  # 撤回确认书
    BLOCKED = "blocked"  # 终止办理告知书


TITLES = {
    Kind.RECEIPT: "收件凭证",
    Kind.ACCEPTANCE: "受理通知书",
    Kind.SUPPLEMENT: "补正告知书",
    Kind.DECLINED: "不予受理决定书",
    Kind.SPECIAL: "特别程序告知书",
    Kind.EXTENSION: "延长办理期限告知书",
    Kind.GRANTED: "准予决定书",
    Kind.REFUSED: "不予许可决定书",
    Kind.LAPSED: "视为放弃申请告知书",
    Kind.WITHDRAWN: "撤回申请确认书",
    Kind.BLOCKED: "终止办理告知书",
}
NUMBER_WORDS = {
    Kind.RECEIPT: "收",
    Kind.ACCEPTANCE: "受",
    Kind.SUPPLEMENT: "补",
    Kind.DECLINED: "不受",
    Kind.SPECIAL: "特",
    Kind.EXTENSION: "延",
    Kind.GRANTED: "准",
    Kind.REFUSED: "不准",
    Kind.LAPSED: "弃",
    Kind.WITHDRAWN: "撤",
    Kind.BLOCKED: "止",
}
REPEATED = frozenset({Kind.SPECIAL})
"""What one case may be told more than once: a check on site can be done again."""

REMEDIES = (
    "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，"
    "或者自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"
)
"""行政复议法 第二十条、行政诉讼法 第四十六条."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of law before it is laid out."""

    kind: str
    title: str
    number: str
    organ: str
    addressee: str
    paragraphs: list[str]
    rows: list[list[str]] = field(default_factory=list)
    rows_title: str = ""
    date: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def number(kind: Kind, *, organ: str, year: int, count: int, no: int = 1) -> str:
    """The document's number: `市监受字〔2026〕12号`, after the organ's short name.

    The count is the case's own, of which each kind of document exists once: nothing to draw lots
    for, and nothing that two transactions could both take.
    """
    again = f"之{no}" if no > 1 else ""
    return f"{organ}{NUMBER_WORDS[kind]}字〔{year}〕{count}号{again}"


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def receipt(*, title: str, number_: str, cases: Sequence[Mapping[str, str]]) -> list[str]:
    return [
        f"您提交的“{title}”申请已收到，申请编号 {number_}，"
        f"共 {len(cases)} 个事项，由有关机关并联办理。",
        "自收到之日起五个工作日内未告知您补正的，自收到之日起即为受理。",
    ]


def acceptance(*, item: str, case_no: str, due_on: date | None, promised: int) -> list[str]:
    until = f"，预计于 {chinese_date(due_on)} 前办结" if due_on else ""
    return [
        f"您申请的“{item}”（办件编号 {case_no}）材料齐全、符合法定形式，现予受理。",
        f"承诺办理期限为 {promised} 个工作日{until}。依法需要听证、检验、检测、检疫、鉴定、"
        "专家评审和现场核查的时间不计算在内。",
    ]


def supplement(*, item: str, case_no: str, days: int) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）需要补正。"
        "以下是需要补正的全部内容，一次告知，不再另行要求：",
        f"请在 {days} 个工作日内补正。补正期间不计入办理期限；"
        "逾期未补正的，视为放弃本次申请，您可以重新申请。",
    ]


def declined(*, item: str, case_no: str, reasons: str, law: str, organ_named: str) -> list[str]:
    lines = [
        f"您申请的“{item}”（办件编号 {case_no}），决定不予受理。",
        f"理由：{reasons}",
        f"依据：{law}",
    ]
    if organ_named:
        lines.append(f"该事项由{organ_named}办理，请向其提出申请。")
    return [*lines, REMEDIES]


def special(*, item: str, case_no: str, procedure: str, days: int) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）依法需要进行{procedure}，预计 {days} 个工作日。",
        "根据《中华人民共和国行政许可法》第四十五条，所需时间不计算在办理期限内。",
    ]


def extension(*, item: str, case_no: str, days: int, reasons: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}），经本机关负责人批准，"
        f"办理期限延长 {days} 个工作日。",
        f"理由：{reasons}",
    ]


def granted(*, item: str, case_no: str, reasons: str, law: str, by_rule: bool) -> list[str]:
    lines = [f"您申请的“{item}”（办件编号 {case_no}），经审查符合法定条件，决定准予。"]
    if reasons:
        lines.append(f"理由：{reasons}")
    lines.append(f"依据：{law}")
    if by_rule:
        lines.append("本决定由公布的规则自动作出，所用规则和依据在办理进度页上公开。")
    return lines


def refused(*, item: str, case_no: str, reasons: str, law: str, remedies: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}），决定不予准许。",
        f"理由：{reasons}",
        f"依据：{law}",
        remedies,
    ]


def lapsed(*, item: str, case_no: str) -> list[str]:
    return [f"您申请的“{item}”（办件编号 {case_no}）逾期未补正，视为放弃。您可以随时重新申请。"]


def withdrawn(*, item: str, case_no: str) -> list[str]:
    return [f"您申请的“{item}”（办件编号 {case_no}）已按您的请求撤回，不影响您再次申请。"]


def blocked(*, item: str, case_no: str, because: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）须以“{because}”的办理结果为前提。",
        f"因“{because}”未予办成，本事项尚未受理，现终止办理，不影响您再次申请。",
    ]
