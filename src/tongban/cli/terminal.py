"""The terminal: its language, what is printed there, and how far long work has come."""

import getpass
import os
import sys
import time
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from tongban.kernel.actor import Actor


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Chinese where the terminal speaks it, English elsewhere."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, ""):
            return "zh-hans" if value.lower().startswith("zh") else "en"
    return "en"


def say(text: str = "") -> None:
    """Print an answer."""
    print(text, flush=True)


def tell(text: str) -> None:
    """Print what is going on, beside the answer."""
    print(text, file=sys.stderr, flush=True)


def sentence(says: str, hint: str, facts: Mapping[str, object]) -> str:
    """A refusal in the language of the terminal."""
    parts = (gettext(text).format(**facts) for text in (says, hint) if text)
    return " ".join(parts)


class Progress:
    """How far long work has come: a bar on a terminal, a line at each tenth elsewhere."""

    WIDTH = 30

    def __init__(self, title: str) -> None:
        self.title = title
        self.began = time.monotonic()
        self.is_live = sys.stderr.isatty()
        self._shown = -1
        self._last = 0.0

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` are behind us."""
        total = max(total, 1)
        tenth = 10 * done // total
        if self.is_live:
            now = time.monotonic()
            if done < total and now - self._last < 0.1:
                return
            self._last = now
            filled = self.WIDTH * done // total
            bar = "█" * filled + "░" * (self.WIDTH - filled)
            print(
                f"\r\033[K{self.title} {bar} {done}/{total} {note}",
                end="",
                file=sys.stderr,
                flush=True,
            )
        elif tenth != self._shown:
            print(f"{self.title} {done}/{total} {note}".rstrip(), file=sys.stderr, flush=True)
        self._shown = tenth

    def close(self, note: str = "") -> None:
        """Say that it is done, and how long it took."""
        seconds = time.monotonic() - self.began
        start = "\r\033[K" if self.is_live else ""
        print(f"{start}{self.title} ✓ {note} ({seconds:.1f} s)", file=sys.stderr, flush=True)


def operator() -> Actor:
    """Who acts at the terminal: whoever may run this program may do all that a part may."""
    name = getpass.getuser()
    return Actor(kind="part", key=f"terminal:{name}", name=name, channel="terminal")


def table(rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns; the last one runs on."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        say("  ".join([*cells, row[-1]]).rstrip())
