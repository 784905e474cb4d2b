"""Officials at the pages of the workbench."""

import secrets
from typing import Any

from django.test import Client

from tongban.domains.cases.models import Case
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens


def signed_in(login: str, *, post: int = 0) -> Client:
    """A browser in which the official (or citizen) of that name is signed in, holding a post."""
    account = identity.account(login)
    assert account is not None, login
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    at = clock.instant().timestamp()
    session["began"], session["seen"], session["means"] = at, at, "demo"
    posts = identity.posts_of(account)
    if posts:
        session["post"] = posts[post].id
    session.save()
    return client


def acting(login: str, *, post: int = 0) -> Actor:
    """The same as the actions see them."""
    account = identity.account(login)
    assert account is not None, login
    posts = identity.posts_of(account)
    return identity.actor_for(account=account, post=posts[post].id if posts else None)


FIRM = "92990102MAQH008860"


def filed(**answers: str) -> Case:
    """A food licence of the restaurateur, before the market bureau; no rule has looked at it."""
    account = identity.account("zhoumei")
    assert account is not None
    by = identity.actor_for(account=account, entity=FIRM)
    key = citizens.open_draft(by=by, item="food-licence", answers=answers).key
    citizens.complete(key=key, by=by)
    return now(citizens.submit(key=key, by=by).cases.get())


def now(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related("matter", "application").get(pk=case.pk)


def owed(case: Case) -> WorkItem:
    """What the agency owes the case now."""
    return WorkItem.objects.get(matter=case.matter_id, status__in=flow.OWED, mode=flow.Mode.SERIAL)


def settle() -> None:
    """Let everything that follows by itself follow."""
    while ledger.deliver():
        pass


def form(case: Case, **fields: Any) -> dict[str, Any]:
    """An act's form as the page of this moment would send it."""
    item = owed(case)
    return {"item": item.pk, "version": item.version, "key": secrets.token_hex(8), **fields}
