"""Reading a city's folder into bodies, and writing bodies back into it."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tongban.kernel.catalogue import kinds, toml
from tongban.kernel.catalogue.kinds import Body, Kind
from tongban.kernel.catalogue.rules import content_hash
from tongban.kernel.errors import N_, Fault


@dataclass(frozen=True, slots=True)
class Found:
    """One definition as a file says it."""

    kind: Kind
    key: str
    body: Body
    file: str
    file_hash: str


def read(folder: Path) -> tuple[list[Found], list[Fault]]:
    """Everything that registered kinds find in a city's folder, and what could not be read."""
    found: list[Found] = []
    faults: list[Fault] = []
    for kind in kinds.all_kinds():
        for path in _paths(kind, folder):
            _read_file(kind, path, path.relative_to(folder).as_posix(), found, faults)
    first: dict[tuple[str, str], str] = {}
    for one in found:
        if (one.kind.name, one.key) in first:
            faults.append(
                Fault(
                    one.file,
                    N_("“{key}” is defined twice, first in {other}."),
                    N_("Rename or remove one of them."),
                    {"key": one.key, "other": first[one.kind.name, one.key]},
                )
            )
        first.setdefault((one.kind.name, one.key), one.file)
    return found, faults


def _paths(kind: Kind, folder: Path) -> list[Path]:
    if kind.file:
        path = folder / kind.file
        return [path] if path.is_file() else []
    suffixes = {".toml", *kind.texts}
    return sorted(p for p in (folder / kind.folder).glob("*") if p.suffix in suffixes)


def _read_file(kind: Kind, path: Path, name: str, found: list[Found], faults: list[Fault]) -> None:
    raw = path.read_bytes()
    file_hash = hashlib.sha256(raw).hexdigest()
    try:
        text = raw.decode()
        if path.suffix in kind.texts:
            body = {"key": path.stem, kind.texts[path.suffix]: text}
            found.append(Found(kind, path.stem, body, name, file_hash))
            return
        content = plain(tomllib.loads(text))
    except UnicodeDecodeError:
        faults.append(Fault(name, N_("The file is not UTF-8."), N_("Save it again as UTF-8.")))
        return
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(name, N_("This is not TOML: {error}."), "", {"error": str(error)}))
        return
    rows = content.get(kind.table, []) if kind.table else [content]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(
            Fault(name, N_("“{table}” must be a list of tables."), N_("Write [[{table}]]."),
                  {"table": kind.table})
        )  # fmt: skip
        return
    for number, row in enumerate(rows):
        key = row.get("key", "") if kind.table or kind.folder else row.get("key", path.stem)
        if not isinstance(key, str) or not key:
            where = f"{name}: {kind.table}[{number}]" if kind.table else name
            faults.append(Fault(where, N_("The key is missing."), N_('Write key = "…".')))
            continue
        found.append(Found(kind, key, row, name, file_hash))


def plain(value: Any) -> Any:
    """TOML knows dates, JSON does not: they become their ISO text."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def write(folder: Path, bodies: Mapping[str, Iterable[tuple[str, Body, str]]]) -> list[str]:
    """Write bodies (kind -> key, body, file it came from); answers the files that changed.

    A file that already says the same is left alone, with its comments and its order.
    """
    changed: list[str] = []
    files: dict[str, dict[str, list[Body]]] = {}
    for kind in kinds.all_kinds():
        for key, body, origin in bodies.get(kind.name, ()):
            if kind.file and kind.table:
                files.setdefault(kind.file, {}).setdefault(kind.table, []).append(body)
                continue
            name, text = _one_file(kind, key, body, origin)
            if _says(folder, kind, name).get(key) != content_hash(body):
                _put(folder / name, text)
                changed.append(name)
    for name, tables in files.items():
        if _write_lists(folder, name, tables):
            changed.append(name)
    return sorted(changed)


def _one_file(kind: Kind, key: str, body: Body, origin: str) -> tuple[str, str]:
    if kind.file:
        return kind.file, toml.dumps(body)
    for suffix, name in kind.texts.items():
        if set(body) == {"key", name}:
            return f"{kind.folder}/{key}{suffix}", str(body[name])
    # The file may bear another name than the key; a second file would define the key twice.
    is_ours = origin.startswith(f"{kind.folder}/") and origin.endswith(".toml")
    return (origin if is_ours else f"{kind.folder}/{key}.toml"), toml.dumps(body)


def _write_lists(folder: Path, name: str, tables: Mapping[str, list[Body]]) -> bool:
    """Write a file that holds lists, in the order it had, with the tables that are not ours."""
    path = folder / name
    before: dict[str, Any] = plain(tomllib.loads(path.read_text())) if path.is_file() else {}
    after = dict(before)
    for table, rows in tables.items():
        place = {row.get("key"): at for at, row in enumerate(before.get(table, []))}
        after[table] = sorted(rows, key=lambda row: (place.get(row["key"], len(place)), row["key"]))
    if content_hash(after) == content_hash(before):
        return False
    _put(path, toml.dumps(after))
    return True


def _says(folder: Path, kind: Kind, name: str) -> dict[str, str]:
    found: list[Found] = []
    if (folder / name).is_file():
        _read_file(kind, folder / name, name, found, [])
    return {one.key: content_hash(one.body) for one in found}


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
