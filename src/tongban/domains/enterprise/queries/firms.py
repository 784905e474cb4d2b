"""What a firm sees of itself: its consent, its matches, its money, its questions."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules.state import ENDED
from tongban.domains.enterprise import rules
from tongban.domains.enterprise.models import (
    Award,
    FirmQuestion,
    KnowledgeEntry,
    MatchConsent,
    PolicyMatch,
)
from tongban.domains.enterprise.queries import published
from tongban.domains.enterprise.rules import AwardState, Outcome, Policy, Verdict
from tongban.domains.licences import queries as licences
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound, SignInNeeded

FACTS = "policy_match.facts"
WORDS = "firm_question.words"
ACCOUNT = "award.account"
DUE_WITHIN = timedelta(days=90)
SUGGESTED = 5
LIKE_FROM = 0.25
"""How alike a published answer must be to be suggested."""


def firm_of(by: Actor) -> str:
    """The USCC of the firm for which one acts; refuses where there is none."""
    if by.kind == "nobody":
        raise SignInNeeded()
    if not by.for_entity:
        raise rules.FirmNeeded()
    return by.for_entity


def consent(uscc: str) -> MatchConsent | None:
    """The consent that stands, if one does."""
    return MatchConsent.objects.filter(entity=uscc, withdrawn_at=None).first()


def consenting() -> Iterable[str]:
    """The firms whose registers may be asked, in a fixed order."""
    return MatchConsent.objects.filter(withdrawn_at=None).values_list("entity", flat=True).order_by(
        "entity"
    ).iterator(chunk_size=500)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matched:
    """A stored match, opened and judged again from what was stored."""

    row: PolicyMatch
    policy: Policy
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.row.outcome)


def opened(row: PolicyMatch) -> Matched:
    """Judge again with the facts and the version of then: the hash shows that it is the same."""
    version = catalogue.by_id(row.definition)
    found = published.policy_of(row.definition)
    verdict = rules.judge(
        found, published.typed(facts_of(row)), on=row.judged_on, version=version.content_hash
    )
    return Matched(row, found, verdict)


def facts_of(row: PolicyMatch) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(vault.decrypt(row.facts, purpose=FACTS))
    return facts


ORDER = (Outcome.FITS, Outcome.PROVE, Outcome.NEARLY, Outcome.NO)


def matches(*, by: Actor) -> list[Matched]:
    """The firm's current matches of policies that are still open: money first, then deadline."""
    rows = PolicyMatch.objects.filter(entity=firm_of(by), is_current=True)
    open_keys = {found.key for _, found in published.policies()}
    found = [opened(row) for row in rows if row.policy in open_keys]
    return sorted(
        found,
        key=lambda one: (ORDER.index(one.outcome), -(one.row.fen or 0), one.policy.ends,
                         one.policy.key),
    )  # fmt: skip


def match(policy: str, *, by: Actor) -> Matched:
    """The firm's current match with one policy."""
    row = PolicyMatch.objects.filter(entity=firm_of(by), policy=policy, is_current=True).first()
    if row is None:
        raise NotFound()
    return opened(row)


def awards(*, by: Actor) -> QuerySet[Award]:
    """What the firm was granted and what became of it; lists in the making are not shown."""
    return (
        Award.objects.filter(entity=firm_of(by))
        .exclude(state=AwardState.PROPOSED, case_no="")
        .select_related("batch")
        .order_by("-id")
    )


def award(pk: int, *, by: Actor) -> Award:
    """One award of one's own firm."""
    found = awards(by=by).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def applied(policy: Policy, *, by: Actor) -> tuple[str, Any]:
    """What became of a policy that one's firm applies for: an award, an open filing, or nothing.

    A draft that was begun before is gone on with by the same button.
    """
    firm = firm_of(by)
    award = (
        Award.objects.filter(entity=firm, policy=policy.key, period=policy.starts)
        .exclude(state__in=rules.OVER)
        .first()
    )
    if award is not None:
        return "award", award
    case = (
        Case.objects.filter(entity=firm, item_key=policy.item)
        .exclude(state__in=sorted(ENDED))
        .select_related("application")
        .first()
    )
    return ("case", case) if case else ("", None)


def filings(*, by: Actor) -> list[Application]:
    """The firm's filings that are not over, then those that ended last."""
    firm_of(by)
    found = cases.applications(by=by)
    running = list(found.filter(ended_at=None)[:10])
    return running or list(found.exclude(ended_at=None)[:3])


@dataclass(frozen=True, slots=True)
class Due:
    """A licence that runs out, and the item that renews it, if one is offered."""

    licence: Any
    renewal: Item | None


def renewals() -> dict[str, Item]:
    """By which item each type of licence is renewed: licence type -> item."""
    found: dict[str, Item] = {}
    for item in services.items():
        for row in item.body.get("result", ()):
            if item.ready and (kind := row.get("renews")):
                found.setdefault(str(kind), item)
    return found


def due(*, by: Actor) -> list[Due]:
    """The licences that run out, each with the way to renew it."""
    by_type = renewals()
    return [Due(one, by_type.get(one.type)) for one in licences_due(by=by)]


def licences_due(*, by: Actor) -> list[Any]:
    """The firm's valid licences that run out within ninety days, the nearest first."""
    firm_of(by)
    last: date = clock.today() + DUE_WITHIN
    held = licences.mine(by=by).filter(status="valid", valid_to__isnull=False, valid_to__lte=last)
    return list(held.order_by("valid_to")[:20])


def questions(*, by: Actor) -> QuerySet[FirmQuestion]:
    """The firm's own questions, the newest first."""
    return FirmQuestion.objects.filter(entity=firm_of(by)).select_related("matter").order_by("-id")


def question(pk: int, *, by: Actor) -> FirmQuestion:
    """One of them."""
    found = questions(by=by).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def words(found: FirmQuestion) -> tuple[str, str]:
    """Question and answer in clear."""
    said = vault.decrypt(found.words, purpose=WORDS)
    return said, vault.decrypt(found.answer, purpose=WORDS) if found.answer else ""


def suggested(text: str, *, limit: int = SUGGESTED) -> list[KnowledgeEntry]:
    """Published answers that are like what is about to be asked, the most alike first."""
    asked = rules.grams(text)
    if not asked:
        return []
    # A city's answers are some thousands; they are compared here, and in every language alike.
    rows = KnowledgeEntry.objects.filter(withdrawn_at=None).order_by("-id")[:5000]
    scored = [
        (max(rules.likeness(asked, rules.grams(row.asks)),
             rules.likeness(asked, rules.grams(row.answers)) / 2), row)
        for row in rows
    ]  # fmt: skip
    alike = [pair for pair in scored if pair[0] >= LIKE_FROM]
    return [row for _, row in sorted(alike, key=lambda pair: (-pair[0], -pair[1].pk))[:limit]]


def knowledge(topic: str = "") -> QuerySet[KnowledgeEntry]:
    """The published answers, the newest first."""
    found = KnowledgeEntry.objects.filter(withdrawn_at=None).order_by("-id")
    return found.filter(topic=topic) if topic else found
