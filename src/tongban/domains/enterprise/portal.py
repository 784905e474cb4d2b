"""The zone of a firm: its policies and money, licences, questions; and the published policies."""

import secrets
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.enterprise import actions, queries
from tongban.domains.enterprise.queries import Award, Matched
from tongban.domains.enterprise.rules import AWARD_STATES, OUTCOMES, AwardState, Outcome
from tongban.domains.payments.rules import yuan
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, menus, modes, refusals
from tongban.kernel.ui.access import open_to_all, signed_in
from tongban.kernel.ui.menus import actor_of

UNPROCESSABLE = 422


def _row(one: Matched) -> dict[str, Any]:
    words, tone = OUTCOMES[one.outcome]
    return {
        "policy": one.policy,
        "fen": one.row.fen,
        "yuan": yuan(one.row.fen) if one.row.fen else "",
        "words": gettext(words),
        "tone": tone,
        "matched_at": one.row.matched_at,
    }


def _award(one: Award) -> dict[str, Any]:
    tone, words = AWARD_STATES[AwardState(one.state)]
    return {
        "award": one,
        "policy": queries.policy_of(one.batch.definition),
        "yuan": yuan(one.fen),
        "tone": tone,
        "words": gettext(words),
        "may_confirm": one.state in (AwardState.GRANTED, AwardState.FAILED),
    }


@signed_in
def zone(request: HttpRequest) -> HttpResponse:
    """Money and deadline first: what is granted, what fits, what nearly does, what runs out."""
    by = actor_of(request)
    context: dict[str, Any] = {
        "layout": layouts.of(request),
        "is_firm": bool(by.for_entity),
        "opening": queries.openings(),
        "opening_key": queries.settings().opening,
        "firms": _firms(request) if not by.for_entity else (),
        "acting_url": menus.address("acting"),
        "here": request.path,
    }
    if by.for_entity:
        consent = queries.consent(by.for_entity)
        found = queries.matches(by=by) if consent else []
        filed = queries.filings(by=by)
        shown = (Outcome.FITS, Outcome.PROVE, Outcome.NEARLY)
        context |= {
            "firm": identity.entity(by.for_entity),
            "consent": consent,
            "may_consent": by.proxy is None,
            "rows": [_row(one) for one in found if one.outcome in shown],
            "sum": yuan(sum(one.row.fen or 0 for one in found if one.outcome == Outcome.FITS)),
            "others": sum(one.outcome == Outcome.NO for one in found),
            "awards": [_award(one) for one in queries.awards(by=by)[:20]],
            "due": queries.due(by=by),
            "filings": filed,
            "running": sum(one.ended_at is None for one in filed),
            "questions": [
                (one, queries.topic_name(one.topic)) for one in queries.questions(by=by)[:5]
            ],
            "officer": queries.officer_of(by.for_entity),
        }
    return modes.page(request, "enterprise/zone.html", context)


def _firms(request: HttpRequest) -> list[Any]:
    """The firms for which the one who looks may act."""
    return [one for one in identity.principals_of(request.user) if one.entity]  # type: ignore[arg-type]


