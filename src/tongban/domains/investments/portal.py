"""The firm's pages: its projects, one project with its phases and its counter, what it must do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.domains.cases.actions import drafting
from tongban.domains.investments import actions, queries
from tongban.domains.investments.queries import ProjectView
from tongban.domains.investments.rules import LIGHTS
from tongban.kernel.errors import N_, Invalid, Refusal
from tongban.kernel.ui import layouts, menus, modes, refusals
from tongban.kernel.ui.access import open_to_all, signed_in
from tongban.kernel.ui.menus import actor_of

ROWS = 50


@open_to_all
@require_safe
def paths(request: HttpRequest) -> HttpResponse:
    """Every kind of project: its phases, who leads them, within how many days."""
    context = {"layout": layouts.of(request), "paths": queries.paths()}
    return modes.page(request, "investments/paths.html", context)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The projects of the firm that I act for."""
    by = actor_of(request)
    found = queries.views(list(queries.mine(by=by)[:ROWS]))
    context = {
        "layout": layouts.of(request),
        "is_firm": bool(by.for_entity),
        "acting_url": menus.address("acting"),
        "rows": [(one, *_lit(one)) for one in found],
    }
    return modes.page(request, "investments/mine.html", context)


def _lit(found: ProjectView) -> tuple[str, str]:
    tone, words = LIGHTS[found.count.light]
    return tone, gettext(words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Enter the code; the platform of investment projects says the rest."""
    refusal: Refusal | None = None
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = actions.register(
                code=request.POST.get("code", ""),
                path=request.POST.get("path", ""),
                by=actor_of(request),
            )
        except Invalid as invalid:
            refusal = invalid
            problems = {k: [gettext(t) for t in texts] for k, texts in invalid.problems.items()}
        else:
            return redirect("investments:project", made.code)
    context = {
        "layout": layouts.of(request),
        "paths": queries.paths(),
        "code": request.POST.get("code", ""),
        "path": request.POST.get("path", ""),
        "problems": problems,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "investments/register.html", context, status=status)


@signed_in
@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """Four phases as steps, the counter, the critical path, and in whose hands it is."""
    by = actor_of(request)
    found = queries.view(queries.find(code, by=by))
    context = {
        "layout": layouts.of(request),
        **queries.around(found),
        "may_act": by.for_entity == found.project.firm and not found.project.ended_at,
    }
    return modes.page(request, "investments/project.html", context)


@signed_in
@require_POST
def begin(request: HttpRequest, code: str, phase: str) -> HttpResponse:
    """Begin the phase's one form, or go on with it."""
    by = actor_of(request)
    key = actions.begin_phase(code=code, phase=phase, by=by)
    # The kind of project answered the situation: the registers can be asked at once.
    drafting.fill(key=key, by=by)
    return redirect("draft", key)


@signed_in
@require_POST
def again(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Apply again for what was not granted."""
    by = actor_of(request)
    key = actions.begin_item(code=code, item=item, by=by).key
    drafting.fill(key=key, by=by)
    return redirect("draft", key)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Give the project up, after asking."""
    by = actor_of(request)
    found = queries.find(code, by=by)
    if request.method == "POST":
        actions.stop(code=code, by=by)
        return redirect("investments:project", code)
    context = {"layout": layouts.of(request), "project": found}
    return modes.page(request, "investments/stop.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str, case_no: str) -> HttpResponse:
    """The one list of opinions, and the corrected set in one go."""
    by, refusal = actor_of(request), None
    found = queries.joint(case_no, by=by)
    if request.method == "POST":
        given = request.FILES.get("drawings")
        try:
            if given is None:
                raise Invalid({"drawings": [N_("Choose the file with the corrected drawings.")]})
            actions.correct(case_no=case_no, data=given.read(), name=given.name or "", by=by)
        except Refusal as one:
            if one.status != 422:
                raise
            refusal = one
        else:
            return redirect("investments:project", code)
    context = {
        "layout": layouts.of(request),
        "project": found.project,
        **queries.joint_words(found),
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "investments/correct.html", context, status=status)
