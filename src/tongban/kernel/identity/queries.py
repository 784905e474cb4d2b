"""Who there is and who may what; nothing here writes.

Numbers come masked; the two queries that open them end in `_in_clear`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor, Channel
from tongban.kernel.crypto import masking, vault
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import codes, rules
from tongban.kernel.identity.models import (
    Account as Account,  # doors name the type, and may not reach for tables
)
from tongban.kernel.identity.models import (
    Appointment,
    Division,
    LegalEntity,
    OneTimeLink,
    Organ,
    Person,
    Post,
    Proxy,
)

NUMBER = "person.number"
PHONE = "person.phone"
TOTP = "account.totp"


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post as its holder sees it."""

    id: int
    key: str
    name: str
    unit: int
    unit_name: str
    organ: str
    organ_key: str
    organ_name: str
    level: str
    region: str
    grants: frozenset[str]
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who holds a post with a wanted grant."""

    person: int
    name: str
    post: int
    post_key: str
    post_name: str
    unit: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A person as others may see them."""

    id: int
    name: str
    number: str
    phone: str
    division: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone for whom one may act, and by what right."""

    name: str
    basis: str
    person: int | None = None
    entity: str = ""
    proxy: int | None = None
    scope: tuple[str, ...] = ()
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """One whom anyone may be in the demo."""

    username: str
    name: str
    is_official: bool
    introduction: str
    introduction_en: str
    posts: tuple[PostHeld, ...] = ()


# Actors ----------------------------------------------------------------------------------------


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


def check_scope(by: Actor, key: str) -> None:
    """Refuse when `by` acts by a proxy that does not cover the item or one-thing, or has ended."""
    if by.proxy is None:
        return
    given = proxies_in_force().filter(pk=by.proxy).first()
    if given is None:
        raise rules.ProxyEnded()
    if not rules.covers(given.scope, key):
        raise rules.OutsideProxy(key=key)


# Accounts --------------------------------------------------------------------------------------


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
    posts = _posts_by_person(account.person_id for account in accounts if account.is_official)
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


# Posts -----------------------------------------------------------------------------------------


def in_force(on: date) -> Q:
    """Rows with `from_on` and `to_on` whose period holds the day."""
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))


def posts_of(account: Account, *, on: date | None = None) -> list[PostHeld]:
    """The posts that the account's person holds, in order of appointment; none for a citizen."""
    if not account.is_official:
        return []
    return _posts_by_person([account.person_id], on=on).get(account.person_id, [])


def _posts_by_person(people: Iterable[int], *, on: date | None = None) -> dict[int, list[PostHeld]]:
    found: dict[int, list[PostHeld]] = {}
    appointments = (
        Appointment.objects.filter(in_force(on or clock.today()), person_id__in=list(people))
        .select_related("post__unit__organ")
        .order_by("from_on", "pk")
    )
    for appointment in appointments:
        post, unit = appointment.post, appointment.post.unit
        organ = unit.organ
        found.setdefault(appointment.person_id, []).append(
            PostHeld(
                id=post.pk,
                key=post.key,
                name=post.name,
                unit=unit.pk,
                unit_name=unit.name,
                organ=organ.uscc,
                organ_key=organ.key,
                organ_name=organ.short,
                level=organ.level,
                region=post.region,
                grants=frozenset(post.grants),
                from_on=appointment.from_on,
                to_on=appointment.to_on,
            )
        )
    return found


def appointments_of(person: int) -> list[Appointment]:
    """Every appointment of a person, past ones too."""
    return list(
        Appointment.objects.filter(person_id=person)
        .select_related("post__unit__organ")
        .order_by("from_on", "pk")
    )


