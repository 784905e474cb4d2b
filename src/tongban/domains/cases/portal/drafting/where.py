"""Where each item is to be handled (异地办理): what is asked otherwise there, and the consent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.cases.actions import places as choosing
from tongban.domains.cases.portal.drafting import frame, situation
from tongban.domains.cases.queries import places
from tongban.domains.cases.rules.regions import TermsChanged
from tongban.kernel.ui import layouts, menus, modes, refusals
from tongban.kernel.ui.access import signed_in


@signed_in
def where(request: HttpRequest, key: str) -> HttpResponse:
    """Every place that handles an item, beside its own; choosing another one is agreeing to it."""
    view = frame.open_view(request, key)
    if not view.is_answered:
        return redirect("draft-questions", key=key)
    said, is_open = None, bool(places.unsettled(view))
    if request.method == "POST":
        try:
            choosing.choose_place(
                key=key,
                item=request.POST.get("item", "")[:80],
                region=request.POST.get("region", "")[:12],
                agreed=request.POST.get("agreed", "")[:64],
                by=menus.actor_of(request),
            )
        except TermsChanged as refusal:
            said = refusals.say(refusal)
        else:
            if is_open and not places.unsettled(frame.open_view(request, key)):
                return situation.answered(request, key)
            return redirect(reverse("draft-where", args=[key]) + "?kept=1")
    offered = places.elective(view)
    if not offered:
        return redirect("draft", key=key)
    unsettled = {item.key for item in places.unsettled(view)}
    context = {
        **frame.around(view, 1),
        "offered": [
            (rows[0].item, rows[0].item.key in unsettled, [(one, _told(one)) for one in rows])
            for rows in offered
        ],
        "is_open": bool(unsettled),
        "said": said,
        "kept": "kept" in request.GET,
        "layout": layouts.of(request),
    }
    return modes.page(request, "cases/where.html", context, status=said.status if said else 200)


def _told(option: places.Option) -> list[tuple[str, str, str]]:
    """What is otherwise there: the trait, as it is at home, as it is there."""
    nothing = gettext("nothing more")
    return [
        (gettext(one.title), "；".join(one.here) or nothing, "；".join(one.there) or nothing)
        for one in option.differences
    ]
