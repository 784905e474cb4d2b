"""Everything that changes a review."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from tongban.domains.reviews import queries, rules
from tongban.domains.reviews.models import Invitation, RatedOrgan, Review
from tongban.domains.reviews.rules import Level, Stage
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as clocks
from tongban.kernel.identity import actions as people
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes.actions import Step

SELF = part("reviews")
PROCESS = "bad-review"


@transaction.atomic
def invite(
    *,
    encounter: str,
    title: str,
    person: int,
    organs: Iterable[str],
    region: str,
    calendar: str,
    by: Actor,
    thing: str = "",
    items: Iterable[str] = (),
    entity: str = "",
    channel: str = "web",
) -> Invitation | None:
    """Let someone rate how they were served; None where a city or a definition does not ask.

    Inviting twice is harmless.
    """
    settings = queries.settings()
    if settings is None or not queries.prompts(thing, items):
        return None
    found, is_new = Invitation.objects.get_or_create(
        encounter=encounter,
        defaults={
            "title": title,
            "thing": thing,
            "channel": channel,
            "person": person,
            "entity": entity,
            "region": region,
            "calendar": calendar,
            "invited_on": clock.today(),
            "closes_on": rules.closes_on(clock.today(), settings),
        },
    )
    if is_new:
        rated = list(dict.fromkeys(organs))
        RatedOrgan.objects.bulk_create(RatedOrgan(invitation=found, organ=code) for code in rated)
        ledger.record(
            "review.invited", found, by=by, encounter=encounter, thing=thing, organs=rated
        )
    return found


@transaction.atomic
def file(
    *,
    encounter: str,
    level: Level,
    by: Actor,
    aspects: Iterable[str] = (),
    words: str = "",
    is_anonymous: bool = False,
) -> Review:
    """Take someone's rating; a bad one starts the process that mends it."""
    invitation = queries.invitation(encounter, by=by, lock=True)
    rules.check_may_file(
        invitation.closes_on,
        clock.today(),
        is_rated=queries.review_of(invitation) is not None,
    )
    words, ticked = words.strip(), list(dict.fromkeys(aspects))
    rules.check_said(queries.in_force(), level, invitation.channel, ticked, words)
    try:
        with transaction.atomic():
            found = Review.objects.create(
                invitation=invitation,
                level=level,
                aspects=ticked,
                words=vault.encrypt(words, purpose=queries.WORDS) if words else "",
                is_anonymous=is_anonymous,
                filed_by=by.key,
                filed_at=clock.now(),
            )
    except IntegrityError:
        # Two windows of one browser: the first stands.
        raise rules.AlreadyRated() from None
    if rules.is_bad(level):
        _start(found, invitation)
    # By us and not by the citizen: the ledger has many readers, and who rated is for the
    # verifying post alone. The row knows.
    ledger.record(
        "review.filed",
        found,
        by=SELF,
        matter=found.matter_id,
        level=int(level),
        thing=invitation.thing,
        organs=[code for code, _ in queries.organs_of(invitation)],
        channel=invitation.channel,
    )
    if found.matter is None:
        _close(found)
    return found


def _start(found: Review, invitation: Invitation) -> None:
    organ = identity.organ(queries.in_force().organ)
    found.matter = processes.start(
        process=catalogue.current("process", PROCESS),
        kind=queries.KIND,
        subject=ledger.subject_of(found),
        # Without the number of what was rated: it leads to who rated.
        title=invitation.title,
        badge="差评",
        organ=organ.uscc,
        region=invitation.region,
        calendar=invitation.calendar,
        by=SELF,
        records=False,
    )
    found.save(update_fields=["matter"])
    _owe(found)


