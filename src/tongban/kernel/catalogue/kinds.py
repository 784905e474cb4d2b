"""Which kinds of definition exist; each registers itself from above in its AppConfig.ready()."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.errors import N_, Fault

__all__ = [
    "Body",
    "Fault",
    "Kind",
    "Known",
    "Preview",
    "all_kinds",
    "answer",
    "check_conditions",
    "condition",
    "get",
    "preview",
    "previews",
    "register",
]

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
        self._all: dict[str, dict[str, Body]] = {}
        self._said: dict[tuple[str, str], Body | None] = {}

    @classmethod
    def of(cls, **kinds: Mapping[str, Body]) -> "Known":
        """Known from plain data: `Known.of(element={"name": {...}})`."""
        return cls(batch=kinds)

    def get(self, kind: str, key: str) -> Body | None:
        """The body of a definition; None when there is none."""
        mine = self._batch.get(kind, {})
        if key in mine:
            return mine[key]
        if self._find is None:
            return None
        if kind not in _answers:
            return self._find(kind, key)
        if (kind, key) not in self._said:
            self._said[kind, key] = _answers[kind](key)
        return self._said[kind, key]

    def answers_for(self, kind: str) -> bool:
        """Whether anybody can be asked about what is no definition: an organ, a post."""
        return kind in self._batch or (self._find is not None and kind in _answers)

    def has(self, kind: str, key: str) -> bool:
        """Whether there is such a definition."""
        return self.get(kind, key) is not None

    def all(self, kind: str) -> dict[str, Body]:
        """Every definition of a kind, by key."""
        if kind not in self._all:
            mine = self._batch.get(kind, {})
            keys = dict.fromkeys([*(self._keys(kind) if self._keys else ()), *mine])
            self._all[kind] = {k: body for k in keys if (body := self.get(kind, k)) is not None}
        return self._all[kind]


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
    label: str = ""
    """How its definitions are called on pages, in the plural."""
    check: Check = _no_faults
    title: Callable[[Body], str] = _name
    order: int = 100
    """Lower is read first; checks may refer to any kind regardless."""
    file: str = ""
    table: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Other files, taken whole: `{".dmn": "dmn"}` gives `{"key": stem, "dmn": text}`."""
    warn: Check = _no_faults
    """What the second person should look at, though it does not forbid publishing."""

    def faults(self, body: Body, known: Known) -> list[Fault]:
        """What the check finds; a text so odd that the check itself stumbles is one fault."""
        try:
            return self.check(body, known)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            return [
                Fault(
                    "",
                    N_("This cannot be read: {why}"),
                    N_("Compare the kinds of its values with a definition in force."),
                    {"why": f"{type(error).__name__}: {error}"},
                )
            ]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a version of a kind would do (发布前试算), shown before anyone signs.

    `make` is asked with the body and all that is known, for a page, never in an action; what it
    answers is the context of `template`, a fragment. Faults that forbid publishing belong into the
    kind's `check`.
    """

    template: str
    make: Callable[[Body, Known], Mapping[str, Any]]


Condition = Callable[[str, str], None]
"""Given the key and the content hash of a version: raises what must be done before it is signed."""

_kinds: dict[str, Kind] = {}
_conditions: dict[str, list[Condition]] = {}
_previews: dict[str, list[Preview]] = {}
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


def preview(name: str, shown: Preview) -> None:
    """Show this with every version of a kind before it is signed: a simulation, a shadow run."""
    before = _previews.setdefault(name, [])
    if shown not in before:
        before.append(shown)


def condition(name: str, must_hold: Condition) -> None:
    """Ask this before any version of a kind is signed: that it was tried, that it was heard."""
    before = _conditions.setdefault(name, [])
    if must_hold not in before:
        before.append(must_hold)


def check_conditions(name: str, key: str, content_hash: str) -> None:
    """Refuse a signature while something that must come before it has not been done."""
    for must_hold in _conditions.get(name, ()):
        must_hold(key, content_hash)


def previews(name: str) -> list[Preview]:
    """What is shown with the versions of a kind, in the order in which it was registered."""
    return list(_previews.get(name, ()))


def get(name: str) -> Kind | None:
    """The kind of that name."""
    return _kinds.get(name)


def all_kinds() -> list[Kind]:
    """Every kind, in the order in which files are read."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
