"""Questions about messages, sendings and threads; nothing here writes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Case
from tongban.domains.messages import rules
from tongban.domains.messages.models import (
    Message,
    MessageDay,
    Preference,
    Remark,
    Sending,
    Thread,
)
from tongban.domains.messages.rules import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes import rules as states
from tongban.kernel.processes.models import WorkItem

__all__ = ["Message", "Preference", "Remark", "Sending", "Thread"]

WORDS = "remark.words"
MAIL = "preference.mail"
KIND = "case-question"


def settings() -> rules.Settings | None:
    """How this city tells people; None where it says nothing: then only the inbox is filled."""
    version = catalogue.find("messages", "messages")
    return catalogue.compiled(version, _settings) if version else None


def _settings(version: catalogue.Version) -> rules.Settings:
    return rules.settings(version.body)


def template(key: str) -> rules.Template | None:
    """The words of a message."""
    found = settings()
    return found.templates.get(key) if found else None


# The inbox


def _mine(by: Actor) -> Q:
    if by.kind == "nobody":
        raise SignInNeeded()
    if by.is_official and not by.for_person and not by.for_entity:
        return Q(pk__in=[])
    if by.for_entity:
        return Q(entity=by.for_entity)
    return Q(person=by.for_person or by.person, entity="")


def inbox(*, by: Actor) -> QuerySet[Message]:
    """One's own messages, newest first."""
    return Message.objects.filter(_mine(by)).order_by("-id")


def unread(*, by: Actor) -> int:
    """How many of them were not opened yet."""
    if by.kind == "nobody":
        return 0
    return inbox(by=by).filter(read_at=None).count()


def own(key: int, *, by: Actor) -> Message:
    """One of one's own messages."""
    found = inbox(by=by).filter(pk=key).first()
    if found is None:
        raise NotFound()
    return found


def preference(person: int) -> Preference:
    """How someone wants to be told; unless they said otherwise, by SMS."""
    return Preference.objects.filter(pk=person).first() or Preference(person=person)


def mail_of(found: Preference) -> str:
    """The address in the clear."""
    return vault.decrypt(found.mail, purpose=MAIL) if found.mail else ""


def address(person: int, channel: str) -> str:
    """Where a message goes by a way; empty when there is none."""
    if channel == rules.Channel.MAIL:
        return mail_of(preference(person))
    return identity.phone_in_clear(identity.person(person))


# The outbox


def sendings(*, by: Actor, state: str = "") -> QuerySet[Sending]:
    """What goes out, newest first."""
    by.require("message.operate")
    found = Sending.objects.select_related("message").order_by("-id")
    return found.filter(state=state) if state else found


def counts(*, by: Actor) -> dict[str, int]:
    """How many of each state."""
    by.require("message.operate")
    rows = Sending.objects.values_list("state").annotate(n=Count("id"))
    return dict(rows)


def name_of(row: Sending) -> str:
    """The id by which the gateway knows it: SMS bears the message's own, as it always did."""
    own = row.channel == rules.Channel.SMS
    return row.message.message_id if own else f"{row.message.message_id}:{row.channel}"


def sent_on(day: date, *, after: int = 0, limit: int = 500) -> list[Sending]:
    """What the gateway took on a day and of which it has not said that it arrived."""
    begins = clock.moment(f"{day} 00:00")
    found = Sending.objects.filter(
        state=State.SENT, sent_at__gte=begins, sent_at__lt=begins + timedelta(days=1), pk__gt=after
    )
    return list(found.select_related("message").order_by("pk")[:limit])


def days_compared(*, by: Actor) -> list[MessageDay]:
    """The last comparisons with the gateway, the newest first."""
    by.require("message.operate")
    return list(MessageDay.objects.order_by("-day")[:7])


def owed(message: int | None = None, *, limit: int = 100) -> list[Sending]:
    """What may go out by now, oldest first; of one message, or of all."""
    found = Sending.objects.filter(state=State.WAITING, not_before__lte=clock.now())
    if message is not None:
        found = found.filter(message=message)
    return list(found.select_related("message").order_by("id")[:limit])


# Threads


@dataclass(frozen=True, slots=True)
class Said:
    """A remark as the page shows it."""

    remark: Remark
    words: str
    is_mine: bool


def reachable(case_no: str, *, by: Actor) -> Case:
    """The case, if it is the actor's own or in the hands of the actor's post."""
    return cases.case(case_no, by=by)


def thread(case_no: str) -> Thread | None:
    """What was written about a case; its caller has checked who may see it."""
    return Thread.objects.select_related("matter").filter(case_no=case_no).first()


def remarks(found: Thread | None, *, is_office: bool) -> list[Said]:
    """Every remark in the clear, oldest first."""
    if found is None:
        return []
    return [
        Said(
            remark=row,
            words=vault.decrypt(row.words, purpose=WORDS),
            is_mine=row.is_office == is_office,
        )
        for row in found.remarks.order_by("id")
    ]


def attachment(key: int, *, by: Actor) -> Remark:
    """A remark with a file, for whoever may see its case."""
    found = Remark.objects.select_related("thread").filter(pk=key).exclude(file="").first()
    if found is None:
        raise NotFound()
    reachable(found.thread.case_no, by=by)
    return found


def waiting(*, by: Actor) -> list[tuple[WorkItem, Thread]]:
    """The questions that the post held now owes an answer, the nearest due first."""
    items = list(
        WorkItem.objects.filter(flow.in_hands_of(by), matter__kind=KIND, status__in=states.OWED)
        .select_related("matter")
        .order_by("due_on", "id")[:200]
    )
    held = Thread.objects.filter(matter__in=[item.matter_id for item in items])
    found = {row.matter_id: row for row in held}
    return [(item, found[item.matter_id]) for item in items if item.matter_id in found]


def held_back(message: int) -> datetime | None:
    """Until when the quiet hours hold a message back; None when they do not."""
    found = Sending.objects.filter(
        message=message, state=State.WAITING, not_before__gt=clock.now()
    ).first()
    return found.not_before if found else None
