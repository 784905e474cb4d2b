"""Everything that changes a project."""

from tongban.domains.investments.actions.joints import (
    appoint,
    ask_correction,
    close_joint,
    correct,
    open_joint,
)
from tongban.domains.investments.actions.phases import begin_item, begin_phase, follow
from tongban.domains.investments.actions.registering import register, stop

__all__ = [
    "appoint",
    "ask_correction",
    "begin_item",
    "begin_phase",
    "close_joint",
    "correct",
    "follow",
    "open_joint",
    "register",
    "stop",
]
