"""The citizens' pages: rate one thing once, see what became of it, see how everyone was rated."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.reviews import actions, queries, rules
from tongban.domains.reviews.queries import Invitation, Review
from tongban.domains.reviews.rules import LEVELS, Level
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Invalid
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all, signed_in
from tongban.kernel.ui.menus import actor_of


@signed_in
def file(request: HttpRequest, encounter: str) -> HttpResponse:
    """Choose a face, then say why; afterwards the same address tells what became of it."""
    actor = actor_of(request)
    invitation = queries.invitation(encounter, by=actor)
    review = queries.review_of(invitation)
    if request.method == "POST":
        try:
            actions.file(
                encounter=encounter,
                level=rules.read_level(request.POST.get("level", "")),
                aspects=request.POST.getlist("aspects"),
                words=request.POST.get("words", ""),
                is_anonymous="anonymous" in request.POST,
                by=actor,
            )
        except Invalid as invalid:
            return _form(request, invitation, request.POST.get("level", ""), invalid)
        return redirect("reviews:file", encounter)
    if review is not None:
        return _filed(request, invitation, review)
    rules.check_may_file(invitation.closes_on, clock.today(), is_rated=False)
    return _form(request, invitation, request.GET.get("level", ""))


def _form(
    request: HttpRequest,
    invitation: Invitation,
    chosen: str,
    invalid: Invalid | None = None,
) -> HttpResponse:
    try:
        level = rules.read_level(chosen) if chosen else None
    except Invalid as wrong:
        level, invalid = None, invalid or wrong
    found = queries.in_force()
    context = {
        "layout": layouts.of(request),
        "invitation": invitation,
        # No level is chosen beforehand: a default would be a rating that nobody gave.
        "faces": [(int(at), f"face{int(at)}", gettext(text)) for at, text in LEVELS.items()],
        "level": int(level) if level else None,
        "level_words": gettext(LEVELS[level]) if level else "",
        "is_bad": level is not None and rules.is_bad(level),
        "offered": found.offered(level, invitation.channel) if level else [],
        "ticked": request.POST.getlist("aspects"),
        "words": request.POST.get("words", ""),
        "anonymous": "anonymous" in request.POST,
        "most": rules.WORDS_AT_MOST,
        "problems": _problems(invalid),
    }
    return modes.page(request, "reviews/file.html", context, status=422 if invalid else 200)


def _problems(invalid: Invalid | None) -> dict[str, list[str]]:
    if invalid is None:
        return {}
    return {name: [gettext(text) for text in texts] for name, texts in invalid.problems.items()}


def _filed(request: HttpRequest, invitation: Invitation, review: Review) -> HttpResponse:
    level = Level(review.level)
    ticked = set(review.aspects)
    context = {
        "layout": layouts.of(request),
        "invitation": invitation,
        "review": review,
        "level_words": gettext(LEVELS[level]),
        "ticked": [a for a in queries.in_force().aspects if a.key in ticked],
        "words": queries.said(review),
    }
    return modes.page(request, "reviews/filed.html", context)


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What one may rate, and what one has rated."""
    found = queries.invitations(by=actor_of(request))
    context = {"layout": layouts.of(request), "invitations": found[:100]}
    return modes.page(request, "reviews/mine.html", context)


def invited_at(encounter: str, by: Actor) -> str:
    """Where the actor rates this, or has; nothing where they were not asked or no longer may."""
    if by.is_official and not by.for_person and not by.for_entity:
        return ""
    found = queries.invitations(by=by).filter(encounter=encounter)
    return reverse("reviews:file", args=[encounter]) if found.exists() else ""


@open_to_all
def results(request: HttpRequest) -> HttpResponse:
    """How each organ was rated (好差评结果公开)."""
    found = queries.settings()
    names = {organ.uscc: organ for organ in identity.organs()}
    public_from = found.public_from if found else 1
    rows = [
        {
            "organ": names[tally.organ],
            "tally": tally,
            "percent": "" if (rate := tally.rate(public_from)) is None else f"{float(rate):.1%}",
        }
        for tally in queries.results()
        if tally.organ in names
    ]
    context = {"layout": layouts.of(request), "rows": rows, "public_from": public_from}
    return modes.page(request, "reviews/results.html", context)
