"""The verbs of a running process. Law lives in the domains: they decide what an outcome means."""

from tongban.kernel.processes.actions.asking import Asked, ask, take_back
from tongban.kernel.processes.actions.ending import end, reopen
from tongban.kernel.processes.actions.hands import (
    claim,
    escalate_late,
    put_back,
    take,
    transfer,
)
from tongban.kernel.processes.actions.running import act, open_stages, start
from tongban.kernel.processes.actions.stages import Step
from tongban.kernel.processes.actions.times import Due, pause, reproject, resume, set_due
from tongban.kernel.processes.queries import holds

__all__ = [
    "Asked",
    "Due",
    "Step",
    "act",
    "ask",
    "claim",
    "end",
    "escalate_late",
    "holds",
    "open_stages",
    "pause",
    "put_back",
    "reopen",
    "reproject",
    "resume",
    "set_due",
    "start",
    "take",
    "take_back",
    "transfer",
]
