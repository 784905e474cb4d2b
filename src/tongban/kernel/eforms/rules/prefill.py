"""Filling a form from registers, counting what is left to do, and comparing for the official."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol, get_args

from tongban.kernel.eforms.rules.checks import Problem, check_value, holds, visible
from tongban.kernel.eforms.rules.forms import Condition, Field, Form
from tongban.kernel.eforms.rules.values import Value, Values, facts_of, mode_of, read


class Answer(Protocol):
    """What a register answered; `registries.queries.Answer` is one."""

    @property
    def found(self) -> bool: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def register(self) -> str: ...
    @property
    def source_organ(self) -> str: ...
    @property
    def fetched_at(self) -> Any: ...
    @property
    def query_id(self) -> Any: ...


Place = tuple[str, str]
"""(role, register): a register is asked about somebody."""


@dataclass(frozen=True)
class Prefilled:
    """A form as the registers fill it (预填)."""

    values: dict[str, Value]
    disagreements: tuple[str, ...] = ()
    """Keys on which two registers say different things; the value has the others `against` it."""
    unusable: Mapping[str, tuple[Value, Problem]] | None = None
    """What a register said that cannot be right: not filled in, but a reason for a correction."""
    silent: tuple[Place, ...] = ()
    """Who was not asked or did not answer: not the same as having no entry."""


def needed(form: Form, fields: Iterable[Field] | None = None) -> dict[Place, tuple[str, ...]]:
    """Whom to ask for what: (role, register) -> elements, and not one more (最小必要)."""
    found: dict[Place, dict[str, None]] = {}
    for field in form.fields if fields is None else fields:
        for source in field.sources:
            found.setdefault((source.role, source.register), {})[source.element] = None
    return {place: tuple(elements) for place, elements in found.items()}


def prefill(form: Form, answers: Mapping[Place, Answer | None]) -> Prefilled:
    """Fill what the registers know; the first source that answers wins, others stand against it.

    None for a place means that its register did not answer.
    """
    values: dict[str, Value] = {}
    unusable: dict[str, tuple[Value, Problem]] = {}
    disagreements: list[str] = []
    for field in form.fields:
        said: list[Value] = []
        for value in _said(field, answers):
            problems = check_value(field, value.value)
            if problems:
                unusable.setdefault(field.key, (value, problems[0]))
            elif all(other.value != value.value for other in said):
                said.append(value)
        if said:
            first, *others = said
            values[field.key] = replace(first, against=tuple(others))
        if len(said) > 1:
            disagreements.append(field.key)
    silent = tuple(place for place in needed(form) if answers.get(place) is None)
    return Prefilled(values, tuple(disagreements), unusable, silent)


def _said(field: Field, answers: Mapping[Place, Answer | None]) -> Iterable[Value]:
    for source in field.sources:
        answer = answers.get((source.role, source.register))
        if answer is None or not answer.found:
            continue
        value = read(field, _plain(answer.values.get(source.element)))
        if value in (None, ""):
            continue
        yield Value(
            value,
            "prefill",
            register=source.register,
            element=source.element,
            organ=answer.source_organ,
            query_id=str(answer.query_id or ""),
            fetched_at=_plain(answer.fetched_at) or "",
        )


def _plain(value: Any) -> Any:
    """Dates as JSON writes them."""
    return value.isoformat() if isinstance(value, date | datetime) else value


# ── what is left to do ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Counts:
    """How much a person still has to do (填 1 项、确认 2 项)."""

    to_fill: int = 0
    """Required, and nothing there yet."""
    to_confirm: int = 0
    """Fetched, and waiting for a look; also what registers disagree on."""
    done: int = 0
    """Filled in and settled, by a register or by hand."""
    optional: int = 0
    """Empty, and may stay so."""
    fetched: int = 0
    """Of all visible fields, how many a register or rule filled."""

    @property
    def visible(self) -> int:
        """All the fields that are asked as things are."""
        return self.to_fill + self.to_confirm + self.done + self.optional

    @property
    def share(self) -> float:
        """Which part of the visible fields was filled from registers."""
        return self.fetched / self.visible if self.visible else 0.0


def counts(
    form: Form,
    values: Values,
    facts: Mapping[str, Any] | None = None,
    *,
    condition: Condition = holds,
) -> Counts:
    """What is filled, what is to be confirmed, what is to be typed."""
    known = facts_of(form, values, facts)
    tally: Counter[str] = Counter()
    for field in visible(form, values, facts, condition=condition):
        value = values.get(field.key)
        if value is None or value.value is None:
            required = field.is_required(known, condition)
            tally["to_fill" if required else "optional"] += 1
            continue
        tally["to_confirm" if is_to_confirm(field, value) else "done"] += 1
        tally["fetched"] += value.source in {"prefill", "rule"}
    return Counts(**tally)


def is_to_confirm(field: Field, value: Value) -> bool:
    """Whether a person has still to look at a fetched value."""
    return not value.confirmed and mode_of(field, value) == "confirm"


# ── comparing ───────────────────────────────────────────────────────────────────────────────────

State = Literal["different", "only_form", "only_shared", "same"]
STATES: tuple[State, ...] = get_args(State)
"""In the order in which an official wants to see them."""


@dataclass(frozen=True)
class Row:
    """One line of the comparison of a form with shared data (比对)."""

    field: Field
    form: Value | None
    shared: Value | None
    state: State


def difference(form: Form, values: Values, shared: Values) -> list[Row]:
    """The form beside what registers say now, differences first, else in the form's order."""
    rows = []
    for field in form.fields:
        mine, theirs = values.get(field.key), shared.get(field.key)
        mine_is, theirs_is = _is_filled(mine), _is_filled(theirs)
        if not mine_is and not theirs_is:
            continue
        rows.append(Row(field, mine, theirs, _state(mine, theirs)))
    return sorted(rows, key=lambda row: STATES.index(row.state))


def _is_filled(value: Value | None) -> bool:
    return value is not None and value.value not in (None, "")


def _state(mine: Value | None, theirs: Value | None) -> State:
    if not _is_filled(theirs):
        return "only_form"
    if not _is_filled(mine):
        return "only_shared"
    assert mine is not None and theirs is not None
    # One register may agree while another does not: that is a difference to be looked at.
    is_same = mine.value == theirs.value and not theirs.against
    return "same" if is_same else "different"
