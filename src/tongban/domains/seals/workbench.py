"""The officials' pages of seals: propose, approve by another, report lost, take out of use."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from tongban.domains.seals import actions, queries
from tongban.domains.seals.rules import Kind, Status
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import N_, Invalid, Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

KINDS = {Kind.OFFICIAL: N_("official seal"), Kind.BUSINESS: N_("seal for one purpose")}
STATES = {
    Status.PROPOSED: (N_("awaits approval"), "amber"),
    Status.REJECTED: (N_("rejected"), ""),
    Status.VALID: (N_("in use"), "green"),
    Status.LOST: (N_("lost"), "red"),
    Status.ENDED: (N_("out of use"), ""),
}


@require_http_methods(["GET", "HEAD", "POST"])
@demands("seal.propose", "seal.approve")
def seals(request: HttpRequest) -> HttpResponse:
    """All seals, and the form to propose one."""
    by = actor_of(request)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = _propose(request, by)
        except Invalid as invalid:
            problems = {
                name: [gettext(one) for one in lines] for name, lines in invalid.problems.items()
            }
        else:
            return redirect("office-seal", made)
    today = clock.today()
    context = {
        "rows": [(row, *STATES[Status(row.status)]) for row in queries.all_seals(by=by)[:200]],
        "may_propose": by.may("seal.propose"),
        "organs": queries.organs() if by.may("seal.propose") else [],
        "kinds": list(KINDS.items()),
        "sent": request.POST,
        "today": today.isoformat(),
        "last": today.replace(year=today.year + 3, day=min(today.day, 28)).isoformat(),
        "problems": problems,
    }
    return modes.page(request, "seals/seals.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@demands("seal.propose", "seal.approve")
def seal(request: HttpRequest, code: str) -> HttpResponse:
    """One seal: its life, and what was sealed with it last."""
    by, said, status = actor_of(request), None, 200
    if request.method == "POST":
        try:
            DO.get(request.POST.get("act", ""), _nothing)(code, request, by)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            said, status = refusals.say(refusal), refusal.status
        else:
            return redirect("office-seal", code)
    found = queries.seal(code, by=by)
    context = {
        "seal": found,
        "kind": KINDS[Kind(found.kind)],
        "state": STATES[Status(found.status)],
        "certificates": queries.certificates_of(found),
        "impressions": queries.impressions_of(found),
        "may_settle": found.status == Status.PROPOSED and by.may("seal.approve"),
        "may_end": found.status == Status.VALID and by.may("seal.propose"),
        "said": said,
    }
    return modes.page(request, "seals/seal.html", context, status=status)


def _approve(code: str, request: HttpRequest, by: Actor) -> None:
    actions.approve(code=code, by=by)


def _reject(code: str, request: HttpRequest, by: Actor) -> None:
    actions.reject(code=code, by=by)


def _lost(code: str, request: HttpRequest, by: Actor) -> None:
    actions.report_lost(code=code, reason=request.POST.get("reason", ""), by=by)


def _end(code: str, request: HttpRequest, by: Actor) -> None:
    actions.end(code=code, reason=request.POST.get("reason", ""), by=by)


def _nothing(code: str, request: HttpRequest, by: Actor) -> None:
    raise Invalid({"act": [N_("Choose one.")]})


DO: dict[str, Callable[[str, HttpRequest, Actor], None]] = {
    "approve": _approve,
    "reject": _reject,
    "lost": _lost,
    "end": _end,
}


def _propose(request: HttpRequest, by: Actor) -> str:
    sent = request.POST
    try:
        since, until = (date.fromisoformat(sent.get(name, "")) for name in ("from", "to"))
        kind = Kind(sent.get("kind", ""))
    except ValueError:
        raise Invalid({"valid_to": [N_("Write both days as 2026-01-31.")]}) from None
    organ, name = sent.get("organ", ""), sent.get("name", "")
    made = actions.propose(
        organ=organ, name=name, kind=kind, valid_from=since, valid_to=until, by=by
    )
    return made.code
