"""The actor behind an account, and the names behind what the ledger writes."""

import re
from collections.abc import Iterable

from tongban.kernel.actor import NOBODY, Actor, Channel
from tongban.kernel.crypto import masking
from tongban.kernel.identity import rules
from tongban.kernel.identity.models import (
    Account,
    LegalEntity,
    Person,
    Post,
)
from tongban.kernel.identity.queries.posts import PostHeld, posts_of
from tongban.kernel.identity.queries.proxies import proxies_in_force


def actor_for(
    *,
    account: Account,
    post: int | None = None,
    proxy: int | None = None,
    entity: str = "",
    channel: Channel = "web",
) -> Actor:
    """The actor behind an account: with the grants of the post held today, and of no other.

    A post whose appointment has ended is as if not chosen: no grants. A proxy that has ended is
    refused (`ProxyEnded`), as is a firm whose legal representative the person is not.
    """
    if not account.is_active:
        return NOBODY
    person = account.person
    held = next((held for held in posts_of(account) if held.id == post), None) if post else None
    actor = Actor(
        kind="official" if account.is_official else "person",
        key=_key(account, held),
        name=person.name,
        person=person.pk,
        post=held.id if held else None,
        post_key=held.key if held else "",
        organ=held.organ if held else "",
        unit=held.unit if held else None,
        region=held.region if held else "",
        level=held.level if held else "",
        grants=held.grants if held else frozenset(),
        for_person=None if account.is_official else person.pk,
        channel=channel,
    )
    if proxy is not None:
        return _by_proxy(actor, proxy)
    if entity:
        return _by_office(actor, entity)
    return actor


def _key(account: Account, held: PostHeld | None) -> str:
    if not account.is_official:
        return f"person:{account.person_id}"
    return f"official:{account.person_id}" + (f"@post:{held.id}" if held else "")


def _by_proxy(actor: Actor, proxy: int) -> Actor:
    given = (
        proxies_in_force()
        .filter(pk=proxy, agent_id=actor.person)
        .select_related("principal_entity")
        .first()
    )
    if given is None:
        raise rules.ProxyEnded()
    if given.basis == "window":
        # The person stands at the window; a clerk who has left it cannot go on in their name.
        actor.require("window.serve")
    firm = given.principal_entity
    if firm is not None and firm.status != "active":
        raise rules.EntityNotActive(name=firm.name, status=firm.status)
    return actor.acting_for(
        person=given.principal_person_id, entity=firm.uscc if firm else "", proxy=given.pk
    )


def _by_office(actor: Actor, uscc: str) -> Actor:
    # As an official one acts for the organ, never for one's own firm.
    firm = LegalEntity.objects.filter(uscc=uscc, legal_representative_id=actor.person).first()
    if firm is None or actor.is_official:
        raise rules.ProxyEnded()
    if firm.status != "active":
        raise rules.EntityNotActive(name=firm.name, status=firm.status)
    return actor.acting_for(person=actor.person, entity=firm.uscc)


def relayed(by: Actor, *, person: int, entity: str = "") -> Actor:
    """Another portal's client on behalf of a person, or of a firm that the person may act for.

    For a firm: its legal representative, or who holds its proxy; anyone else is refused.
    """
    if not entity:
        return by.acting_for(person=person)
    firm = LegalEntity.objects.filter(uscc=entity).first()
    is_head = firm is not None and firm.legal_representative_id == person
    given = None if is_head else _entity_proxy(person, entity)
    if firm is None or not (is_head or given):
        raise rules.ProxyEnded()
    if firm.status != "active":
        raise rules.EntityNotActive(name=firm.name, status=firm.status)
    return by.acting_for(person=person, entity=entity, proxy=given)


def _entity_proxy(person: int, uscc: str) -> int | None:
    found = proxies_in_force().filter(agent_id=person, principal_entity__uscc=uscc)
    return found.exclude(basis="window").order_by("pk").values_list("pk", flat=True).first()


def check_scope(by: Actor, key: str) -> None:
    """Refuse when `by` acts by a proxy that does not cover the item or one-thing, or has ended."""
    if by.proxy is None:
        return
    given = proxies_in_force().filter(pk=by.proxy).first()
    if given is None:
        raise rules.ProxyEnded()
    if not rules.covers(given.scope, key):
        raise rules.OutsideProxy(key=key)


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Who stands behind the keys that the ledger writes; `official:5@post:31` -> name and post."""
    read = {key: _ACTOR_KEY.fullmatch(key) for key in set(keys)}
    people = {int(m["person"]) for m in read.values() if m}
    posts = {int(m["post"]) for m in read.values() if m and m["post"]}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    held = {
        row.pk: f"{row.unit.organ.short} {row.name}"
        for row in Post.objects.filter(pk__in=posts).select_related("unit__organ")
    }
    found = {}
    for key, m in read.items():
        name = names.get(int(m["person"])) if m else None
        if m and name:
            # Officials act in public; citizens are named no further than needed.
            post = held.get(int(m["post"])) if m["post"] else None
            is_official = m["kind"] == "official"
            found[key] = (
                f"{name}（{post}）" if post else name if is_official else masking.mask_name(name)
            )
    return found


_ACTOR_KEY = re.compile(r"(?P<kind>official|person):(?P<person>\d+)(@post:(?P<post>\d+))?")
