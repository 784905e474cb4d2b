"""A superior platform (上级平台): what any must take and give, and one that is simulated.

Called outside any transaction, at least once. A record has a key and a revision: the same again is
the same record, and is acknowledged the same. What lies there is compared with ours by day.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from tongban.kernel.errors import Unavailable

TIMEOUT = 20.0
"""Seconds after which a platform is given up; sending again is harmless."""
Tables = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it goes up (上报记录): rows of one or more national tables."""

    kind: str
    key: str
    revision: int
    day: str
    """The day under which both sides count it."""
    operation: str
    """`I` new, `U` changed, `D` taken back."""
    digest: str
    """Over the rows without what only the sending fills."""
    tables: Tables


@dataclass(frozen=True, slots=True)
class Ack:
    """The acknowledgement of one record (逐条回执)."""

    kind: str
    key: str
    revision: int
    is_taken: bool
    code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What it holds of a day and kind: how many, and one hash over all of them."""

    count: int
    digest: str


class Sort(StrEnum):
    """What comes down."""

    APPLICATION = "application"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Down:
    """One thing that comes down (下行件)."""

    serial: str
    sort: Sort
    body: Mapping[str, Any]


class Superior(Protocol):
    """A platform above us."""

    def push(self, *, batch: str, records: Sequence[Record]) -> list[Ack]:
        """Take a batch; the same record again is acknowledged the same. Raises Unavailable."""

    def tally(self, *, day: str, kind: str) -> Tally:
        """How many records of a day it holds, and their hash. Raises Unavailable."""

    def held(self, *, day: str, kind: str) -> dict[str, str]:
        """Key -> digest of each of them. Raises Unavailable."""

    def fetch(self, *, after: str, limit: int) -> list[Down]:
        """What came for us after a serial, in order. Raises Unavailable."""

    def acknowledge(
        self, *, serial: str, is_taken: bool, number: str, words: str, cases: Sequence[str] = ()
    ) -> None:
        """Say what became of what came down; the same again is harmless. Raises Unavailable."""


def tally_of(held: Mapping[str, str]) -> Tally:
    """The count and the hash on which both sides agree: of `key:digest`, sorted, a line each."""
    lines = "".join(f"{key}:{digest}\n" for key, digest in sorted(held.items()))
    return Tally(len(held), hashlib.sha256(lines.encode()).hexdigest())


MANDATORY: Mapping[str, tuple[str, ...]] = {
    "task_general_basic": ("task_name", "catalog_code", "task_code"),
    "pro_accept": ("project_no", "task_code", "project_name", "applyer_name", "applyer_page_code",
                   "org_code", "accept_date"),
    "pro_process": ("project_no", "process_name", "event_name", "handle_explain"),
    "pro_special_procedure": ("project_no", "special_name", "special_time"),
    "pro_result": ("project_no", "result_type", "result_date"),
    "pro_review": ("review_no", "satisfaction", "org_code"),
}  # fmt: skip
"""What the simulated platform asks of each row."""
WIDEST = 20_000
MISSING, TOO_LONG, NO_CASE, NO_ROW = "3001", "3002", "3004", "3005"
NEEDS_CASE = ("process", "special", "result")

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT, key TEXT, revision INTEGER, day TEXT, digest TEXT, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS down (
    serial TEXT PRIMARY KEY, sort TEXT, body TEXT, taken INTEGER, number TEXT, words TEXT);
"""


