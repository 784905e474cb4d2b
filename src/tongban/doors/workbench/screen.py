"""The visitor's own screen (双屏): what the clerk fills in, to be read and confirmed, nothing else.

It stands at an address that nobody guesses and that goes dark with the visit. It asks for itself
anew every few seconds; who reads slowly stops that with one link.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tongban.domains.cases import queries as cases
from tongban.domains.cases.portal import rows
from tongban.domains.cases.portal.drafting.signing import WAYS
from tongban.domains.cases.queries import DraftView
from tongban.domains.windows import actions, queries
from tongban.kernel.actor import part
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import open_to_all

SECONDS = 5
"""How often the screen asks for itself anew while it follows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value as it will be filed."""

    label: str
    text: str
    is_typed: bool
    """Typed by the clerk, not said by a register: worth a second look."""


@open_to_all
@never_cache
@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """What stands in the form now; read-only."""
    visit = queries.by_token(token)
    view = queries.draft_of(visit)
    stays = "still" in request.GET
    context = {
        "visit": visit,
        "name": identity.person(visit.person).name,
        "view": view,
        "lines": _lines(view) if view else [],
        "given": _given(view) if view else [],
        "shown": cases.stands(view) if view else "",
        "arrives": _arrives(view) if view else [],
        "is_confirmed": view is not None and queries.is_confirmed(visit, view),
        "stays": stays,
    }
    response = modes.page(request, "workbench/screen.html", context)
    if not stays:
        response["Refresh"] = str(SECONDS)
    # Under `no-referrer` a browser confirms with `Origin: null`, which is refused.
    response["Referrer-Policy"] = "same-origin"
    return response


@open_to_all
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The visitor says that it is right, and that the clerk may send it."""
    actions.confirm(token=token, shown=request.POST.get("shown", "")[:64], by=part("windows"))
    return redirect("screen", token)


def _lines(view: DraftView) -> list[Line]:
    found = []
    for one in view.fields:
        value = view.values.get(one.key)
        if value is None or value.value in (None, ""):
            continue
        text = rows.text_of(one, value.value)
        found.append(Line(rows.label_of(one)[0], text, value.source in {"user", "clerk"}))
    return sorted(found, key=lambda line: not line.is_typed)


def _given(view: DraftView) -> list[tuple[str, str]]:
    """Each material that is handed in, and its file's name or that it was promised."""
    return [
        (need.name, str(row.get("name", "")))
        for need in view.needs
        if (row := view.draft.materials.get(need.key))
    ]


def _arrives(view: DraftView) -> list[str]:
    """How a result on paper reaches the visitor, and where."""
    if not view.paper_results:
        return []
    way = next((gettext(words) for way, words in WAYS if way == view.draft.delivery), "")
    to = cases.opened(view.draft.deliver_to)
    return [way, *(str(to[name]) for name in ("name", "phone", "address") if to.get(name))]
