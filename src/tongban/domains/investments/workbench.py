"""The officials' pages: projects by light, one project, one joint review."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.investments import actions, queries, rules
from tongban.domains.investments.rules import LIGHTS, JointState, Light
from tongban.kernel.errors import Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 25
MOST = 500
"""So many running projects are looked through for their lights."""


@demands("project.read", "project.lead")
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Projects by light, the worst first, each with who holds it up."""
    by = actor_of(request)
    wanted = request.GET.get("light", "")
    rows = queries.listed(by=by).filter(ended_at=None)[:MOST]
    found = sorted(
        queries.views(list(rows)),
        key=lambda one: (rules.ORDER[one.count.light], one.count.spare, -one.project.pk),
    )
    counts = {light: sum(one.count.light == light for one in found) for light in Light}
    if wanted in set(Light):
        found = [one for one in found if one.count.light == wanted]
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, LIGHTS[one.count.light][0], gettext(LIGHTS[one.count.light][1]))
                 for one in page.object_list],
        "wanted": wanted,
        "lights": [
            (light.value, gettext(LIGHTS[light][1]), counts[light])
            for light in (Light.RED, Light.YELLOW, Light.GREEN)
        ],
        "ended": queries.listed(by=by).exclude(ended_at=None)[:10],
    }  # fmt: skip
    return modes.page(request, "investments/office/projects.html", context)


@demands("project.read", "project.lead")
@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One project as its firm sees it, with each hand that holds it."""
    found = queries.view(queries.find(code, by=actor_of(request)))
    return modes.page(request, "investments/office/project.html", queries.around(found))


@demands("project.read", "project.lead", "case.consult")
@require_http_methods(["GET", "HEAD", "POST"])
def joint(request: HttpRequest, case_no: str) -> HttpResponse:
    """The one list of opinions; the leading agency names the site day, or sends the list once."""
    by, refusal = actor_of(request), None
    found = queries.joint(case_no, by=by)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "appoint":
                actions.appoint(case_no=case_no, on=_day(request.POST.get("on", "")), by=by)
            else:
                actions.ask_correction(case_no=case_no, by=by)
        except Refusal as one:
            if one.status != 422:
                raise
            refusal = one
        else:
            return redirect("investments:joint", case_no)
    said = queries.opinions(found)
    context = {
        "joint": found,
        "project": found.project,
        "state": gettext(rules.JOINT_STATES[JointState(found.state)]),
        "opinions": said,
        "may_appoint": by.may("project.lead") and found.state == JointState.WAITING,
        "may_ask": (
            by.may("project.lead")
            and by.may("case.decide")
            and found.state == JointState.ASKED
            and found.kind == "drawings"
            and all(one.agrees is not None for one in said)
            and any(one.agrees is False and one.round == found.round for one in said)
        ),
        "on": request.POST.get("on", ""),
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "investments/office/joint.html", context, status=status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise rules.BadSiteDay({"on": [text[:20]]}, most=rules.SITE_DAYS.days) from None