def officials_with(grant: str, organ: str, *, on: date | None = None) -> list[Holder]:
    """Who in the organ (key or USCC) holds a post with the grant today."""
    rows = (
        Appointment.objects.filter(
            Q(post__unit__organ__key=organ) | Q(post__unit__organ__uscc=organ),
            in_force(on or clock.today()),
        )
        .select_related("person", "post")
        .order_by("from_on", "pk")
    )
    # Grants are a JSON list, which SQLite cannot search; an organ has few posts.
    return [
        Holder(
            person=row.person_id,
            name=row.person.name,
            post=row.post_id,
            post_key=row.post.key,
            post_name=row.post.name,
            unit=row.post.unit_id,
        )
        for row in rows
        if grant in row.post.grants
    ]


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post of an organ with who holds it today."""

    id: int
    key: str
    name: str
    name_en: str
    unit: str
    grants: tuple[str, ...]
    holders: tuple[tuple[int, str, date], ...]
    """(appointment, name, since) of each."""


def posts_in(organ: str, *, on: date | None = None) -> list[PostSeen]:
    """The posts of an organ (key or USCC) by unit, held or not."""
    held: dict[int, list[tuple[int, str, date]]] = {}
    rows = Appointment.objects.filter(
        Q(post__unit__organ__key=organ) | Q(post__unit__organ__uscc=organ),
        in_force(on or clock.today()),
    )
    for row in rows.select_related("person").order_by("from_on", "pk"):
        held.setdefault(row.post_id, []).append((row.pk, row.person.name, row.from_on))
    posts = Post.objects.filter(Q(unit__organ__key=organ) | Q(unit__organ__uscc=organ))
    return [
        PostSeen(
            id=post.pk,
            key=post.key,
            name=post.name,
            name_en=post.name_en,
            unit=post.unit.name,
            grants=tuple(post.grants),
            holders=tuple(held.get(post.pk, ())),
        )
        for post in posts.select_related("unit").order_by("unit_id", "pk")
    ]


def post(id: int) -> Post:
    """The post with its unit and organ."""
    found = Post.objects.select_related("unit__organ").filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def post_at(path: str) -> Post:
    """The post at `organ/unit/post`, as the city's files name it."""
    parts = path.split("/")
    if len(parts) == 3:
        organ_key, unit_key, key = parts
        found = (
            Post.objects.select_related("unit__organ")
            .filter(unit__organ__key=organ_key, unit__key=unit_key, key=key)
            .first()
        )
        if found is not None:
            return found
    raise NotFound()


# Organs and divisions --------------------------------------------------------------------------


def organ(key_or_uscc: str) -> Organ:
    """The organ with this key or unified social credit code."""
    found = Organ.objects.filter(Q(key=key_or_uscc) | Q(uscc=key_or_uscc)).first()
    if found is None:
        raise rules.NoSuchOrgan(key=key_or_uscc)
    return found


def organs(*, region: str = "") -> list[Organ]:
    """Every organ, or those within a region."""
    rows = Organ.objects.order_by("level", "division", "key")
    return list(rows.filter(division__startswith=region) if region else rows)


def division(code: str, *, on: date | None = None) -> Division | None:
    """The division that bore the code on a day; the latest one when none did."""
    day = on or clock.today()
    rows = sorted(Division.objects.filter(code=code), key=lambda row: row.valid_from)
    for row in rows:
        if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
            return row
    return rows[-1] if rows else None


def subdivisions(code: str = "", *, on: date | None = None) -> list[Division]:
    """The divisions directly below one, in force on a day; the topmost ones without a code."""
    day = on or clock.today()
    return list(
        Division.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), parent=code, valid_from__lte=day
        ).order_by("code")
    )


def division_today(code: str) -> Division | None:
    """What a code, perhaps abolished, has become: follows mergers to the division now in force."""
    seen: set[str] = set()
    found = division(code)
    while found is not None and found.merged_into and found.code not in seen:
        seen.add(found.code)
        if found.valid_to is None or found.valid_to >= clock.today():
            break
        found = division(found.merged_into)
    return found


# People and entities ---------------------------------------------------------------------------


def number_hash(number: str, kind: str = "111") -> str:
    """The keyed hash by which a person's number is looked up."""
    plain = codes.normal(number)
    return vault.keyed_hash(plain if kind == "111" else f"{kind}:{plain}", purpose=NUMBER)


def person(id: int) -> Person:
    """The person with this id."""
    found = Person.objects.filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def person_by_number(number: str, *, kind: str = "111") -> Person | None:
    """The person with this number; None when nobody here has it."""
    return Person.objects.filter(number_hash=number_hash(number, kind)).first()


