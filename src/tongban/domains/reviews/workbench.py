"""The officials' pages: verify, mend and answer bad reviews, each for the post that may."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.reviews import actions, queries
from tongban.domains.reviews.queries import Task
from tongban.domains.reviews.rules import LEVELS, Level, Stage
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.identity.actions import Record
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

TITLES = {
    Stage.VERIFY: N_("Bad reviews to verify"),
    Stage.MEND: N_("Bad reviews to mend"),
    Stage.ANSWER: N_("Reviewers to answer"),
}


@demands("review.verify")
def verify_queue(request: HttpRequest) -> HttpResponse:
    """Whom to call back."""
    return _queue(request, Stage.VERIFY)


@demands("review.mend")
def mend_queue(request: HttpRequest) -> HttpResponse:
    """What to put right."""
    return _queue(request, Stage.MEND)


@demands("review.answer")
def answer_queue(request: HttpRequest) -> HttpResponse:
    """Whom to answer."""
    return _queue(request, Stage.ANSWER)


def _queue(request: HttpRequest, stage: Stage) -> HttpResponse:
    found = queries.waiting(stage, by=actor_of(request))
    rows = [
        {"item": item, "review": review, "level": gettext(LEVELS[Level(review.level)])}
        for item, review in found
    ]
    context = {"title": gettext(TITLES[stage]), "rows": rows, "queue": f"reviews:{stage}-queue"}
    return modes.page(request, "reviews/queue.html", context)


@demands("review.verify", "review.mend", "review.answer")
def task(request: HttpRequest, review: int) -> HttpResponse:
    """Work on one bad review; what is asked depends on its stage."""
    found = queries.task(review, by=actor_of(request))
    if request.method != "POST":
        return _page(request, found)
    try:
        DO[found.stage](request, found)
    except Invalid as invalid:
        return _page(request, found, invalid=invalid)
    return redirect(f"reviews:{found.stage}-queue")


def _verify(request: HttpRequest, found: Task) -> None:
    actions.verify(
        review=found.review,
        outcome=_outcome(request),
        finding=request.POST.get("finding", ""),
        organ=request.POST.get("organ", ""),
        version=_version(request),
        by=actor_of(request),
    )


def _mend(request: HttpRequest, found: Task) -> None:
    actions.mend(
        review=found.review,
        done=request.POST.get("done", ""),
        version=_version(request),
        by=actor_of(request),
    )


def _answer(request: HttpRequest, found: Task) -> None:
    actions.answer(
        review=found.review,
        outcome=_outcome(request),
        answer=request.POST.get("answer", ""),
        version=_version(request),
        by=actor_of(request),
    )


DO: dict[Stage, Callable[[HttpRequest, Task], None]] = {
    Stage.VERIFY: _verify,
    Stage.MEND: _mend,
    Stage.ANSWER: _answer,
}


def _outcome(request: HttpRequest) -> str:
    return request.POST.get("outcome", "")


def _version(request: HttpRequest) -> int:
    # Absent or garbled: a version that no row has, hence refused as stale.
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


@demands("review.verify", "review.answer")
@require_POST
def contact(request: HttpRequest, review: int) -> HttpResponse:
    """Whom to call back, opened for this once and recorded."""
    actor = actor_of(request)
    record = actions.contact(review=review, by=actor)
    return _page(request, queries.task(review, by=actor), record=record)


def _page(
    request: HttpRequest,
    found: Task,
    *,
    invalid: Invalid | None = None,
    record: Record | None = None,
) -> HttpResponse:
    problems = invalid.problems if invalid else {}
    context = {
        "task": found,
        "level": gettext(LEVELS[found.level]),
        "record": record,
        "given": request.POST,
        "queue": f"reviews:{found.stage}-queue",
        "problems": {name: [gettext(t) for t in texts] for name, texts in problems.items()},
    }
    return modes.page(request, "reviews/task.html", context, status=422 if invalid else 200)
