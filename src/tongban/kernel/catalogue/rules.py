"""What may become of a definition; content hashes, windows of validity, who may sign second."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.actor import Actor
from tongban.kernel.errors import N_, Fault, Invalid, NotFound, Refusal

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}\Z")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnknownKind(NotFound):
    """Nobody registered such a kind."""

    says = N_("There is no kind of definition called {kind}.")
    hint = N_("Known kinds: {known}.")


class NotInForce(NotFound):
    """No version of it is in force on that day."""

    says = N_("No version of {kind} “{key}” is in force on {on}.")
    hint = N_("Look at its history in the catalogue, or publish a version.")


class NoSuchDefinition(NotFound):
    """No row of that number."""

    says = N_("There is no such definition.")
    hint = N_("Open it again from the list.")


class Faulty(Invalid):
    """The body does not pass its check; `problems` maps each place to its sentences."""

    says = N_("“{title}” cannot be taken: {first}")
    hint = N_("{count} faults in all; correct them and try again. Nothing was changed.")

    def __init__(self, faults: Sequence[Fault], title: str) -> None:
        self.faults = tuple(faults)
        problems: dict[str, list[str]] = {}
        for fault in faults:
            problems.setdefault(fault.where, []).append(fault.sentence())
        first = f"{faults[0].where}: {faults[0].sentence()}" if faults else ""
        super().__init__(problems, title=title, first=first, count=len(faults))


class Unreadable(Faulty):
    """The files of a city do not pass; nothing of them was taken."""

    says = N_("The files of the city cannot be read: {first}")
    hint = N_("{count} faults in all; correct the files and read them again. Nothing was changed.")


class WouldBreak(Faulty):
    """What is in force would no longer pass its own check."""

    says = N_("This would break what is in force: {first}")
    hint = N_("{count} places in all; publish new versions of those first.")


class WrongState(Refusal):
    """The act does not fit the state of the version."""

    says = N_("Version {no} of “{title}” is {status}; this can be done only while it is {needed}.")
    hint = N_("Look at its history; someone may have acted before you.")


class SecondPersonNeeded(Refusal):
    """四眼原则: who wrote it does not publish it."""

    says = N_("You wrote this version, so someone else has to publish it.")
    hint = N_("Ask a colleague whose post may publish definitions.")
    status = 403


class PersonNeeded(Refusal):
    """A program cannot be the second pair of eyes."""

    says = N_("A program cannot publish a definition.")
    hint = N_("A person whose post may publish definitions has to read and publish it.")
    status = 403


class Overtaken(Refusal):
    """Another version was published since the draft was begun."""

    says = N_("Version {newer} of “{title}” was published after this draft was begun.")
    hint = N_("Begin a new draft from it, so that nothing is undone unseen.")
    status = 412


class NotWhatWasRead(Refusal):
    """The approver read another text than the one submitted now."""

    says = N_("This version was changed while you were reading it.")
    hint = N_("Read it again, then decide.")
    status = 412


class NothingChanged(Refusal):
    """The draft equals what is published."""

    says = N_("This is word for word what is already published.")
    hint = N_("Change something first, or leave it.")


class AuthorNeeded(Refusal):
    """A draft is written by one person, so that it is plain who may not sign it."""

    says = N_("This draft is being written by {name}.")
    hint = N_("Begin a draft of your own; whoever publishes later is told of the other.")
    status = 403


class KeyTaken(Invalid):
    """A copy would replace what it was copied from."""

    says = N_("There is already a definition with the key {key}.")
    hint = N_("Choose another key, or revise the one that exists.")


class PastDate(Invalid):
    """What was in force on a past day is a fact."""

    says = N_("It cannot begin or end on {day}, which is past.")
    hint = N_("Choose today or a later day.")


class ReasonNeeded(Invalid):
    """A version is not sent back or ended without a word."""

    says = N_("Please say why.")
    hint = N_("The author reads your reason; one sentence is enough.")


def canonical(body: Mapping[str, Any]) -> str:
    """The one way to write a body down, so that equal content has an equal hash."""
    return json.dumps(
        body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def content_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def shape_faults(body: Any, key: str) -> list[Fault]:
    """Whether a body can be stored, hashed and written to a file again."""
    if not isinstance(body, Mapping):
        return [Fault("", N_("A definition is a table of names and values."))]
    faults = list(_shape(body, ""))
    if not KEY.match(key):
        faults.append(
            Fault(
                "key",
                N_("“{key}” cannot be a key."),
                N_("Use up to 120 ASCII letters, digits, hyphens, underscores or dots."),
                {"key": key},
            )
        )
    if "key" in body and body["key"] != key:
        faults.append(
            Fault("key", N_("The key in the text is “{inner}”, not “{key}”."), "",
                  {"inner": body["key"], "key": key})
        )  # fmt: skip
    return faults


def _shape(value: Any, where: str) -> Iterator[Fault]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(name, str):
                yield from _shape(inner, f"{where}.{name}" if where else name)
            else:
                yield Fault(where, N_("Every name must be a text."))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _shape(inner, f"{where}[{number}]")
    else:
        yield from _plain_shape(value, where)


def _plain_shape(value: Any, where: str) -> Iterator[Fault]:
    if value is None:
        yield Fault(where, N_("A value is empty."), N_("Leave its name out instead."))
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(where, N_("A number must be finite."))
    elif isinstance(value, str) and UNSTORABLE.search(value):
        yield Fault(where, N_("The text contains characters that cannot be stored."))
    elif not isinstance(value, str | bool | int | float):
        yield Fault(where, N_("This is neither text, number, yes/no, list nor table."))


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a version is in force (有效期): `begins` counts, `ends` does not."""

    id: int
    no: int
    begins: date
    ends: date | None

    def covers(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


def place(windows: Iterable[Window], begins: date) -> tuple[Window | None, date | None]:
    """Where a new version fits: the window it cuts short, and when it ends itself."""
    standing = [w for w in windows if w.ends is None or w.begins < w.ends]
    cut = next((w for w in standing if w.covers(begins)), None)
    return cut, min((w.begins for w in standing if w.begins > begins), default=None)


def check_second_person(*, author: str, author_person: int | None, by: Actor) -> None:
    """Refuse a program, and refuse who wrote it, whichever post that person holds now."""
    if by.kind in {"part", "nobody"}:
        raise PersonNeeded()
    same = by.key == author or (by.person is not None and by.person == author_person)
    if same:
        raise SecondPersonNeeded()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two bodies; None where there is nothing."""

    where: str
    before: Any
    after: Any


def changes(before: Any, after: Any, where: str = "") -> list[Change]:
    """What a second person has to look at, in the order of the new text."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        found: list[Change] = []
        for name in dict.fromkeys([*after, *before]):
            inner = f"{where}.{name}" if where else str(name)
            found += changes(before.get(name), after.get(name), inner)
        return found
    if isinstance(before, list) and isinstance(after, list):
        return _list_changes(before, after, where)
    return [] if before == after else [Change(where, before, after)]


def _list_changes(before: list[Any], after: list[Any], where: str) -> list[Change]:
    # Rows that carry a key are compared with their namesake: moving one is not changing all.
    name = next((n for n in ("key", "id") if all(_named(r, n) for r in (*before, *after))), "")
    if not name:
        found: list[Change] = []
        for number in range(max(len(before), len(after))):
            old = before[number] if number < len(before) else None
            new = after[number] if number < len(after) else None
            found += changes(old, new, f"{where}[{number}]")
        return found
    old_rows = {row[name]: row for row in before}
    new_rows = {row[name]: row for row in after}
    found = []
    for key in dict.fromkeys([*new_rows, *old_rows]):
        found += changes(old_rows.get(key), new_rows.get(key), f"{where}[{key}]")
    if not found and list(old_rows) != list(new_rows):
        found.append(Change(where, list(old_rows), list(new_rows)))
    return found


def _named(row: Any, name: str) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get(name), str)
