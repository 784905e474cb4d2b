"""Accounts: whose they are, their links and second factors, and who may be tried in the demo."""

from dataclasses import dataclass

from django.conf import settings

from tongban.kernel import clock
from tongban.kernel.crypto import vault
from tongban.kernel.identity import rules
from tongban.kernel.identity.models import (
    Account,
    OneTimeLink,
    Person,
)
from tongban.kernel.identity.queries.posts import PostHeld, posts_by_person

TOTP = "account.totp"


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """One whom anyone may be in the demo."""

    username: str
    name: str
    is_official: bool
    introduction: str
    introduction_en: str
    posts: tuple[PostHeld, ...] = ()


def account(username: str) -> Account | None:
    """The account of that name."""
    return Account.objects.filter(username=username).first()


def account_of(person: int, *, is_official: bool = False) -> Account | None:
    """A person's account as a citizen or as an official."""
    return Account.objects.filter(person_id=person, is_official=is_official).first()


def link_alive(token: str) -> OneTimeLink | None:
    """The link of that token if it can still be used; looking does not use it."""
    return (
        OneTimeLink.objects.select_related("account")
        .filter(token_hash=token_hash(token), used_at__isnull=True, expires_at__gt=clock.instant())
        .first()
    )


def token_hash(token: str) -> str:
    """What is stored of a link's token; the token is random, so a plain hash is enough."""
    return vault.sha256_hex(token.encode())


def totp_secret_in_clear(account: Account) -> str:
    """The secret of the second factor, in base32; shown once, while it is enrolled."""
    return vault.decrypt(account.totp_secret, purpose=TOTP) if account.totp_secret else ""


def demo_identities() -> list[DemoIdentity]:
    """Whom one may be in the demo, citizens first; nobody where it is not a demo."""
    if not settings.TONGBAN_DEMO:
        return []
    accounts = list(
        Account.objects.filter(is_demo=True, is_active=True).order_by("is_official", "pk")[:200]
    )
    posts = posts_by_person(account.person_id for account in accounts if account.is_official)
    return [
        DemoIdentity(
            username=account.username,
            name=account.person.name,
            is_official=account.is_official,
            introduction=account.introduction,
            introduction_en=account.introduction_en,
            posts=tuple(posts.get(account.person_id, ())) if account.is_official else (),
        )
        for account in accounts
    ]


def check_demo_is_safe() -> None:
    """Refuse a demo beside people who may be real: it would open their records to anyone."""
    if settings.TONGBAN_DEMO:
        count = Person.objects.filter(is_fictional=False).count()
        if count:
            raise rules.DemoBesideRealData(count=count)
