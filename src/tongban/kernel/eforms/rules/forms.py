"""Merging what several items ask into one form, and the way back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from tongban.kernel.eforms.rules.elements import (
    MODES,
    TODAY,
    Ask,
    Bound,
    Element,
    Mode,
    Option,
    Role,
    Source,
    field_faults,
    read_ask,
    read_element,
    read_role,
)
from tongban.kernel.errors import N_, Fault

T = TypeVar("T")

Condition = Callable[[str, Mapping[str, Any]], bool]
"""Whether a FEEL text holds over facts; null is no."""


@dataclass(frozen=True)
class Field:
    """A field (字段): one datum, asked once for all the items that want it."""

    asks: tuple[Ask, ...]

    @cached_property
    def key(self) -> str:
        return self.asks[0].key

    @property
    def role(self) -> Role:
        return self.asks[0].role

    @property
    def element(self) -> Element:
        return self.asks[0].element

    @property
    def period(self) -> str:
        return self.asks[0].period

    @property
    def type(self) -> str:
        return self.element.type

    @property
    def items(self) -> tuple[str, ...]:
        """Who wants it."""
        return tuple(ask.item for ask in self.asks)

    @cached_property
    def place(self) -> str:
        """Its name below the role: `name`, `income@2025`."""
        return self.key.partition(".")[2]

    @cached_property
    def pointer(self) -> str:
        """JSON Pointer into the answers."""
        return f"/{self.role.key}/{self.place}"

    @cached_property
    def group(self) -> str:
        """Under which heading it stands; empty for that of its role."""
        # Whoever writes the role's own name as heading means the role's group, not a second one.
        return _first(ask.group for ask in self.asks if ask.group != self.role.name)

    @cached_property
    def label(self) -> str:
        return _first(ask.name for ask in self.asks) or self.element.name

    @cached_property
    def label_en(self) -> str:
        return _first(ask.name_en for ask in self.asks) or self.element.name_en

    @cached_property
    def hint(self) -> str:
        return _first(ask.hint for ask in self.asks) or self.element.hint

    @cached_property
    def hint_en(self) -> str:
        return _first(ask.hint_en for ask in self.asks) or self.element.hint_en

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """What every item allows, in the element's order."""
        allowed = [set(ask.options) for ask in self.asks if ask.options]
        return tuple(
            option
            for option in self.element.options
            if all(option.value in values for values in allowed)
        )

    @cached_property
    def min_length(self) -> int:
        return max(self.element.min_length, *(ask.min_length for ask in self.asks))

    @cached_property
    def max_length(self) -> int | None:
        return min(
            _given(self.element.max_length, *(a.max_length for a in self.asks)), default=None
        )

    @cached_property
    def least(self) -> tuple[Bound, ...]:
        """Lower limits: the strictest fixed one, and `today` beside it."""
        return _strictest(_given(self.element.min, *(ask.min for ask in self.asks)), max)

    @cached_property
    def most(self) -> tuple[Bound, ...]:
        """Upper limits: the strictest fixed one, and `today` beside it."""
        return _strictest(_given(self.element.max, *(ask.max for ask in self.asks)), min)

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        found = {self.element.pattern, *(ask.pattern for ask in self.asks)}
        return tuple(sorted(found - {""}))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where it can be fetched; the first that answers wins, disagreement is shown."""
        return tuple(dict.fromkeys(source for ask in self.asks for source in ask.sources))

    @cached_property
    def mode(self) -> Mode:
        """The strictest mode any item wants when a source answers."""
        return _strictest_mode(self.asks)

    def mode_for(self, register: str) -> Mode:
        """The mode of a value that came from a register; what nobody fetched is editable.

        An item may lock the field to its own source only: another register's answer does not bind.
        """
        trusting = [a for a in self.asks if any(s.register == register for s in a.sources)]
        return _strictest_mode(trusting) if trusting else "editable"

    @cached_property
    def required(self) -> bool:
        """Whether it is required whatever the facts."""
        return any(ask.required is True and not ask.when for ask in self.asks)

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Every FEEL text its visibility or obligation hangs on."""
        return tuple(dict.fromkeys(text for ask in self.asks for text in ask.conditions))

    def is_asked(
        self, facts: Mapping[str, Any], condition: Condition, item: str | None = None
    ) -> bool:
        """Whether anybody (or that item) asks it, as things are."""
        return any(
            not ask.when or condition(ask.when, facts)
            for ask in self.asks
            if item is None or ask.item == item
        )

    def is_required(self, facts: Mapping[str, Any], condition: Condition) -> bool:
        """Whether anybody who asks it demands an answer."""
        if self.required:
            return True
        return any(
            (not ask.when or condition(ask.when, facts))
            and (condition(ask.required, facts) if isinstance(ask.required, str) else ask.required)
            for ask in self.asks
            if ask.required
        )

    def faults(self) -> Iterator[Fault]:
        """Whether the asks contradict each other: then no answer could satisfy all."""
        facts = {"label": self.label, "items": ", ".join(self.items)}
        if len({ask.element for ask in self.asks}) > 1:
            yield Fault(
                self.key, N_("“{label}” means different things in {items}."),
                N_("Use one data element, or two with different keys."), facts,
            )  # fmt: skip
        if self.element.options and not self.options:
            yield Fault(
                self.key, N_("No option of “{label}” is allowed by all of {items}."),
                N_("Allow at least one option in common."), facts,
            )  # fmt: skip
        if self.max_length is not None and self.min_length > self.max_length:
            yield Fault(
                self.key, N_("No text can be as short and as long as {items} want “{label}”."),
                N_("Correct min_length or max_length."), facts,
            )  # fmt: skip
        least, most = _fixed(self.least), _fixed(self.most)
        if least is not None and most is not None and least > most:  # type: ignore[operator]
            yield Fault(
                self.key, N_("The lower limit of “{label}” is above its upper limit in {items}."),
                N_("Correct min or max."), facts,
            )  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A form (表单): every datum that some items want, each asked once."""

    fields: tuple[Field, ...]
    items: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def inverse(self) -> dict[str, tuple[str, ...]]:
        """Item -> the keys it asked for: the way back to each agency's own part."""
        return {
            item: tuple(field.key for field in self.fields if item in field.items)
            for item in self.items
        }

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Contradictions between the items; a form of fewer of them has no others."""
        return tuple(fault for field in self.fields for fault in field.faults())

    @cached_property
    def asked(self) -> int:
        """How many fields the same items ask when each has its own form."""
        return sum(len(field.asks) for field in self.fields)

    def groups(self) -> list[tuple[str, Role, tuple[Field, ...]]]:
        """Headings with their fields; an empty group is headed by its role's name."""
        found: dict[tuple[str, str], list[Field]] = {}
        for field in self.fields:
            found.setdefault((field.group, "" if field.group else field.role.key), []).append(field)
        return [(group, fields[0].role, tuple(fields)) for (group, _), fields in found.items()]


