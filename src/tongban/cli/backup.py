"""Backups (备份): database, files and checkpoints as of one moment, taken while the program runs.

The keys are never in a backup: who finds one can read no personal number. `SHA256SUMS` covers
every file, in the form that `sha256sum -c` reads.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction

from tongban import __version__
from tongban.kernel import clock
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.files import backends
from tongban.kernel.ledger.rules import Note

DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FILES, CHECKPOINTS, MANIFEST, SUMS = "files", "checkpoints.log", "manifest.json", "SHA256SUMS"


class NotEmpty(Refusal):
    """A backup or a restoration must not write over anything."""

    says = N_("{place} is not empty.")
    hint = N_("Name an empty place; nothing was written.")


class NotABackup(Refusal):
    """The folder was not written by `tongban backup`, or not to its end."""

    says = N_("{folder} is not a whole backup: {reason}.")
    hint = N_("Take another one; nothing was restored.")
    status = 422


class OtherDatabase(Refusal):
    """A backup goes back into the kind of database it came from."""

    says = N_("The backup is of {held}, and DATABASE_URL names {wanted}.")
    hint = N_("Point DATABASE_URL to an empty {held} database.")


class ToolMissing(Refusal):
    """PostgreSQL's own tools make and read its dumps."""

    says = N_("There is no {tool} here, which a backup of PostgreSQL needs.")
    hint = N_("Install PostgreSQL's client programs, of the server's version or newer.")
    status = 503


class ToolFailed(Refusal):
    """PostgreSQL's tool did not do it."""

    says = N_("{tool} failed: {reason}")
    hint = N_("Nothing of it is kept; mend that and try again.")
    status = 503


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds."""

    files: int
    events: int
    sealed: int
    size: int


# Taking one -------------------------------------------------------------------------------------


def take(folder: Path) -> Taken:
    """Write a backup into a new folder; it gets its name when it is whole."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(place=folder)
    draft = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / FILES).mkdir(parents=True, mode=0o700)
    sums: dict[str, str] = {}
    database = draft / DATABASE[connection.vendor]
    facts = _sqlite(database) if connection.vendor == "sqlite" else _postgres(database)
    sums[database.name] = _sha256(database)
    for sha256, key in facts.pop("files"):
        _copy_file(key, draft / FILES / key)
        sums[f"{FILES}/{key}"] = sha256
    _checkpoints(draft / CHECKPOINTS, facts["sealed"])
    sums[CHECKPOINTS] = _sha256(draft / CHECKPOINTS)
    taken = Taken(
        files=len(sums) - 2,
        events=facts["events"],
        sealed=facts["sealed"],
        size=database.stat().st_size,
    )
    manifest = {
        "tongban": __version__,
        "taken_at": clock.instant().isoformat(timespec="seconds"),
        "city": settings.TONGBAN_CITY.name,
        "database": connection.vendor,
        "events": taken.events,
        "sealed": taken.sealed,
        "files": taken.files,
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    sums[MANIFEST] = _sha256(draft / MANIFEST)
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))
    (draft / SUMS).write_text(lines, encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)
    return taken


def _sqlite(target: Path) -> dict[str, Any]:
    """SQLite's own online copy: of one moment, whatever is written meanwhile."""
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # A file by itself, without the two beside it that WAL needs.
        copy.execute("PRAGMA journal_mode=DELETE")
        return _facts(lambda sql: copy.execute(sql).fetchall())


def _postgres(target: Path) -> dict[str, Any]:
    """A dump of the very snapshot that our questions see."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        facts = _facts(ask)
        _tool(
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            "--no-owner",
            "--no-privileges",
            "--file",
            str(target),
        )
    return facts


def _facts(ask: Any) -> dict[str, Any]:
    return {
        "events": ask("SELECT count(*) FROM ledger_event")[0][0],
        "sealed": ask("SELECT coalesce(max(size), 0) FROM ledger_checkpoint")[0][0],
        "files": ask("SELECT sha256, storage_key FROM files_storedfile ORDER BY sha256"),
    }


def _copy_file(key: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    backend = backends.current()
    if isinstance(backend, backends.Folder):
        try:
            # Contents never change under their key: a second name for the same bytes is a copy.
            os.link(backend.root / key, target)
            return
        except OSError:
            pass  # another disk
    with backend.open(key) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)


def _checkpoints(target: Path, sealed: int) -> None:
    """The lines that the copied database knows: later ones would call it cut off."""
    lines = []
    if settings.TONGBAN_CHECKPOINTS.exists():
        with settings.TONGBAN_CHECKPOINTS.open("rb") as source:
            for line in source:
                note = Note.parse(line)
                # What cannot be read is kept: it is for verification to find, not for us to hide.
                if line.endswith(b"\n") and (note is None or note.size <= sealed):
                    lines.append(line)
    target.write_bytes(b"".join(lines))


# Putting one back -------------------------------------------------------------------------------


def restore(folder: Path) -> dict[str, Any]:
    """Put a backup into an empty place: the database and folders that the settings name."""
    manifest = check(folder)
    if manifest["database"] != connection.vendor:
        raise OtherDatabase(held=manifest["database"], wanted=connection.vendor)
    settings.VAR.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        Path(str(settings.DATABASES["default"]["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    _check_empty()
    for path in sorted((folder / FILES).rglob("*")):
        if path.is_file():
            target = settings.TONGBAN_FILES / path.relative_to(folder / FILES)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o440)
    source = folder / DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        connections.close_all()
        name.unlink(missing_ok=True)  # empty, as we have seen: asking it made the file
        shutil.copyfile(source, name.with_name(f"{name.name}.part"))
        name.with_name(f"{name.name}.part").rename(name)
    else:
        _tool(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(source),
            dbname=True,
        )
    if (folder / CHECKPOINTS).stat().st_size:
        settings.TONGBAN_CHECKPOINTS.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / CHECKPOINTS, settings.TONGBAN_CHECKPOINTS)
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """Read a backup through to the last byte; answers its manifest."""
    try:
        named = dict(_sums(folder / SUMS))
    except (OSError, ValueError):
        raise NotABackup(folder=folder, reason=SUMS) from None
    for name, sha256 in named.items():
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            raise NotABackup(folder=folder, reason=name)
        if _sha256(path) != sha256:
            raise NotABackup(folder=folder, reason=name)
    if MANIFEST not in named:
        raise NotABackup(folder=folder, reason=MANIFEST)
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _sums(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        sha256, name = line.split("  ", 1)
        yield name, sha256


def _check_empty() -> None:
    tables = connection.introspection.table_names()
    if tables:
        raise NotEmpty(place=connection.settings_dict["NAME"])
    for path in (settings.TONGBAN_FILES, settings.TONGBAN_CHECKPOINTS):
        if path.exists() and (path.is_file() or any(path.iterdir())):
            raise NotEmpty(place=path)


# Below ------------------------------------------------------------------------------------------


def _tool(tool: str, *words: str, dbname: bool = False) -> None:
    if shutil.which(tool) is None:
        raise ToolMissing(tool=tool)
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    own = {name: str(given[key]) for name, key in names.items() if given.get(key)}
    own["PGDATABASE"] = str(given["NAME"])
    target = [f"--dbname={given['NAME']}"] if dbname else []
    # By environment, not by argument: arguments stand in the list of processes for all to read.
    done = subprocess.run(
        [tool, *target, *words],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        raise ToolFailed(tool=tool, reason=reason)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
