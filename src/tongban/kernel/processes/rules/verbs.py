"""What may be done with a work item (流转方式), and what each verb asks for; pure.

The graph is the plan, the tree of work items the fact. Each handler picks, at each step, how the
work goes on and to whom; a stage may allow fewer verbs and targets.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.errors import N_


class Verb(StrEnum):
    """How work may go on."""

    SEND = "send"  # 发送
    TRANSFER = "transfer"  # 转办
    DELEGATE = "delegate"  # 委托
    ADD_BEFORE = "add_before"  # 前加签
    ADD_AFTER = "add_after"  # 后加签
    DROP = "drop"  # 减签
    COUNTERSIGN = "countersign"  # 会签
    OR_SIGN = "or_sign"  # 或签
    CONSULT = "consult"  # 征求意见
    CIRCULATE = "circulate"  # 传阅
    RETURN = "return"  # 退回, 重新流转
    ASK_AGAIN = "ask_again"  # 退回, 办后直送
    TAKE_BACK = "take_back"  # 撤回
    URGE = "urge"  # 催办
    SUPERVISE = "supervise"  # 督办
    JUMP = "jump"  # 跳转
    FINISH = "finish"  # 办结


@dataclass(frozen=True, slots=True)
class Needs:
    """What a verb is called, and what it asks for besides the work item."""

    label: str
    to: bool = False
    """Whose hands: one or more."""
    one: bool = False
    """Exactly one."""
    stage: bool = False
    words: bool = False
    """A question, a reason or an opinion must be written."""
    steers: bool = False
    """Needs no hands that hold the work, but a post that steers it (`matter.steer`)."""


VERBS: Mapping[Verb, Needs] = {
    Verb.SEND: Needs(N_("Send on"), to=True),
    Verb.TRANSFER: Needs(N_("Transfer"), to=True, one=True, words=True),
    Verb.DELEGATE: Needs(N_("Delegate"), to=True, one=True),
    Verb.ADD_BEFORE: Needs(N_("Add a signer before"), to=True, words=True),
    Verb.ADD_AFTER: Needs(N_("Add a signer after"), to=True, words=True),
    Verb.DROP: Needs(N_("Drop a signer"), to=True),
    Verb.COUNTERSIGN: Needs(N_("Countersign: all"), to=True, words=True),
    Verb.OR_SIGN: Needs(N_("Countersign: any"), to=True, words=True),
    Verb.CONSULT: Needs(N_("Ask for an opinion"), to=True, words=True),
    Verb.CIRCULATE: Needs(N_("Circulate"), to=True),
    Verb.RETURN: Needs(N_("Return"), stage=True, words=True),
    Verb.ASK_AGAIN: Needs(N_("Return, and straight back here"), stage=True, words=True),
    Verb.TAKE_BACK: Needs(N_("Take back")),
    Verb.URGE: Needs(N_("Remind"), words=True, steers=True),
    Verb.SUPERVISE: Needs(N_("Supervise"), words=True, steers=True),
    Verb.JUMP: Needs(N_("Jump to a stage"), stage=True, words=True, steers=True),
    Verb.FINISH: Needs(N_("Finish"), words=True),
}

ALWAYS = frozenset({Verb.TAKE_BACK, Verb.URGE, Verb.SUPERVISE, Verb.DROP})
"""What takes nothing from the plan; no stage forbids it."""
LEGAL = ALWAYS | {
    Verb.TRANSFER, Verb.DELEGATE, Verb.ADD_BEFORE, Verb.COUNTERSIGN, Verb.OR_SIGN, Verb.CONSULT,
    Verb.CIRCULATE,
}  # fmt: skip
"""What a stage competent for an act of law allows by itself: asking, never deciding elsewhere."""


def allowed(named: Collection[Verb] | None, *, is_legal: bool) -> frozenset[Verb]:
    """The verbs that a stage allows: those that its definition names, else all, or the lawful."""
    if named is not None:
        return ALWAYS | frozenset(named)
    return LEGAL if is_legal else frozenset(Verb)
