"""The data keeper's pages: how an uplink stands, what was refused, how each day compares."""

from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from tongban.domains.uplinks import actions, queries
from tongban.domains.uplinks.rules import DOWN_STATES, STATES, WHATS, DownState, State, What
from tongban.domains.uplinks.rules.tables import KINDS
from tongban.kernel.errors import Invalid, NotFound
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

DAYS_SHOWN = 14


@demands("uplink.keep")
def uplinks(request: HttpRequest) -> HttpResponse:
    """The platforms above, each with what waits and what was refused."""
    by = actor_of(request)
    rows = [queries.overview(one.key, by=by) for one in queries.uplinks()]
    context = {"rows": [(row, _name(row.uplink), _count(row, State.REFUSED)) for row in rows]}
    return modes.page(request, "uplinks/office/uplinks.html", context)


@demands("uplink.keep")
def uplink(request: HttpRequest, key: str) -> HttpResponse:
    """One uplink: state, backlog, refusals, the last days."""
    by = actor_of(request)
    seen = queries.overview(key, by=by)
    shown = queries.days(key, by=by)[: DAYS_SHOWN * len(KINDS)]
    grouped = [(day, list(rows)) for day, rows in groupby(shown, key=lambda row: row.day)]
    context = {
        "seen": seen,
        "name": _name(seen.uplink),
        "counts": [
            (STATES[s][0], gettext(STATES[s][1]), _count(seen, s)) for s in State
        ],
        "backlog": [(KINDS[point.kind], point.count) for point in seen.backlog],
        "faults": [(KINDS.get(f.kind, f.kind), f) for f in queries.faults(key, by=by)[:100]],
        "days": [
            (day, all(r.is_equal for r in rows), sum(r.ours for r in rows),
             sum(r.theirs for r in rows), sum(r.pending for r in rows))
            for day, rows in grouped[:DAYS_SHOWN]
        ],
    }  # fmt: skip
    return modes.page(request, "uplinks/office/uplink.html", context)


def _name(found: queries.Uplink) -> str:
    return found.name_en if (get_language() or "").startswith("en") else found.name


def _count(seen: queries.Overview, state: State) -> int:
    return seen.counts.get(state, 0)


@demands("uplink.keep")
@require_POST
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Exchange now; a platform that does not answer is shown as such."""
    by = actor_of(request)
    queries.overview(key, by=by)
    actions.exchange(uplink=key, batches=10, by=by)
    return redirect("uplinks:one", key)


@demands("uplink.keep")
@require_POST
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """Compare a day with the platform."""
    day = _day(request.POST.get("day", ""))
    actions.reconcile(uplink=key, day=day, by=actor_of(request))
    return redirect("uplinks:day", key, day.isoformat())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"day": [gettext("This is no date.")]}) from None


@demands("uplink.keep")
def day(request: HttpRequest, key: str, day: str) -> HttpResponse:
    """One day on both sides, and what differs; a POST has it repaired."""
    by = actor_of(request)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise NotFound() from None
    seen = queries.overview(key, by=by)
    if request.method == "POST":
        actions.repair(uplink=key, day=on, by=by)
        actions.wake(uplink=key, by=by)
        return redirect("uplinks:day", key, day)
    rows = list(queries.days(key, by=by).filter(day=on))
    differing = [
        (KINDS.get(row.kind, row.kind), one, gettext(WHATS[What(one.what)]))
        for row in rows
        for one in row.differences.all()[:200]
    ]
    context = {
        "seen": seen,
        "name": _name(seen.uplink),
        "day": on,
        "rows": [(KINDS.get(row.kind, row.kind), row) for row in rows],
        "differing": differing,
        "may_repair": any(one.repaired_at is None for _, one, _ in differing),
    }
    return modes.page(request, "uplinks/office/day.html", context)


@demands("uplink.keep")
def refusal(request: HttpRequest, pk: int) -> HttpResponse:
    """One refusal: what the platform says, of which records; mend it, or give it up."""
    by = actor_of(request)
    found = queries.fault(pk, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        act = actions.drop if request.POST.get("do") == "drop" else actions.mend
        try:
            act(fault=pk, reason=request.POST.get("reason", ""), by=by)
        except Invalid as invalid:
            problems = {k: [gettext(t) for t in texts] for k, texts in invalid.problems.items()}
        else:
            actions.wake(uplink=found.uplink, by=by)
            return redirect("uplinks:refusal", pk)
    page = Paginator(queries.records_of(found, by=by), 50).get_page(request.GET.get("page"))
    context = {
        "fault": found,
        "name": _name(queries.uplink(found.uplink)),
        "kind": KINDS.get(found.kind, found.kind),
        "page": page,
        "rows": [(row, *_words(STATES[State(row.state)])) for row in page],
        "may_mend": found.closed_at is None and found.records.filter(state=State.REFUSED).exists(),
        "given": request.POST.get("reason", ""),
        "problems": problems,
    }
    status = 422 if problems else 200
    return modes.page(request, "uplinks/office/refusal.html", context, status=status)


def _words(state: tuple[str, str]) -> tuple[str, str]:
    return state[0], gettext(state[1])


@demands("uplink.keep")
def down(request: HttpRequest, key: str) -> HttpResponse:
    """What came down, and what became of it."""
    by = actor_of(request)
    seen = queries.overview(key, by=by)
    page = Paginator(queries.downlinks(key, by=by), 50).get_page(request.GET.get("page"))
    context = {
        "seen": seen,
        "name": _name(seen.uplink),
        "page": page,
        "rows": [(row, *_words(DOWN_STATES[DownState(row.state)])) for row in page],
    }
    return modes.page(request, "uplinks/office/down.html", context)
