"""Posts and who holds them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tongban.kernel import clock, rows
from tongban.kernel.errors import NotFound
from tongban.kernel.identity.models import (
    Account,
    Appointment,
    Organ,
    Post,
    Unit,
)


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


def in_force(on: date) -> Q:
    """Rows with `from_on` and `to_on` whose period holds the day."""
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))


def posts_of(account: Account, *, on: date | None = None) -> list[PostHeld]:
    """The posts that the account's person holds, in order of appointment; none for a citizen."""
    if not account.is_official:
        return []
    return posts_by_person([account.person_id], on=on).get(account.person_id, [])


_HELD = (
    f"SELECT {{0}}, {{1}}, {{2}}, {{3}} FROM {Appointment._meta.db_table} t0"
    f" JOIN {Post._meta.db_table} t1 ON t1.id = t0.post_id"
    f" JOIN {Unit._meta.db_table} t2 ON t2.id = t1.unit_id"
    f" JOIN {Organ._meta.db_table} t3 ON t3.id = t2.organ_id"
)


def posts_by_person(people: Iterable[int], *, on: date | None = None) -> dict[int, list[PostHeld]]:
    """The posts that each of these people holds, in order of appointment."""
    found: dict[int, list[PostHeld]] = {}
    day, wanted = on or clock.today(), list(people)
    if not wanted:
        return found
    marks = ", ".join(["%s"] * len(wanted))
    # By hand: every request of an official begins with it.
    read = rows.read_rows(
        f"{_HELD} WHERE t0.from_on <= %s AND (t0.to_on IS NULL OR t0.to_on >= %s)"
        f" AND t0.person_id IN ({marks}) ORDER BY t0.from_on, t0.id",
        [day, day, *wanted],
        Appointment,
        Post,
        Unit,
        Organ,
    )
    for appointment, post, unit, organ in read:
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
