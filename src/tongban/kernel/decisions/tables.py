"""Decision tables: rules, hit policies, and the record every evaluation leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongban.kernel.decisions.feel.errors import DecisionModelError, FeelError
from tongban.kernel.decisions.feel.expressions import SUBJECT, Test
from tongban.kernel.decisions.feel.functions import BUILTINS, call
from tongban.kernel.decisions.feel.operators import equal
from tongban.kernel.decisions.feel.types import Type, coerce
from tongban.kernel.decisions.feel.values import RUN, Closure, Scope, Value, note

POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
AGGREGATIONS = {"SUM": "C+", "MIN": "C<", "MAX": "C>", "COUNT": "C#"}
_AGGREGATES = {"C+": "sum", "C<": "min", "C>": "max"}


@dataclass(frozen=True, slots=True)
class Input:
    label: str
    value: Closure
    type: Type | None = None
    allowed: Test | None = None


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    type: Type | None = None
    # Output values in falling priority, for the policies P and O.
    priorities: tuple[Value, ...] = ()
    default: Closure | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    cells: tuple[Test, ...]
    outputs: tuple[Closure, ...]
    annotations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table, ready to run."""

    name: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if self.policy not in {*POLICIES.values(), *AGGREGATIONS.values()}:
            raise DecisionModelError(
                f"The hit policy {self.policy!r} is not known.",
                "Use U, A, P, F, R, O, C, C+, C<, C> or C#.",
            )
        for number, rule in enumerate(self.rules, 1):
            if len(rule.cells) != len(self.inputs) or len(rule.outputs) != len(self.outputs):
                raise DecisionModelError(
                    f"Rule {number} of {self.name} does not have one cell per column.",
                    f"Give {len(self.inputs)} conditions and {len(self.outputs)} results.",
                )

    def __call__(self, scope: Scope) -> Value:
        values = [self._input(column, scope) for column in self.inputs]
        scopes = [{**scope, SUBJECT: value} for value in values]
        cells = [
            [cell(inner) is True for cell, inner in zip(rule.cells, scopes, strict=True)]
            for rule in self.rules
        ]
        matched = [place for place, row in enumerate(cells) if all(row)]
        result, used = self._decide(matched, scope)
        run = scope.get(RUN)
        if run is not None:
            run.tables.append(Record(self, values, cells, matched, used, result))
        return result

    def _input(self, column: Input, scope: Scope) -> Value:
        value = column.value(scope)
        if column.type is not None:
            fits, value = coerce(value, column.type)
            if not fits:
                return note(scope, f"{self.name}: {column.label} is not a {column.type.kind}.")
        if column.allowed is not None and value is not None:
            allowed = column.allowed({**scope, SUBJECT: value})
            if allowed is not True:
                return note(scope, f"{self.name}: {column.label} has a value that is not allowed.")
        return value

    def _decide(self, matched: list[int], scope: Scope) -> tuple[Value, list[int]]:
        if not matched:
            return self._default(scope), []
        if self.policy == "U" and len(matched) > 1:
            rows = ", ".join(str(place + 1) for place in matched)
            return note(scope, f"{self.name}: only one rule may match, but {rows} do."), []
        if self.policy in "UF":
            return self._shaped(self._outputs(matched[0], scope)), matched[:1]
        return self._several(matched, scope)

    def _several(self, matched: list[int], scope: Scope) -> tuple[Value, list[int]]:
        rows = [(place, self._outputs(place, scope)) for place in matched]
        if self.policy == "A":
            if any(equal(list(row), list(rows[0][1])) is not True for _, row in rows):
                return note(scope, f"{self.name}: the matching rules disagree."), []
            return self._shaped(rows[0][1]), matched
        if self.policy in "PO":
            rows.sort(key=lambda pair: self._rank(pair[1]))
            if self.policy == "P":
                return self._shaped(rows[0][1]), [rows[0][0]]
        results = [self._shaped(row) for _, row in rows]
        if self.policy == "C#":
            return Decimal(len(results)), matched
        if self.policy in _AGGREGATES:
            return self._aggregate(results, scope), matched
        return results, [place for place, _ in rows]

    def _aggregate(self, results: list[Value], scope: Scope) -> Value:
        function = BUILTINS[_AGGREGATES[self.policy]]
        try:
            if len(self.outputs) > 1:
                return {
                    column.name: call(function, ([row[column.name] for row in results],))
                    for column in self.outputs
                }
            return call(function, (results,))
        except FeelError as error:
            return note(scope, f"{self.name}: {error}")

    def _outputs(self, place: int, scope: Scope) -> list[Value]:
        values = [output(scope) for output in self.rules[place].outputs]
        for column, value in enumerate(values):
            wanted = self.outputs[column].type
            if wanted is not None:
                fits, values[column] = coerce(value, wanted)
                if not fits:
                    note(scope, f"{self.name}: rule {place + 1} gives no {wanted.kind}.")
        return values

    def _shaped(self, row: Sequence[Value]) -> Value:
        if len(self.outputs) == 1:
            return row[0]
        return {column.name: value for column, value in zip(self.outputs, row, strict=True)}

    def _rank(self, row: list[Value]) -> tuple[int, ...]:
        ranks = []
        for column, value in zip(self.outputs, row, strict=True):
            order = column.priorities
            places = (i for i, each in enumerate(order) if equal(value, each) is True)
            ranks.append(next(places, len(order)))
        return tuple(ranks)

    def _default(self, scope: Scope) -> Value:
        defaults = [column.default for column in self.outputs]
        if any(default is not None for default in defaults):
            row = [None if default is None else default(scope) for default in defaults]
            shaped = self._shaped(row)
            several = self.policy in ("R", "O", "C") and not isinstance(shaped, list)
            return [shaped] if several else shaped
        if self.policy == "C#":
            return Decimal(0)
        if self.policy in ("R", "O", "C"):
            return []
        return None


@dataclass(frozen=True, slots=True)
class Record:
    """What one run of a table saw and decided."""

    table: Table
    values: list[Value]
    cells: list[list[bool]]
    matched: list[int]
    used: list[int]
    result: Value


Encoder = Callable[[Value], Any]


def recorded(record: Record, encode: Encoder) -> dict[str, Any]:
    """A record as plain data."""
    table = record.table
    return {
        "table": table.name,
        "hit_policy": table.policy,
        "inputs": [
            {"label": column.label, "value": encode(value)}
            for column, value in zip(table.inputs, record.values, strict=True)
        ],
        "rules": [
            {
                "rule": place + 1,
                "key": rule.key,
                "cells": record.cells[place],
                "matched": place in record.matched,
                "annotations": dict(rule.annotations),
            }
            for place, rule in enumerate(table.rules)
        ],
        "matched": [place + 1 for place in record.matched],
        "used": [place + 1 for place in record.used],
        "result": encode(record.result),
    }
