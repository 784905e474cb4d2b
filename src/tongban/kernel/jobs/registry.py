"""Kinds of jobs, and the handle by which a running one reports."""

from collections.abc import Callable
from typing import Any, Protocol

State = dict[str, Any]


class Handle(Protocol):
    """What a running job has in its hand."""

    job: int
    args: dict[str, Any]
    state: State
    """From where to go on: what the last `progress` saved, empty at first."""

    def progress(
        self, done: int, total: int | None = None, *, message: str = "", state: State | None = None
    ) -> None:
        """Say how far it is, save from where to go on, and prolong the lease; at least every 30 s.

        Raises when the job must stop here: called off, taken over, or the worker goes down.
        """

    def check_cancelled(self) -> None:
        """Raise when the job must stop here."""


Run = Callable[[Handle], dict[str, Any] | None]

_kinds: dict[str, Run] = {}


def job(kind: str) -> Callable[[Run], Run]:
    """Register long work; stands in a part's `reactions.py`, which is read at start.

    The function runs outside any transaction, does its work in short ones of its own, and saves
    with `handle.progress(…, state=…)` from where to go on: after a crash what follows the last save
    is done again. What it returns is the result. A Refusal ends it at once, any other failure is
    tried again.
    """

    def register(run: Run) -> Run:
        if _kinds.setdefault(kind, run) is not run:
            raise RuntimeError(f"The kind of job {kind!r} is registered twice; rename one of them.")
        return run

    return register


def forget(kind: str) -> None:
    """Take a kind out again; for tests."""
    _kinds.pop(kind, None)


def find(kind: str) -> Run | None:
    """The function behind a kind; None when the code does not have it."""
    return _kinds.get(kind)
