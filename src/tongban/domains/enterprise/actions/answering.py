"""A firm asks, its officer owes an answer, a steward publishes it without names."""

import secrets

from django.db import IntegrityError, transaction

from tongban.domains.enterprise import queries, rules
from tongban.domains.enterprise.models import FirmQuestion, KnowledgeEntry
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

PROCESS = "firm-question"
CLOCK = "firm.answer"


@transaction.atomic
def ask(*, topic: str, words: str, by: Actor, key: str = "") -> FirmQuestion:
    """Ask one's service officer; an answer is owed from now on. The same form twice is once."""
    firm = queries.firm_of(by)
    if by.is_official:
        raise rules.FirmNeeded()
    kept = rules.check_text(words)
    queries.check_topic(topic)
    key = key[:32] or secrets.token_hex(16)
    organ = identity.organ(queries.officer_of(firm).organ)
    try:
        with transaction.atomic():
            made = FirmQuestion.objects.create(
                entity=firm,
                person=by.person or 0,
                topic=topic,
                organ=organ.uscc,
                words=vault.encrypt(kept, purpose=queries.WORDS),
                key=key,
                asked_at=clock.now(),
            )
    except IntegrityError:
        return FirmQuestion.objects.get(entity=firm, key=key)
    _owe(made, region=organ.division)
    ledger.record("firm.asked", made, by=by, matter=made.matter_id, organ=organ.uscc, topic=topic)
    return made


@transaction.atomic(savepoint=False)
def _owe(made: FirmQuestion, *, region: str) -> None:
    calendar = queries.calendar_of(region)
    made.matter = processes.start(
        process=catalogue.current("process", PROCESS),
        kind=queries.KIND,
        subject=ledger.subject_of(made),
        # The topic and no word of the question: queues have many readers.
        title=queries.topic_name(made.topic),
        organ=made.organ,
        region=region,
        calendar=calendar,
        by=queries.SELF,
        records=False,
    )
    made.save(update_fields=["matter"])
    item = flow.open_items(made.matter.pk)[0]
    owed = deadlines.start(
        matter=made.matter.pk,
        kind=CLOCK,
        budget=queries.settings().reply_days,
        calendar=calendar,
        item=item.pk,
        by=queries.SELF,
    )
    processes.set_due(
        matter=made.matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=queries.SELF
    )


@transaction.atomic
def answer(*, question: int, words: str, by: Actor) -> FirmQuestion:
    """Answer a firm; what was owed to it is met."""
    by.require("firm.answer")
    kept = rules.check_text(words)
    found = queries.question_of_office(question, by=by)
    if not FirmQuestion.objects.filter(pk=found.pk, answered_at=None).update(
        answer=vault.encrypt(kept, purpose=queries.WORDS),
        answered_by=by.key,
        answered_at=clock.now(),
    ):
        raise rules.NotInThisState()
    matter = found.matter
    assert matter is not None
    is_late = matter.due_on is not None and matter.due_on < clock.today()
    item = flow.open_items(matter.pk)[0]
    processes.act(
        item=item.pk,
        outcome="answered",
        by=by,
        event="firm.answered",
        data={"organ": found.organ, "topic": found.topic, "late": is_late},
    )
    deadlines.meet_all(matter=matter.pk, kinds=[CLOCK], by=by)
    found.refresh_from_db()
    return found


@transaction.atomic
def publish(*, question: int, asks: str, answers: str, by: Actor) -> KnowledgeEntry:
    """Publish an answered question in words that tell nobody who asked."""
    by.require("knowledge.publish")
    found = queries.question_of_office(question, by=by)
    if found.answered_at is None:
        raise rules.NotInThisState()
    firm = identity.entity(found.entity)
    head = firm.legal_representative
    names = (firm.name, firm.uscc, head.name if head else "")
    rules.check_text(asks, most=300)
    try:
        with transaction.atomic():
            made = KnowledgeEntry.objects.create(
                question=found,
                topic=found.topic,
                asks=rules.check_nameless(asks, *names),
                answers=rules.check_nameless(answers, *names),
                organ=found.organ,
                published_by=by.key,
                published_at=clock.now(),
            )
    except IntegrityError:
        raise rules.NotInThisState() from None
    ledger.record("knowledge.published", made, by=by, topic=made.topic)
    return made


@transaction.atomic
def retire(*, entry: int, by: Actor) -> KnowledgeEntry:
    """Take an answer of one's organ out that is no longer true."""
    by.require("knowledge.publish")
    if not KnowledgeEntry.objects.filter(pk=entry, organ=by.organ, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    ):
        raise NotFound()
    found = KnowledgeEntry.objects.get(pk=entry)
    ledger.record("knowledge.withdrawn", found, by=by, topic=found.topic)
    return found
