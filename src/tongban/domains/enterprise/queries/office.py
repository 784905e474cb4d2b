"""What the posts see: lists to decide, questions owed, the month's report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, QuerySet

from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import Purpose, Result
from tongban.domains.enterprise.models import (
    Award,
    AwardBatch,
    FirmQuestion,
    KnowledgeEntry,
    PolicyBudget,
    PolicyMatch,
)
from tongban.domains.enterprise.queries import published
from tongban.domains.enterprise.rules import AwardState, Outcome
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound
from tongban.kernel.ledger import queries as ledger

SELF = part("enterprise")
KIND = "firm-question"


def batches(*, by: Actor) -> QuerySet[AwardBatch]:
    """The lists of the own organ's policies, the newest first; months without a firm are none."""
    if not by.may("policy.approve"):
        by.require("policy.review")
    filled = Award.objects.values("batch")
    return AwardBatch.objects.filter(organ=by.organ, pk__in=filled).order_by("-month", "policy")


def batch(pk: int, *, by: Actor) -> AwardBatch:
    """One of them."""
    found = batches(by=by).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def awards_of(found: AwardBatch) -> QuerySet[Award]:
    """The firms of a list; whose match is oldest stands first, and is granted first."""
    order = F("match__matched_at").asc(nulls_last=True)
    return found.awards.select_related("match").order_by(order, "id")


def is_revoked(case_no: str) -> bool:
    """Whether a linked case took back what a case granted."""
    return Case.objects.filter(
        about__case_no=case_no,
        purpose__in=(Purpose.REVOKE, Purpose.ANNUL),
        result=Result.GRANTED,
    ).exists()


def granted_in(batch: int) -> QuerySet[Award]:
    """What a batch granted; for parts that tell the firms."""
    found = Award.objects.filter(batch=batch, state=AwardState.GRANTED)
    return found.select_related("match").order_by("id")


def award_known(pk: int) -> Award:
    """One award, whosever it is; for parts that tell its firm."""
    return Award.objects.select_related("match").get(pk=pk)


def question_of_matter(matter: int) -> FirmQuestion:
    """The question that a matter is about; for parts that tell its firm."""
    return FirmQuestion.objects.get(matter=matter)


def budget(policy: str, starts: date) -> PolicyBudget | None:
    return PolicyBudget.objects.filter(policy=policy, starts=starts).first()


def fitting(policy: str, starts: date) -> list[PolicyMatch]:
    """Firms that fit a policy and have no award of its period yet, the oldest match first."""
    has = (
        Award.objects.filter(policy=policy, period=starts)
        .exclude(state__in=(AwardState.UNFUNDED, AwardState.LAPSED))
        .values("entity")
    )
    return list(
        PolicyMatch.objects.filter(policy=policy, outcome=Outcome.FITS, is_current=True)
        .exclude(entity__in=has)
        .order_by("matched_at", "id")
    )


def undrawn(month: date) -> list[str]:
    """The apply-free policies, open now, that have no list of the month yet."""
    drawn = set(AwardBatch.objects.filter(month=month).values_list("policy", flat=True))
    return [
        found.key
        for _, found in published.policies()
        if found.is_apply_free and found.key not in drawn
    ]


def lapsing(today: date) -> list[int]:
    """Awards for which no account was named in time."""
    late = Award.objects.filter(
        state__in=(AwardState.GRANTED, AwardState.FAILED), confirm_by__lt=today
    )
    return list(late.values_list("pk", flat=True))


def unfinished() -> list[int]:
    """Awards whose order has no final answer yet."""
    rows = Award.objects.filter(state__in=(AwardState.CONFIRMED, AwardState.SENT))
    return list(rows.values_list("pk", flat=True))


def questions_owed(*, by: Actor) -> QuerySet[FirmQuestion]:
    """Questions that wait for an answer of the own organ, the oldest first."""
    by.require("firm.answer")
    return (
        FirmQuestion.objects.filter(organ=by.organ, answered_at=None)
        .select_related("matter")
        .order_by("id")
    )