@dataclass
class SimulatedSuperior:
    """A platform in one file; checks each row, keeps keys and digests, and no row's contents."""

    file: Path
    failures: int = 0
    """How many of the next calls it does not answer; for tests."""
    losing: int = 0
    """How many of the next batches it takes without our hearing of it; for tests."""
    refusing: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Key -> code and words with which it refuses that record; for tests."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """National column -> the name that this vendor gives it."""

    def push(self, *, batch: str, records: Sequence[Record]) -> list[Ack]:
        self._answer()
        with self._open() as db:
            acks = [self._take(db, record) for record in records]
        if self.losing:
            self.losing -= 1
            raise Unavailable(system="The superior platform")
        return acks

    def _take(self, db: sqlite3.Connection, one: Record) -> Ack:
        code, words = self.refusing.get(one.key) or self._fault(db, one)
        if code:
            return Ack(one.kind, one.key, one.revision, False, code, words)
        if one.operation == "D":
            db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (one.kind, one.key))
        else:
            # A repeat, or an older revision that was overtaken on its way, changes nothing.
            db.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET"
                " revision = excluded.revision, day = excluded.day, digest = excluded.digest"
                " WHERE excluded.revision > record.revision",
                (one.kind, one.key, one.revision, one.day, one.digest),
            )
        return Ack(one.kind, one.key, one.revision, True)

    def _fault(self, db: sqlite3.Connection, one: Record) -> tuple[str, str]:
        if one.operation == "D":
            return "", ""
        if not any(one.tables.values()):
            return NO_ROW, "没有数据行"
        for table, rows in one.tables.items():
            for row in rows:
                for name in MANDATORY.get(table, ()):
                    column = self.columns.get(name, name)
                    if not row.get(column, "").strip():
                        return MISSING, f"{table}.{column} 为必填项"
                for column, text in row.items():
                    if len(text) > WIDEST:
                        return TOO_LONG, f"{table}.{column} 超长"
        if one.kind in NEEDS_CASE:
            rows = next(iter(one.tables.values()))
            case_no = rows[0].get(self.columns.get("project_no", "project_no"), "")
            held = db.execute("SELECT 1 FROM record WHERE kind = 'accept' AND key = ?", (case_no,))
            if held.fetchone() is None:
                return NO_CASE, "办件尚未报送受理信息"
        return "", ""

    def tally(self, *, day: str, kind: str) -> Tally:
        return tally_of(self.held(day=day, kind=kind))

    def held(self, *, day: str, kind: str) -> dict[str, str]:
        self._answer()
        asked = "SELECT key, digest FROM record WHERE day = ? AND kind = ?"
        with self._open() as db:
            return dict(db.execute(asked, (day, kind)).fetchall())

    def fetch(self, *, after: str, limit: int) -> list[Down]:
        self._answer()
        asked = "SELECT serial, sort, body FROM down WHERE serial > ? ORDER BY serial LIMIT ?"
        with self._open() as db:
            found = db.execute(asked, (after, limit)).fetchall()
        return [Down(serial, Sort(sort), json.loads(body)) for serial, sort, body in found]

    def acknowledge(
        self, *, serial: str, is_taken: bool, number: str, words: str, cases: Sequence[str] = ()
    ) -> None:
        self._answer()
        with self._open() as db:
            db.execute(
                "UPDATE down SET taken = ?, number = ?, words = ? WHERE serial = ?",
                (int(is_taken), number, words, serial),
            )

    # For tests and stories: what happens on the other side

    def send_down(self, serial: str, sort: Sort, body: Mapping[str, Any]) -> None:
        """Have something wait for us."""
        with self._open() as db:
            row = (serial, str(sort), json.dumps(body, ensure_ascii=False))
            db.execute("INSERT INTO down VALUES (?, ?, ?, NULL, '', '')", row)

    def told(self, serial: str) -> tuple[int | None, str, str]:
        """What it heard of what it sent: taken or not, our number, words."""
        with self._open() as db:
            asked = "SELECT taken, number, words FROM down WHERE serial = ?"
            found: tuple[int | None, str, str] = db.execute(asked, (serial,)).fetchone()
        return found

    def lose(self, kind: str, key: str) -> None:
        """Forget a record, as after a restore from an old backup."""
        with self._open() as db:
            db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def keep(self, kind: str, key: str, day: str, digest: str) -> None:
        """Hold a record of that content, whatever it was."""
        with self._open() as db:
            row = (kind, key, 0, day, digest)
            db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)", row)

    def _answer(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The superior platform")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.file, timeout=TIMEOUT)) as db:
            db.executescript(SCHEMA)
            with db:
                yield db


_in_use: dict[str, Superior] = {}
_simulated: dict[Path, SimulatedSuperior] = {}


def superior(key: str, *, columns: Mapping[str, str] | None = None) -> Superior:
    """The platform behind an uplink's key; a simulated one until a city connects its own."""
    if key in _in_use:
        return _in_use[key]
    file = Path(settings.VAR) / "superiors" / f"{key}.sqlite3"
    found = _simulated.setdefault(file, SimulatedSuperior(file))
    found.columns = columns or {}
    return found


@contextmanager
def use(key: str, other: Superior) -> Iterator[None]:
    """Speak with another platform for a while; for tests."""
    before = _in_use.get(key)
    _in_use[key] = other
    try:
        yield
    finally:
        if before is None:
            del _in_use[key]
        else:
            _in_use[key] = before
