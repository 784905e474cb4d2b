"""A policy as a rule: conditions over register fields, an amount, funds, a period.

A condition is a FEEL test that is true, false, or null where the registers do not hold what it
reads; one without a test can be shown by evidence only. Sums in fen; a definition says yuan.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tongban.kernel.decisions import engine
from tongban.kernel.decisions.trace import canonical_json
from tongban.kernel.errors import N_

TODAY = "today_is"
"""The name under which a rule reads the day; `today` is a function of FEEL."""
OPERATOR = "operator"
"""The role in which a firm stands in a form."""
NEARLY_AT_MOST = 2
CONFIRM_DAYS = 60


class Outcome(StrEnum):
    """How a firm stands to a policy."""

    FITS = "fits"
    PROVE = "prove"
    NEARLY = "nearly"
    NO = "no"


OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.FITS: (N_("fits"), "green"),
    Outcome.PROVE: (N_("fits, if you can show it"), "run"),
    Outcome.NEARLY: (N_("nearly fits"), "amber"),
    Outcome.NO: (N_("does not qualify"), ""),
}
"""How an outcome is said, and in which tone."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition (条件) with its own sentence and article."""

    id: str
    says: str
    says_en: str
    article: str
    reads: tuple[tuple[str, str], ...]
    """(register, element)."""
    test: str
    needed: str
    """The value that would do, in words."""
    needed_en: str
    evidence: str
    """What shows it where no register does."""
    is_curable: bool
    """Whether the firm can do something about it."""

    @property
    def elements(self) -> tuple[str, ...]:
        return tuple(element for _, element in self.reads)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy (惠企政策) as it is published."""

    key: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    organ: str
    law: str
    source: str
    starts: date
    ends: date
    funds: int
    """Fen that may be granted over the whole period."""
    amount: str
    reads: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...]
    is_apply_free: bool
    item: str
    nearly: int
    confirm_days: int

    @property
    def fields(self) -> dict[str, list[str]]:
        """Register -> the elements that are read from it; no other is asked."""
        found: dict[str, list[str]] = {}
        for register, element in (*self.reads, *(r for c in self.conditions for r in c.reads)):
            if element not in found.setdefault(register, []):
                found[register].append(element)
        return found

    @property
    def evidence(self) -> list[str]:
        return [one.evidence for one in self.conditions if one.evidence]

    def is_open(self, on: date) -> bool:
        return self.starts <= on <= self.ends


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition held against one firm."""

    condition: Condition
    is_met: bool | None
    now: dict[str, Any]
    """The values that were read, by element; what a register lacks is absent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A firm held against a policy, with what it rests on."""

    outcome: Outcome
    fen: int | None
    judged: tuple[Judged, ...]
    hash: str
    """SHA-256 over the rule's version, the facts and the results."""

    @property
    def failed(self) -> list[str]:
        return [one.condition.id for one in self.judged if one.is_met is False]

    @property
    def unknown(self) -> list[str]:
        return [one.condition.id for one in self.judged if one.is_met is None]


def policy(body: Mapping[str, Any]) -> Policy:
    """Read a published definition."""
    return Policy(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        summary=body.get("summary", ""),
        summary_en=body.get("summary_en", ""),
        organ=body["organ"],
        law=body["law"],
        source=body.get("source", ""),
        starts=_day(body["starts"]),
        ends=_day(body["ends"]),
        funds=int(body["funds"]) * 100,
        amount=str(body["amount"]),
        reads=_reads(body.get("reads", ())),
        conditions=tuple(_condition(row) for row in body["condition"]),
        is_apply_free=bool(body.get("apply_free", False)),
        item=body.get("item", ""),
        nearly=int(body.get("nearly", NEARLY_AT_MOST)),
        confirm_days=int(body.get("confirm_days", CONFIRM_DAYS)),
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    return Condition(
        id=row["id"],
        says=row["says"],
        says_en=row.get("says_en", ""),
        article=row["article"],
        reads=_reads(row.get("reads", ())),
        test=row.get("test", ""),
        needed=row.get("needed", ""),
        needed_en=row.get("needed_en", ""),
        evidence=row.get("evidence", ""),
        is_curable=bool(row.get("curable", False)),
    )


def _reads(texts: Any) -> tuple[tuple[str, str], ...]:
    found = []
    for text in texts:
        register, _, element = str(text).partition(".")
        found.append((register, element))
    return tuple(found)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def judge(found: Policy, facts: Mapping[str, Any], *, on: date, version: str) -> Verdict:
    """Hold a firm's facts against a policy on a day; the same input has the same hash.

    `facts`: element -> plain value (text, number, date); `version`: hash of the definition.
    """
    scope = {**facts, TODAY: on}
    judged = tuple(_judge(one, scope) for one in found.conditions)
    fen = _fen(found, scope)
    failed = [one for one in judged if one.is_met is False]
    if any(not one.condition.is_curable for one in failed) or len(failed) > found.nearly:
        outcome = Outcome.NO
    elif failed:
        outcome = Outcome.NEARLY
    elif fen is None or any(one.is_met is None for one in judged):
        outcome = Outcome.PROVE
    else:
        outcome = Outcome.FITS
    text = canonical_json(
        {
            "policy": found.key,
            "version": version,
            # The day counts only where a rule reads it: else the same facts are the same match.
            "on": on.isoformat() if _reads_the_day(found) else "",
            "facts": {name: _plain(value) for name, value in facts.items()},
            "conditions": {one.condition.id: one.is_met for one in judged},
            "outcome": str(outcome),
            "fen": fen,
        }
    )
    return Verdict(outcome, fen, judged, hashlib.sha256(text.encode()).hexdigest())


def _judge(one: Condition, scope: Mapping[str, Any]) -> Judged:
    now = {name: scope[name] for name in one.elements if name in scope}
    if not one.test or len(now) < len(one.elements):
        return Judged(one, None, now)
    answer = engine.expression(one.test, names_of(one))(scope)
    return Judged(one, answer if isinstance(answer, bool) else None, now)


def names_of(one: Condition) -> tuple[str, ...]:
    return (*one.elements, TODAY)


def amount(found: Policy, facts: Mapping[str, Any], *, on: date) -> int | None:
    """The sum in fen by what a form holds; None where it cannot be worked out."""
    return _fen(found, {**facts, TODAY: on})


def _fen(found: Policy, scope: Mapping[str, Any]) -> int | None:
    names = (*(element for elements in found.fields.values() for element in elements), TODAY)
    value = engine.expression(found.amount, names)(scope)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
        return None
    fen = int(Decimal(value) * 100)
    return fen if 0 < fen <= found.funds else None


def _reads_the_day(found: Policy) -> bool:
    texts = [found.amount, *(one.test for one in found.conditions)]
    return any(TODAY in text for text in texts)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def typed(kind: str, value: Any) -> Any:
    """A register's value as FEEL takes it, by the type of its element; None when it is none."""
    if kind == "date":
        try:
            return _day(value)
        except ValueError:
            return None
    if kind in {"number", "money", "integer"}:
        try:
            return Decimal(str(value))
        except ArithmeticError:
            return None
    return value
