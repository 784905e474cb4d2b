"""What the documents of law say (文书); pure, and in Chinese, as the law requires them.

A paper is data: the renderer lays it out, and never decides a word of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tongban.domains.cases.rules.state import Purpose, Suspension, Termination


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
    SUPPLEMENTS = "supplements"  # 一次补正告知书
    REMINDER = "reminder"  # 补正催告书
    TOLERANCE = "tolerance"  # 容缺受理通知书
    PROMISE = "promise"  # 告知承诺书
    CANCELLED = "cancelled"  # 一并终止告知书
    SUSPENDED = "suspended"  # 中止办理通知书
    RESUMED = "resumed"  # 恢复办理通知书
    TERMINATED = "terminated"  # 终止通知书
    DEEMED_GRANTED = "deemed_granted"  # 视为准予告知书
    OVERDUE = "overdue"  # 超期告知书
    HEARING = "hearing"  # 听证告知书
    PICKUP = "pickup"  # 领取通知书
    DISPATCHED = "dispatched"  # 寄送告知书
    LINKED = "linked"  # 另案办理告知书
    CORRECTED = "corrected"  # 更正决定书
    REVOKED = "revoked"  # 撤销决定书
    ANNULLED = "annulled"  # 注销决定书
    RECONSIDERED = "reconsidered"  # 复核决定书


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
    Kind.SUPPLEMENTS: "一次补正告知书",
    Kind.REMINDER: "补正催告书",
    Kind.TOLERANCE: "容缺受理通知书",
    Kind.PROMISE: "告知承诺书",
    Kind.CANCELLED: "一并终止办理告知书",
    Kind.SUSPENDED: "中止办理通知书",
    Kind.RESUMED: "恢复办理通知书",
    Kind.TERMINATED: "终止通知书",
    Kind.DEEMED_GRANTED: "视为准予告知书",
    Kind.OVERDUE: "超期办理告知书",
    Kind.HEARING: "听证告知书",
    Kind.PICKUP: "领取通知书",
    Kind.DISPATCHED: "寄送告知书",
    Kind.LINKED: "另案办理告知书",
    Kind.CORRECTED: "更正决定书",
    Kind.REVOKED: "撤销决定书",
    Kind.ANNULLED: "注销决定书",
    Kind.RECONSIDERED: "复核决定书",
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
    Kind.SUPPLEMENTS: "并补",
    Kind.REMINDER: "催",
    Kind.TOLERANCE: "容受",
    Kind.PROMISE: "诺",
    Kind.CANCELLED: "并止",
    Kind.SUSPENDED: "中止",
    Kind.RESUMED: "恢",
    Kind.TERMINATED: "终",
    Kind.DEEMED_GRANTED: "视准",
    Kind.OVERDUE: "超",
    Kind.HEARING: "听",
    Kind.PICKUP: "领",
    Kind.DISPATCHED: "寄",
    Kind.LINKED: "另",
    Kind.CORRECTED: "更",
    Kind.REVOKED: "撤许",
    Kind.ANNULLED: "注",
    Kind.RECONSIDERED: "复",
}
REPEATED = frozenset(
    {
        Kind.SUPPLEMENT,
        Kind.SUPPLEMENTS,
        Kind.REMINDER,
        Kind.SPECIAL,
        Kind.SUSPENDED,
        Kind.RESUMED,
        Kind.OVERDUE,
    }
)
"""What one case may be told more than once: a check on site can be done again."""

PURPOSES = {
    Purpose.CORRECT: "更正",
    Purpose.REVOKE: "撤销",
    Purpose.ANNUL: "注销",
    Purpose.RECONSIDER: "复核",
}
"""What a linked case is called."""

DECIDED = {
    Purpose.CORRECT: Kind.CORRECTED,
    Purpose.REVOKE: Kind.REVOKED,
    Purpose.ANNUL: Kind.ANNULLED,
    Purpose.RECONSIDER: Kind.RECONSIDERED,
}
"""The document of its decision, whichever way it goes."""

HEARING = "听证"
PROMISE_LAW = "《中华人民共和国行政许可法》第六十九条第二款"
ASKED_FOR_A_PERSON = "申请人要求人工办理"

SUSPENSIONS = {
    Suspension.FORCE_MAJEURE: "因不可抗力，暂时不能继续办理",
    Suspension.PENDING_JUDGMENT: "须以尚未审结的诉讼、仲裁或者其他案件的结果为依据",
    Suspension.APPLICANT: "因申请人自身原因暂时不能继续办理",
    Suspension.SUCCESSION: "申请人死亡或者终止，尚未确定权利义务承受人",
    Suspension.INTERPRETATION: "法律适用问题须由有权机关作出解释或者确认",
    Suspension.BY_LAW: "法律、法规、规章规定的其他应当中止的情形",
}
TERMINATIONS = {
    Termination.APPLICANT_GONE: "申请人死亡或者终止，没有权利义务承受人",
    Termination.OBJECT_GONE: "申请所涉标的已经不存在",
    Termination.TOLERANCE_EXPIRED: "容缺材料在承诺期限届满前未补齐",
    Termination.LAW_CHANGED: "所依据的法律、法规、规章已经修改或者废止，申请不能继续办理",
    Termination.BY_LAW: "法律、法规、规章规定的其他应当终结的情形",
}

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


def supplement(*, item: str, case_no: str, days: int, lapses: bool = True) -> list[str]:
    warning = (
        "逾期未补正的，视为放弃本次申请，您可以重新申请。"
        if lapses
        else "逾期未补正的，本机关将催告；仍不补正的，依法作出处理。"
    )
    return [
        f"您申请的“{item}”（办件编号 {case_no}）需要补正。"
        "以下是需要补正的全部内容，一次告知，不再另行要求：",
        f"请在 {days} 个工作日内补正。补正期间不计入办理期限；{warning}",
    ]


def supplements(
    *, title: str, number_: str, organs: Sequence[str], days: int, lapsing: Sequence[str]
) -> list[str]:
    lines = [
        f"您提交的“{title}”申请（申请编号 {number_}）需要补正。"
        f"{'、'.join(dict.fromkeys(organs))}的补正要求合并如下，一次告知，不再另行要求：",
        f"请在 {days} 个工作日内一并补正，只需提交一次。补正期间不计入办理期限。",
    ]
    if lapsing:
        named = "、".join(f"“{name}”" for name in lapsing)
        lines.append(f"逾期未补正的，{named}视为放弃申请，您可以重新申请。")
    return lines


def reminder(*, item: str, case_no: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）已过补正期限，以下内容尚未补正。",
        "请尽快补正；仍不补正的，本机关将依法终结办理，不影响您再次申请。",
    ]


def tolerance(*, item: str, case_no: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）主要材料齐全，按照您的书面请求容缺受理。",
        "下列材料请在期限内补交。补齐前不作出准予的决定；逾期未补交的，终结办理，并记入信用记录。",
    ]


def hand_in_by(day: date) -> str:
    return f"请于 {chinese_date(day)} 前补交"


def promise(
    *,
    item: str,
    instead: Sequence[str],
    told: str,
    promised: str,
    check_days: int,
    name: str,
) -> list[str]:
    """What is told, what is promised, what follows from it (国办发〔2020〕42号)."""
    within = f"在作出决定后 {check_days} 个工作日内" if check_days else "在作出决定后"
    conditions = told or f"{'、'.join(instead)}所证明的内容"
    return [
        f"一、行政机关告知：办理“{item}”，应当具备的条件为：{conditions}。"
        f"申请人以书面承诺代替提交：{'、'.join(instead)}。",
        f"二、申请人承诺：{promised or '已符合上述条件，所填内容真实，愿意接受核查。'}",
        f"三、核查与责任：行政机关{within}核查。承诺不实的，依法撤销决定，并记入信用记录。",
        f"承诺人（电子签名）：{name}",
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


def cancelled(*, item: str, case_no: str, because: str) -> list[str]:
    return [
        f"您一并申请的“{because}”未予办成。按该“一件事”公布的办理规则，"
        f"“{item}”（办件编号 {case_no}）不能单独办理，现一并终止，不影响您再次申请。",
    ]


def suspended(*, item: str, case_no: str, reason: str, law: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）现中止办理。",
        f"理由：{SUSPENSIONS[Suspension(reason)]}。",
        f"依据：{law}",
        "中止期间不计入办理期限。中止的原因消除后，本机关将恢复办理并书面告知您。",
    ]


def resumed(*, item: str, case_no: str, reasons: str, due_on: date | None) -> list[str]:
    until = f"，预计于 {chinese_date(due_on)} 前办结" if due_on else ""
    return [
        f"您申请的“{item}”（办件编号 {case_no}）中止的原因已经消除，现恢复办理{until}。",
        f"说明：{reasons}",
    ]


def terminated(*, item: str, case_no: str, reason: str, law: str, note: str) -> list[str]:
    lines = [
        f"您申请的“{item}”（办件编号 {case_no}）现终结办理。",
        f"理由：{TERMINATIONS[Termination(reason)]}。",
    ]
    if note:
        lines.append(f"说明：{note}")
    return [*lines, f"依据：{law}", REMEDIES]


def pickup(*, item: str, case_no: str, place: str, hours: str, until: date | None) -> list[str]:
    by = f"请于 {chinese_date(until)} 前" if until else "请"
    return [
        f"您申请的“{item}”（办件编号 {case_no}）的办理结果已备好。",
        f"{by}凭有效身份证件到{place}领取；{hours}。他人代领的，须同时出示双方证件。",
    ]


def dispatched(*, item: str, case_no: str, courier: str, waybill: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}）的办理结果已交{courier}寄送，邮件号 {waybill}。",
        "请凭有效身份证件签收；签收即为送达。",
    ]


def overdue(*, item: str, case_no: str, is_statutory: bool, organ: str) -> list[str]:
    term = "法定" if is_statutory else "承诺"
    return [
        f"您申请的“{item}”（办件编号 {case_no}）未能在{term}办理期限内办结，{organ}向您致歉。",
        "平台已向该机关负责人发出督办。您可以继续等待，也可以拨打政务服务热线反映。",
    ]


def deemed_granted(*, item: str, case_no: str, law: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}），本机关在法定期限内未作出决定，依法视为准予。",
        f"依据：{law}",
        "本机关因未按期作出决定，已被列入督办。",
    ]


def hearing(*, item: str, case_no: str, days: int, law: str) -> list[str]:
    return [
        f"您申请的“{item}”（办件编号 {case_no}），本机关即将作出决定。",
        "依法告知您享有要求听证的权利。",
        f"您可以自收到本告知书之日起 {days} 个工作日内提出听证申请；逾期未提出的，视为放弃听证。",
        "您不承担组织听证的费用；听证所需时间不计算在办理期限内。",
        f"依据：{law}",
    ]


def linked(*, purpose: str, title: str, case_no: str, about: str, is_asked: bool) -> list[str]:
    word = PURPOSES[Purpose(purpose)]
    began = f"您提出的{word}请求已经收到" if is_asked else f"本机关依法启动{word}程序"
    lines = [
        f"{began}，另立一案“{title}”（办件编号 {case_no}）办理，原办件 {about} 的记录不作改动。",
    ]
    if purpose == Purpose.RECONSIDER:
        lines.append("原决定由公布的规则自动作出，本次由制定该规则以外岗位的工作人员人工复核。")
    elif not is_asked:
        lines.append("在作出决定前，您可以陈述意见、进行申辩。")
    return lines


def linked_decided(
    *,
    purpose: str,
    title: str,
    case_no: str,
    about: str,
    is_granted: bool,
    reasons: str,
    law: str,
) -> list[str]:
    word = PURPOSES[Purpose(purpose)]
    outcome = f"决定予以{word}" if is_granted else f"决定不予{word}"
    if purpose == Purpose.RECONSIDER:
        outcome = "经人工复核，决定变更原决定" if is_granted else "经人工复核，决定维持原决定"
    lines = [f"“{title}”（办件编号 {case_no}，原办件 {about}）：{outcome}。"]
    if reasons:
        lines.append(f"理由：{reasons}")
    return [*lines, f"依据：{law}", REMEDIES]
