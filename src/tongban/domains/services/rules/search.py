"""Find a service in everyday words: names, synonyms, pinyin initials; small enough to scan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pypinyin import Style, lazy_pinyin

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found."""

    kind: str
    key: str
    title: str
    words: tuple[str, ...] = ()
    ready: bool = True


def fold(text: str) -> str:
    """Compare without case, spaces and punctuation."""
    return "".join(c for c in text.casefold() if c.isalnum())


def pinyin(text: str) -> tuple[str, str]:
    """The full pinyin and its initials, as people type them: `xinshenger`, `xse`."""
    syllables = lazy_pinyin(text)
    initials = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return fold("".join(syllables)), fold("".join(initials))


def score(entry: Entry, asked: str, means: Mapping[str, Sequence[str]]) -> float:
    """How well an entry answers; 0 is not at all."""
    title = fold(entry.title)
    best = 0.0
    if asked in title or title in asked:
        best = 10 - abs(len(title) - len(asked)) / 20
    for word in map(fold, (*entry.words, *means.get(entry.key, ()))):
        if not word:
            continue
        if word == asked:
            best = max(best, 9)
        elif word in asked or (len(asked) >= 2 and asked in word):
            best = max(best, 7)
    if not best and asked.isascii() and len(asked) >= 2:
        full, initials = pinyin(entry.title)
        if full.startswith(asked) or initials.startswith(asked):
            best = 5
    if not best and len(asked) >= 2:
        pairs = {asked[i : i + 2] for i in range(len(asked) - 1)}
        haystack = title + "".join(map(fold, entry.words))
        shared = sum(pair in haystack for pair in pairs) / len(pairs)
        best = 3 * shared if shared >= 0.5 else 0
    return best + (0.5 if best and entry.kind == "one_thing" else 0)


def search(
    entries: Iterable[Entry], text: str, means: Mapping[str, Sequence[str]], limit: int = 20
) -> list[Entry]:
    """The entries that answer, best first."""
    asked = fold(text)
    if not asked:
        return []
    scored = [(score(entry, asked, means), entry) for entry in entries]
    scored.sort(key=lambda pair: -pair[0])
    return [entry for value, entry in scored if value > 0][:limit]


def check_synonyms(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find synonyms that lead nowhere."""
    faults = []
    if not body.get("words"):
        faults.append(Fault("words", N_("This is missing."), N_("Write it.")))
    faults += [
        Fault("means", N_("There is no such service."), N_("Name one."))
        for key in body.get("means", ())
        if not known.has("one_thing", key) and not known.has("service_item", key)
    ]
    return faults
