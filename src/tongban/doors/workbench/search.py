"""The search box of the workbench: a case by its number, its applicant, or its item."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tongban.domains.cases.queries import office
from tongban.domains.cases.workbench import words as of_cases
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@require_safe
@demands("case.read")
def search(request: HttpRequest) -> HttpResponse:
    """What was found in one's organ; a case number leads straight to the case."""
    by = actor_of(request)
    words = request.GET.get("q", "").strip()[:60]
    after = request.GET.get("after", "")
    before = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    if not words:
        return redirect("office")
    if found := office.find(words, by=by):
        return redirect("office-case", found.case_no)
    cases = office.search(words, by=by, before=before)
    more = ""
    if len(cases) == office.PAGE:
        more = urlencode({"q": words, "after": str(cases[-1].pk)})
    rows = [
        (case, gettext(of_cases.STATES[case.state]), of_cases.TONES[case.state]) for case in cases
    ]
    context = {"words": words, "rows": rows, "more": more}
    return modes.page(request, "workbench/search.html", context)
