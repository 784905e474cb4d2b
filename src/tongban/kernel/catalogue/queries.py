"""What is in force. Published versions never change, so each process keeps those it has read.

`by_id` and `compiled` touch no database once cached; `current`, `find` and `all_current` ask for
the edition's mark (one row by its key) and read more only when something was published since.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from tongban.kernel import clock, trips
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import kinds
from tongban.kernel.catalogue.kinds import Body, Known
from tongban.kernel.catalogue.models import Definition, Edition
from tongban.kernel.catalogue.rules import NoSuchDefinition, NotInForce, Window, shape_faults
from tongban.kernel.errors import Fault

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")

MARK = f"(SELECT mark FROM {Edition._meta.db_table} WHERE id = 1)"
"""In SQL: the edition's mark. Who reads it beside a row says so by `trips.remember`."""

LASTING = (Definition.Status.PUBLISHED, Definition.Status.RETIRED)
WAITING = (Definition.Status.DRAFT, Definition.Status.SUBMITTED)


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A published version (版本) of a definition; nobody may change its body."""

    id: int
    kind: str
    key: str
    no: int
    title: str
    body: Mapping[str, Any]
    content_hash: str
    valid_from: date

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)


class _Cache(Generic[K, V]):
    """A bounded cache shared by the threads of one process; the least recently used goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[K, V] = {}
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key not in self._kept:
                return None
            value = self._kept[key] = self._kept.pop(key)
            return value

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._size:
                del self._kept[next(iter(self._kept))]


_versions: _Cache[int, Version] = _Cache(8192)
_windows: _Cache[str, tuple[str, dict[str, list[Window]]]] = _Cache(256)
_current: _Cache[tuple[str, date], tuple[str, tuple[Version, ...]]] = _Cache(256)
_compiled: _Cache[tuple[int, Any], Any] = _Cache(4096)


def by_id(pk: int) -> Version:
    """The version a running case keeps; it may have been followed by others long ago."""
    version = _versions.get(pk)
    if version is None:
        _load([pk])
        version = _versions.get(pk)
    if version is None:
        raise NoSuchDefinition()
    return version


def find(kind: str, key: str, on: date | None = None) -> Version | None:
    """What is in force on a day (today by default); None when nothing is."""
    day = on or clock.today()
    window = _in_force(_windows_of(kind).get(key, ()), day)
    return by_id(window.id) if window else None


def current(kind: str, key: str, on: date | None = None) -> Version:
    """What is in force on a day (today by default); refuses when nothing is."""
    version = find(kind, key, on)
    if version is None:
        raise NotInForce(kind=kind, key=key, on=on or clock.today())
    return version


def all_current(kind: str, on: date | None = None) -> list[Version]:
    """All of a kind that is in force on a day, by key."""
    day, mark = on or clock.today(), edition()
    kept = _current.get((kind, day))
    if kept is None or kept[0] != mark:
        ids = [
            window.id
            for _, windows in sorted(_windows_of(kind).items())
            if (window := _in_force(windows, day))
        ]
        _load(pk for pk in ids if _versions.get(pk) is None)
        kept = mark, tuple(by_id(pk) for pk in ids)
        _current.put((kind, day), kept)
    return list(kept[1])


def compiled(version: Version, factory: Callable[[Version], T]) -> T:
    """What an engine made of a version (parsed DMN, process graph), made once per process.

    `factory` must be a function of a module: a lambda would be new, and cached anew, each time.
    """
    made = _compiled.get((version.id, factory))
    if made is None:
        made = factory(version)
        _compiled.put((version.id, factory), made)
    return made


def known(on: date | None = None, **batch: Mapping[str, Body | None]) -> Known:
    """What a check may refer to: what is in force on a day, and a batch that goes before it."""

    # A check asks for the same element a thousand times: each kind is read once.
    read: dict[str, dict[str, Body]] = {}

    def of(kind: str) -> dict[str, Body]:
        if kind not in read:
            read[kind] = {version.key: version.body for version in all_current(kind, on)}
        return read[kind]

    return Known(lambda kind, key: of(kind).get(key), lambda kind: list(of(kind)), batch)


def faults(kind: str, key: str, body: Any, about: Known | None = None) -> list[Fault]:
    """What would keep this text from being published, each with its line; empty when nothing."""
    registered = kinds.get(kind)
    found = shape_faults(body, key)
    if found or registered is None:
        return found
    return registered.faults(body, about or known(clock.today(), **{kind: {key: body}}))


