"""The counter (审批用时): on how many working days some agency held the project; pure.

A day counts once, however many agencies held a case on it. The day on which a term starts, stops or
runs on is not counted, as in 行政许可法 第八十二条; the last day is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

Between = Callable[[date, date], int]
"""How many working days lie in (a, b]."""

AGENCY = frozenset({"acceptance", "statutory", "promised"})
"""The clocks that run while an agency, and nobody else, has to act."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days after `after`, up to and including `until`."""

    after: date
    until: date


@dataclass(frozen=True, slots=True)
class Stop:
    """Days on which a clock stood still (中止): from the day it stopped to the day it ran on."""

    begins: date
    ends: date | None = None


def spans(begins: date, ends: date, stops: Iterable[Stop]) -> list[Span]:
    """The days on which a clock ran, from its anchor to its end, without the stops."""
    found: list[Span] = []
    since: date | None = begins
    for stop in sorted(stops, key=lambda one: one.begins):
        if since is None or stop.begins > ends:
            break
        found.append(Span(since, stop.begins - timedelta(days=1)))
        since = stop.ends
    if since is not None:
        found.append(Span(since, ends))
    return [one for one in found if one.until > one.after]


def union(found: Iterable[Span]) -> list[Span]:
    """The same days without one of them twice, in order."""
    merged: list[Span] = []
    for one in sorted(found):
        if one.until <= one.after:
            continue
        if merged and one.after <= merged[-1].until:
            merged[-1] = Span(merged[-1].after, max(merged[-1].until, one.until))
        else:
            merged.append(one)
    return merged


def days(found: Iterable[Span], between: Between) -> int:
    """How many working days these are, each counted once."""
    return sum(between(one.after, one.until) for one in union(found))


# ── what is still to come ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Step:
    """A case of a phase: after which others it comes, and how many days it still needs."""

    key: str
    after: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The longest way through what is left (关键路径)."""

    days: int
    keys: tuple[str, ...] = ()


def critical_path(steps: Sequence[Step]) -> CriticalPath:
    """The longest path through the steps; a step that needs no more days is not on it.

    Steps name only what exists: an `after` that is not among them is done.
    """
    by_key = {one.key: one for one in steps}
    ends: dict[str, tuple[int, tuple[str, ...]]] = {}

    def end(key: str, above: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
        if key in above:
            raise ValueError(" → ".join((*above, key)))
        if key not in ends:
            one = by_key[key]
            before = [end(a, (*above, key)) for a in one.after if a in by_key]
            length, way = max(before, default=(0, ()), key=lambda row: row[0])
            ends[key] = (length + one.days, (*way, key) if one.days else way)
        return ends[key]

    found = max((end(one.key, ()) for one in steps), default=(0, ()), key=lambda row: row[0])
    return CriticalPath(*found)


# ── how it stands ───────────────────────────────────────────────────────────────────────────────


class Light(StrEnum):
    """How a counter stands against its limit."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    DONE = "done"


ORDER: Mapping[Light, int] = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2, Light.DONE: 3}


@dataclass(frozen=True, slots=True)
class Count:
    """Days used of a limit, and the days that what is left will need as planned."""

    used: int
    limit: int
    planned: int = 0
    is_done: bool = False
    warns: int = 0
    """With so many days to spare, or fewer, the light is yellow."""

    @property
    def left(self) -> int:
        """Days of the limit that remain; negative where it was passed."""
        return self.limit - self.used

    @property
    def spare(self) -> int:
        """What will be left if everything goes as planned."""
        return self.left - self.planned

    @property
    def light(self) -> Light:
        if self.used > self.limit:
            return Light.RED
        if self.is_done:
            return Light.DONE
        # A plan that no longer fits is a warning; what was promised is broken only when it is.
        return Light.YELLOW if self.spare <= self.warns and self.used else Light.GREEN
