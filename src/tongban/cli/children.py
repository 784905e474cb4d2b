"""Processes started and watched: one that dies is started again, and none is left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

STOP_WITHIN = 2.0
"""Seconds a child has to finish what it holds; what is cut off then, the next start makes good."""
_PR_SET_PDEATHSIG = 1


WATCHED = "TONGBAN_WATCHED"


def die_if_watched() -> None:
    """Of a process that `tongban run` watches: end with it, even when it is killed."""
    if os.environ.get(WATCHED):
        die_with_parent()


def die_with_parent() -> None:
    """Have this process ended when the one that started it is gone (Linux; elsewhere nothing)."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died between our birth and this line.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def stop_event() -> threading.Event:
    """An event that is set when someone asks this process to stop."""
    event = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        event.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return event


def command(*words: str) -> list[str]:
    """How this program calls itself."""
    return [sys.executable, "-m", "tongban.cli.main", *words]


class Child:
    """One process that is kept alive."""

    def __init__(self, name: str, words: list[str], environment: dict[str, str]) -> None:
        self.name, self.words, self.environment = name, words, environment
        self.falls = 0
        self.start_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the one that watches."""
        self.process = subprocess.Popen(
            self.words, env={**os.environ, WATCHED: "1", **self.environment}, start_new_session=True
        )
        self.started = time.monotonic()

    def is_up(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to it and to all that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


def watch(children: list[Child], stop: threading.Event, tell: Callable[[str, int], None]) -> None:
    """Keep the children alive until asked to stop; one that keeps falling waits longer."""
    for child in children:
        child.start()
    try:
        while not stop.wait(0.2):
            for child in children:
                _mind(child, tell)
    finally:
        end(children)


def _mind(child: Child, tell: Callable[[str, int], None]) -> None:
    if child.is_up():
        return
    now = time.monotonic()
    if child.process is not None:
        tell(child.name, child.process.returncode)
        child.signal(signal.SIGKILL)  # what it may have left behind
        child.falls = 0 if now - child.started > 30 else child.falls + 1
        child.start_at = now + min(30.0, 0.5 * 2**child.falls) - 0.5
        child.process = None
    if now >= child.start_at:
        child.start()


def end(children: list[Child]) -> None:
    """Ask all to stop, and end those that do not."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while any(child.is_up() for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
