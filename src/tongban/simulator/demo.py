"""The people a city's stories are told about (演示人物), as `demo_people.toml` describes them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Shopfront:
    """The firm that a character runs."""

    name: str
    uscc: str
    kind: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a register holds of a character though it is not so."""

    kind: str
    register: str
    element: str
    held: Any
    truth: Any


@dataclass(frozen=True, slots=True)
class Character:
    """One whom visitors of the demo may be."""

    key: str
    number: str
    name: str
    phone: str
    login: str
    story: str
    """`birth`: a child was just born; `twins`: two; `restaurant`: about to open one; or nothing."""
    spouse: str
    married_on: date | None
    firm: Shopfront | None
    wrong: Wrong | None
    introduction: str
    introduction_en: str
    is_elder: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A proxy that one character gave another, by their keys."""

    principal: str
    agent: str
    scope: tuple[str, ...]
    days: int
    note: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone of the stories."""

    people: tuple[Character, ...] = ()
    proxies: tuple[Given, ...] = ()

    def by_key(self) -> Mapping[str, Character]:
        return {one.key: one for one in self.people}


def read(folder: Path) -> Cast:
    """Read the file; a city without one has no stories."""
    path = folder / "demo_people.toml"
    if not path.exists():
        return Cast()
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return Cast(
        people=tuple(map(_character, found.get("person", ()))),
        proxies=tuple(
            Given(
                principal=row["person"],
                agent=row["agent"],
                scope=tuple(row["scope"]),
                days=row.get("days", 365),
                note=row["note"],
            )
            for row in found.get("proxy", ())
        ),
    )


def _character(row: Mapping[str, Any]) -> Character:
    firm, wrong = row.get("firm"), row.get("fault")
    return Character(
        key=row["key"],
        number=row["number"],
        name=row["name"],
        phone=row.get("phone", ""),
        login=row.get("login", ""),
        story=row.get("story", ""),
        spouse=row.get("spouse", ""),
        married_on=row.get("married_on"),
        firm=Shopfront(firm["name"], firm["uscc"], firm["entity_type"]) if firm else None,
        wrong=Wrong(**wrong) if wrong else None,
        introduction=row.get("introduction", ""),
        introduction_en=row.get("introduction_en", ""),
        is_elder=row.get("elder_mode", False),
    )
