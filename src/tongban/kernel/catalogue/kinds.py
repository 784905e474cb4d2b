"""Which kinds of definition exist; each registers itself from above in its AppConfig.ready()."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.errors import Fault

__all__ = ["Body", "Fault", "Kind", "Known", "all_kinds", "answer", "get", "register"]

Body = Mapping[str, Any]


class Known:
    """What a check may refer to: what is in force, and the batch that is being read."""

    def __init__(
        self,
        find: Callable[[str, str], Body | None] | None = None,
        keys: Callable[[str], Iterable[str]] | None = None,
        batch: Mapping[str, Mapping[str, Body | None]] | None = None,
    ) -> None:
        self._find = find
        self._keys = keys
        self._batch = batch or {}

    @classmethod
    def of(cls, **kinds: Mapping[str, Body]) -> "Known":
        """Known from plain data: `Known.of(element={"name": {...}})`."""
        return cls(batch=kinds)

    def get(self, kind: str, key: str) -> Body | None:
        """The body of a definition; None when there is none."""
        if kind in _answers:
            return _answers[kind](key)
        mine = self._batch.get(kind, {})
        if key in mine:
            return mine[key]
        return self._find(kind, key) if self._find else None

    def has(self, kind: str, key: str) -> bool:
        """Whether there is such a definition."""
        return self.get(kind, key) is not None

    def all(self, kind: str) -> dict[str, Body]:
        """Every definition of a kind, by key."""
        mine = self._batch.get(kind, {})
        keys = dict.fromkeys([*(self._keys(kind) if self._keys else ()), *mine])
        return {key: body for key in keys if (body := self.get(kind, key)) is not None}


Check = Callable[[Body, Known], list[Fault]]


def _no_faults(body: Body, known: Known) -> list[Fault]:
    return []


def _name(body: Body) -> str:
    return str(body.get("name") or body.get("key") or "")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of definition (定义种类).

    Its files are a `folder` with one definition each, or one `file`: a list in `table`
    (`[[element]]`), or the whole file as a single definition when `table` is empty.
    """

    name: str
    folder: str = ""
    check: Check = _no_faults
    title: Callable[[Body], str] = _name
    order: int = 100
    """Lower is read first; checks may refer to any kind regardless."""
    file: str = ""
    table: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Other files, taken whole: `{".dmn": "dmn"}` gives `{"key": stem, "dmn": text}`."""


_kinds: dict[str, Kind] = {}
_answers: dict[str, Callable[[str], Body | None]] = {}


def register(kind: Kind) -> None:
    """Take a kind; each name belongs to exactly one part."""
    if kind.name in _kinds and _kinds[kind.name] != kind:
        raise RuntimeError(
            f"The kind of definition {kind.name!r} is registered twice; rename one of them."
        )
    if bool(kind.folder) == bool(kind.file):
        raise RuntimeError(f"The kind {kind.name!r} needs either a folder or a file, and not both.")
    _kinds[kind.name] = kind


def answer(name: str, find: Callable[[str], Body | None]) -> None:
    """Let checks ask `known.has(name, key)` about what is no definition: an organ, a post."""
    if name in _kinds:
        raise RuntimeError(f"{name!r} is a kind of definition; nobody else may answer for it.")
    _answers[name] = find


def get(name: str) -> Kind | None:
    """The kind of that name."""
    return _kinds.get(name)


def all_kinds() -> list[Kind]:
    """Every kind, in the order in which files are read."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
