"""Draw a city's people, families, firms and homes, and fill its registers with what agencies know.

The same folder, numbers, seed and day give the same city. `draw` is pure; `build` writes it through
the same actions that real sources use.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from tongban.domains.registries import actions as registries
from tongban.domains.registries import queries as registers
from tongban.domains.registries.rules import Register, Row
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import queries as who
from tongban.simulator import demo, facts, faults, names
from tongban.simulator.facts import Values, World
from tongban.simulator.families import City, Place, Settlers, Town
from tongban.simulator.faults import Planted
from tongban.simulator.firms import Firm, Founders
from tongban.simulator.names import Numbers

STATUSES = {"open": "active", "abnormal": "active", "cancelled": "cancelled", "revoked": "revoked"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A city before anyone was told of it."""

    town: Town
    firms: list[Firm]
    rows: dict[str, list[Values]]
    manifest: list[Planted]
    cast: demo.Cast


@dataclass(frozen=True, slots=True)
class Summary:
    """What was built; numbers in it are fictional, and still never belong into a log."""

    persons: int
    firms: int
    households: int
    rows: dict[str, int]
    manifest: list[Planted]
    parents: list[str]
    """Numbers of mothers to whom a child was just born: each can run the birth one-thing."""
    restaurateurs: list[tuple[str, str]]
    """(number, USCC) of those who are about to open a restaurant."""
    accounts: dict[str, int] = field(default_factory=dict)
    """Demo login -> person."""
    proxies: int = 0
    skipped: tuple[str, ...] = ()
    """Registers that the city does not define, or that nothing is drawn for."""

    @property
    def planted(self) -> dict[str, int]:
        """How many faults of each kind."""
        return dict(Counter(one.kind for one in self.manifest))


