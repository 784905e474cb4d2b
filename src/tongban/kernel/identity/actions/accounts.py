"""Accounts: opened, signed in to, given a second factor, opened by one-time link."""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import Invalid, NotFound, NotPermitted, Refusal
from tongban.kernel.identity import queries, rules, totp
from tongban.kernel.identity.models import Account, OneTimeLink
from tongban.kernel.ledger import actions as ledger

VALIDATORS: list[Any] = [
    MinimumLengthValidator(10),
    CommonPasswordValidator(),
    UserAttributeSimilarityValidator(user_attributes=("username",)),
]


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt to sign in ended: one of the two is there."""

    account: Account | None = None
    refusal: Refusal | None = None


@transaction.atomic
def open_account(
    *,
    person: int,
    username: str,
    by: Actor,
    is_official: bool = False,
    is_demo: bool = False,
    introduction: str = "",
    introduction_en: str = "",
    language: str = "",
    display: str = "",
) -> Account:
    """Let a person sign in; without a password until one is set by link.

    Opening an account that is there already answers it unchanged.
    """
    by.require("system.administer")
    known = queries.account_of(person, is_official=is_official)
    if known is not None:
        return known
    if queries.account(username) is not None:
        raise rules.NameTaken(username=username)
    opened = Account(
        person=queries.person(person),
        username=username,
        is_official=is_official,
        is_demo=is_demo,
        introduction=introduction,
        introduction_en=introduction_en,
        language=language,
        display=display,
    )
    opened.set_unusable_password()
    opened.save(force_insert=True)
    ledger.record("account.opened", opened, by=by, person=person, is_official=is_official)
    return opened


@transaction.atomic
def close_account(*, account: int, reason: str, by: Actor) -> None:
    """Let an account sign in no more; its sessions end with their next request."""
    by.require("system.administer")
    if Account.objects.filter(pk=account, is_active=True).update(is_active=False):
        ledger.record("account.closed", f"identity.account:{account}", by=by, reason=reason)


@transaction.atomic
def prefer(*, account: int, by: Actor, language: str = "", display: str = "") -> None:
    """Remember how a person wants to see the pages, on whatever machine."""
    found = _account(account)
    _check_own(found, by)
    Account.objects.filter(pk=account).update(language=language, display=display)


# Passwords -------------------------------------------------------------------------------------


@transaction.atomic
def set_password(*, account: int, password: str, by: Actor) -> Account:
    """Set a password; only for oneself, or by a part of the program.

    Sessions opened with the old one end.
    """
    found = _account(account)
    if by.kind != "part":
        _check_own(found, by)
    return _set_password(found, password, by)


@transaction.atomic
def change_password(*, account: int, current: str, password: str, by: Actor) -> Account:
    """Set a new password after showing that one knows the present one."""
    found = _account(account)
    _check_own(found, by)
    if not found.check_password(current):
        raise rules.SignInRefused()
    return _set_password(found, password, by)


def try_password(*, username: str, password: str, by: Actor, code: str = "") -> Attempt:
    """Try to sign in with a password, and with a code where a second factor is enrolled.

    A failure is kept, so it is answered, not raised. Unknown names, closed accounts and wrong
    passwords take the same time and get the same answer. The password is checked before the
    transaction begins: hashing is slow on purpose, and SQLite would let every writer wait for it.
    """
    found = queries.account(username)
    if found is None:
        make_password(password)  # as long as checking takes
        return Attempt(refusal=rules.SignInRefused())
    right = found.check_password(password)
    return _settle(found, right=right, code=code, by=by)


@transaction.atomic
def _settle(checked: Account, *, right: bool, code: str, by: Actor) -> Attempt:
    # Held until the end, so that guesses made at once are all counted.
    found = Account.objects.select_for_update(of=("self",)).get(pk=checked.pk)
    now = clock.instant()
    if not found.is_active or (found.locked_until is not None and now < found.locked_until):
        return Attempt(refusal=rules.SignInRefused())
    right = right and found.password == checked.password
    if right and found.totp_confirmed_at is not None:
        right = _take_code(found, code)
    if not right:
        _note_failure(found, by)
        return Attempt(refusal=rules.SignInRefused())
    Account.objects.filter(pk=found.pk).update(failed_attempts=0, locked_until=None)
    means = "password+totp" if found.totp_confirmed_at else "password"
    ledger.record("account.signed_in", found, by=by, means=means)
    return Attempt(account=found)


@transaction.atomic
def sign_in_demo(*, username: str, by: Actor) -> Account:
    """Become one of the demo's people, without password or code; only in a demo."""
    found = queries.account(username)
    if not settings.TONGBAN_DEMO or found is None or not found.is_demo or not found.is_active:
        raise NotFound()
    queries.check_demo_is_safe()
    ledger.record("account.signed_in", found, by=by, means="demo")
    return found


@transaction.atomic
def sign_out(*, account: int, by: Actor) -> None:
    """Note that someone signed out; the session itself is the door's."""
    ledger.record("account.signed_out", f"identity.account:{account}", by=by)


