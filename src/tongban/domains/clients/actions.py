"""Hear a signed request once, and answer the same request always the same."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.domains.clients import queries, rules
from tongban.domains.clients.models import ClientMinute, KeptAnswer, UsedNonce
from tongban.domains.clients.rules import Client, Signed
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def hear(*, client: str, request: Signed, signature: str, by: Actor) -> Client:
    """Answers who signed a request, and uses its nonce up; refuses what nobody known signed.

    Counted against the quota once the signature holds: nobody uses up another's.
    """
    one = queries.client(client)
    rules.check_signature(one, request, signature, now=clock.instant())
    _count(one)
    try:
        with transaction.atomic():
            UsedNonce.objects.create(client=one.key, nonce=request.nonce, at=clock.instant())
    except IntegrityError:
        raise rules.UsedBefore() from None
    return one


def _count(one: Client) -> None:
    now = clock.instant()
    minute = rules.minute_of(now)
    ClientMinute.objects.get_or_create(client=one.key, minute=minute)
    asked = ClientMinute.objects.filter(client=one.key, minute=minute, count__lt=one.quota)
    if not asked.update(count=F("count") + 1):
        raise rules.TooMany(quota=one.quota, seconds=60 - now.second)


@transaction.atomic
def note_fetched(*, client: Client, what: str, subject: str, by: Actor) -> None:
    """Record that a document of someone left for another portal."""
    ledger.record("client.fetched", subject, by=by, client=client.key, what=what)


@transaction.atomic
def begin(*, client: Client, request: Signed, by: Actor) -> tuple[int, Any] | None:
    """Claim an idempotency key: None for whoever comes first, else what the first was told."""
    rules.check_key(request.key)
    row, is_new = KeptAnswer.objects.get_or_create(
        client=client.key,
        key=request.key,
        defaults={"fingerprint": request.fingerprint(), "begun_at": clock.instant()},
    )
    if is_new:
        return None
    if row.fingerprint != request.fingerprint():
        raise rules.KeyOfAnother()
    if row.status is None:
        # Work and answer are one transaction: an old claim without an answer did nothing.
        was = KeptAnswer.objects.filter(
            pk=row.pk, status=None, begun_at__lt=clock.instant() - rules.WINDOW
        )
        if was.update(begun_at=clock.instant()):
            return None
        raise rules.StillAtWork()
    return row.status, row.body


@transaction.atomic
def keep(*, client: Client, key: str, status: int, body: Mapping[str, Any], by: Actor) -> None:
    """Keep what a request was told, for when it comes again."""
    row = KeptAnswer.objects.get(client=client.key, key=key)
    row.status, row.body = status, dict(body)
    row.save(update_fields=["status", "body"])
    ledger.record("client.answered", row, by=by, client=client.key, status=status)


@transaction.atomic
def give_up(*, client: Client, key: str, by: Actor) -> None:
    """Nothing was done: the same key may be tried again."""
    KeptAnswer.objects.filter(client=client.key, key=key, status=None).delete()


@transaction.atomic
def forget(*, by: Actor) -> int:
    """Forget nonces whose time is over and answers that were kept long enough."""
    now = clock.instant()
    nonces, _ = UsedNonce.objects.filter(at__lt=now - 2 * rules.WINDOW).delete()
    answers, _ = KeptAnswer.objects.filter(begun_at__lt=now - rules.ANSWERS_KEPT).delete()
    ClientMinute.objects.filter(minute__lt=now - rules.WINDOW).delete()
    return nonces + answers
