"""Fewer trips: the writes of one act wait for each other and go to the database together.

An act writes nine tables. Each statement by itself is a trip to PostgreSQL, which costs both sides
more than the statement; gathered they are one. SQLite, which is no trip away, runs the same
statements in the same order at the same moment, so that both behave alike.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple

from django.db import connections

DATABASE = "default"

Read = Callable[[Any], None]


class Write(NamedTuple):
    """A statement that changes rows, and what is done with its result."""

    sql: str
    values: Sequence[Any]
    after: Read | None = None


@dataclass(slots=True)
class _Act:
    waiting: list[Write] = field(default_factory=list)


class _Here(threading.local):
    act: _Act | None = None
    known: dict[str, Any] | None = None
    """What was read in this act or request, and need not be asked again; None outside of both."""


class _Changed:
    """In the place of what this very act or request changed: it is asked anew each time."""


_here = _Here()


@contextmanager
def together() -> Iterator[None]:
    """Gather the writes of one act; within its transaction, below `@transaction.atomic`.

    Whatever else asks the database first sends what waits, so that every reader sees what was
    written before. A refusal (`Stale`) is raised when the trip is made, at the latest here.
    """
    if _here.act is not None:
        yield
        return
    _here.act = _Act()
    try:
        with remembering(), connections[DATABASE].execute_wrapper(_after_what_waits):
            yield
            send()
    finally:
        _here.act = None


@contextmanager
def remembering() -> Iterator[None]:
    """Ask once what is the same for a whole request: which definitions, calendars, organs hold.

    One request sees them as they were at its first question, whoever publishes beside it.
    """
    if _here.known is not None:
        yield
        return
    _here.known = {}
    try:
        yield
    finally:
        _here.known = None


def write(one: Write) -> None:
    """Write now; inside `together`, with the next trip."""
    if _here.act is None:
        with connections[DATABASE].cursor() as cursor:
            _run(cursor, one)
    else:
        _here.act.waiting.append(one)


def send() -> None:
    """Send what waits; afterwards new rows know their keys."""
    # What a result leads to (a clock that was met too late) may write in its turn.
    while _here.act is not None and _here.act.waiting:
        waiting, _here.act.waiting = _here.act.waiting, []
        database = connections[DATABASE]
        with database.cursor() as cursor:
            if len(waiting) == 1:
                _run(cursor, waiting[0])
            elif database.vendor == "postgresql":
                _run_in_one(cursor, waiting)
            else:
                _run_in_turn(database, cursor, waiting)


def remember(name: str, value: Any) -> None:
    """Keep what was read for the rest of the act or request; outside of both nothing is kept."""
    if _here.known is not None and _here.known.get(name) is not _Changed:
        _here.known[name] = value


def remembered(name: str) -> Any:
    """What was kept under that name; None when nothing was."""
    found = None if _here.known is None else _here.known.get(name)
    return None if found is _Changed else found


def forget(name: str) -> None:
    """What is kept under that name is being changed here: from now on it is asked each time."""
    if _here.known is not None:
        _here.known[name] = _Changed


def _run(cursor: Any, one: Write) -> None:
    cursor.execute(one.sql, one.values)
    if one.after:
        one.after(cursor)


def _run_in_one(cursor: Any, waiting: Sequence[Write]) -> None:
    """One message with all statements, whose results come back in their order."""
    cursor.execute(
        ";\n".join(one.sql for one in waiting), [v for one in waiting for v in one.values]
    )
    for one in waiting:
        if one.after:
            one.after(cursor)
        cursor.nextset()


def _run_in_turn(database: Any, cursor: Any, waiting: Sequence[Write]) -> None:
    """The same on SQLite; logged as one, as PostgreSQL sees it."""
    began = monotonic()
    with database.wrap_database_errors:
        for one in waiting:
            cursor.cursor.execute(one.sql, one.values)
            if one.after:
                one.after(cursor.cursor)
    if database.queries_logged:
        text = ";\n".join(one.sql for one in waiting)
        database.queries_log.append({"sql": text, "time": f"{monotonic() - began:.3f}"})


def _after_what_waits(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    act = _here.act
    if act is not None and act.waiting:
        if sql.startswith("ROLLBACK"):
            act.waiting.clear()  # written since the savepoint, which is what is taken back
        else:
            send()
    return execute(sql, params, many, context)