Fields = Sequence[Mapping[str, Any] | Ask]


def merge(
    items: Iterable[tuple[str, Fields]],
    elements: Mapping[str, Mapping[str, Any] | Element],
    roles: Mapping[str, Mapping[str, Any] | Role] | None = None,
) -> Form:
    """One form for several items: one field per (role, element, period).

    Limits are intersected, options too, the strictest mode holds, sources are united in order, and
    it is required when any item requires it. Contradictions are in `.faults`, for publication.
    `elements` and `roles` are the bodies of their definitions, or what was read from them.
    """
    known = _Read(elements, Element, read_element)
    people = _Read(roles or {}, Role, read_role)
    names: list[str] = []
    asks: list[Ask] = []
    for item, fields in items:
        names.append(item)
        asks += [f if isinstance(f, Ask) else _ask(item, f, known, people) for f in fields]
    return _build(names, asks)


def combine(*forms: Form) -> Form:
    """The form of all their items; combining again changes nothing."""
    return _build(
        [item for form in forms for item in form.items],
        [ask for form in forms for field in form.fields for ask in field.asks],
    )


def part(form: Form, item: str) -> Form:
    """The form of one item alone, as it would be without the others."""
    return _build([item], [a for f in form.fields for a in f.asks if a.item == item])


def merge_faults(
    items: Iterable[tuple[str, Sequence[Mapping[str, Any]]]],
    elements: Mapping[str, Mapping[str, Any]],
    roles: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Fault]:
    """Everything that forbids publishing: in each item's fields, then between them."""
    parts = list(items)
    faults = [
        Fault(f"{item} {fault.where}", fault.says, fault.hint, fault.facts)
        for item, fields in parts
        for fault in field_faults(fields, elements, roles)
    ]
    return faults or list(merge(parts, elements, roles).faults)


class _Read(Generic[T]):
    """Bodies read when they are first needed: a form needs few of a city's elements."""

    def __init__(
        self,
        bodies: Mapping[str, Any],
        made: type[T],
        make: Callable[[Mapping[str, Any]], T],
    ) -> None:
        self._bodies, self._made, self._make = bodies, made, make
        self._done: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        if key not in self._done and key in self._bodies:
            body = self._bodies[key]
            self._done[key] = body if isinstance(body, self._made) else self._make(body)
        return self._done.get(key)


def _ask(item: str, body: Mapping[str, Any], elements: _Read[Element], roles: _Read[Role]) -> Ask:
    element, role = elements.get(body["element"]), roles.get(body["role"])
    if element is None:
        raise LookupError(f"{item}: no data element {body['element']!r}; check before publishing.")
    return read_ask(item, body, element, role)


def _build(items: Iterable[str], asks: Iterable[Ask]) -> Form:
    found: dict[str, dict[str, Ask]] = {}
    for ask in asks:
        found.setdefault(ask.key, {}).setdefault(ask.item, ask)
    fields = [Field(tuple(by_item.values())) for by_item in found.values()]
    # Roles stand together; within one, as the items ask. The sort is stable.
    first = {field.role.key: at for at, field in reversed(list(enumerate(fields)))}
    fields.sort(key=lambda field: (field.role.order, first[field.role.key]))
    return Form(tuple(fields), tuple(dict.fromkeys(items)))


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _given(*values: T | None) -> list[T]:
    return [value for value in values if value is not None]


def _strictest(bounds: list[Bound], pick: Callable[[list[Any]], Any]) -> tuple[Bound, ...]:
    fixed = [bound for bound in bounds if bound != TODAY]
    moving: tuple[Bound, ...] = (TODAY,) if TODAY in bounds else ()
    return ((pick(fixed),) if fixed else ()) + moving


def _fixed(bounds: tuple[Bound, ...]) -> Bound | None:
    return next((bound for bound in bounds if bound != TODAY), None)


def _strictest_mode(asks: Iterable[Ask]) -> Mode:
    modes = [MODES.index(ask.mode) for ask in asks if ask.sources]
    return MODES[max(modes, default=0)]  # type: ignore[return-value]