def warnings(kind: str, key: str, body: Any, about: Known | None = None) -> list[Fault]:
    """What the second person should look at, though it may be published."""
    registered = kinds.get(kind)
    if registered is None or faults(kind, key, body, about):
        return []
    return registered.warn(body, about or known(clock.today(), **{kind: {key: body}}))


def edition() -> str:
    """The mark that changes with every publication; what is derived may be kept under it."""
    mark: str | None = trips.remembered(MARK)
    if mark is None:
        # Asked many times per page: without the ORM it costs a tenth.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {MARK}")
            mark = cursor.fetchone()[0] or ""
        trips.remember(MARK, mark)
    return mark


def drafts(*, by: Actor) -> list[Definition]:
    """What waits: one's own drafts, and what others submitted if one's post may publish."""
    by.require("definition.draft" if by.may("definition.draft") else "definition.publish")
    mine = Q(author=by.key)
    if by.person is not None:
        mine |= Q(author_person=by.person)
    if by.may("definition.publish"):
        mine |= Q(status=Definition.Status.SUBMITTED)
    return list(Definition.objects.filter(mine, status__in=WAITING).order_by("drafted_at", "key"))


def is_author(row: Definition, by: Actor) -> bool:
    """Whether this actor, under whichever post, wrote the version."""
    return by.key == row.author or (by.person is not None and by.person == row.author_person)


def open_drafts(kind: str, key: str) -> list[Definition]:
    """The versions of a key that are being written or wait for the second signature."""
    rows = Definition.objects.filter(kind=kind, key=key, status__in=WAITING)
    return list(rows.order_by("drafted_at", "no"))


def open_draft(kind: str, key: str, *, by: Actor) -> Definition | None:
    """One's own draft of a key that is not yet handed in."""
    mine = [row for row in open_drafts(kind, key) if row.status == Definition.Status.DRAFT]
    return next((row for row in mine if is_author(row, by)), None)


def definition(pk: int) -> Definition:
    """One version in any state, for those who write and sign."""
    row = Definition.objects.filter(pk=pk).first()
    if row is None:
        raise NoSuchDefinition()
    return row


def history(kind: str, key: str) -> list[Definition]:
    """Every version of a key, newest first."""
    return list(Definition.objects.filter(kind=kind, key=key).order_by("-no"))


def head(kind: str, key: str) -> Definition | None:
    """The last word on a key: the published version without an end, in force today or later."""
    return heads(kind).filter(key=key).first()


def heads(kind: str | None = None) -> QuerySet[Definition]:
    """The last word on each key."""
    rows = Definition.objects.filter(
        status=Definition.Status.PUBLISHED, valid_to__isnull=True
    ).order_by("kind", "key")
    return rows if kind is None else rows.filter(kind=kind)


def windows(kind: str, key: str) -> list[Window]:
    """The windows of validity of a key, straight from the table."""
    return _read_windows(Definition.objects.filter(kind=kind, key=key)).get(key, [])


def is_empty() -> bool:
    """Whether nothing was ever defined here."""
    return not Definition.objects.exists()


def kind_named(name: str) -> kinds.Kind | None:
    """The registered kind of that name."""
    return kinds.get(name)


def _in_force(standing: Iterable[Window], day: date) -> Window | None:
    return next((window for window in standing if window.covers(day)), None)


def _windows_of(kind: str) -> dict[str, list[Window]]:
    mark = edition()
    kept = _windows.get(kind)
    if kept is not None and kept[0] == mark:
        return kept[1]
    found = _read_windows(Definition.objects.filter(kind=kind))
    _windows.put(kind, (mark, found))
    return found


def _read_windows(rows: QuerySet[Definition]) -> dict[str, list[Window]]:
    found: dict[str, list[Window]] = {}
    columns = ("key", "id", "no", "valid_from", "valid_to")
    lasting = rows.filter(status__in=LASTING).order_by("no").values_list(*columns)
    for key, pk, no, begins, ends in lasting:
        assert begins is not None  # a constraint of the table
        found.setdefault(key, []).append(Window(pk, no, begins, ends))
    return found


def _load(ids: Iterable[int]) -> None:
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        rows = Definition.objects.filter(
            pk__in=wanted[start : start + 500], status__in=LASTING, valid_from__isnull=False
        )
        for row in rows:
            assert row.valid_from is not None
            _versions.put(
                row.pk,
                Version(
                    row.pk, row.kind, row.key, row.no, row.title, row.body,
                    row.content_hash, row.valid_from,
                ),
            )  # fmt: skip
