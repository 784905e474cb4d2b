"""What people looked for in vain (未命中检索): a steward gives them a meaning."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from tongban.domains.services import actions, queries
from tongban.kernel.errors import Invalid
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@demands("item.words")
def searches(request: HttpRequest) -> HttpResponse:
    """The list, most wanted first, with a form on each row."""
    if request.method != "POST":
        return _page(request)
    missed, by = request.POST.get("missed", ""), actor_of(request)
    try:
        if request.POST.get("act") == "dismiss":
            actions.dismiss(words=missed, by=by)
        elif request.POST.get("act") == "add":
            actions.add_words(
                missed=missed,
                words=request.POST.get("words", ""),
                means=request.POST.get("means", ""),
                by=by,
            )
        else:
            raise refusals.BadRequest()
    except Invalid as invalid:
        return _page(request, invalid, missed)
    return redirect("office-searches")


def _page(request: HttpRequest, invalid: Invalid | None = None, at: str = "") -> HttpResponse:
    by = actor_of(request)
    problems = (
        [gettext(text) for texts in invalid.problems.values() for text in texts]
        if (invalid)
        else []
    )
    if invalid and not problems:
        problems = [gettext(invalid.says).format(**invalid.facts)]
    context = {
        "rows": queries.missed(by=by),
        "services": [
            (gettext("One thing"), [(t.key, t.name) for t in queries.things()]),
            (gettext("Services"), [(i.key, i.name) for i in queries.items()]),
        ],
        "may_add": by.may("definition.draft"),
        "problems": problems,
        "at": at,
        "given": request.POST,
    }
    return modes.page(request, "services/searches.html", context, status=422 if invalid else 200)