def question_of_office(pk: int, *, by: Actor) -> FirmQuestion:
    """One question to the own organ, answered or not."""
    if not by.may("knowledge.publish"):
        by.require("firm.answer")
    found = FirmQuestion.objects.filter(pk=pk, organ=by.organ).select_related("matter").first()
    if found is None:
        raise NotFound()
    return found


def answered(*, by: Actor) -> QuerySet[FirmQuestion]:
    """Answered questions that are not published, the newest first."""
    by.require("knowledge.publish")
    return (
        FirmQuestion.objects.filter(organ=by.organ, knowledgeentry=None)
        .exclude(answered_at=None)
        .order_by("-answered_at")
    )


def entry_of(found: FirmQuestion) -> KnowledgeEntry | None:
    return KnowledgeEntry.objects.filter(question=found).first()


# The month's report


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what it is, how often, and of how many."""

    title: str
    detail: str
    n: int | None
    """None where it is too few to be shown."""


@dataclass(frozen=True, slots=True)
class Report:
    """What small firms asked for and could not do (企业诉求月报), folded from the ledger."""

    month: date
    firms: int | None
    """How many were held against policies."""
    kept_from: list[Line]
    """The conditions on which firms failed or had no data, the most frequent first."""
    asked: list[Line]
    late: int
    """Answers that came after their day."""
    open: int
    """Questions of the month that nobody has answered."""
    searched: list[Line]
    """What people looked for in vain over the last ninety days."""
    paid_fen: int


def report(month: date, *, by: Actor) -> Report:
    """Fold the month's events; groups smaller than the city shows are hidden."""
    by.require("firm.report")
    least = published.settings().least_shown
    first = month.replace(day=1)
    begins, ends = _edge(first), _edge((first + timedelta(days=32)).replace(day=1))
    events = ledger.latest().filter(
        name__in=("policy.matched", "firm.asked", "firm.answered", "award.paid"),
        at__gte=begins, at__lt=ends,
    ).order_by("id")  # fmt: skip
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    asked: Counter[str] = Counter()
    late = paid = 0
    for event in events.iterator(chunk_size=2000):
        match event.name:
            case "policy.matched":
                # The newest of a firm and policy: matched twice is not kept from it twice.
                last[str(event.data["firm"]), event.data["policy"]] = event.data
            case "firm.asked":
                asked[event.data["topic"]] += 1
            case "firm.answered":
                late += bool(event.data["late"])
            case _:
                paid += int(event.data["fen"])
    still_open = FirmQuestion.objects.filter(
        asked_at__gte=begins, asked_at__lt=ends, answered_at=None
    )
    return Report(
        month=first,
        firms=_shown(len({firm for firm, _ in last}), least),
        kept_from=_kept_from(last.values(), least),
        asked=[
            Line(published.topic_name(topic), "", _shown(n, least))
            for topic, n in asked.most_common()
        ],
        late=late,
        open=still_open.count(),
        searched=[Line(one.words, "", one.count) for one in services.missed(by=SELF)[:10]],
        paid_fen=paid,
    )


def _kept_from(found: Any, least: int) -> list[Line]:
    counted: Counter[tuple[str, str]] = Counter()
    for data in found:
        counted.update((data["policy"], one) for one in (*data["failed"], *data["unknown"]))
    lines = []
    for (key, condition), n in counted.most_common(50):
        version = catalogue.find("policy", key)
        if version is None:
            continue
        policy = published.policy_of(version.id)
        says = next((one.says for one in policy.conditions if one.id == condition), condition)
        lines.append(Line(policy.name, says, _shown(n, least)))
    return lines


def _shown(n: int, least: int) -> int | None:
    return n if n == 0 or n >= least else None


def _edge(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.now().tzinfo)
