"""The verbs of a running process. Law lives in the domains: they decide what an outcome means."""

from tongban.kernel.processes.actions.asking import ask, drop
from tongban.kernel.processes.actions.ending import end, reopen
from tongban.kernel.processes.actions.free import (
    add_after,
    circulate,
    finish,
    give_back,
    jump,
    send,
    urge,
)
from tongban.kernel.processes.actions.hands import (
    Asked,
    claim,
    delegate,
    escalate,
    escalate_late,
    put_back,
    see,
    take,
    transfer,
)
from tongban.kernel.processes.actions.recalling import take_back
from tongban.kernel.processes.actions.running import act, open_stages, start
from tongban.kernel.processes.actions.stages import Step
from tongban.kernel.processes.actions.times import Due, pause, reproject, resume, set_due
from tongban.kernel.processes.actions.verbs import perform
from tongban.kernel.processes.queries import holds

__all__ = [
    "Asked",
    "Due",
    "Step",
    "act",
    "add_after",
    "ask",
    "circulate",
    "claim",
    "delegate",
    "drop",
    "end",
    "escalate",
    "escalate_late",
    "finish",
    "give_back",
    "holds",
    "jump",
    "open_stages",
    "pause",
    "perform",
    "put_back",
    "reopen",
    "reproject",
    "resume",
    "see",
    "send",
    "set_due",
    "start",
    "take",
    "take_back",
    "transfer",
    "urge",
]
