"""A deployment of one's own, for tests that start real processes: folder, database, keys, city."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tongban.cli.children import STOP_WITHIN

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "src" / "tongban" / "kernel" / "identity" / "tests" / "cities" / "qing"


# Without bytecode each of the many processes would compile the whole program anew.
LEFT_OUT = {"DATABASE_URL", "LANG", "PYTHONDONTWRITEBYTECODE"}


@dataclass
class World:
    """Where `tongban` runs, and what it started."""

    var: Path
    database: str
    city: Path = ROOT / "cities" / "demo"
    extra: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """No setting of whoever runs the tests reaches in."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TONGBAN_", "LC_")) and name not in LEFT_OUT
        }
        return {
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "TONGBAN_VAR": str(self.var),
            "TONGBAN_CITY": str(self.city),
            "DATABASE_URL": self.database,
            "LANG": "C.UTF-8",
            **self.extra,
        }

    def run(self, *words: str, code: int | None = 0) -> str:
        """Run a command to its end; answers all that it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tongban.cli.main", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        assert code is None or done.returncode == code, done.stdout
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command that runs on, in a session of its own."""
        log = (self.var / f"{words[0]}.log").open("a", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "tongban.cli.main", *words],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        log.close()
        self.started.append(process)
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        """As the power cut would: no goodbye, and nothing of it is left."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> float:
        """Ask all to stop; answers how long they took."""
        began = time.monotonic()
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.wait(timeout=STOP_WITHIN + 10)
        self.started.clear()
        return time.monotonic() - began

    def close(self) -> None:
        """Leave nothing running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()


def small_city(folder: Path) -> Path:
    """Three organs and no items: quick to set up."""
    shutil.copytree(SMALL, folder)
    shutil.copy(ROOT / "cities" / "demo" / "city.toml", folder)
    shutil.copytree(ROOT / "cities" / "demo" / "calendars", folder / "calendars")
    return folder


def database_named(url: str, name: str) -> str:
    """Another database of the same server."""
    return f"{url.partition('?')[0].rpartition('/')[0]}/{name}"


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(true: Callable[[], object], *, seconds: float = 60, what: str = "it") -> None:
    """Wait for something to become true: processes of their own answer in their own time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)


def status(address: str) -> int:
    """How an address answers; 0 when nobody does."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0
