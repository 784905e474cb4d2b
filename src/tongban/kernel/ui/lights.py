"""Lights (灯): how much working time is left, as a shape and as words, never as colour alone."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext, ngettext

from tongban.kernel.workdays.calendars import WorkCalendar

Tone = Literal["red", "amber", "green", "pause", "run", "done"]


@dataclass(frozen=True, slots=True)
class Light:
    """A light: `tone` picks the shape, `words` say the same, `name` is what one calls it."""

    tone: Tone
    words: str

    @property
    def css(self) -> str:
        """The class; what is done is a green disc too."""
        return "green" if self.tone == "done" else self.tone

    @property
    def name(self) -> str:
        """What one calls it, for those who do not see the shape."""
        return {
            "red": gettext("Red light"),
            "amber": gettext("Amber light"),
            "green": gettext("Green light"),
            "pause": gettext("Paused"),
            "run": gettext("In progress"),
            "done": gettext("Finished"),
        }[self.tone]


def light(
    *,
    today: date,
    calendar: WorkCalendar,
    due_on: date | None = None,
    yellow_on: date | None = None,
    state: str = "open",
) -> Light:
    """The light of something owed; `state` is open, paused or ended."""
    if state == "ended":
        return Light("done", gettext("Finished"))
    if state == "paused":
        return Light("pause", gettext("Clock paused"))
    if due_on is None:
        return Light("run", gettext("In progress"))
    words = workdays_left(due_on, today=today, calendar=calendar)
    if due_on < today:
        return Light("red", words)
    is_near = due_on == today or (yellow_on is not None and yellow_on <= today)
    return Light("amber" if is_near else "green", words)


def workdays_left(due_on: date, *, today: date, calendar: WorkCalendar) -> str:
    """`剩 3 个工作日`, `今天到期`, `逾期 2 个工作日`."""
    if due_on == today:
        return gettext("Due today")
    if due_on < today:
        late = calendar.between(due_on, today)
        if not late:
            # Due before a holiday that still lasts: late by law, by no working day yet.
            return gettext("Overdue")
        return ngettext("%(days)s working day overdue", "%(days)s working days overdue", late) % {
            "days": late
        }
    left = calendar.between(today, due_on)
    return ngettext("%(days)s working day left", "%(days)s working days left", left) % {
        "days": left
    }