def _note_failure(account: Account, by: Actor) -> None:
    Account.objects.filter(pk=account.pk).update(failed_attempts=F("failed_attempts") + 1)
    locked = Account.objects.filter(pk=account.pk, failed_attempts__gte=rules.LOCK_AFTER).update(
        failed_attempts=0, locked_until=clock.instant() + timedelta(minutes=rules.LOCK_MINUTES)
    )
    if locked:
        ledger.record(
            "account.locked",
            account,
            by=by,
            failures=rules.LOCK_AFTER,
            minutes=rules.LOCK_MINUTES,
        )


def _set_password(account: Account, password: str, by: Actor) -> Account:
    problems: list[str] = []
    try:
        validate_password(password, account, password_validators=VALIDATORS)
    except ValidationError as invalid:
        problems = list(invalid.messages)
    if problems:
        raise Invalid({"password": problems})
    account.set_password(password)
    Account.objects.filter(pk=account.pk).update(
        password=account.password, failed_attempts=0, locked_until=None
    )
    ledger.record("account.password_set", account, by=by)
    return account


# The second factor -----------------------------------------------------------------------------


@transaction.atomic
def enrol_totp(*, account: int, by: Actor) -> str:
    """Begin a second factor: answers its secret in base32, which counts once confirmed.

    Asked again before it is confirmed, the same secret is answered, so that a reloaded page does
    not make the code just scanned useless.
    """
    found = _account(account)
    _check_own(found, by)
    if found.totp_confirmed_at is not None:
        raise rules.SecondFactorStands()
    if found.totp_secret:
        return queries.totp_secret_in_clear(found)
    secret = base64.b32encode(secrets.token_bytes(20)).decode("ascii")
    Account.objects.filter(pk=account, totp_confirmed_at__isnull=True).update(
        totp_secret=vault.encrypt(secret, purpose=queries.TOTP), totp_step=0
    )
    return secret


@transaction.atomic
def confirm_totp(*, account: int, code: str, by: Actor) -> Account:
    """Let the second factor count from now on, after one right code."""
    found = _account(account)
    _check_own(found, by)
    if found.totp_confirmed_at is not None:
        raise rules.SecondFactorStands()
    if not found.totp_secret or not _take_code(found, code):
        raise rules.CodeNotRight()
    found.totp_confirmed_at = clock.instant()
    Account.objects.filter(pk=account).update(totp_confirmed_at=found.totp_confirmed_at)
    ledger.record("account.totp_confirmed", found, by=by)
    return found


@transaction.atomic
def reset_totp(*, account: int, reason: str, by: Actor) -> None:
    """Remove a second factor whose phone is lost; its holder enrols a new one at next sign-in."""
    by.require("security.administer")
    found = _account(account)
    if by.person == found.person_id:
        raise rules.NotYourself()
    Account.objects.filter(pk=account).update(totp_secret="", totp_confirmed_at=None, totp_step=0)
    ledger.record("account.totp_reset", found, by=by, reason=reason)


def _take_code(account: Account, code: str) -> bool:
    secret = queries.totp_secret_in_clear(account)
    step = totp.step_of(secret, code, clock.instant().timestamp(), after=account.totp_step)
    if step is None:
        return False
    # Of two sign-ins with the same code at the same moment only one moves the step on.
    taken = Account.objects.filter(pk=account.pk, totp_step__lt=step).update(totp_step=step)
    account.totp_step = step
    return bool(taken)


# One-time links --------------------------------------------------------------------------------


@transaction.atomic
def issue_link(
    *, account: int, by: Actor, purpose: str = "password", hours: int = rules.LINK_HOURS
) -> str:
    """Issue a link by which a password is set once; answers its token, which is not kept.

    Earlier links of the same purpose stop working.
    """
    by.require("system.administer")
    found = _account(account)
    now = clock.instant()
    OneTimeLink.objects.filter(
        account=found, purpose=purpose, used_at__isnull=True, expires_at__gt=now
    ).update(expires_at=now)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink.objects.create(
        token_hash=queries.token_hash(token),
        purpose=purpose,
        account=found,
        issued_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    ledger.record("link.issued", link, by=by, account=found.pk, hours=hours)
    return token


@transaction.atomic
def use_link(*, token: str, by: Actor, purpose: str = "password") -> Account:
    """Use a link; it works once."""
    now = clock.instant()
    wanted = OneTimeLink.objects.filter(
        token_hash=queries.token_hash(token), purpose=purpose, account__is_active=True
    )
    # Claim it first: of two who follow the link at once, one must find it dead.
    if not wanted.filter(used_at__isnull=True, expires_at__gt=now).update(used_at=now):
        raise rules.LinkDead()
    link = wanted.select_related("account__person").get()
    ledger.record("link.used", link, by=by, account=link.account_id)
    return link.account


@transaction.atomic
def set_password_by_link(*, token: str, password: str, by: Actor) -> Account:
    """Use a link to set a password; a password that cannot be taken leaves the link unused."""
    return _set_password(use_link(token=token, by=by), password, by)


def _account(id: int) -> Account:
    found = Account.objects.filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def _check_own(account: Account, by: Actor) -> None:
    if by.person != account.person_id:
        raise NotPermitted(grant="system.administer")
