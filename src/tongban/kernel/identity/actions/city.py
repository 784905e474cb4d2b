"""Read a city's divisions, organs and officials into the database."""

from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import city_files, queries, rules
from tongban.kernel.identity.actions.accounts import open_account
from tongban.kernel.identity.actions.people import NewPerson, enrol_people
from tongban.kernel.identity.actions.posts import appoint
from tongban.kernel.identity.models import Account, Appointment, Division, Organ, Post, Unit
from tongban.kernel.ledger import actions as ledger

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def seed(*, folder: Path, by: Actor) -> dict[str, int]:
    """Read the three files; what is there already is brought up to date, nothing is removed.

    Answers how many rows were made or changed, by kind: nothing on a second reading. Appointments
    are only added, since who holds a post is changed at the workbench once the city runs.
    """
    by.require("system.administer")
    city = city_files.read(folder)
    if city.faults:
        raise rules.CityFileWrong(count=len(city.faults), first=city.faults[0], all=city.faults)
    counts: Counter[str] = Counter()
    for row in city.divisions:
        counts["divisions"] += _division(row)
    organs = _organs(city, counts)
    posts = _posts(city, organs, counts)
    _officials(city, posts, counts, by)
    done = {kind: count for kind, count in counts.items() if count}
    if done:
        ledger.record("city.read", f"city:{folder.name}", by=by, counts=done, sha256=city.sha256)
    return done


def _division(row: city_files.DivisionRow) -> bool:
    return _bring(
        Division,
        {"code": row.code, "valid_from": row.valid_from},
        {
            "name": row.name,
            "name_en": row.name_en,
            "level": row.level,
            "parent": row.parent,
            "valid_to": row.valid_to,
            "merged_into": row.merged_into,
        },
    )[1]


def _organs(city: city_files.City, counts: Counter[str]) -> dict[str, Organ]:
    organs: dict[str, Organ] = {}
    written: set[str] = set()
    for row in city.organs:
        organs[row.key], changed = _bring(
            Organ,
            {"key": row.key},
            {
                "uscc": row.uscc,
                "name": row.name,
                "short": row.short,
                "name_en": row.name_en,
                "kind": row.kind,
                "level": row.level,
                "division": row.division,
            },
        )
        written |= {row.key} if changed else set()
    # Only once all are there: an organ may stand in the file before the one it belongs to.
    for row in city.organs:
        line = organs[row.line].pk if row.line else None
        area = organs[row.area].pk if row.area else None
        organ = organs[row.key]
        if (organ.line_parent_id, organ.area_parent_id) != (line, area):
            Organ.objects.filter(pk=organ.pk).update(line_parent=line, area_parent=area)
            written.add(row.key)
    counts["organs"] += len(written)
    return organs


def _posts(
    city: city_files.City, organs: dict[str, Organ], counts: Counter[str]
) -> dict[str, Post]:
    found: dict[str, Post] = {}
    for organ in city.organs:
        for unit_row in organ.units:
            unit, changed = _bring(
                Unit,
                {"organ": organs[organ.key], "key": unit_row.key},
                {"name": unit_row.name, "name_en": unit_row.name_en},
            )
            counts["units"] += changed
            for row in unit_row.posts:
                found[row.path], changed = _bring(
                    Post,
                    {"unit": unit, "key": row.key},
                    {
                        "name": row.name,
                        "name_en": row.name_en,
                        "grants": list(row.grants),
                        "region": row.region,
                    },
                )
                counts["posts"] += changed
    _check_holders_apart()
    return found


def _check_holders_apart() -> None:
    """A post that gains an administration may meet another in the hand of its holder."""
    held: dict[int, set[str]] = {}
    for row in Appointment.objects.filter(queries.in_force(clock.today())).select_related("post"):
        mine = held.setdefault(row.person_id, set())
        mine |= rules.ADMINISTRATIONS & set(row.post.grants)
        if len(mine) > 1:
            raise rules.AdministratorsApart(held=row.post.name)


def _officials(
    city: city_files.City, posts: dict[str, Post], counts: Counter[str], by: Actor
) -> None:
    people = enrol_people(
        people=[
            NewPerson(
                name=row.name,
                name_en=row.name_en,
                number=row.number,
                phone=row.phone,
                verified_level=3,
            )
            for row in city.officials
        ],
        by=by,
    )
    names = {row.login for row in city.officials}
    known = set(Account.objects.filter(username__in=names).values_list("username", flat=True))
    held = set(Appointment.objects.values_list("person_id", "post_id"))
    for row, person in zip(city.officials, people, strict=True):
        if row.login not in known:
            open_account(
                person=person.pk,
                username=row.login,
                is_official=True,
                is_demo=row.demo,
                introduction=row.introduction,
                introduction_en=row.introduction_en,
                by=by,
            )
            counts["accounts"] += 1
        for path in row.posts:
            post = posts[path]
            # Ended ones count too: a post taken away must not come back with the next reading.
            if (person.pk, post.pk) not in held:
                appoint(person=person.pk, post=post.pk, from_on=row.from_on, by=by)
                counts["appointments"] += 1


def _bring(table: type[Row], key: dict[str, Any], values: dict[str, Any]) -> tuple[Row, bool]:
    """Make the row, or change it where it differs; answers whether anything was written."""
    row, made = table._default_manager.get_or_create(**key, defaults=values)
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if differing:
        table._default_manager.filter(pk=row.pk).update(**differing)
        for name, value in differing.items():
            setattr(row, name, value)
    return row, made or bool(differing)
