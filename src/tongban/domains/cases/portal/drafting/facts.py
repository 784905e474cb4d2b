"""The one form of all agencies: look, put right, fill in what is left."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.cases.actions import drafting
from tongban.domains.cases.portal import rows
from tongban.domains.cases.portal.drafting import frame
from tongban.domains.cases.portal.drafting.situation import answered
from tongban.domains.cases.queries import DraftView, pages
from tongban.domains.registries import actions as registries
from tongban.kernel import clock
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.ui import menus, modes, refusals
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.fields import FieldView

SAY_WHAT_IS_RIGHT = N_("Write what is right.")


@signed_in
def facts(request: HttpRequest, key: str) -> HttpResponse:
    """The one form of all agencies, filled: look, put right, and fill in the few that are left."""
    view = frame.open_view(request, key)
    if not view.is_answered:
        return redirect("draft-questions", key=key)
    if view.draft.filled_at is None:
        return answered(request, key)
    if view.unclear:
        return redirect("draft-who", key=key)
    if modes.of(request).elder:
        return _facts_elder(request, view)
    posted = _posted(request)
    problems: Mapping[str, Any] = {}
    if request.method == "POST":
        going_on = request.POST.get("do") == "next"
        if going_on:
            posted = {**_confirmations(view), **posted}
        problems = _write(request, view, posted)
        view = frame.open_view(request, key)
        if going_on:
            problems = {**view.problems(), **problems}
        if refusals.is_htmx(request):
            return render(
                request,
                "cases/parts/saved.html",
                {"saved_at": view.draft.saved_at, "left": len(problems)},
            )
        if not problems:
            return redirect("draft-materials" if going_on else "draft-facts", key=key)
    page = rows.facts_page(
        view, fix=request.GET.get("fix", ""), typed=posted if problems else {}, problems=problems
    )
    context = {
        **frame.around(view, 2),
        "page": page,
        "problems": rows.summary(view, page.errors),
        "count": frame.count(view),
        "plan": frame.plan(view),
        "silent": view.draft.unavailable,
        "without": pages.without_entry(view),
        "gives": [result for one in view.items for result in one.results],
    }
    return modes.page(request, "cases/facts.html", context, status=422 if problems else 200)


def _facts_elder(request: HttpRequest, view: DraftView) -> HttpResponse:
    """The same form on one page per person, then one per open question: 都对, 有不对的."""
    key = view.draft.key
    number = request.GET.get("page", "1")
    at = int(number) if number.isdigit() and number != "0" else 1
    posted = _posted(request)
    problems: Mapping[str, Any] = {}
    page = rows.facts_page(view, fix=request.GET.get("fix", ""), by_role=True)
    screens: list[rows.Group | FieldView] = [*page.groups, *page.asked]
    at = min(at, len(screens)) or 1
    if request.method == "POST" and screens:
        screen = screens[at - 1]
        if isinstance(screen, rows.Group):
            confirmed = _confirmations(view)
            posted = {
                **{r.key: confirmed[r.key] for r in screen.rows if r.key in confirmed},
                **posted,
            }
        elif screen.required and not posted.get(screen.name, "").strip():
            problems = {screen.name: [eforms.Problem("Please fill this in.")]}
        problems = problems or _write(request, view, posted)
        if not problems:
            if request.GET.get("fix"):
                return redirect(f"{reverse('draft-facts', args=[key])}?page={at}")
            view = frame.open_view(request, key)
            after = rows.facts_page(view, by_role=True)
            # A field once filled in is a field still: the screens stay as they are.
            total = len(after.groups) + len(after.asked)
            if at < total:
                return redirect(f"{reverse('draft-facts', args=[key])}?page={at + 1}")
            if not view.problems():
                return redirect("draft-materials", key=key)
            first = next(iter(view.problems()))
            names = [s.name for s in after.asked]
            there = len(after.groups) + names.index(first) + 1 if first in names else 1
            return redirect(f"{reverse('draft-facts', args=[key])}?page={there}")
    page = rows.facts_page(
        view, fix=request.GET.get("fix", ""), typed=posted, problems=problems, by_role=True
    )
    drawn: list[rows.Group | FieldView] = [*page.groups, *page.asked]
    shown = drawn[at - 1] if drawn else None
    context = {
        **frame.around(view, 2),
        "screen": shown,
        "is_group": isinstance(shown, rows.Group),
        "fixing": bool(request.GET.get("fix")),
        "listing": "wrong" in request.GET,
        "problems": rows.summary(view, page.errors),
        "at": at,
        "total": len(drawn),
    }
    return modes.page(request, "cases/facts.html", context, status=422 if problems else 200)


@signed_in
@require_POST
def ask_again(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the registers once more; what was typed stays."""
    frame.open_view(request, key)
    drafting.fill(key=key, by=menus.actor_of(request))
    return redirect("draft-facts", key=key)


@signed_in
def correct(request: HttpRequest, key: str) -> HttpResponse:
    """Have the source verify a value that only the source may change."""
    by = menus.actor_of(request)
    view = frame.open_view(request, key)
    name = request.GET.get("field", "")
    one, value = view.form.by_key.get(name), view.values.get(name)
    source = pages.source_of(view, name)
    if one is None or value is None or source is None:
        raise NotFound()
    register, element, subject = source
    typed, errors = request.POST.get(name, ""), []
    if request.method == "POST":
        claimed = eforms.read(one, typed)
        if claimed in (None, "") or claimed == value.value:
            errors = [gettext(SAY_WHAT_IS_RIGHT)]
        else:
            found = {name: eforms.check_value(one, claimed, clock.today())}
            errors = rows.said(found)[name]
        if not errors:
            registries.open_correction(
                register=register,
                element=element,
                subject=subject,
                claimed=claimed,
                case_no=f"draft:{view.draft.key}",
                by=by,
            )
            return redirect(f"{reverse('draft-facts', args=[key])}#f-{name}")
    context = {
        **frame.around(view, 2),
        "label": rows.label_of(one)[0],
        "held": rows.text_of(one, value.value),
        "register": pages.register_names().get(register, register),
        "input": rows.draw(one, None, errors, typed),
        "problems": {name: errors} if errors else {},
    }
    return modes.page(request, "cases/correct.html", context, status=422 if errors else 200)


def _posted(request: HttpRequest) -> dict[str, str]:
    """What was sent for fields: their names hold a dot."""
    return {key: value for key, value in request.POST.items() if "." in key}  # type: ignore[misc]


def _confirmations(view: DraftView) -> dict[str, str]:
    """The fetched values that wait for a look, sent back as they are: the button confirms them."""
    return {
        one.key: str(value.value)
        for one in view.fields
        if (value := view.values.get(one.key)) is not None
        and value.value is not None
        and eforms.is_to_confirm(one, value)
    }


def _write(request: HttpRequest, view: DraftView, posted: dict[str, str]) -> dict[str, Any]:
    """Keep what can be taken, and answer what cannot: nobody types anything twice."""
    by, key = menus.actor_of(request), view.draft.key
    if not posted:
        return {}
    try:
        drafting.write(key=key, posted=posted, by=by)
    except Invalid as invalid:
        good = {name: text for name, text in posted.items() if name not in invalid.problems}
        mine = {name: found for name, found in invalid.problems.items() if name in posted}
        if good and mine:
            drafting.write(key=key, posted=good, by=by)
        return mine or dict(invalid.problems)
    return {}
