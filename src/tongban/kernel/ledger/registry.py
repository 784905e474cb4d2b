"""Which events are declared, and which reactions asked to hear them.

An event's name carries its version: `case.accepted` is the first, `case.accepted.v2` the next.
"""

from collections.abc import Callable, Mapping
from typing import Any

Reaction = Callable[[Any], None]

_events: dict[str, str] = {}
_reactions: dict[str, dict[str, Reaction]] = {}


def declare(part: str, events: Mapping[str, str]) -> None:
    """Take the events of one card; a name belongs to exactly one card."""
    for name, meaning in events.items():
        if _events.get(name, meaning) != meaning:
            raise RuntimeError(f"{part}: the event {name!r} is declared by another card; rename it.")
        _events[name] = meaning


def on(*names: str) -> Callable[[Reaction], Reaction]:
    """Hear the named events; the reaction runs in its own transaction, later, exactly once."""

    def register(reaction: Reaction) -> Reaction:
        label = f"{reaction.__module__.removesuffix('.reactions')}.{reaction.__name__}"
        for name in names:
            _reactions.setdefault(name, {})[label] = reaction
        return reaction

    return register


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
