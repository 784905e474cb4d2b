"""What a version would do, before anyone signs it (发布前模拟)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.domains.services import rules
from tongban.domains.services.rules.things import JOINT_LIMIT
from tongban.doors.workbench.definitions import saying
from tongban.kernel import clock
from tongban.kernel.catalogue import kinds, queries
from tongban.kernel.catalogue.kinds import Body, Known
from tongban.kernel.processes import rules as flow

SHOWN = 24
"""Situations drawn in full; of the others the counts are given."""
LABEL, DAY, LANE, HEAD = 200, 16, 26, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One item on the time axis."""

    name: str
    y: int
    x: int
    width: int
    slack_x: int
    slack: int
    is_critical: bool
    words: str
    row: rules.Planned


@dataclass(frozen=True, slots=True)
class Chart:
    """The plan of one situation, as a drawing."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of outcome: an outlook, how many situations lead to it, and its drawing."""

    outlook: rules.Outlook
    alike: int
    answers: list[tuple[str, str]]
    names: list[str]
    chart: Chart
    fetched: list[tuple[str, int]]
    asked: list[str]
    papers: list[tuple[str, bool]]


def one_thing(body: Body, known: Known) -> Mapping[str, Any]:
    """The context of a one-thing's simulation."""
    found = rules.thing(body)
    items = {
        m.key: rules.item(known.get("service_item", m.key) or {})
        for m in found.members
        if known.has("service_item", m.key)
    }
    return _context(rules.simulate(found, items, known), known)


def service_item(body: Body, known: Known) -> Mapping[str, Any]:
    """The context of an item's simulation, in the situations of its own questions."""
    return _context(rules.simulate_item(body, known), known)


def process(body: Body, known: Known) -> Mapping[str, Any]:
    """Which items in force follow a process, and whether its stages fit into their days."""
    users = [
        rules.item(one)
        for one in known.all("service_item").values()
        if one.get("process") == body.get("key")
    ]
    return {"users": users, "days": flow.parse(body).longest_path()}


def _context(found: rules.Simulation, known: Known) -> Mapping[str, Any]:
    cases = [_case(one, len(alike), found, known) for one, alike in found.kinds[:SHOWN]]
    return {
        "simulation": found,
        "cases": cases,
        "more": max(0, len(found.kinds) - SHOWN),
        "total": len(found.outlooks),
        "days": found.days,
        "fields": _range(len(one.fields) for one in found.outlooks),
        "to_fill": _range(one.to_fill for one in found.outlooks),
        "papers": _range(one.to_hand_in for one in found.outlooks),
        "limit": JOINT_LIMIT,
        "wrong": [saying.sentence(fault) for fault in found.faults],
    }


def _range(numbers: Any) -> str:
    found = sorted(set(numbers)) or [0]
    return str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}"


def _case(one: rules.Outlook, alike: int, found: rules.Simulation, known: Known) -> Case:
    questions = {q.id: q for q in found.thing.questions}
    words = {
        (q.id, o["value"]): str(o.get("text", o["value"])) for q in questions.values()
        for o in q.options
    }  # fmt: skip
    registers = [
        (str((known.get("register", key) or {}).get("name", key)), n)
        for key, n in sorted(one.fetched.items(), key=lambda pair: -pair[1])
    ]
    return Case(
        outlook=one,
        alike=alike,
        answers=[(questions[k].text, words.get((k, v), v)) for k, v in one.answers.items()],
        names=[found.items[key].name for key in one.items],
        chart=_chart(one, found),
        fetched=registers,
        asked=[f"{f.role.name} · {f.label}" for f in one.fields if not f.sources],
        papers=[(paper.material.name, paper.is_asked) for paper in one.papers],
    )


def _chart(one: rules.Outlook, found: rules.Simulation) -> Chart:
    rows = sorted(one.plan.values(), key=lambda row: (row.start, -row.days, row.key))
    days = max(one.days, 1)
    step = max(DAY, min(48, 480 // days))
    bars = tuple(
        Bar(
            name=found.items[row.key].name,
            y=HEAD + n * LANE,
            x=LABEL + row.start * step,
            width=max(row.days * step, 4),
            slack_x=LABEL + row.finish * step,
            slack=row.slack * step,
            is_critical=row.is_critical,
            words=f"{row.start}–{row.finish}",
            row=row,
        )
        for n, row in enumerate(rows)
    )
    every = 1 if days <= 12 else 5
    ticks = tuple((LABEL + day * step, day) for day in range(0, days + 1, every))
    return Chart(LABEL + days * step + 24, HEAD + len(rows) * LANE + 6, bars, ticks)


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview that is ready to be drawn."""

    template: str
    context: Mapping[str, Any]


def previews(row: Any) -> list[Shown]:
    """Everything that is shown of a version before it is signed.

    A version too faulty to be tried shows nothing: its faults stand above.
    """
    about = queries.known(clock.today(), **{row.kind: {row.key: row.body}})
    found = []
    for preview in kinds.previews(row.kind):
        try:
            found.append(Shown(preview.template, preview.make(row.body, about)))
        except (AttributeError, LookupError, TypeError, ValueError):
            continue
    return found