def person_on_document(*, name: str, number: str) -> Person:
    """The person with this name and number; one answer for an unknown number and another name."""
    codes.PersonNumber.read(number)
    found = person_by_number(number)
    if found is None or codes.normal(found.name) != codes.normal(name):
        raise rules.NoSuchPerson()
    return found


def people_by_numbers(numbers: Iterable[str]) -> dict[str, Person]:
    """The persons with these resident numbers, by number; unknown ones are absent."""
    by_hash = {number_hash(number): number for number in numbers}
    found: dict[str, Person] = {}
    hashes = list(by_hash)
    for start in range(0, len(hashes), 500):
        for row in Person.objects.filter(number_hash__in=hashes[start : start + 500]):
            found[by_hash[row.number_hash]] = row
    return found


def people_by_phone(phone: str) -> models.QuerySet[Person]:
    """The persons who gave this phone; a family may share one."""
    return Person.objects.filter(phone_hash=vault.keyed_hash(phone, purpose=PHONE))


def masked(person: Person) -> Masked:
    """A person with name, number and phone masked (脱敏)."""
    return Masked(
        id=person.pk,
        name=masking.mask_name(person.name),
        number=masking.mask_person_number(number_in_clear(person)),
        phone=masking.mask_phone(phone_in_clear(person)),
        division=person.division,
    )


def number_in_clear(person: Person) -> str:
    """The person's own number. For officials: `actions.open_record`, which leaves a read record."""
    return vault.decrypt(person.number, purpose=NUMBER)


def phone_in_clear(person: Person) -> str:
    """The person's own phone. For officials: `actions.open_record`, which leaves a read record."""
    return vault.decrypt(person.phone, purpose=PHONE) if person.phone else ""


def entity(uscc: str) -> LegalEntity:
    """The legal entity with this unified social credit code."""
    found = LegalEntity.objects.select_related("legal_representative").filter(uscc=uscc).first()
    if found is None:
        raise NotFound()
    return found


# Proxies ---------------------------------------------------------------------------------------


def proxies_in_force(on: date | None = None) -> models.QuerySet[Proxy]:
    """Proxies that hold on a day: begun, not ended, not revoked."""
    return Proxy.objects.filter(in_force(on or clock.today()), revoked_at__isnull=True)


def proxies_for(person: int) -> list[Proxy]:
    """The proxies that the person holds today."""
    return list(
        proxies_in_force()
        .filter(agent_id=person)
        .select_related("principal_person", "principal_entity")
        .order_by("pk")
    )


def proxies_given_by(person: int) -> list[Proxy]:
    """The proxies in force by which others act for the person."""
    return list(
        proxies_in_force().filter(principal_person_id=person).select_related("agent").order_by("pk")
    )


def proxy(id: int) -> Proxy:
    """The proxy with this id, be it ended."""
    found = (
        Proxy.objects.select_related("principal_person", "principal_entity", "agent")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def principal_name(actor: Actor) -> str:
    """The name of whom the actor acts for; empty when for oneself."""
    if actor.for_entity:
        return entity(actor.for_entity).name
    if actor.for_person is not None and actor.for_person != actor.person:
        return person(actor.for_person).name
    return ""


def principals_of(account: Account) -> list[Principal]:
    """For whom the account may act today besides itself: as legal representative, then by proxy."""
    person = account.person_id
    found: list[Principal] = []
    if not account.is_official:
        found += [
            Principal(name=firm.name, basis="representative", entity=firm.uscc)
            for firm in LegalEntity.objects.filter(
                legal_representative_id=person, status="active"
            ).order_by("name")
        ]
    for given in proxies_for(person):
        # A window proxy belongs to the clerk's post, every other to the citizen.
        if (given.basis == "window") != account.is_official:
            continue
        firm, natural = given.principal_entity, given.principal_person
        found.append(
            Principal(
                name=firm.name if firm else natural.name if natural else "",
                basis=given.basis,
                person=given.principal_person_id,
                entity=firm.uscc if firm else "",
                proxy=given.pk,
                scope=tuple(given.scope),
                to_on=given.to_on,
            )
        )
    return found


# Keys of actors --------------------------------------------------------------------------------


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
