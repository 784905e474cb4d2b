"""The verbs of deadlines: clocks, the sweep, and calendars."""

from tongban.kernel.deadlines.actions.calendars import publish_revision, seed_calendars
from tongban.kernel.deadlines.actions.clocks import extend, meet, pause, resume, start, void
from tongban.kernel.deadlines.actions.sweeping import sweep

__all__ = [
    "extend",
    "meet",
    "pause",
    "publish_revision",
    "resume",
    "seed_calendars",
    "start",
    "sweep",
    "void",
]
