"""The verbs of deadlines: clocks, the sweep, and calendars."""

from tongban.kernel.deadlines.actions.calendars import publish_revision, seed_calendars
from tongban.kernel.deadlines.actions.clocks import extend, meet, pause, resume, start, void
from tongban.kernel.deadlines.actions.sweeping import begin_day, sweep
from tongban.kernel.deadlines.actions.together import meet_all, start_all, void_all

__all__ = [
    "begin_day",
    "extend",
    "meet",
    "meet_all",
    "pause",
    "publish_revision",
    "resume",
    "seed_calendars",
    "start",
    "start_all",
    "sweep",
    "void",
    "void_all",
]