def draw(
    *,
    folder: Path,
    persons: int = 5000,
    firms: int = 800,
    seed: int = 1,
    on: date,
    couples: int | None = None,
    restaurants: int | None = None,
) -> Drawn:
    """Draw a city in memory."""
    die = Random(seed)
    city, places = _city(folder), _places(folder)
    stock, cast = names.read(folder), demo.read(folder)
    numbers = Numbers(_taken(folder))
    couples = max(1, min(80, persons // 12)) if couples is None else couples
    restaurants = max(1, min(80, firms // 10)) if restaurants is None else restaurants
    settlers = Settlers(die=die, names=stock, numbers=numbers, places=places, city=city, on=on)
    town = settlers.settle(persons, couples, cast)
    founders = Founders(die=die, names=stock, numbers=numbers, places=places, city=city, town=town)
    founded = founders.found(firms, restaurants, cast)
    world = World(die, stock, numbers, city, town, founded)
    rows = {key: list(make(world)) for key, make in facts.REGISTERS.items()}
    return Drawn(town, founded, rows, faults.plant(world, rows, cast), cast)


@transaction.atomic
def build(
    *,
    folder: Path,
    persons: int = 5000,
    firms: int = 800,
    seed: int = 1,
    on: date,
    by: Actor,
    couples: int | None = None,
    restaurants: int | None = None,
) -> Summary:
    """Draw a city and write it: people, entities, the rows of each register the city defines.

    The people of `demo_people.toml` live in it and may sign in. All or nothing; organs and
    definitions must have been read before.
    """
    drawn = draw(
        folder=folder,
        persons=persons,
        firms=firms,
        seed=seed,
        on=on,
        couples=couples,
        restaurants=restaurants,
    )
    ids = _enrol(drawn, by)
    defined = {register.key: register for register, _ in registers.sources()}
    loaded = {
        key: registries.load(
            register=key, rows=[_row(defined[key], values, on) for values in rows], by=by
        ).rows
        for key, rows in drawn.rows.items()
        if key in defined and rows
    }
    accounts = _accounts(drawn.cast, ids, by)
    return Summary(
        persons=len(drawn.town.people),
        firms=len(drawn.firms),
        households=sum(1 for home in drawn.town.homes if home.members),
        rows=loaded,
        manifest=drawn.manifest,
        parents=list(dict.fromkeys(birth.mother.number for birth in drawn.town.births)),
        restaurateurs=[(f.head.number, f.uscc) for f in drawn.firms if f.is_restaurant],
        accounts=accounts,
        proxies=_proxies(drawn.cast, ids),
        skipped=tuple(sorted(set(defined) ^ set(drawn.rows))),
    )


def _enrol(drawn: Drawn, by: Actor) -> dict[str, int]:
    people = [
        identity.NewPerson(
            name=one.name,
            number=one.number,
            phone=one.phone,
            division=one.division,
            verified_level=2 if one.phone else 1,
        )
        for one in drawn.town.people
    ]
    enrolled = identity.enrol_people(people=people, by=by)
    ids = {one.number: row.pk for one, row in zip(people, enrolled, strict=True)}
    status = {row["uscc"]: row["entity_status"] for row in drawn.rows["entities"]}
    identity.enrol_entities(
        entities=[
            identity.NewEntity(
                uscc=firm.uscc,
                name=firm.name,
                kind=firm.kind,
                division=firm.shop.division,
                representative=ids[firm.head.number],
                status=STATUSES[status[firm.uscc]],
                established_on=firm.established,
            )
            for firm in drawn.firms
        ],
        by=by,
    )
    return ids


def _accounts(cast: demo.Cast, ids: Mapping[str, int], by: Actor) -> dict[str, int]:
    found = {}
    for one in cast.people:
        if one.login:
            identity.open_account(
                person=ids[one.number],
                username=one.login,
                is_demo=True,
                introduction=one.introduction[:200],
                introduction_en=one.introduction_en[:200],
                display="elder" if one.is_elder else "",
                by=by,
            )
            found[one.login] = ids[one.number]
    return found


def _proxies(cast: demo.Cast, ids: Mapping[str, int]) -> int:
    """Only the principal gives a proxy, so each gives it under the own account."""
    number = {key: one.number for key, one in cast.by_key().items()}
    given = 0
    for proxy in cast.proxies:
        principal = who.account_of(ids[number[proxy.principal]])
        if principal is None:
            continue
        identity.give_proxy(
            principal=principal.person_id,
            agent=ids[number[proxy.agent]],
            scope=list(proxy.scope),
            basis="family",
            # From the day on which it is given: a family proxy holds for a year at most.
            to_on=clock.today() + timedelta(days=proxy.days),
            evidence=proxy.note,
            by=who.actor_for(account=principal),
        )
        given += 1
    return given


def _row(about: Register, values: Values, on: date) -> Row:
    """One entry, with only what the city's definition of the register holds."""
    held = {k: v for k, v in values.items() if k in about.elements and v not in (None, "")}
    known = [
        date.fromisoformat(held[name])
        for name in ("birth_date", "marriage_date", "established_on", "moved_in_on", "death_date")
        if held.get(name)
    ]
    since = min(max(known), on) if known else on - timedelta(days=365)
    # Sources update by night, in the order in which the rows came; some are months behind.
    behind = sum(map(ord, str(values.get(about.key_element, "")))) % 180
    return Row(held, valid_from=since, updated_on=max(since, on - timedelta(days=behind)))


# ── what the city's files say ───────────────────────────────────────────────────────────────────


def _toml(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _city(folder: Path) -> City:
    found = _toml(folder, "city.toml")
    return City(
        name=found.get("name", "青禾市"),
        province=found.get("province_name", "青原省"),
        code=found.get("code", "990100"),
    )


def _places(folder: Path) -> list[Place]:
    rows = [row for row in _toml(folder, "divisions.toml").get("division", ()) if not _ended(row)]
    places = {
        row["code"]: Place(row["code"], row["name"], [])
        for row in rows
        if row["level"] == "district"
    }
    for row in rows:
        if row["level"] == "street" and row.get("parent") in places:
            places[row["parent"]].streets.append(row["name"])
    city = _city(folder)
    return list(places.values()) or [Place(f"{city.code[:4]}01", city.name, [])]


def _ended(row: Mapping[str, Any]) -> bool:
    return bool(row.get("valid_to"))


def _taken(folder: Path) -> set[str]:
    told = _toml(folder, "demo_people.toml")
    rows = [*_toml(folder, "officials.toml").get("official", ()), *told.get("person", ())]
    return {row["number"] for row in rows}
