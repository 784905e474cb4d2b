"""What keeps an automatic rule careful: when a person decides, which cases it must get right; pure.

A decision table (`cities/*/decisions`) may say beside its rows:

    sample = 2                    # so many per cent of all cases, drawn by number, go to a person
    credit = true                 # a bad credit record that counts goes to a person
    [[near]]                      # so does a value close to a threshold
    label, expression, at, within # FEEL; numbers, `within` on either side
    fresh_within_days = { tax = 30 }  # an older entry of that register goes to a person; without,
                                  # as many days as the register itself declares
    [[golden]]                    # before any publication the table decides these as is written
    name, given, outcome, reason
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tongban.kernel.decisions import engine
from tongban.kernel.errors import N_, Fault

GRANT, NEED_INPUT, HUMAN = "GRANT", "NEED_INPUT", "HUMAN"
OUTCOMES = (GRANT, NEED_INPUT, HUMAN)
"""What a rule may say. Never a refusal: PIPL 24 leaves that to a person."""

USUAL = {
    "differences": 0,
    "unsourced": 0,
    "promised": False,
    "applied_on": "2026-09-01",
    "sources": [],
    "guards": [],
}
"""What a golden case need not say of `case`: everything is as it should be."""

Grid = Mapping[str, Any]
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Golden:
    """A case that the table must decide as is written (金案例)."""

    name: str
    outcome: str
    reason: str
    found_outcome: str
    found_reason: str

    @property
    def holds(self) -> bool:
        reasons_agree = not self.reason or self.reason == self.found_reason
        return self.outcome == self.found_outcome and reasons_agree


@dataclass(frozen=True, slots=True)
class Change:
    """A value that kept a rule from granting, and what it would have to be."""

    label: str
    value: Any
    wanted: str
    """The unary test of the row, as FEEL writes it."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A granting row that was missed, by as few values as any."""

    key: str
    law: str
    changes: tuple[Change, ...]


def outcome_of(result: engine.Result) -> tuple[str, str]:
    """(outcome, reason) of an evaluation; whatever is no known outcome is a person's to decide."""
    output = result.value if isinstance(result.value, Mapping) else {}
    outcome = str(output.get("outcome") or HUMAN)
    if result.errors or outcome not in OUTCOMES:
        outcome = HUMAN
    return outcome, str(output.get("reason") or "")


def near_thresholds(grid: Grid, facts: Facts, now: datetime | None = None) -> list[str]:
    """The labels of the thresholds that a value comes close to."""
    moment = {} if now is None else {"now()": now}
    found = []
    for row in grid.get("near", ()):
        value = engine.expression(str(row["expression"]))({**facts, **moment})
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            continue
        if abs(Decimal(str(value)) - Decimal(str(row["at"]))) <= Decimal(str(row["within"])):
            found.append(str(row["label"]))
    return found


def stale_sources(grid: Grid, facts: Facts) -> list[tuple[str, date]]:
    """(register, last update) of the entries that are too old to be decided on without a person."""
    case = facts.get("case", {})
    on, limits = _day(case.get("applied_on")), grid.get("fresh_within_days", {})
    found: dict[tuple[str, date], None] = {}
    for source in case.get("sources", ()):
        updated = _day(source.get("updated_on"))
        days = limits.get(source["register"], source.get("fresh_within_days"))
        if on and updated and days and updated < on - timedelta(days=int(days)):
            found[source["register"], updated] = None
    return list(found)


