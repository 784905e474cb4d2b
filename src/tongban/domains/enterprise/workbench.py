"""The posts' pages: lists to look through and approve, questions to answer, the month's report."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from tongban.domains.enterprise import actions, queries
from tongban.domains.enterprise.rules import (
    AWARD_STATES,
    BATCH_STATES,
    AwardState,
    BatchState,
)
from tongban.domains.payments.rules import yuan
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

ROWS = 50
UNPROCESSABLE = 422


@demands("policy.review", "policy.approve")
def batches(request: HttpRequest) -> HttpResponse:
    """The lists of the own organ."""
    page = Paginator(queries.batches(by=actor_of(request)), ROWS).get_page(request.GET.get("page"))
    rows = []
    for one in page.object_list:
        tone, words = BATCH_STATES[BatchState(one.state)]
        rows.append((one, queries.policy_of(one.definition), tone, gettext(words)))
    return modes.page(request, "enterprise/office/batches.html", {"page": page, "rows": rows})


@demands("policy.review", "policy.approve")
def batch(request: HttpRequest, key: int) -> HttpResponse:
    """One list: strike off and submit, or approve and return."""
    by, refusal = actor_of(request), None
    found = queries.batch(key, by=by)
    if request.method == "POST":
        try:
            _decide(request, key, by)
        except Refusal as one:
            if one.status != UNPROCESSABLE:
                raise
            refusal = one
        else:
            return redirect("enterprise:batch", key)
    policy = queries.policy_of(found.definition)
    funds = queries.budget(policy.key, policy.starts)
    page = Paginator(queries.awards_of(found), ROWS).get_page(request.GET.get("page"))
    rows = []
    for award in page.object_list:
        tone, words = AWARD_STATES[AwardState(award.state)]
        rows.append(
            (award, identity.entity(award.entity), yuan(award.fen), tone, gettext(words),
             queries.opened(award.match).verdict.judged if award.match else ())
        )  # fmt: skip
    tone, words = BATCH_STATES[BatchState(found.state)]
    context = {
        "batch": found,
        "policy": policy,
        "tone": tone,
        "words": gettext(words),
        "page": page,
        "rows": rows,
        "total": yuan(sum(one.fen for one in queries.awards_of(found))),
        "left": yuan(funds.cap_fen - funds.granted_fen if funds else policy.funds),
        "may_review": by.may("policy.review") and found.state == BatchState.DRAWN,
        "may_decide": by.may("policy.approve") and found.state == BatchState.SUBMITTED,
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "enterprise/office/batch.html", context, status=status)


def _decide(request: HttpRequest, key: int, by: Actor) -> None:
    reason = request.POST.get("reason", "")
    match request.POST.get("do"):
        case "strike":
            award = request.POST.get("award", "")
            actions.strike(award=int(award) if award.isdecimal() else 0, reason=reason, by=by)
        case "submit":
            actions.submit(batch=key, by=by)
        case "approve":
            actions.approve(batch=key, by=by)
        case "return":
            actions.give_back(batch=key, reason=reason, by=by)
        case _:
            raise NotFound()


@demands("firm.answer", "knowledge.publish")
def owed(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what may be published."""
    by = actor_of(request)
    waiting = queries.questions_owed(by=by)[:200] if by.may("firm.answer") else ()
    done = queries.answered(by=by)[:50] if by.may("knowledge.publish") else ()
    context = {
        "waiting": [(one, queries.topic_name(one.topic)) for one in waiting],
        "answered": [(one, queries.topic_name(one.topic)) for one in done],
    }
    return modes.page(request, "enterprise/office/owed.html", context)


@demands("firm.answer", "knowledge.publish")
def question(request: HttpRequest, key: int) -> HttpResponse:
    """Answer it; then, if one may, publish it without names."""
    by, refusal = actor_of(request), None
    found = queries.question_of_office(key, by=by)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "publish":
                actions.publish(
                    question=key,
                    asks=request.POST.get("asks", ""),
                    answers=request.POST.get("answers", ""),
                    by=by,
                )
            else:
                actions.answer(question=key, words=request.POST.get("words", ""), by=by)
        except Refusal as one:
            if one.status != UNPROCESSABLE:
                raise
            refusal = one
        else:
            return redirect("enterprise:office-question", key)
    asked, answered = queries.words(found)
    entry = queries.entry_of(found)
    context = {
        "question": found,
        "topic": queries.topic_name(found.topic),
        "firm": identity.entity(found.entity),
        "asked": asked,
        "answered": answered,
        "entry": entry,
        "may_answer": by.may("firm.answer") and not answered,
        "may_publish": by.may("knowledge.publish") and bool(answered) and entry is None,
        "alike": queries.suggested(asked) if not answered else [],
        "sent": request.POST,
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "enterprise/office/question.html", context, status=status)


@demands("firm.report")
def report(request: HttpRequest) -> HttpResponse:
    """What small firms asked for and could not do; a page for the printer."""
    try:
        month = date.fromisoformat(f"{request.GET.get('month') or f'{clock.today():%Y-%m}'}-01")
    except ValueError:
        raise NotFound() from None
    found = queries.report(month, by=actor_of(request))
    context = {
        "report": found,
        "month": f"{month:%Y-%m}",
        "paid": yuan(found.paid_fen),
        "least": queries.settings().least_shown,
    }
    return modes.page(request, "enterprise/office/report.html", context)
