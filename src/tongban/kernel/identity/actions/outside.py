"""Signing in by the word of an identity service."""

import secrets

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries, rules
from tongban.kernel.identity.models import Account, OutsideIdentity
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def sign_in_by_word(
    *,
    issuer: str,
    subject: str,
    name: str,
    number: str,
    username: str,
    is_strong: bool,
    by: Actor,
) -> Account:
    """Sign in whom an identity service names; a citizen's account opens with the first time.

    The first time, a citizen is found by name and number, an official by user name; from then on
    the service's own name for them counts, and nobody else can take it. Officials need a second
    factor there. Raises NotKnownHere, FactorMissing.
    """
    linked = (
        OutsideIdentity.objects.select_related("account__person")
        .filter(issuer=issuer, subject=subject)
        .first()
    )
    account = linked.account if linked else _named(name=name, number=number, username=username)
    if account is None:
        account = _open(name=name, number=number, by=by)
    if not account.is_active:
        raise rules.NotKnownHere()
    if account.is_official and not is_strong:
        raise rules.FactorMissing()
    if linked is None:
        OutsideIdentity.objects.create(
            issuer=issuer, subject=subject, account=account, linked_at=clock.instant()
        )
        ledger.record("account.linked", account, by=by, issuer=issuer)
    ledger.record("account.signed_in", account, by=by, means="outside")
    return account


def _named(*, name: str, number: str, username: str) -> Account | None:
    if number:
        person = queries.person_on_document(name=name, number=number)
        return queries.account_of(person.pk)
    found = queries.account(username) if username else None
    if found is None or not found.is_official:
        raise rules.NotKnownHere()
    return found


def _open(*, name: str, number: str, by: Actor) -> Account:
    person = queries.person_on_document(name=name, number=number)
    opened = Account(person=person, username=f"outside-{secrets.token_hex(8)}")
    opened.set_unusable_password()
    opened.save(force_insert=True)
    ledger.record("account.opened", opened, by=by, person=person.pk, is_official=False)
    return opened
