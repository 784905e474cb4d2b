"""Questions about reviews. The rated see what was said, never who said it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tongban.domains.reviews import rules
from tongban.domains.reviews.models import Invitation, RatedOrgan, Review
from tongban.domains.reviews.rules import Aspect, Level, Settings, Stage, Tally
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import masking, vault
from tongban.kernel.errors import NotFound, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes import rules as states
from tongban.kernel.processes.models import WorkItem

__all__ = ["Invitation", "Review"]

KIND = "bad-review"
WORDS = "review.words"
GRANTS = {stage: f"review.{stage}" for stage in Stage}


def settings() -> Settings | None:
    """How this city has itself rated; None where it does not."""
    version = catalogue.find("reviews", "reviews")
    return catalogue.compiled(version, _settings) if version else None


def _settings(version: catalogue.Version) -> Settings:
    return rules.settings(version.body)


def in_force() -> Settings:
    """The same where there must be one: something was already rated."""
    return catalogue.compiled(catalogue.current("reviews", "reviews"), _settings)


def prompts(thing: str, items: Iterable[str]) -> bool:
    """Whether one may be asked about a one-thing, or about items handled alone."""
    if thing:
        return rules.prompts([services.thing(thing)[1].body])
    return rules.prompts([services.item(key)[0].body for key in items])


# For the one who was served


def _mine(by: Actor) -> Q:
    if by.kind == "nobody":
        raise SignInNeeded()
    if by.is_official and not by.for_person and not by.for_entity:
        # A post rates nothing; an official rates as the citizen they are, or for a visitor.
        raise NotFound()
    if by.for_entity:
        return Q(entity=by.for_entity)
    return Q(person=by.for_person or by.person, entity="")


def invitation(encounter: str, *, by: Actor, lock: bool = False) -> Invitation:
    """One's own invitation."""
    rows = Invitation.objects.select_for_update() if lock else Invitation.objects.all()
    found = rows.filter(_mine(by), encounter=encounter).first()
    if found is None:
        raise NotFound()
    return found


def invitations(*, by: Actor) -> QuerySet[Invitation]:
    """What one may still rate, and what one has rated, newest first."""
    return (
        Invitation.objects.filter(_mine(by))
        .filter(Q(closes_on__gte=clock.today()) | Q(review__isnull=False))
        .select_related("review")
        .order_by("-id")
    )


def review_of(found: Invitation) -> Review | None:
    """The review that was given, if one was."""
    return Review.objects.select_related("matter").filter(invitation=found).first()


# For the posts


def waiting(stage: Stage, *, by: Actor) -> list[tuple[WorkItem, Review]]:
    """The bad reviews that wait at a stage for the post held now, the nearest due first."""
    by.require(GRANTS[stage])
    items = list(
        WorkItem.objects.filter(
            flow.in_hands_of(by),
            matter__kind=KIND,
            stage=stage,
            status__in=states.OWED,
        )
        .select_related("matter")
        .order_by("due_on", "id")
    )
    found = Review.objects.select_related("invitation").in_bulk(
        [item.matter_id for item in items], field_name="matter_id"
    )
    return [(item, found[item.matter_id]) for item in items if item.matter_id in found]


@dataclass(frozen=True, slots=True)
class Task:
    """A bad review as the post that works on it may see it."""

    review: int
    item: int
    version: int
    stage: Stage
    title: str
    level: Level
    aspects: tuple[Aspect, ...]
    words: str
    is_upheld: bool | None
    finding: str
    mended: str
    organs: tuple[tuple[str, str], ...]
    """Code and name of those that had a part; empty for the one that mends."""
    encounter: str
    """The number of what was rated; empty for those who were rated: it leads to who rated."""
    may_call: bool


def task(review: int, *, by: Actor) -> Task:
    """What the post held now has to do about a bad review."""
    found = (
        Review.objects.select_related("invitation", "matter")
        .filter(pk=review, matter__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound()
    item = open_item(found)
    stage = Stage(item.stage)
    by.require(GRANTS[stage])
    flow.check_hands(item, by=by)
    is_rated = stage is Stage.MEND
    words = said(found)
    return Task(
        review=found.pk,
        item=item.pk,
        version=item.version,
        stage=stage,
        title=found.invitation.title,
        level=Level(found.level),
        aspects=tuple(a for a in in_force().aspects if a.key in set(found.aspects)),
        words=masking.scrub(words) if is_rated else words,
        is_upheld=found.is_upheld,
        finding=found.finding,
        mended=found.mended,
        organs=() if is_rated else organs_of(found.invitation),
        encounter="" if is_rated else found.invitation.encounter,
        may_call=not is_rated and not found.is_anonymous,
    )


def open_item(found: Review, stage: Stage | None = None) -> WorkItem:
    """The work that a bad review waits for, at the stage if one is named."""
    for item in flow.open_items(found.matter_id or 0):
        if stage is None or item.stage == stage:
            return item
    raise rules.NotAtThisStage()


def locked(review: int) -> Review:
    """A bad review with its row locked; for actions."""
    found = (
        Review.objects.select_for_update(of=("self",))
        .select_related("invitation", "matter")
        .filter(pk=review, matter__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def organs_of(found: Invitation) -> tuple[tuple[str, str], ...]:
    """Code and name of each organ that had a part."""
    codes = found.organs.order_by("id").values_list("organ", flat=True)
    return tuple((code, identity.organ(code).name) for code in codes)


def said(found: Review) -> str:
    """What the reviewer wrote."""
    return vault.decrypt(found.words, purpose=WORDS) if found.words else ""


# For everyone


def results() -> list[Tally]:
    """Each organ with how many were asked, how many rated, how many were content."""
    is_counted = Q(invitation__review__isnull=False) & ~Q(
        invitation__review__is_upheld=False, invitation__review__is_upheld__isnull=False
    )
    rows = (
        RatedOrgan.objects.values("organ")
        .annotate(
            invited=Count("id"),
            rated=Count("id", filter=is_counted),
            good=Count("id", filter=is_counted & Q(invitation__review__level__gte=Level.FAIR)),
        )
        .order_by("organ")
    )
    return [Tally(row["organ"], row["invited"], row["rated"], row["good"]) for row in rows]
