"""Read divisions.toml, organs.toml and officials.toml of a city; every fault is named at once.

Pure but for reading the files: nothing is looked up in the database.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tongban.kernel.errors import Refusal
from tongban.kernel.identity import codes, rules

FILES = ("divisions.toml", "organs.toml", "officials.toml")
DIVISION_LEVELS = frozenset({"nation", "province", "city", "district", "street"})


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as organs.toml has it; `path` is organ/unit/post."""

    path: str
    unit: str
    key: str
    name: str
    name_en: str
    grants: tuple[str, ...]
    region: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as organs.toml has it."""

    key: str
    name: str
    name_en: str
    posts: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class OrganRow:
    """An organ as organs.toml has it."""

    key: str
    uscc: str
    name: str
    short: str
    name_en: str
    kind: str
    level: str
    division: str
    line: str
    area: str
    units: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division as divisions.toml has it."""

    code: str
    name: str
    name_en: str
    level: str
    parent: str
    valid_from: date
    valid_to: date | None
    merged_into: str


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """An official as officials.toml has them."""

    login: str
    name: str
    name_en: str
    number: str
    phone: str
    posts: tuple[str, ...]
    from_on: date | None
    demo: bool
    introduction: str
    introduction_en: str


@dataclass(slots=True)
class City:
    """What the three files say, and what is wrong with them."""

    divisions: list[DivisionRow] = field(default_factory=list)
    organs: list[OrganRow] = field(default_factory=list)
    officials: list[OfficialRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sha256: str = ""

    @property
    def posts(self) -> dict[str, PostRow]:
        """Every post by its path."""
        return {
            post.path: post for organ in self.organs for unit in organ.units for post in unit.posts
        }


def read(folder: Path) -> City:
    """Read what there is of the three files; a file that is absent says nothing."""
    city = City()
    digest = hashlib.sha256()
    tables: dict[str, dict[str, Any]] = {}
    for name in FILES:
        path = folder / name
        if not path.exists():
            continue
        content = path.read_bytes()
        digest.update(name.encode() + b"\0" + content + b"\0")
        try:
            tables[name] = tomllib.loads(content.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            city.faults.append(f"{name}: {fault}")
    city.sha256 = digest.hexdigest()
    if not tables and not city.faults:
        city.faults.append(f"{folder}: there is none of {', '.join(FILES)}")
    readers: list[tuple[str, str, Callable[[Mapping[str, Any]], Any], list[Any]]] = [
        ("divisions.toml", "division", _division, city.divisions),
        ("organs.toml", "organ", _organ, city.organs),
        ("officials.toml", "official", _official, city.officials),
    ]
    for name, table, reader, rows in readers:
        for place, row in enumerate(tables.get(name, {}).get(table, []), start=1):
            try:
                rows.append(reader(row))
            except KeyError as missing:
                city.faults.append(f"{name}: [[{table}]] no. {place} lacks {missing}")
            except Refusal as refused:
                city.faults.append(f"{name}: [[{table}]] no. {place}: {refused}")
    if not city.faults:
        city.faults.extend(_contradictions(city))
    return city


def _division(row: Mapping[str, Any]) -> DivisionRow:
    return DivisionRow(
        code=str(row["code"]),
        name=row["name"],
        name_en=row.get("name_en", ""),
        level=row["level"],
        parent=row.get("parent", ""),
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        merged_into=row.get("merged_into", ""),
    )


def _organ(row: Mapping[str, Any]) -> OrganRow:
    region = rules.region_prefix(row["division"])
    return OrganRow(
        key=row["key"],
        uscc=codes.Uscc.read(row["uscc"]).text,
        name=row["name"],
        short=row.get("short", row["name"]),
        name_en=row.get("name_en", ""),
        kind=row.get("kind", "agency"),
        level=str(row["level"]),
        division=row["division"],
        line=row.get("line", ""),
        area=row.get("area", ""),
        units=tuple(_unit(unit, row["key"], region) for unit in row.get("unit", [])),
    )


def _unit(row: Mapping[str, Any], organ: str, region: str) -> UnitRow:
    return UnitRow(
        key=row["key"],
        name=row["name"],
        name_en=row.get("name_en", ""),
        posts=tuple(_post(post, organ, row["key"], region) for post in row.get("post", [])),
    )


def _post(row: Mapping[str, Any], organ: str, unit: str, region: str) -> PostRow:
    rules.check_post(row["name"], row["grants"])
    return PostRow(
        path=f"{organ}/{unit}/{row['key']}",
        unit=unit,
        key=row["key"],
        name=row["name"],
        name_en=row.get("name_en", ""),
        grants=tuple(row["grants"]),
        region=row.get("region", region),
    )


def _official(row: Mapping[str, Any]) -> OfficialRow:
    return OfficialRow(
        login=row["login"],
        name=row["name"],
        name_en=row.get("name_en", ""),
        number=codes.PersonNumber.read(row["number"]).text,
        phone=row.get("phone", ""),
        posts=tuple(row["posts"]),
        from_on=row.get("from_on"),
        demo=row.get("demo", False),
        introduction=row.get("introduction", ""),
        introduction_en=row.get("introduction_en", ""),
    )


def _contradictions(city: City) -> Iterable[str]:
    known = {row.code for row in city.divisions}
    yield from _twice("divisions.toml", (f"{row.code} {row.valid_from}" for row in city.divisions))
    for row in city.divisions:
        if row.level not in DIVISION_LEVELS:
            yield f"divisions.toml: {row.code} has the unknown level {row.level!r}"
        if row.valid_to and row.valid_to < row.valid_from:
            yield f"divisions.toml: {row.code} ends before it begins"
        for other in filter(None, (row.parent, row.merged_into)):
            if other not in known:
                yield f"divisions.toml: {row.code} names the unknown division {other}"
    keys = {row.key for row in city.organs}
    yield from _twice("organs.toml", (row.key for row in city.organs))
    yield from _twice("organs.toml", (row.uscc for row in city.organs))
    yield from _twice("organs.toml", (post.path for post in _every_post(city)))
    for organ in city.organs:
        for other in filter(None, (organ.line, organ.area)):
            if other not in keys:
                yield f"organs.toml: {organ.key} names the unknown organ {other}"
        if known and organ.division not in known:
            yield f"organs.toml: {organ.key} lies in the unknown division {organ.division}"
    yield from _twice("officials.toml", (row.login for row in city.officials))
    yield from _twice("officials.toml", (row.number for row in city.officials))
    yield from _officials(city)


def _officials(city: City) -> Iterable[str]:
    posts = city.posts
    for row in city.officials:
        unknown = [path for path in row.posts if path not in posts]
        for path in unknown:
            yield f"officials.toml: {row.login} holds the unknown post {path}"
        administrations = rules.ADMINISTRATIONS & {
            grant for path in row.posts if path in posts for grant in posts[path].grants
        }
        if len(administrations) > 1:
            yield f"officials.toml: {row.login}: {rules.AdministratorsApart(held=row.posts)}"


def _every_post(city: City) -> Iterable[PostRow]:
    return (post for organ in city.organs for unit in organ.units for post in unit.posts)


def _twice(name: str, keys: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield f"{name}: {key} stands there twice"
        seen.add(key)
