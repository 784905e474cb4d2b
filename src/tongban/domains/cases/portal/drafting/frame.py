"""What every step of a draft shares: whose it is, where it stands, what stands around it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.cases import queries
from tongban.domains.cases.portal import rows
from tongban.domains.cases.queries import DraftView, places, ruling
from tongban.domains.services import queries as services
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import menus

STEPS = (N_("Situation"), N_("Check the facts"), N_("Documents"), N_("Sign and send"))


class Filed(Refusal):
    """A draft that was filed is no longer changed."""

    says = N_("This was already filed as {number}.")
    hint = N_("Follow it there; nothing was changed.")
    status = 409


def open_view(request: HttpRequest, key: str) -> DraftView:
    """One's own draft that has not been filed."""
    view = queries.view(queries.draft(key, by=menus.actor_of(request)))
    if view.draft.application_id:
        raise Filed(number=number_of(view))
    return view


def number_of(view: DraftView) -> str:
    application = view.draft.application
    return application.number if application else ""


def next_step(view: DraftView) -> str:
    key = view.draft.key
    if not view.is_answered:
        return reverse("draft-questions", args=[key])
    if places.unsettled(view):
        return reverse("draft-where", args=[key])
    if view.draft.filled_at is None:
        return reverse("draft-questions", args=[key])
    if view.unclear:
        return reverse("draft-who", args=[key])
    if view.problems():
        return reverse("draft-facts", args=[key])
    if view.missing:
        return reverse("draft-materials", args=[key])
    return reverse("draft-sign", args=[key])


def around(view: DraftView, step: int) -> dict[str, Any]:
    """What every step shows: the title, the steps, the way back."""
    return {
        "view": view,
        "draft": view.draft,
        "key": view.draft.key,
        "places": places.chosen(view),
        "steps": [gettext(name) for name in STEPS],
        "step": step,
        "crumbs": [
            (gettext("Home"), "/"),
            (gettext("My cases"), reverse("my")),
            (view.title_en if rows._in_english() else view.title, ""),
        ],
    }


def count(view: DraftView) -> dict[str, int]:
    """The running count: materials before, and what is left as things are answered."""
    before = view.thing.before if view.thing else view.item.before if view.item else {}
    if view.draft.filled_at:
        left = sum(not need.is_free for need in view.needs)
    elif view.thing:
        left = services.offer(view.thing, view.draft.answers, undecided=True).to_hand_in
    else:
        left = 0
    return {"before": int(before.get("materials", 0)), "left": left}


def plan(view: DraftView) -> list[dict[str, Any]]:
    """Who acts, and when each is done."""
    return [
        {
            "item": one,
            "organ": identity.organ(one.organ),
            "days": view.plan[one.key].finish,
            "instant": one.is_instant and ruling.is_on(one.decision),
        }
        for one in view.items
    ]
