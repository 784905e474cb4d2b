"""A one-thing (一件事): which items it needs, in what order, and how long the whole takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Condition = Callable[[str, Mapping[str, Any]], bool]

QUESTIONS_AT_MOST = 6
JOINT_LIMIT = 45
"""行政许可法 第四十二条: joint handling takes at most 45 days (+15)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A situation question (情形引导) with its few answers."""

    id: str
    text: str
    text_en: str
    why: str
    options: tuple[Mapping[str, str], ...]
    when: str = ""
    prefill: str = ""

    def values(self) -> list[str]:
        return [option["value"] for option in self.options]


@dataclass(frozen=True, slots=True)
class Member:
    """An item of the one-thing, with the situation that needs it."""

    key: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """`to` starts after `of` (its finish), and may use its output."""

    of: str
    to: str
    output: str = ""
    on_refuse: str = "block"


@dataclass(frozen=True, slots=True)
class OneThing:
    """A one-thing as published, read once."""

    key: str
    name: str
    name_en: str
    lead: str
    audience: str
    promised_days: int
    ready: bool
    subject_role: str
    words: tuple[str, ...]
    questions: tuple[Question, ...]
    members: tuple[Member, ...]
    edges: tuple[Edge, ...]
    before: Mapping[str, Any]
    body: Mapping[str, Any] = field(repr=False)
    of_project: bool = False
    """A phase of an investment project: begun from the project's page alone."""

    def title(self, language: str) -> str:
        return (self.name_en or self.name) if language.startswith("en") else self.name


def thing(body: Mapping[str, Any]) -> OneThing:
    """Read a published definition."""
    return OneThing(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        lead=body["lead"],
        audience=body.get("audience", "person"),
        promised_days=int(body.get("promised_days", 0)),
        ready=bool(body.get("ready", False)),
        subject_role=body.get("subject_role", "applicant"),
        words=tuple(body.get("words", ())),
        questions=tuple(
            Question(
                id=row["id"],
                text=row["text"],
                text_en=row.get("text_en", row["text"]),
                why=row.get("why", ""),
                options=tuple(row["options"]),
                when=row.get("when", ""),
                prefill=row.get("prefill", ""),
            )
            for row in body.get("question", ())
        ),
        members=tuple(Member(row["key"], row.get("when", "")) for row in body.get("item", ())),
        edges=tuple(
            Edge(row["from"], row["to"], row.get("output", ""), row.get("on_refuse", "block"))
            for row in body.get("edge", ())
        ),
        before=body.get("before", {}),
        body=body,
        of_project=bool(body.get("of_project", False)),
    )


def asked(found: OneThing, answers: Mapping[str, str], holds: Condition) -> list[Question]:
    """The questions that the answers so far make necessary, in order."""
    facts = {"q": dict(answers)}
    return [q for q in found.questions if not q.when or holds(q.when, facts)]


def active_items(found: OneThing, answers: Mapping[str, str], holds: Condition) -> list[str]:
    """The items that the situation needs, in the order of the definition."""
    facts = {"q": dict(answers)}
    return [m.key for m in found.members if not m.when or holds(m.when, facts)]


@dataclass(slots=True)
class Planned:
    """One item in the plan: working days from the filing, and the slack it has."""

    key: str
    days: int
    after: list[str]
    start: int = 0
    finish: int = 0
    slack: int = 0

    @property
    def is_critical(self) -> bool:
        return self.slack == 0


def plan(
    active: Sequence[str], edges: Sequence[Edge], days: Mapping[str, int]
) -> dict[str, Planned]:
    """Lay the active items on the time axis; the longest path is the whole thing's time.

    An edge through an item that the situation does not need falls away with it.
    """
    here = set(active)
    rows = {
        key: Planned(key, days.get(key, 0), [e.of for e in edges if e.to == key and e.of in here])
        for key in active
    }
    for key in order(active, edges):
        row = rows[key]
        row.start = max((rows[a].finish for a in row.after), default=0)
        row.finish = row.start + row.days
    total = max((row.finish for row in rows.values()), default=0)
    for key in reversed(order(active, edges)):
        followers = [r for r in rows.values() if key in r.after]
        latest = min((r.start + r.slack for r in followers), default=total)
        rows[key].slack = latest - rows[key].finish
    return rows


def order(active: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """The active items so that each stands after those it needs; raises on a circle."""
    left = list(active)
    done: list[str] = []
    while left:
        ready = [
            key
            for key in left
            if not any(e.to == key and e.of in left for e in edges if e.of != e.to)
        ]
        if not ready:
            raise ValueError(", ".join(left))
        done += ready
        left = [key for key in left if key not in ready]
    return done