@transaction.atomic
def verify(
    *,
    review: int,
    outcome: str,
    finding: str,
    by: Actor,
    organ: str = "",
    version: int | None = None,
) -> Review:
    """Say whether a bad review is upheld (属实), and which office puts it right (核实)."""
    by.require("review.verify")
    found = queries.locked(review)
    organs = [code for code, _ in queries.organs_of(found.invitation)]
    rules.check_verified(outcome, finding, organ, organs)
    is_upheld = outcome == "upheld"
    found.is_upheld, found.finding = is_upheld, finding.strip()
    found.organ = organ if is_upheld else ""
    _act(
        found,
        Stage.VERIFY,
        "review.verified",
        outcome=outcome,
        opinion=found.finding,
        version=version,
        by=by,
        organ=found.organ,
    )
    found.save(update_fields=["is_upheld", "finding", "organ"])
    return found


@transaction.atomic
def mend(*, review: int, done: str, by: Actor, version: int | None = None) -> Review:
    """Say what was put right (整改)."""
    by.require("review.mend")
    found = queries.locked(review)
    rules.check_text("done", done, rules.DONE_MISSING)
    found.mended = done.strip()
    _act(
        found,
        Stage.MEND,
        "review.mended",
        outcome="mended",
        opinion=found.mended,
        version=version,
        by=by,
        organ=found.organ,
    )
    found.save(update_fields=["mended"])
    return found


@transaction.atomic
def answer(
    *, review: int, outcome: str, answer: str, by: Actor, version: int | None = None
) -> Review:
    """Tell the reviewer what was done (反馈); who is not content has it looked at again (复核)."""
    by.require("review.answer")
    found = queries.locked(review)
    rules.check_outcome(outcome, rules.answers(found.is_upheld))
    rules.check_text("answer", answer, rules.ANSWER_MISSING)
    found.answer = answer.strip()
    step = _act(
        found,
        Stage.ANSWER,
        "review.answered",
        outcome=outcome,
        opinion=found.answer,
        version=version,
        by=by,
    )
    found.save(update_fields=["answer"])
    if step.outcome:
        _close(found)
    return found


@transaction.atomic
def contact(*, review: int, by: Actor) -> people.Record:
    """Open whom to call back; each opening leaves a read record. Not for those who were rated."""
    task = queries.task(review, by=by)
    if not task.may_call:
        raise rules.Anonymous()
    found = queries.locked(review)
    return people.open_record(
        person=found.invitation.person,
        purpose="bad-review",
        by=by,
        ground=queries.GRANTS[task.stage],
    )


def _act(
    found: Review,
    stage: Stage,
    event: str,
    *,
    outcome: str,
    opinion: str,
    version: int | None,
    by: Actor,
    **data: str,
) -> Step:
    item = queries.open_item(found, stage)
    step = processes.act(
        item=item.pk,
        outcome=outcome,
        by=by,
        version=version,
        opinion=opinion,
        facts={"review": {"upheld": bool(found.is_upheld)}},
        event=event,
        data=data,
    )
    for owed in clocks.open_clocks(step.matter.pk):
        deadlines.meet(clock=owed, by=by)
    found.matter = step.matter
    if not step.outcome:
        _owe(found)
    return step


def _owe(found: Review) -> None:
    """Start the clock of the stage now open, and bring a mending before the office it is for."""
    assert found.matter is not None
    item = queries.open_item(found)
    if item.stage == Stage.MEND:
        item = processes.transfer(item=item.pk, organ=found.organ, by=SELF, reason="rated organ")
    stage = flow.graph(found.matter.process or 0).stages[item.stage]
    owed = deadlines.start(
        matter=found.matter.pk,
        kind=f"review.{item.stage}",
        budget=stage.days,
        calendar=found.matter.calendar,
        item=item.pk,
        by=SELF,
    )
    processes.set_due(matter=found.matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=SELF)


def _close(found: Review) -> None:
    found.closed_at = clock.now()
    found.save(update_fields=["closed_at"])
    ledger.record(
        "review.closed",
        found,
        by=SELF,
        matter=found.matter_id,
        level=int(found.level),
        upheld=found.is_upheld,
    )
