"""The answers once more, how the result is to arrive, what is promised, and the signature."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from tongban.domains.cases import queries
from tongban.domains.cases.actions import drafting, filing, ruling
from tongban.domains.cases.portal import rows
from tongban.domains.cases.portal.drafting import frame
from tongban.domains.cases.queries import DraftView
from tongban.domains.cases.rules.state import Delivery, FiledAlready
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.ui import menus, modes, refusals
from tongban.kernel.ui.access import signed_in

WAYS = (
    (Delivery.ELECTRONIC, N_("Electronically: it lies in “My licences”")),
    (Delivery.PICKUP, N_("On paper, fetched at the window")),
    (Delivery.POST, N_("On paper, by post")),
)

ADDRESSES = ("postal_address", "residence_address", "household_address", "registered_address")


@signed_in
def sign(request: HttpRequest, key: str) -> HttpResponse:
    """The answers once more, what happens next, and the signature."""
    by = menus.actor_of(request)
    draft = queries.draft(key, by=by)
    view = queries.view(draft)
    problems: Mapping[str, Any] = {}
    already = ""
    if request.method == "POST":
        try:
            if not draft.application_id and "delivery" in request.POST:
                drafting.choose_delivery(
                    key=key, way=request.POST["delivery"], to=_sent_to(request), by=by
                )
            if by.is_official:
                # At a window the visitor confirms on their own screen; it is sent from there.
                return redirect("office-window")
            found = filing.submit(
                key=key,
                by=by,
                signed=bool(request.POST.get("signed")),
                wants_person=bool(request.POST.get("wants_person")),
            )
            ruling.decide_at_once(application=found, by=ruling.SELF)
        except Invalid as invalid:
            problems = invalid.problems
        except FiledAlready as refusal:
            problems = {"signed": [refusals.say(refusal).says]}
            already = str(refusal.facts["number"])
        else:
            return redirect("progress", number=found.number)
    if draft.application_id:
        return redirect("progress", number=frame.number_of(view))
    if draft.filled_at is None:
        return redirect("draft", key=key)
    names = {f"material.{need.key}": need.name for need in view.needs}
    lines = {
        key: [f"{names[key]}{gettext(': ')}{text}" for text in found] if key in names else found
        for key, found in rows.summary(view, rows.said(problems)).items()
    }
    chosen = request.POST.get("delivery") or draft.delivery
    open_points = rows.summary(view, rows.said(view.problems())) if not problems else {}
    page = rows.facts_page(view)
    context = {
        **frame.around(view, 4),
        "page": page,
        "mine": [
            (
                rows.label_of(one)[0],
                rows.text_of(one, value.value),
                bool(value.is_correction),
                one.key,
            )
            for one in view.fields
            if (value := view.values.get(one.key)) and value.source in {"user", "clerk"}
        ],
        "answers": [
            (
                q,
                next((o for o in q.options if o["value"] == view.draft.answers.get(q.id)), {}),
            )
            for q in view.questions
        ],
        "given": [
            (need, view.draft.materials.get(need.key, {}))
            for need in view.needs
            if not need.is_free
        ],
        "free": sum(need.is_free for need in view.needs),
        "plan": frame.plan(view),
        "problems": lines,
        "open_points": len(open_points) + len(view.missing),
        "name": view.person_name,
        "already": already,
        "papers": view.paper_results,
        "ways": [(way, gettext(words), way == chosen) for way, words in WAYS],
        "to": _address(request, view),
        "promises": view.promises,
        "has_rule": any(item.decision for item in view.items),
        "wants_person": bool(request.POST.get("wants_person")),
        "at_window": by.is_official,
    }
    return modes.page(request, "cases/sign.html", context, status=422 if problems else 200)


def _sent_to(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(f"deliver_{name}", "") for name in ("name", "phone", "address")}


def _address(request: HttpRequest, view: DraftView) -> dict[str, str]:
    """Where the post goes: as typed, as chosen before, or as the registers know the applicant."""
    if request.method == "POST":
        return _sent_to(request)
    kept = queries.opened(view.draft.deliver_to)
    if kept:
        return {name: str(text) for name, text in kept.items()}
    known = {
        element: str(value.value)
        for key, value in view.values.items()
        if value.value and (element := key.partition(".")[2])
    }
    return {
        "name": view.addressee,
        "phone": known.get("phone", ""),
        "address": next((known[key] for key in ADDRESSES if key in known), ""),
    }
