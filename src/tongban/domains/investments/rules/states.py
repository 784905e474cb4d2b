"""How a phase, and a joint review, stand; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tongban.domains.investments.rules.counting import Light
from tongban.kernel.errors import N_


class Standing(StrEnum):
    """How a phase stands."""

    WAITING = "waiting"
    READY = "ready"
    BEGUN = "begun"
    OPEN = "open"
    STUCK = "stuck"
    DONE = "done"


STANDINGS: dict[Standing, tuple[str, str]] = {
    Standing.WAITING: (N_("waits for an earlier phase"), ""),
    Standing.READY: (N_("can be begun"), "brand"),
    Standing.BEGUN: (N_("form begun, not sent yet"), "brand"),
    Standing.OPEN: (N_("under way"), "brand"),
    Standing.STUCK: (N_("something was not granted"), "amber"),
    Standing.DONE: (N_("done"), "green"),
}


class JointState(StrEnum):
    """How a joint review stands."""

    WAITING = "waiting"
    """For its site day."""
    ASKED = "asked"
    CORRECTING = "correcting"
    CLOSED = "closed"


JOINT_STATES: dict[JointState, str] = {
    JointState.WAITING: N_("waits for its site day"),
    JointState.ASKED: N_("the agencies give their opinions"),
    JointState.CORRECTING: N_("the firm puts the drawings right"),
    JointState.CLOSED: N_("concluded"),
}

OUTCOMES = {"finished": N_("accepted on completion"), "stopped": N_("given up by the firm")}


@dataclass(frozen=True, slots=True)
class Fact:
    """How the latest case of an item stands."""

    item: str
    is_over: bool
    is_granted: bool


def standing(
    needed: Collection[str], facts: Iterable[Fact], *, after_done: bool, has_draft: bool
) -> Standing:
    """How a phase stands, from its cases: done when all that it needs is granted."""
    mine = {fact.item: fact for fact in facts if fact.item in needed}
    if mine and all((one := mine.get(key)) and one.is_granted for key in needed):
        return Standing.DONE
    if any(not fact.is_over for fact in mine.values()):
        return Standing.OPEN
    if mine:
        return Standing.STUCK
    if not after_done:
        return Standing.WAITING
    return Standing.BEGUN if has_draft else Standing.READY


LIGHTS: dict[Light, tuple[str, str]] = {
    Light.GREEN: ("green", N_("within the limit")),
    Light.YELLOW: ("yellow", N_("the plan hardly fits the limit")),
    Light.RED: ("red", N_("over the limit")),
    Light.DONE: ("done", N_("ended within the limit")),
}
