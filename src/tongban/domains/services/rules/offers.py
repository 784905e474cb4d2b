"""What an offer asks of people and what it gives them, before anyone begins; pure."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.domains.services.rules.items import Item, Material
from tongban.domains.services.rules.things import (
    Edge,
    OneThing,
    Question,
    active_items,
    plan,
)

Condition = Callable[[str, Mapping[str, Any]], bool]

REPLACES = ("output", "licence", "register")
"""Ways that ask nothing of people, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A material that a situation needs, and what may stand in its place."""

    material: Material
    items: tuple[str, ...]
    replaced_by: tuple[tuple[str, str], ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether people must hand it in or promise it."""
        return not self.replaced_by


@dataclass(frozen=True, slots=True)
class Offer:
    """A one-thing in one situation: its items, its papers, its days."""

    thing: OneThing
    items: tuple[Item, ...]
    papers: tuple[Paper, ...]
    days: int
    organs: tuple[str, ...]

    @property
    def to_hand_in(self) -> int:
        return sum(paper.is_asked for paper in self.papers)

    @property
    def visits(self) -> int:
        return sum(item.visits for item in self.items)


def papers(
    items: Sequence[Item], edges: Iterable[Edge], facts: Mapping[str, Any], holds: Condition
) -> list[Paper]:
    """Every material of a situation, once."""
    outputs = {(e.to, e.output) for e in edges if e.output}
    grouped: dict[tuple[str, str], list[tuple[Item, Material]]] = {}
    for item in items:
        for material in item.materials:
            if material.need == "always" or holds(material.need, facts):
                grouped.setdefault((material.key, material.role), []).append((item, material))
    return [
        Paper(
            material=wanting[0][1],
            items=tuple(item.key for item, _ in wanting),
            replaced_by=_shared([_ways(i.key, m, outputs) for i, m in wanting]),
        )
        for wanting in grouped.values()
    ]


def _ways(
    item: str, material: Material, outputs: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    return [
        (kind, key)
        for kind, key in material.satisfied_by
        if kind in REPLACES and (kind != "output" or (item, key) in outputs)
    ]


def _shared(ways: Sequence[list[tuple[str, str]]]) -> tuple[tuple[str, str], ...]:
    # One item that takes nothing in its place has people bring it, for all of them.
    return tuple(dict.fromkeys(w for row in ways for w in row)) if all(ways) else ()


def offer(
    found: OneThing,
    answers: Mapping[str, str],
    items: Mapping[str, Item],
    holds: Condition,
) -> Offer:
    """The one-thing as it is for a situation."""
    keys = active_items(found, answers, holds)
    wanted = [items[key] for key in keys if key in items]
    here = {item.key for item in wanted}
    edges = [e for e in found.edges if {e.of, e.to} <= here]
    planned = plan([i.key for i in wanted], edges, {i.key: i.promised_days for i in wanted})
    return Offer(
        thing=found,
        items=tuple(wanted),
        papers=tuple(papers(wanted, edges, {"q": dict(answers)}, holds)),
        days=max((row.finish for row in planned.values()), default=0),
        organs=tuple(dict.fromkeys(item.organ for item in wanted)),
    )


ANSWER = re.compile(r"\bq\.([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)


def questions_of(found: Item) -> tuple[Question, ...]:
    """The situation questions (办理情形) of one item handled alone."""
    return tuple(
        Question(
            id=row["id"],
            text=row["text"],
            text_en=row.get("text_en", row["text"]),
            why=row.get("why", ""),
            options=tuple(row["options"]),
        )
        for row in found.body.get("situation", ())
    )


def papers_of(found: Item, answers: Mapping[str, str], holds: Condition) -> list[Paper]:
    """The materials of one item in a situation.

    What hangs on a question that only a one-thing asks is listed: a guide leaves nothing out.
    """

    def may_hold(text: str, facts: Mapping[str, Any]) -> bool:
        return not set(ANSWER.findall(text)) <= set(answers) or holds(text, facts)

    return papers([found], [], {"q": dict(answers)}, may_hold)
