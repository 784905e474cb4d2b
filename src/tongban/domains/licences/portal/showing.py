"""Show a licence by a code of sixty seconds, with the lines one chooses."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tongban.domains.licences import queries
from tongban.domains.licences.portal.words import STANDINGS, qr
from tongban.domains.licences.rules import SECONDS
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import signed_in


@signed_in
@require_safe
def show(request: HttpRequest, identifier: str) -> HttpResponse:
    """The code, made anew at each look; by itself it tells no more than whether it holds."""
    found = queries.own(identifier, by=menus.actor_of(request))
    picked = set(request.GET.getlist("show"))
    words = {f"fields.{key}": text for key, _, text in queries.face(found, masked=True)}
    lines = [
        (one, words.get(one.pointer, one.value), one.pointer in picked)
        for one in queries.statements_of(found)
        if one.value not in (None, "")
    ]
    token = queries.showing_token(found, pointers=picked)
    tone, says = STANDINGS[queries.verify(identifier).standing]
    context = {
        "licence": found,
        "lines": lines,
        "shown": [one for one, _, is_picked in lines if is_picked],
        "picked": picked,
        "seconds": SECONDS,
        "qr": qr(f"{settings.BASE_URL}{reverse('shown', args=[token])}"),
        "token": token,
        "again": request.get_full_path(),
        "tone": tone,
        "says": gettext(says),
        "layout": layouts.of(request),
        "crumbs": [
            (gettext("My licences"), reverse("licences")),
            (found.name, reverse("licence", args=[identifier])),
            (gettext("Show it"), ""),
        ],
    }
    answer = modes.page(request, "licences/show.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
