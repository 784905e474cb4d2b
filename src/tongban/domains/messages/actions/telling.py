"""Put a message into someone's inbox, and decide by which other ways it goes."""

from django.db import transaction

from tongban.domains.messages import queries, rules
from tongban.domains.messages.models import Message, Preference, Sending
from tongban.domains.messages.rules import Channel
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotPermitted, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger

SELF = part("messages")


@transaction.atomic
def tell(
    *,
    message_id: str,
    person: int,
    template: str,
    title: str,
    by: Actor,
    entity: str = "",
    number: str = "",
    link: str = "",
) -> Message:
    """Put a message into an inbox; the same id again is the same message, whoever tells it.

    By SMS unless its receiver said otherwise, and not in the quiet hours; by mail where they named
    an address.
    """
    made, is_new = Message.objects.get_or_create(
        message_id=message_id,
        defaults={
            "person": person,
            "entity": entity,
            "template": template,
            "title": title[:200],
            "number": number,
            "link": link,
            "at": clock.now(),
        },
    )
    if not is_new:
        return made
    channels = _channels(person, template)
    now = clock.now()
    settings, words = queries.settings(), queries.template(template)
    rings = settings.not_before(now, urgent=words.urgent) if settings and words else now
    Sending.objects.bulk_create(
        Sending(message=made, channel=c, not_before=rings if c == Channel.SMS else now)
        for c in channels
    )
    if channels:
        ledger.record(
            "message.queued", made, by=by, template=template, channels=[str(c) for c in channels]
        )
    return made


def _channels(person: int, template: str) -> list[Channel]:
    wanted = queries.preference(person)
    words = queries.template(template)
    channels = []
    if (
        wanted.sms
        and (words is None or words.sms)
        and identity.phone_in_clear(identity.person(person))
    ):
        channels.append(Channel.SMS)
    if wanted.mail:
        channels.append(Channel.MAIL)
    return channels


@transaction.atomic
def read(*, message: int, by: Actor) -> Message:
    """Open one's own message; the first time counts."""
    found = queries.own(message, by=by)
    Message.objects.filter(pk=found.pk, read_at=None).update(read_at=clock.now())
    return found


@transaction.atomic
def mark_read(*, by: Actor) -> int:
    """Mark all of one's own messages as read; answers how many were not."""
    return queries.inbox(by=by).filter(read_at=None).update(read_at=clock.now())


@transaction.atomic
def prefer(*, sms: bool, mail: str, by: Actor) -> Preference:
    """Say by which ways to be told; the inbox always is."""
    if by.kind == "nobody":
        raise SignInNeeded()
    if by.person is None or by.on_behalf:
        # A proxy may act in a matter, not turn off what its principal hears of it.
        raise NotPermitted(grant="preference")
    kept = rules.check_mail(mail) if mail.strip() else ""
    found, _ = Preference.objects.update_or_create(
        person=by.person,
        defaults={"sms": sms, "mail": vault.encrypt(kept, purpose=queries.MAIL) if kept else ""},
    )
    ledger.record(
        "preference.set",
        found,
        by=by,
        channels=[name for name, on in (("sms", sms), ("mail", bool(kept))) if on],
    )
    return found