@signed_in
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Give the consent, and be matched at once; or withdraw it."""
    by = actor_of(request)
    if request.POST.get("do") == "withdraw":
        actions.withdraw(by=by)
        return redirect("enterprise:zone")
    actions.consent(by=by)
    return match_again(request)


@signed_in
@require_POST
def match_again(request: HttpRequest) -> HttpResponse:
    """Ask the registers now."""
    by = actor_of(request)
    actions.match(firm=queries.firm_of(by), by=by)
    return redirect("enterprise:zone")


@open_to_all
def policies(request: HttpRequest) -> HttpResponse:
    """All open policies; nobody needs to be matched to read the rules."""
    found = [(policy, identity.organ(policy.organ)) for _, policy in queries.policies()]
    context = {"layout": layouts.of(request), "rows": found}
    return modes.page(request, "enterprise/policies.html", context)


@open_to_all
def policy(request: HttpRequest, key: str) -> HttpResponse:
    """One policy, condition by condition; beside each, what is so for one's own firm."""
    by = actor_of(request)
    _, found = queries.policy(key)
    held = None
    if by.for_entity and queries.consent(by.for_entity):
        held = next((one for one in queries.matches(by=by) if one.policy.key == key), None)
    shown = held.policy if held else found
    how, what = queries.applied(found, by=by) if found.item and by.for_entity else ("", None)
    met = {one.condition.id: one for one in held.verdict.judged} if held else {}
    rows = []
    for one in shown.conditions:
        judged = met.get(one.id)
        now = [
            (queries.element_name(name), queries.said(name, value))
            for name, value in (judged.now if judged else {}).items()
        ]
        rows.append({"condition": one, "judged": judged, "now": now})
    context = {
        "layout": layouts.of(request),
        "policy": shown,
        "organ": identity.organ(shown.organ),
        "funds": yuan(shown.funds),
        "rows": rows,
        "how": how,
        "applied": what,
        "match": _row(held) if held else None,
        "hash": held.verdict.hash if held else "",
    }
    return modes.page(request, "enterprise/policy.html", context)


@signed_in
def award(request: HttpRequest, key: int) -> HttpResponse:
    """What was granted; the representative names the account here."""
    by, refusal = actor_of(request), None
    found = queries.award(key, by=by)
    if request.method == "POST":
        try:
            actions.confirm(award=key, account=request.POST.get("account", ""), by=by)
        except Refusal as one:
            if one.status != UNPROCESSABLE:
                raise
            refusal = one
        else:
            return redirect("enterprise:award", key)
    context = {
        "layout": layouts.of(request),
        **_award(found),
        "said": refusals.say(refusal) if refusal else None,
        "sent": request.POST,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "enterprise/award.html", context, status=status)


@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """First look whether it was answered before; then ask, and learn by when the answer comes."""
    by, refusal = actor_of(request), None
    firm = queries.firm_of(by)
    text = (request.POST.get("words") or request.GET.get("q", ""))[:1000]
    if request.method == "POST":
        try:
            made = actions.ask(
                topic=request.POST.get("topic", ""),
                words=text,
                key=request.POST.get("key", ""),
                by=by,
            )
        except Refusal as one:
            if one.status != UNPROCESSABLE:
                raise
            refusal = one
        else:
            return redirect("enterprise:question", made.pk)
    settings = queries.settings()
    context = {
        "layout": layouts.of(request),
        "text": text,
        "topic": request.POST.get("topic", ""),
        "alike": queries.suggested(text) if text else [],
        "topics": settings.topics,
        "days": settings.reply_days,
        "officer": queries.officer_of(firm),
        "key": request.POST.get("key") or secrets.token_hex(16),
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "enterprise/ask.html", context, status=status)


@signed_in
def question(request: HttpRequest, key: int) -> HttpResponse:
    """One's own question and its answer."""
    found = queries.question(key, by=actor_of(request))
    asked, answered = queries.words(found)
    context = {
        "layout": layouts.of(request),
        "question": found,
        "topic": queries.topic_name(found.topic),
        "asked": asked,
        "answered": answered,
        "organ": identity.organ(found.organ),
    }
    return modes.page(request, "enterprise/question.html", context)


@open_to_all
def answers(request: HttpRequest) -> HttpResponse:
    """The knowledge base: search it, or read one topic after another."""
    text, topic = request.GET.get("q", "").strip()[:200], request.GET.get("topic", "")
    topics = queries.settings().topics
    page = Paginator(queries.knowledge(topic), 20).get_page(request.GET.get("page"))
    context = {
        "layout": layouts.of(request),
        "text": text,
        "topic": topic,
        "topics": topics,
        "page": page,
        "rows": queries.suggested(text, limit=20) if text else list(page.object_list),
    }
    return modes.page(request, "enterprise/answers.html", context)
