"""States of a job, its limits, and what is refused; pure."""

from datetime import timedelta
from enum import StrEnum

from tongban.kernel.errors import N_, Refusal

LEASE = timedelta(seconds=60)
"""A worker that reports nothing for so long is taken for dead."""
ATTEMPTS = 3


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = ("queued", "running")


def wait_after(attempts: int) -> timedelta:
    """How long a job that failed waits before it is tried again."""
    return timedelta(seconds=10 * 4 ** (attempts - 1))


class JobEnded(Refusal):
    """What is over cannot be called off."""

    says = N_("Job {job} is over.")
    hint = N_("Look at its result; what it did is not undone.")


class Interrupted(Exception):
    """Raised inside a job that must stop here; what it saved stays."""


class Cancelled(Interrupted):
    """Someone called the job off."""


class LeaseLost(Interrupted):
    """Another worker has the job now; nothing more may be written for it."""


class Stopping(Interrupted):
    """The worker is going down; another goes on from the saved state."""