def _day(value: Any) -> date | None:
    """A day as Python, as JSON or as FEEL has it."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10]) if value else None
    return date(value.year, value.month, value.day) if value else None


def is_sampled(grid: Grid, number: str) -> bool:
    """Whether the case of that number is one of those a person looks at; always the same answer."""
    share = Decimal(str(grid.get("sample", 0)))
    drawn = int.from_bytes(hashlib.sha256(f"sample:{number}".encode()).digest()[:8])
    return drawn % 10_000 < share * 100


def golden(grid: Grid, model: engine.Model | None = None) -> list[Golden]:
    """Each golden case with what the table makes of it."""
    rows = grid.get("golden", ())
    model = model or (engine.load_grid(grid) if rows else None)
    found = []
    for row in rows:
        facts = _golden_facts(grid, row.get("given", {}))
        assert model is not None
        outcome, reason = outcome_of(engine.evaluate(model, str(grid["key"]), facts))
        found.append(
            Golden(
                name=str(row.get("name", "")),
                outcome=str(row.get("outcome", "")),
                reason=str(row.get("reason", "")),
                found_outcome=outcome,
                found_reason=reason,
            )
        )
    return found


def _golden_facts(grid: Grid, given: Facts) -> Facts:
    """What a case would see of a golden one: fields that it does not name are there, and empty."""
    form: dict[str, dict[str, Any]] = {}
    for text in (str(row.get("expression", "")) for row in grid.get("inputs", ())):
        for role, element in re.findall(r"\bform\.(\w+)\.(\w+)", text):
            form.setdefault(role, {})[element] = None
    for role, values in given.get("form", {}).items():
        form.setdefault(role, {}).update(values)
    case = {**USUAL, **given.get("case", {})}
    return {"q": dict(given.get("q", {})), "form": form, "case": case}


def asked_fields(grid: Grid, trace: engine.Trace) -> list[str]:
    """The fields (`role.element`) that the row which was used looked at: those to fill in."""
    found = []
    for table in trace.data["tables"]:
        for number in table["used"]:
            when = grid["rules"][number - 1].get("when", ())
            for column, test in zip(grid.get("inputs", ()), when, strict=True):
                root, _, place = str(column.get("expression", "")).partition(".")
                if root == "form" and place.count(".") == 1 and str(test).strip() != "-":
                    found.append(place)
    return found


def why_not(grid: Grid, trace: engine.Trace) -> list[WhyNot]:
    """The granting rows that failed by the fewest values; none where one was used."""
    rows: Sequence[Grid] = grid.get("rules", ())
    missed = []
    for table in trace.data["tables"]:
        for tried, row in zip(table["rules"], rows, strict=False):
            if _output(grid, row, "outcome") != GRANT:
                continue
            if tried["matched"]:
                return []
            missed.append(
                WhyNot(
                    key=str(row.get("key", "")),
                    law=str(row.get("law", "")),
                    changes=tuple(
                        Change(column["label"], column["value"], str(test))
                        for column, test, hit in zip(
                            table["inputs"], row["when"], tried["cells"], strict=True
                        )
                        if not hit
                    ),
                )
            )
    fewest = min((len(each.changes) for each in missed), default=0)
    return [each for each in missed if len(each.changes) == fewest]


def _output(grid: Grid, row: Grid, name: str) -> str:
    """The constant that a row gives for an output; empty when it is computed."""
    names = [str(column.get("name", "")) for column in grid.get("outputs", ())]
    if name not in names:
        return ""
    text = str(row["then"][names.index(name)]).strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else ""


def safeguard_faults(grid: Grid) -> Iterator[Fault]:
    """What is wrong with the care that a readable table takes."""
    yield from _outcome_faults(grid)
    yield from _near_faults(grid)
    yield from _fresh_faults(grid)
    share = grid.get("sample", 0)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 100:
        yield Fault("sample", N_("This is no share."), N_("Write per cent, from 0 to 100."))
    yield from _missing_golden(grid)
    for n, one in enumerate(golden(grid)):
        if one.outcome not in OUTCOMES:
            yield Fault(
                f"golden[{n}].outcome",
                N_("A rule may grant, ask for input or ask for a person; it never refuses."),
                N_("Write GRANT, NEED_INPUT or HUMAN."),
            )
        elif not one.holds:
            yield Fault(
                f"golden[{n}]",
                N_("The golden case “{name}” comes out as {found}, not as {wanted}."),
                N_("Mend the rules; or, if law has changed, the golden case."),
                {
                    "name": one.name,
                    "found": f"{one.found_outcome} {one.found_reason}".strip(),
                    "wanted": f"{one.outcome} {one.reason}".strip(),
                },
            )


def _missing_golden(grid: Grid) -> Iterator[Fault]:
    """A table is published only with cases that it must get right: what it grants, what not."""
    wanted = {str(row.get("outcome", "")) for row in grid.get("golden", ())}
    if not wanted:
        yield Fault(
            "golden",
            N_("No golden case says what this table must get right."),
            N_("Write [[golden]] with name, given, outcome and reason: one it grants, one not."),
        )
    elif grants(grid) and not (GRANT in wanted and wanted - {GRANT}):
        yield Fault(
            "golden",
            N_("The golden cases show only one side of this table."),
            N_("Write at least one case that it grants, and one that it does not."),
        )


def grants(grid: Grid) -> bool:
    """Whether any row of the table may grant."""
    return any(_output(grid, row, "outcome") in {GRANT, ""} for row in grid.get("rules", ()))


def _outcome_faults(grid: Grid) -> Iterator[Fault]:
    for n, row in enumerate(grid.get("rules", ())):
        said = _output(grid, row, "outcome")
        if said and said not in OUTCOMES:
            yield Fault(
                f"rules[{n}].then",
                N_("A rule may grant, ask for input or ask for a person; it never refuses."),
                N_("Write GRANT, NEED_INPUT or HUMAN."),
            )


def _near_faults(grid: Grid) -> Iterator[Fault]:
    for n, row in enumerate(grid.get("near", ())):
        if missing := [k for k in ("label", "expression", "at", "within") if k not in row]:
            yield Fault(f"near[{n}].{missing[0]}", N_("This is missing."), N_("Write it."))
            continue
        if not all(isinstance(row[k], int | float) for k in ("at", "within")) or row["within"] < 0:
            yield Fault(f"near[{n}]", N_("This is no number."), N_("Write one."))
        try:
            engine.names_in(str(row["expression"]))
        except engine.DecisionModelError as fault:
            yield Fault(
                f"near[{n}].expression",
                N_("This cannot be read: {why}"),
                N_("Mend the expression."),
                {"why": str(fault)},
            )


def _fresh_faults(grid: Grid) -> Iterator[Fault]:
    limits = grid.get("fresh_within_days", {})
    rows = limits.items() if isinstance(limits, Mapping) else [("", limits)]
    for register, days in rows:
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            where = f"fresh_within_days.{register}".rstrip(".")
            yield Fault(where, N_("This is no number of days."), N_("Write register = days."))


def warn_decision(grid: Grid, known: Any = None) -> list[Fault]:
    """What the second person should look at, though it does not forbid publishing."""
    found = []
    if grants(grid) and not grid.get("sample"):
        found.append(
            Fault(
                "sample",
                N_("No share of its cases is looked at by a person."),
                N_("One to five per cent is usual."),
            )
        )
    return found
