"""The archive office (档案馆接收系统): what any must do, and one that is simulated.

A package is sent from outside any transaction, at least once, under its case number and hash: the
same again is the same deposit. What it says it holds is compared with what it was given.
"""

import fcntl
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol

from django.conf import settings

from tongban.kernel.crypto.vault import sha256_hex
from tongban.kernel.errors import Unavailable

TIMEOUT = 20.0
"""Seconds after which the office is given up; sending again is harmless."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """What the office answers (接收回执)."""

    is_taken: bool
    receipt_no: str
    reason: str = ""


class Archives(Protocol):
    """An archive office that takes packages."""

    def deposit(self, *, case_no: str, sha256: str, package: bytes) -> Deposit:
        """Hand over a package; the same again answers the same receipt. Raises Unavailable."""

    def holdings(self, *, case_nos: list[str]) -> dict[str, str]:
        """Case number -> hash, of those that it holds. Raises Unavailable."""


class SimulatedOffice:
    """A folder with the packages and a list; it opens each and looks at the hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.failures = 0
        """How many of the next calls it does not answer; for tests."""
        self.rejects = ""
        """Why it rejects the next package; for tests."""

    def deposit(self, *, case_no: str, sha256: str, package: bytes) -> Deposit:
        """Take it if it is whole and is a zip with a manifest."""
        self._answer()
        if self.rejects:
            reason, self.rejects = self.rejects, ""
            return Deposit(False, "", reason)
        if sha256_hex(package) != sha256 or not _is_package(package):
            return Deposit(False, "", "the package is damaged")
        receipt_no = f"DA{sha256[:16].upper()}"
        with self._list() as (held, write):
            (self.folder / f"{sha256}.zip").write_bytes(package)
            if held.get(case_no) != sha256:
                write({"case_no": case_no, "sha256": sha256, "receipt_no": receipt_no})
        return Deposit(True, receipt_no)

    def holdings(self, *, case_nos: list[str]) -> dict[str, str]:
        """By what lies in the folder, not only by the list."""
        self._answer()
        with self._list() as (held, _):
            return {
                no: sha256
                for no in case_nos
                if (sha256 := held.get(no)) and (self.folder / f"{sha256}.zip").exists()
            }

    def _answer(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The archive office")

    @contextmanager
    def _list(self) -> "Iterator[tuple[dict[str, str], Writer]]":
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "deposits.jsonl").open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            written = file.read()
            # Half a line, of an office that was killed, was never answered for; what is appended
            # behind it would be lost with it.
            whole = written.rfind(b"\n") + 1
            if whole < len(written):
                os.ftruncate(file.fileno(), whole)
            rows = [json.loads(line) for line in written[:whole].splitlines()]

            def write(row: dict[str, str]) -> None:
                os.write(file.fileno(), json.dumps(row).encode() + b"\n")

            yield {row["case_no"]: row["sha256"] for row in rows}, write


class Writer(Protocol):
    """Appends one line to the list of deposits."""

    def __call__(self, row: dict[str, str]) -> None: ...


def _is_package(package: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(package)) as archive:
            return "manifest.json" in archive.namelist()
    except zipfile.BadZipFile:
        return False


_in_use: Archives | None = None
_simulated: dict[Path, SimulatedOffice] = {}


def office() -> Archives:
    """The office of this deployment; the simulated one until a city connects its own."""
    if _in_use is not None:
        return _in_use
    folder = Path(settings.VAR) / "archive-office"
    return _simulated.setdefault(folder, SimulatedOffice(folder))


@contextmanager
def use(other: Archives) -> Iterator[None]:
    """Hand packages to another office for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before
