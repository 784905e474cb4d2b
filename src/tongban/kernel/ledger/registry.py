"""Which events are declared, and which reactions asked to hear them.

An event's name carries its version: `case.accepted` is the first, `case.accepted.v2` the next.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol


class Event(Protocol):
    """What a reaction is given: one event of the ledger, to read."""

    id: int
    name: str
    subject: str
    matter: int | None
    actor: str
    at: datetime
    data: dict[str, Any]
    delivery_id: int
    """The same each time it is brought to this reaction; by it a receiver drops a repeat."""


Reaction = Callable[[Any], None]

_events: dict[str, str] = {}
_reactions: dict[str, dict[str, Reaction]] = {}
_outside: set[str] = set()


def declare(part: str, events: Mapping[str, str]) -> None:
    """Take the events of one card; a name belongs to exactly one card."""
    for name, meaning in events.items():
        if _events.get(name, meaning) != meaning:
            raise RuntimeError(
                f"{part}: the event {name!r} is declared by another card; rename it."
            )
        _events[name] = meaning


def on(*names: str, outside: bool = False) -> Callable[[Reaction], Reaction]:
    """Hear the named events; the reaction runs in its own transaction, later, exactly once.

    With `outside` it runs outside any transaction, because it asks others: at least once, each time
    with the same `event.delivery_id`, by which the receiver drops a repeat. It must give up within
    half a minute, before another worker may take it for dead.
    """

    def register(reaction: Reaction) -> Reaction:
        label = f"{reaction.__module__.removesuffix('.reactions')}.{reaction.__name__}"
        for name in names:
            if _reactions.setdefault(name, {}).get(label, reaction) is not reaction:
                raise RuntimeError(
                    f"{label} already hears {name!r}; give one of the two another name."
                )
            _reactions[name][label] = reaction
        if outside:
            _outside.add(label)
        return reaction

    return register


def forget(reaction: Reaction) -> None:
    """Take a reaction out again; for tests."""
    for heard in _reactions.values():
        for label in [label for label, known in heard.items() if known is reaction]:
            del heard[label]
            _outside.discard(label)


def is_declared(name: str) -> bool:
    """Whether some card declares the event."""
    return name in _events


def heard_by(name: str) -> list[str]:
    """The labels of the reactions that asked for the event."""
    return list(_reactions.get(name, ()))


def reaction(name: str, label: str) -> Reaction | None:
    """The reaction behind a delivery; None when the code no longer has it."""
    return _reactions.get(name, {}).get(label)


def events() -> dict[str, str]:
    """Every declared event with its meaning."""
    return dict(sorted(_events.items()))


def is_outside(label: str) -> bool:
    """Whether the reaction runs outside any transaction."""
    return label in _outside
