"""The situation questions (情形引导), and which of several is meant."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.cases.actions import drafting
from tongban.domains.cases.portal import rows
from tongban.domains.cases.portal.drafting import frame
from tongban.domains.cases.queries import DraftView, pages, places
from tongban.kernel.errors import Invalid
from tongban.kernel.ui import menus, modes
from tongban.kernel.ui.access import signed_in

SUGGESTED = "suggested"


@signed_in
def questions(request: HttpRequest, key: str) -> HttpResponse:
    """The first question without an answer, or the first of all."""
    view = frame.open_view(request, key)
    for one in view.questions:
        if one.id not in view.draft.answers:
            return redirect("draft-question", key=key, question=one.id)
    if view.questions:
        return redirect("draft-question", key=key, question=view.questions[0].id)
    return answered(request, key)


@signed_in
def question(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """One situation question (情形引导), why it is asked, and what it saves."""
    by = menus.actor_of(request)
    view = frame.open_view(request, key)
    asked = {one.id: one for one in view.questions}
    if question not in asked:
        return redirect("draft-questions", key=key)
    one = asked[question]
    error = ""
    if request.method == "POST":
        given = request.POST.get(question, "")
        try:
            if not given:
                raise Invalid({question: [gettext("Please choose one of the answers.")]})
            drafting.answer(
                key=key, answers={**view.draft.answers, question: given}, by=by, partly=True
            )
        except Invalid as invalid:
            error = rows.said(invalid.problems).get(question, [""])[0]
        else:
            left = frame.open_view(request, key)
            order = [q.id for q in left.questions]
            after = order[order.index(question) + 1 :] if question in order else order
            if after:
                return redirect("draft-question", key=key, question=after[0])
            return (
                redirect("draft-questions", key=key)
                if not left.is_answered
                else answered(request, key)
            )
    order = list(asked)
    at = order.index(question)
    suggested, register = _suggestions(request, view).get(question, ("", ""))
    chosen = view.draft.answers.get(question, "") or suggested
    context = {
        **frame.around(view, 1),
        "question": one,
        "options": [(o, o["value"] == chosen) for o in one.options],
        "suggested_by": register if suggested and question not in view.draft.answers else "",
        "error": error,
        "at": at + 1,
        "total": len(order),
        "back": reverse("draft-question", args=[key, order[at - 1]]) if at else "",
        "count": frame.count(view),
    }
    return modes.page(request, "cases/question.html", context, status=422 if error else 200)


@signed_in
def who(request: HttpRequest, key: str) -> HttpResponse:
    """Which of several is meant: which child, which home."""
    view = frame.open_view(request, key)
    if not view.is_answered:
        return redirect("draft-questions", key=key)
    found = pages.choices(view)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        chosen: dict[str, int] = {}
        for one in found:
            given = request.POST.get(one.role, "")
            if given.isdigit() and int(given) < len(one.rows):
                chosen[one.role] = int(given)
            else:
                problems[f"{one.role}_0"] = [gettext("Please choose one of the answers.")]
        if not problems:
            drafting.choose(key=key, chosen=chosen, by=menus.actor_of(request))
            return redirect("draft-facts", key=key)
    if not found:
        return redirect("draft-facts", key=key)
    context = {
        **frame.around(view, 1),
        "choices": [
            (
                one,
                [
                    [(rows.label_of(f)[0], rows.text_of(f, value)) for f, value in row]
                    for row in one.rows
                ],
                view.draft.chosen.get(one.role),
            )
            for one in found
        ],
        "problems": problems,
    }
    return modes.page(request, "cases/who.html", context, status=422 if problems else 200)


def answered(request: HttpRequest, key: str) -> HttpResponse:
    """All is answered: where, if that is open; ask the registers once, then who is meant."""
    if places.unsettled(frame.open_view(request, key)):
        return redirect("draft-where", key=key)
    drafting.fill(key=key, by=menus.actor_of(request))
    view = frame.open_view(request, key)
    return redirect("draft-who" if view.unclear else "draft-facts", key=key)


def _suggestions(request: HttpRequest, view: DraftView) -> dict[str, tuple[str, str]]:
    """What the registers answer to the questions; asked once per draft."""
    kept: dict[str, Any] = request.session.get(SUGGESTED, {})
    if kept.get("draft") != view.draft.key:
        found = pages.suggestions(view, by=menus.actor_of(request))
        kept = {"draft": view.draft.key, "answers": {k: list(v) for k, v in found.items()}}
        request.session[SUGGESTED] = kept
    return {k: (v[0], v[1]) for k, v in kept["answers"].items()}
