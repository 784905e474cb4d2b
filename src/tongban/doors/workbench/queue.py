"""My queue (我的待办): what the post held now owes, by remaining working time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.domains.cases.queries import office
from tongban.doors.workbench import pages
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as work
from tongban.kernel.processes import rules as flow
from tongban.kernel.ui import keyset, lights, modes
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.lights import Light
from tongban.kernel.ui.menus import actor_of
from tongban.kernel.workdays import terms
from tongban.kernel.workdays.calendars import WorkCalendar

ROWS = 50
TRIES = 5
"""How many of the nearest are tried when colleagues take the same one in the same moment."""

# (filter, count, class of the lamp, label, note)
TABS = (
    ("", "all", "all", N_("Everything owed"), N_("everything in your post's hands")),
    ("red", "red", "red", N_("Red light"), N_("past its day")),
    ("yellow", "yellow", "amber", N_("Amber light"), N_("nearly used up")),
    ("green", "green", "green", N_("Green light"), N_("enough time")),
    ("grey", "grey", "pause", N_("Paused"), N_("clock stopped, or no term of its own")),
)


class NoPostHeld(Refusal):
    """A citizen came to the officials' side."""

    says = N_("This is the officials' side.")
    hint = N_("What you have under way is on the citizens' side.")
    status = 403


class NothingLeft(Refusal):
    """There is nothing to claim."""

    says = N_("There is nothing left to take.")
    hint = N_("What is in your queue is in hand already, or others were asked about it.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    item: Any
    matter: Any
    light: Light
    used: int
    total: int
    url: str
    has_pane: bool
    differences: int | None


def official(request: HttpRequest) -> Actor:
    """The official who asks; citizens have their own side."""
    by = actor_of(request)
    if not by.is_official:
        raise NoPostHeld()
    return by


@require_safe
@signed_in
def queue(request: HttpRequest) -> HttpResponse:
    """What the post owes: five lights as filters, the nearest due first, fifty to a page."""
    by = official(request)
    lamp = request.GET.get("light", "")
    lamp = lamp if lamp in {str(one) for one in flow.Light} else ""
    words = request.GET.get("q", "").strip()[:60]
    if words and (found := office.find(words, by=by)):
        return redirect("office-case", found.case_no)
    items = work.inbox(by=by, light_is=lamp)
    if words:
        items = items.filter(Q(matter__number__icontains=words) | Q(matter__title__icontains=words))
    counts = work.inbox_counts(by=by)
    page = keyset.cut(
        items,
        column="due_on",
        read=date.fromisoformat,
        after=request.GET.get(keyset.NAME, ""),
        size=ROWS,
    )
    context = {
        "tabs": [(key, css, label, note, counts[name]) for key, name, css, label, note in TABS],
        "lamp": lamp,
        "words": words,
        "page": page,
        "rows": rows(page.rows),
        "counts": counts,
    }
    return modes.page(request, "workbench/queue.html", context)


@require_safe
@signed_in
def done(request: HttpRequest) -> HttpResponse:
    """What the official has finished, newest first."""
    by = official(request)
    page = keyset.cut(
        work.done_by(by=by),
        column="closed_at",
        read=_moment,
        after=request.GET.get(keyset.NAME, ""),
        size=ROWS,
        newest_first=True,
    )
    lines = [(item, pages.address(item.matter)) for item in page.rows]
    return modes.page(request, "workbench/done.html", {"page": page, "lines": lines})


def _moment(text: str) -> datetime:
    """A moment with its zone; another is none of ours."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


@require_POST
@signed_in
def claim_next(request: HttpRequest) -> HttpResponse:
    """Take the nearest due that nobody has in hand, and open it."""
    by = official(request)
    nearest = work.inbox(by=by).filter(status=flow.Status.OPEN, matter__state=flow.State.OPEN)
    for item in nearest[:TRIES]:
        url = pages.address(item.matter)
        if not url:
            continue
        try:
            processes.claim(item=item.pk, by=by)
        except (flow.AlreadyClaimed, flow.AlreadyDone, flow.NotInYourHands):
            continue  # a colleague was faster; the next one then
        return redirect(f"{url}?done=claim")
    raise NothingLeft()


def rows(items: Iterable[Any]) -> list[Row]:
    """The lines of one page; the number of queries does not grow with them."""
    found = list(items)
    differing = pages.marks([item.matter for item in found])
    codes = {item.matter.calendar for item in found}
    calendars = {code: deadlines.calendar(code) for code in codes}
    return [_row(item, calendars[item.matter.calendar], differing) for item in found]


def _row(item: Any, calendar: WorkCalendar, differing: dict[int, int]) -> Row:
    today, matter = clock.today(), item.matter
    owed = item if item.due_on else matter
    light = lights.light(
        today=today,
        calendar=calendar,
        due_on=owed.due_on,
        yellow_on=owed.yellow_on,
        state=matter.state,
    )
    total = item.days or 1
    left = total - item.used_days
    if owed.due_on:
        left = terms.remaining(calendar, terms.Unit.WORKDAY, owed.due_on, today)
    return Row(
        item=item,
        matter=matter,
        light=light,
        used=max(0, min(total, total - left)),
        total=total,
        url=pages.address(matter),
        has_pane=pages.has_pane(matter.kind),
        differences=differing.get(matter.pk),
    )
