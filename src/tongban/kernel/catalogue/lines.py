"""At which line of a text a fault stands: `stage[2].after` in TOML as people write it."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalogue.files import plain
from tongban.kernel.errors import N_, Fault

HEADER = re.compile(r"[ \t]*\[(\[)?[ \t]*([\w\"'.-]+)[ \t]*\]", re.ASCII)
PAIR = re.compile(r"[ \t]*([\w\"'.-]+)[ \t]*=", re.ASCII)
TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|[\[\]{},\n]|[^\s\[\]{},\"'#]+|.",
    re.DOTALL,
)
STEP = re.compile(r"([^.\[\]]+)|\[([^\]]+)\]")
AT = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


@dataclass(frozen=True, slots=True)
class Read:
    """A text that was read (读入的文本): its body, or the one fault that kept it from that."""

    body: dict[str, Any] | None
    fault: Fault | None = None
    line: int = 0


def read(text: str) -> Read:
    """Read a definition from TOML; what cannot be read is a fault at a line."""
    try:
        return Read(plain(tomllib.loads(text.replace("\r\n", "\n"))))
    except tomllib.TOMLDecodeError as error:
        found = AT.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.splitlines()) or 1
        why = AT.sub("", str(error)).strip()
        return Read(None, Fault("", N_("This is not TOML: {error}."), "", {"error": why}), line)
    except RecursionError:
        says = N_("This text is nested too deeply to be read.")
        return Read(None, Fault("", says), 1)


def line_of(text: str, where: str) -> int:
    """The line on which a place of a text begins, from 1; the nearest that exists above it.

    0 for the text as a whole. Rows are counted from 0, as in faults: `field[3].source`.
    """
    steps = [match[1] or match[2] for match in STEP.finditer(where)]
    if not steps:
        return 0
    places = _places(text.replace("\r\n", "\n"))
    while steps:
        found = places.get(tuple(steps))
        if found:
            return found
        steps.pop()
    return 0


def _places(text: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    counts: Counter[str] = Counter()
    at, number = 0, 1
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        header, pair = HEADER.match(text, at, end), PAIR.match(text, at, end)
        if header:
            name = header[2]
            table = _parts(name)
            if header[1]:
                found.setdefault(table, number)
                table = (*table, str(counts[name]))
                counts[name] += 1
            found.setdefault(table, number)
        elif pair:
            key = (*table, *_parts(pair[1]))
            found.setdefault(key, number)
            members, end = _value(text, pair.end())
            for row, start in enumerate(members):
                found.setdefault((*key, str(row)), number + text.count("\n", at, start))
        number += text.count("\n", at, end)
        at = end
    return found


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _value(text: str, at: int) -> tuple[list[int], int]:
    """Where the members of a list begin, and where the value and its last line end."""
    members: list[int] = []
    depth, is_new = 0, False
    for token in TOKEN.finditer(text, at):
        kind = token[0]
        if kind == "\n" and depth <= 0:
            return members, token.end()
        if kind.isspace() or kind.startswith("#"):
            continue
        if kind in "]}":
            depth -= 1
        elif depth == 1 and is_new and kind != ",":
            members.append(token.start())
            is_new = False
        is_new = is_new or (depth == 1 and kind == ",")
        if kind in "[{":
            is_new = is_new or depth == 0
            depth += 1
    return members, len(text)
