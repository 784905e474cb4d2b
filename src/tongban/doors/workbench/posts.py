"""Posts and appointments (岗位与任职): who holds what, under the rule of three administrators."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel import clock
from tongban.kernel.errors import Invalid, NotFound, Refusal
from tongban.kernel.identity import actions, queries
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ADMINISTRATORS = ("system.administer", "security.administer")


@require_safe
@demands(*ADMINISTRATORS)
def organs(request: HttpRequest) -> HttpResponse:
    """Every organ."""
    return modes.page(request, "workbench/organs.html", {"organs": queries.organs()})


@require_safe
@demands(*ADMINISTRATORS)
def organ(request: HttpRequest, key: str) -> HttpResponse:
    """One organ: its units, posts, grants, and who holds them."""
    return _page(request, key)


@require_POST
@demands("security.administer")
def appoint(request: HttpRequest, key: str) -> HttpResponse:
    """Give a post to an official, found by the name they sign in with."""
    by, sent = actor_of(request), request.POST
    try:
        account = queries.account(sent.get("username", "").strip())
        if account is None or not account.is_official:
            raise Invalid({"username": [gettext("No official signs in by this name.")]})
        actions.appoint(
            person=account.person_id,
            post=_number(sent.get("post", "")),
            to_on=_day(sent.get("to_on", "")),
            basis=sent.get("basis", "")[:200],
            by=by,
        )
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        return _page(request, key, refusal)
    return redirect("office-organ", key)


@require_POST
@demands("security.administer")
def end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Let an appointment end; the row stays."""
    actions.end_appointment(appointment=pk, by=actor_of(request))
    return redirect("office-organ", key)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound()
    return int(text)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({"to_on": [gettext("Write the day as 2026-12-31.")]}) from None


def _page(request: HttpRequest, key: str, refusal: Refusal | None = None) -> HttpResponse:
    found = queries.organ(key)
    context = {
        "organ": found,
        "posts": queries.posts_in(found.uscc),
        "today": clock.today(),
        "may_appoint": actor_of(request).may("security.administer"),
        "sent": request.POST,
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/organ.html", context, status=status)
