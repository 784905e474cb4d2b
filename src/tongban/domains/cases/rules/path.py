"""When a filing of several items is owed: the longest path through what is still open; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Link:
    """One open item: how many days it was planned to take, and by when it is due if it runs."""

    key: str
    after: tuple[str, ...]
    days: int
    is_waiting: bool
    due_on: date | None
    """None while it waits its turn, or while its clock stands still."""


def due(links: Sequence[Link], *, today: date, add: Callable[[date, int], date]) -> date | None:
    """By when the whole is owed; None when nothing is open, or while its longest path stands still.

    An item that waits begins when the last of those before it is due. One whose clock stands still
    is taken to need its planned days from today on: only if the longest path leads through such
    items alone does the whole stand still with them.
    """
    known = {link.key: link for link in links}
    ends: dict[str, date] = {}

    def end(key: str) -> date:
        if key not in ends:
            link = known[key]
            if link.due_on is not None:
                ends[key] = link.due_on
            else:
                before = [end(other) for other in link.after if other in known]
                begin = max(before, default=today) if link.is_waiting else today
                ends[key] = add(max(begin, today), link.days)
        return ends[key]

    if not links:
        return None
    last = max(end(link.key) for link in links)
    critical = _critical([link for link in links if end(link.key) == last], known, ends)
    begun = [link for link in critical if not link.is_waiting]
    if begun and all(link.due_on is None for link in begun):
        return None
    return last


def _critical(lasts: Sequence[Link], known: dict[str, Link], ends: dict[str, date]) -> list[Link]:
    """What decides the last day: the last items, and before each that waits those it waits for."""
    found: dict[str, Link] = {}
    todo = list(lasts)
    while todo:
        link = todo.pop()
        if link.key in found:
            continue
        found[link.key] = link
        before = [known[key] for key in link.after if key in known] if link.is_waiting else []
        latest = max((ends[one.key] for one in before), default=None)
        todo += [one for one in before if ends[one.key] == latest]
    return list(found.values())
