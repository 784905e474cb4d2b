"""Faults (脏数据) planted on purpose, and the manifest that tells where each lies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from tongban.simulator.demo import Cast
from tongban.simulator.facts import Values, World

Held = dict[str, list[Values]]


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: what the register holds, and what is true."""

    kind: str
    register: str
    element: str
    subject: str
    held: Any
    truth: Any


def plant(world: World, held: Held, cast: Cast) -> list[Planted]:
    """Spoil about two in a hundred, of each kind at least one.

    Those of the stories are spared, and then given just the faults that the city's file names.
    """
    spared = {one.number for one in world.town.people if one.is_spared}
    spared |= {firm.uscc for firm in world.firms if firm.head.is_spared}
    spared |= {firm.shop.code for firm in world.firms if firm.head.is_spared}
    spared |= {b.number for b in world.town.births if b.mother.is_spared}
    planted: list[Planted] = []
    for spoil in (_names, _parents, _lagging, _closed, _closed_restaurant, _homeless, _expired):
        planted += spoil(world, held, spared)
    return planted + list(_of_stories(cast, held))


def _of_stories(cast: Cast, held: Held) -> Iterator[Planted]:
    for one in cast.people:
        if (wrong := one.wrong) is None:
            continue
        for row in held[wrong.register]:
            if one.number in {row.get("person_number"), row.get("legal_representative_number")}:
                row[wrong.element] = wrong.held
                subject = row.get("uscc", one.number)
                yield Planted(
                    wrong.kind, wrong.register, wrong.element, subject, wrong.held, wrong.truth
                )


def _some(die: Random, rows: list[Values], share: float, spared: set[str]) -> list[Values]:
    """Some rows, by the number or code that stands first in each."""
    open_to = [row for row in rows if next(iter(row.values())) not in spared]
    return die.sample(open_to, min(len(open_to), max(1, round(len(rows) * share))))


def _change(
    kind: str, register: str, key: str, element: str, rows: list[Values], to: Callable[[Any], Any]
) -> Iterator[Planted]:
    for row in rows:
        truth, wrong = row.get(element), to(row.get(element))
        if wrong == truth:
            continue
        row[element] = wrong
        yield Planted(kind, register, element, row[key], wrong, truth)


# What a clerk mistypes: another character of the same sound.
ALIKE = str.maketrans(
    "伟军杰明静丽艳娜敏建海安诗雨轩涵宇晨泽", "玮均洁铭婧莉燕那闵健凯庵施语萱函玉辰则"
)


def _misspelt(name: str) -> str:
    wrong = name.translate(ALIKE)
    return wrong if wrong != name else f"{name[:-1]}{'一' if name[-1] != '一' else '二'}"


def _names(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """姓名不一致: social insurance bears another name than the population register."""
    rows = _some(world.die, held["social_insurance"], 0.012, spared)
    yield from _change(
        "mismatched name", "social_insurance", "person_number", "name", rows, _misspelt
    )


def _parents(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """The hospital wrote a mother's name otherwise than her identity card."""
    rows = _some(world.die, held["births"], 0.04, spared)
    yield from _change("mismatched name", "births", "birth_no", "mother_name", rows, _misspelt)


def _lagging(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """户籍滞后: the household register still has the address before the last move."""
    rows = _some(world.die, held["households"], 0.012, spared)
    old = [home.address for home in world.town.homes]
    yield from _change(
        "lagging household",
        "households",
        "person_number",
        "household_address",
        rows,
        lambda _: world.die.choice(old),
    )


def _closed(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """已注销: deregistered, though others still take it for open."""
    shut = {firm.uscc for firm in world.firms if not firm.is_restaurant}
    rows = [row for row in held["entities"] if row["uscc"] in shut]
    rows = _some(world.die, rows, 0.015, spared)
    yield from _change(
        "deregistered firm", "entities", "uscc", "entity_status", rows, lambda _: "cancelled"
    )


def _closed_restaurant(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """One who wants to open a restaurant with a firm that is no more."""
    would_be = {firm.uscc for firm in world.firms if firm.is_restaurant}
    rows = [row for row in held["entities"] if row["uscc"] in would_be]
    rows = _some(world.die, rows, 0.0, spared)
    yield from _change(
        "deregistered firm", "entities", "uscc", "entity_status", rows, lambda _: "cancelled"
    )


def _homeless(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """不动产缺失: the premises of a firm stand in no register."""
    shops = {firm.shop.code for firm in world.firms}
    rows = [row for row in held["premises"] if row["premises_code"] in shops]
    for row in _some(world.die, rows, 0.03, spared):
        held["premises"].remove(row)
        yield Planted(
            "missing premises",
            "premises",
            "premises_address",
            row["premises_code"],
            None,
            row["premises_address"],
        )


def _expired(world: World, held: Held, spared: set[str]) -> Iterator[Planted]:
    """A health certificate that ran out."""
    rows = _some(world.die, held["health_certificates"], 0.03, spared)
    before = (world.on - timedelta(days=20)).isoformat()
    yield from _change(
        "expired certificate",
        "health_certificates",
        "person_number",
        "valid_until",
        rows,
        lambda _: before,
    )
