"""Consent by a code on the registered telephone: sent, tried, used once.

The code in the clear is answered once, to be sent, and stands nowhere else.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotPermitted
from tongban.kernel.identity import queries, rules
from tongban.kernel.identity.models import ConsentCode, Person
from tongban.kernel.ledger import actions as ledger

HASH = "consent.code"


@transaction.atomic
def issue_code(*, person: int, subject: str, by: Actor) -> tuple[int, str]:
    """A new code for one thing; the one before holds no longer. Answers (its key, the code)."""
    if by.person is None:
        raise NotPermitted(grant="window.serve")
    # Held until the end, so that two asked for at once are counted one after the other.
    asked = Person.objects.select_for_update(of=("self",)).filter(pk=person).first()
    if asked is None:
        raise rules.NoPhoneKnown()
    _check_phone(asked, by)
    _check_rate(person, by)
    now = clock.instant()
    ConsentCode.objects.filter(
        person=asked, subject=subject, used_at=None, expires_at__gt=now
    ).update(expires_at=now)
    code = f"{secrets.randbelow(10**6):06d}"
    made = ConsentCode.objects.create(
        person=asked,
        subject=subject,
        code_hash="",
        issued_at=now,
        expires_at=now + timedelta(minutes=rules.CODE_MINUTES),
        issued_by=by.key,
    )
    ConsentCode.objects.filter(pk=made.pk).update(code_hash=_hash(made.pk, code))
    ledger.record("code.issued", made, by=by, person=person, about=subject.partition(":")[0])
    return made.pk, code


@transaction.atomic
def void_code(*, code: int, by: Actor) -> None:
    """The gateway did not take it: it holds no longer, and does not count against anybody."""
    ConsentCode.objects.filter(pk=code, used_at=None, issued_by=by.key).delete()


@transaction.atomic
def try_code(*, person: int, subject: str, code: str, by: Actor) -> int | None:
    """Try a code; answers its key when it is right. A failure is kept, so it is never raised."""
    now = clock.instant()
    found = (
        ConsentCode.objects.filter(person=person, subject=subject, used_at=None, expires_at__gt=now)
        .order_by("-id")
        .first()
    )
    if found is None:
        return None
    # Claimed first: guesses made at once each take one of the five.
    if not ConsentCode.objects.filter(pk=found.pk, tries__lt=rules.CODE_TRIES).update(
        tries=F("tries") + 1
    ):
        return None
    given = "".join(sign for sign in code if sign.isdecimal())[:12]
    if secrets.compare_digest(found.code_hash, _hash(found.pk, given)):
        return found.pk
    ledger.record("code.failed", found, by=by, about=subject.partition(":")[0])
    return None


@transaction.atomic
def use_code(*, code: int, by: Actor) -> None:
    """Use up a code that was right; it belongs into the transaction of what it consents to."""
    used = ConsentCode.objects.filter(pk=code, used_at=None, expires_at__gt=clock.instant()).update(
        used_at=clock.instant()
    )
    if not used:
        raise rules.CodeWrong()
    ledger.record("code.used", f"identity.consentcode:{code}", by=by)


def _hash(key: int, code: str) -> str:
    return vault.keyed_hash(f"{key}:{code}", purpose=HASH)


def _check_phone(asked: Person, by: Actor) -> None:
    phone = queries.phone_in_clear(asked)
    if not phone:
        raise rules.NoPhoneKnown()
    # Whoever asks, and for whom they ask: neither may hold the telephone to which the code goes.
    for one in {by.person, by.for_person} - {None, asked.pk}:
        if queries.phone_in_clear(queries.person(one or 0)) == phone:
            raise rules.PhoneIsShared()


def _check_rate(person: int, by: Actor) -> None:
    now = clock.instant()
    day = ConsentCode.objects.filter(issued_at__gt=now - timedelta(days=1))
    just = now - timedelta(seconds=rules.CODE_WAIT_SECONDS)
    if (
        day.filter(person=person, issued_at__gt=just).exists()
        or day.filter(person=person).count() >= rules.CODES_A_DAY
        or day.filter(issued_by=by.key).count() >= rules.CODES_SENT_A_DAY
    ):
        raise rules.CodeTooSoon(most=rules.CODES_A_DAY)
