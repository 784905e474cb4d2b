"""One-things: all of them, one of them, and what one needs for it, told once."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.services import queries, rules
from tongban.domains.services.portal.cards import card, crumbs, organ, sheets, title
from tongban.kernel import clock
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all


@open_to_all
def things(request: HttpRequest) -> HttpResponse:
    """Every one-thing; what cannot yet be finished here is named as such, and cannot be begun."""
    ready = queries.things()
    names = {one.key for one in ready}
    context = {
        "things": [card(one) for one in ready],
        "later": [one for one in queries.things(ready_only=False) if one.key not in names],
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/things.html", context)


@open_to_all
def thing(request: HttpRequest, key: str) -> HttpResponse:
    """What a one-thing gives, who acts, how long it takes, and what it took before."""
    _, found = queries.thing(key)
    offer = queries.offer(found)
    context = {
        "thing": found,
        "offer": offer,
        "card": card(found),
        "rows": [(one, organ(one.organ)) for one in offer.items],
        "others": [
            (one, organ(one.organ))
            for one in (queries.item(m.key)[1] for m in found.members)
            if one not in offer.items
        ],
        "gives": [result for one in offer.items for result in one.results],
        "sheets": sheets(offer),
        "crumbs": crumbs((gettext("One thing"), "things"), (title(found), "")),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/thing.html", context)


@open_to_all
def checklist(request: HttpRequest, key: str) -> HttpResponse:
    """The one-time notice (一次告知单) for one situation, to read or to print."""
    _, found = queries.thing(key)
    answers = answers_of(found, request.GET)
    asked = rules.asked(found, answers, queries.holds)
    offer = queries.offer(found, {q.id: answers[q.id] for q in asked})
    context = {
        "thing": found,
        "offer": offer,
        "questions": [(question, answers[question.id]) for question in asked],
        "rows": [(one, organ(one.organ)) for one in offer.items],
        "sheets": sheets(offer),
        "paper_url": f"{reverse('thing-notice-paper', args=[key])}?{urlencode(answers)}",
        "city": queries.city(),
        "today": clock.today(),
        "crumbs": crumbs(
            (gettext("One thing"), "things"),
            (title(found), reverse("thing", args=[key])),
            (gettext("What you need, told once"), ""),
        ),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/checklist.html", context)


def answers_of(found: rules.OneThing, given: Mapping[str, str]) -> dict[str, str]:
    """An answer to each question of the situation: the given one, or what most people answer."""
    answers: dict[str, str] = {}
    for _ in found.questions:
        # An answer may make a further question necessary, which then has one of its own.
        for question in rules.asked(found, answers, queries.holds):
            main = queries.main_situation(found).get(question.id, question.values()[0])
            value = given.get(question.id, "") or main
            answers.setdefault(question.id, value if value in question.values() else main)
    asked = rules.asked(found, answers, queries.holds)
    return {question.id: answers[question.id] for question in asked}
