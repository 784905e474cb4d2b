"""The worker: four loops in one process, each a thread with a connection of its own.

deliveries  what was recorded reaches those who asked for it; in two threads, so that a message
            gateway that hangs holds up no case
due rows    clocks that turn yellow or red; once a day, late work is brought before the heads, and
            finished deliveries are pruned
sealing     the ledger's tail, one leader among all workers
jobs        long work

Everything a loop does is claimed by a row in the database: any number of workers may run, and one
that is killed leaves nothing behind that the next does not finish.
"""

import logging
import os
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection

from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Stale
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes

log = logging.getLogger("tongban.worker")

LEAVE_WITHIN = 1.5
"""Seconds for the loops to finish what they hold; what is cut off is rolled back and redone."""
BEAT = 10.0
LONGEST_PAUSE = 30.0

DEADLINES, LEDGER, JOBS = part("deadlines"), part("ledger"), part("jobs")
PROCESSES = part("processes")


@dataclass
class Loop:
    """One loop: a turn answers whether there is more to do at once."""

    name: str
    every: float
    worker: str
    stop: threading.Event
    failures: int = 0
    beaten_at: float = field(default=float("-inf"))
    error: str = ""

    def turn(self) -> bool:
        raise NotImplementedError

    def pause(self) -> float:
        """Seconds until the next turn when there is nothing to do."""
        return self.every

    def run(self) -> None:
        """Turn until told to stop; after a failure wait longer each time."""
        while not self.stop.is_set():
            wait = self._careful_turn()
            if wait:
                self.stop.wait(wait)
        connection.close()

    def _careful_turn(self) -> float:
        close_old_connections()
        try:
            more = self.turn()
            self.failures, self.error = 0, ""
            self.beat()
        except Exception as fault:  # the worker's edge: it must go on turning
            self.failures += 1
            pause = min(LONGEST_PAUSE, 0.1 * 2.0**self.failures)
            log.warning(
                "a turn failed", extra={"loop": self.name, "again_in": pause}, exc_info=True
            )
            self._tell(fault)
            return pause
        return 0.0 if more else self.pause()

    def _tell(self, fault: Exception) -> None:
        self.error = f"{type(fault).__name__}: {fault}"
        try:
            if isinstance(fault, DatabaseError):
                connection.close()  # it may be the connection that is broken
            self.beat()
        except DatabaseError:
            log.warning("no heartbeat", extra={"loop": self.name})

    def beat(self) -> None:
        """Note that this loop turns, every ten seconds or so."""
        now = time.monotonic()
        if now - self.beaten_at >= BEAT:
            jobs.beat(worker=self.worker, loop=self.name, error=self.error)
            self.beaten_at = now


class Deliveries(Loop):
    """Events on their way to the reactions that write only to the database."""

    def turn(self) -> bool:
        return ledger.deliver(limit=100, outside=False) == 100


class Outside(Loop):
    """Events on their way to the reactions that ask or tell others; one at a time."""

    def turn(self) -> bool:
        return ledger.deliver(limit=1, outside=True) == 1


class Due(Loop):
    """What becomes due, soon after midnight and every half minute; and what is done once a day."""

    pruned_on: date | None = None

    def turn(self) -> bool:
        try:
            if deadlines.sweep(by=DEADLINES):
                return True
        except Stale:
            return True  # another worker was at the same rows; see them as they are now
        if self.pruned_on != clock.today():
            deadlines.begin_day(by=DEADLINES)
            if processes.escalate_late(by=PROCESSES) or ledger.prune(by=LEDGER):
                return True
            self.pruned_on = clock.today()
        return False

    def pause(self) -> float:
        return min(self.every, until_midnight(clock.now()))


class Sealing(Loop):
    """The unsealed tail of the ledger."""

    def turn(self) -> bool:
        return ledger.seal(by=LEDGER) > 0


class Jobs(Loop):
    """Long work, one job at a time; its reports keep the loop's pulse."""

    def turn(self) -> bool:
        return jobs.run_next(by=JOBS, holder=self.worker, is_stopping=self._is_stopping)

    def _is_stopping(self) -> bool:
        self.beat()
        return self.stop.is_set()


def until_midnight(now: datetime) -> float:
    """Seconds until a new day has surely begun."""
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds() + 0.2


def loops(stop: threading.Event) -> list[Loop]:
    """The loops of this process."""
    worker = f"{socket.gethostname()}:{os.getpid()}"[:100]
    return [
        Deliveries("deliveries", 0.2, worker, stop),
        Outside("outside", 0.2, worker, stop),
        Due("due", 30.0, worker, stop),
        Sealing("sealing", 5.0, worker, stop),
        Jobs("jobs", 1.0, worker, stop),
    ]


def run(stop: threading.Event, *, once: bool = False) -> None:
    """Work until `stop` is set; with `once` do what is to be done now, and return.

    Raises when a loop has died, so that whoever watches the process starts it again.
    """
    turning = loops(stop)
    if once:
        _run_once(turning)
        return
    threads = [
        # Daemons: one that hangs in a call outside does not keep the process from ending.
        threading.Thread(target=loop.run, name=loop.name, daemon=True)
        for loop in turning
    ]
    for thread in threads:
        thread.start()
    log.info("the worker works", extra={"loops": len(threads)})
    while not stop.wait(0.2):
        dead = [thread.name for thread in threads if not thread.is_alive()]
        if dead:
            stop.set()
            raise RuntimeError(f"The loop {dead[0]} of the worker has died.")
    _leave(threads)


def _leave(threads: list[threading.Thread]) -> None:
    deadline = time.monotonic() + LEAVE_WITHIN
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    hanging = [thread.name for thread in threads if thread.is_alive()]
    log.info("the worker leaves", extra={"cut_off": ",".join(hanging)})


def _run_once(turning: list[Loop]) -> None:
    """Each loop until it has nothing to do; what one does may give work to another."""
    while sum(map(_until_idle, turning)):
        pass


def _until_idle(loop: Loop) -> bool:
    has_worked = False
    while loop.turn():
        has_worked = True
    return has_worked
