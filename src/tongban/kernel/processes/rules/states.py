"""Where a matter and its work items stand; requests that come twice."""

from enum import StrEnum
from hashlib import sha256

from tongban.kernel.processes.rules.refusals import NothingAsked


class State(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"


class Status(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    DONE = "done"
    RETURNED = "returned"
    VOID = "void"
    QUEUED = "queued"


OWED = (Status.OPEN, Status.CLAIMED, Status.WAITING)
LIVE = (*OWED, Status.QUEUED)
"""Owed now, or as soon as another is done."""


class Mode(StrEnum):
    SERIAL = "serial"
    CONSULT = "consult"  # 征求意见
    ADD_SIGN = "add_sign"  # 加签
    COUNTERSIGN = "countersign"  # 会签
    AFTER_SIGN = "after_sign"  # 后加签
    CIRCULATE = "circulate"  # 传阅
    URGE = "urge"  # 督办


ASKING = (Mode.CONSULT, Mode.ADD_SIGN, Mode.COUNTERSIGN)
"""Those for whose answer the asker waits."""


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


def check_join(join: str, asked: int) -> None:
    """Refuse a join that can never be reached: all, any, or a number of those asked."""
    needed = join if join in {"all", "any"} else int(join) if join.isdecimal() else 0
    if not asked or (isinstance(needed, int) and not 1 <= needed <= asked):
        raise NothingAsked()


def is_joined(join: str, answers: int, asked: int) -> bool:
    """Whether those who were asked have answered enough: all, any, or a number."""
    needed = asked if join == "all" else 1 if join == "any" else int(join)
    return answers >= needed


def request_hash(*parts: object) -> str:
    """What a request with a key must share with its repeat."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]
