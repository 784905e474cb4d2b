"""Find a service in everyday words: names, synonyms, pinyin, English, and one slip of the finger.

A city has a hundred items and a few thousand words: an index of folded words is small enough to
scan, and is built once per edition of the catalogue.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Invalid

LONGEST = 60
CHINESE = re.compile(r"[\u4e00-\u9fff]")

EXACT, WORD, TITLE, PART, SOUND, LETTERS, SLIP, PAIRS = 10.0, 9.0, 9.5, 7.0, 6.0, 5.0, 4.0, 3.0
"""How good an answer is, by how it was found."""


class NoWords(Invalid):
    says = N_("Write the words that people use.")
    hint = N_("Two to twenty characters, without numbers of persons or telephones.")


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


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in letters."""
    return tuple(re.findall(r"[a-z]+", text.casefold()))


@lru_cache(maxsize=8192)
def sounds(text: str) -> tuple[str, ...]:
    """A syllable for each character, letters as they are: `新生儿` is xin, sheng, er."""
    found: list[str] = []
    for part in re.findall(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]", text):
        found += lazy_pinyin(part, style=Style.NORMAL) if CHINESE.match(part) else [part]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Term:
    """A word by which an entry is found, prepared."""

    text: str
    syllables: tuple[str, ...]
    is_title: bool = False

    @property
    def is_chinese(self) -> bool:
        return len(self.syllables) == len(self.text) and bool(CHINESE.search(self.text))


@dataclass(frozen=True, slots=True)
class _Indexed:
    entry: Entry
    terms: tuple[Term, ...]
    english: frozenset[str]
    pairs: frozenset[str]


class Index:
    """What can be found, prepared for one edition of the catalogue."""

    def __init__(self, entries: Iterable[Entry], means: Mapping[str, Sequence[str]]) -> None:
        self._rows = [_indexed(entry, means.get(entry.key, ())) for entry in entries]

    def search(self, text: str, limit: int = 20) -> list[Entry]:
        """The entries that answer, best first."""
        text = text[:LONGEST]
        asked = fold(text)
        if not asked:
            return []
        heard, words = sounds(asked), tokens(text)
        scored = [(_score(row, asked, heard, words), row.entry) for row in self._rows]
        if not any(value for value, _ in scored) and len(asked) >= 3:
            scored = [(_slip(row, asked), row.entry) for row in self._rows]
        scored.sort(key=lambda pair: -pair[0])
        return [entry for value, entry in scored if value > 0][:limit]


def _indexed(entry: Entry, means: Sequence[str]) -> _Indexed:
    folded = dict.fromkeys(filter(None, map(fold, (*entry.words, *means))))
    title = fold(entry.title)
    terms = (
        Term(title, sounds(title), is_title=True),
        *(Term(word, sounds(word)) for word in folded if word != title),
    )
    english = {word for text in (*entry.words, *means) for word in tokens(text)}
    haystack = title + "".join(map(fold, entry.words))
    pairs = {haystack[i : i + 2] for i in range(len(haystack) - 1)}
    return _Indexed(entry, terms, frozenset(english), frozenset(pairs))


def _score(row: _Indexed, asked: str, heard: Sequence[str], words: Sequence[str]) -> float:
    """How well an entry answers; 0 is not at all."""
    best = max((_plain(term, asked) for term in row.terms), default=0.0)
    if not best and words and asked.isascii() and len(asked) >= 3:
        best = _english(row, words)
    if best < SOUND and len(asked) >= 2:
        best = max(best, *(_sound(term, asked, heard) for term in row.terms))
    if not best and len(asked) >= 2:
        pairs = {asked[i : i + 2] for i in range(len(asked) - 1)}
        shared = len(pairs & row.pairs) / len(pairs)
        best = PAIRS * shared if shared >= 0.5 else 0
    return best + (0.5 if best and row.entry.kind == "one_thing" else 0)


def _plain(term: Term, asked: str) -> float:
    text = term.text
    if term.is_title:
        if asked in text or text in asked:
            return EXACT - abs(len(text) - len(asked)) / 20
        return 0.0
    if text == asked:
        return WORD
    return PART if text in asked or (len(asked) >= 2 and asked in text) else 0.0


def _english(row: _Indexed, words: Sequence[str]) -> float:
    """Each word begins a word of the entry: “birth reg”."""
    met = all(any(own.startswith(word) for own in row.english) for word in words)
    return PART if met and sum(map(len, words)) >= 3 else 0.0


def _sound(term: Term, asked: str, heard: Sequence[str]) -> float:
    """Characters that sound alike (同音字), and pinyin whole, by initials, or mixed."""
    if not term.is_chinese:
        return 0.0
    own = term.syllables
    if CHINESE.search(asked):
        span = len(heard)
        if len(asked) == span and any(
            own[at : at + span] == tuple(heard) for at in range(len(own) - span + 1)
        ):
            return SOUND
    if asked.isascii() or (CHINESE.search(asked) and re.search("[a-z]", asked)):
        for at in range(len(own)):
            if _spelt(term, asked, at):
                return LETTERS - (0.5 if at else 0) - len(own) / 100
    return 0.0


def _spelt(term: Term, asked: str, at: int) -> bool:
    """Whether letters and characters spell a term from a place on, each syllable begun."""
    places = {0}
    for char, syllable in zip(term.text[at:], term.syllables[at:], strict=True):
        following: set[int] = set()
        for place in places:
            if asked.startswith(char, place):
                following.add(place + len(char))
            for length in range(1, len(syllable) + 1):
                if not asked.startswith(syllable[:length], place):
                    break
                following.add(place + length)
        if len(asked) in following:
            return True
        if not following:
            return False
        places = following
    return False


def _slip(row: _Indexed, asked: str) -> float:
    """One character too many, too few, wrong, or two changed places."""
    best = 0.0
    for term in row.terms:
        if _near(term.text, asked):
            best = max(best, SLIP)
        elif asked.isascii() and len(asked) >= 5 and term.is_chinese:
            spelt = "".join(term.syllables)
            best = max(best, SLIP - 0.5 if _near(spelt, asked) else 0.0)
    if not best and asked.isascii() and len(asked) >= 5:
        best = SLIP - 0.5 if any(_is_slip(word, asked) for word in row.english) else 0.0
    return best + (0.5 if best and row.entry.kind == "one_thing" else 0)


def _near(text: str, asked: str) -> bool:
    """Whether a stretch of the text is the asked but for one slip."""
    # One slip leaves one half whole; only where two places changed in the middle is neither.
    half = len(asked) // 2
    is_half = asked[:half] in text or asked[half:] in text
    if not is_half and not (asked[: half - 1] in text and asked[half + 1 :] in text):
        return False
    if len(text) < len(asked) - 1:
        return False
    spans = (len(asked) - 1, len(asked), len(asked) + 1)
    return any(
        _is_slip(text[at : at + span], asked)
        for span in spans
        for at in range(max(len(text) - span, 0) + 1)
    )


def _is_slip(text: str, asked: str) -> bool:
    if text == asked:
        return True
    if abs(len(text) - len(asked)) > 1 or len(text) < 2:
        return False
    begin = 0
    while begin < min(len(text), len(asked)) and text[begin] == asked[begin]:
        begin += 1
    if len(text) == len(asked):
        swapped = text[begin + 1 : begin + 2] + text[begin : begin + 1] + text[begin + 2 :]
        return text[begin + 1 :] == asked[begin + 1 :] or swapped == asked[begin:]
    longer, shorter = (text, asked) if len(text) > len(asked) else (asked, text)
    return longer[begin + 1 :] == shorter[begin:]


# What was not found ------------------------------------------------------------------------------

KEPT_LONGEST = 30
NUMBERS = re.compile(r"[0-9０-９〇一二三四五六七八九]{3,}[xXｘＸ]?|[0-9０-９]+")
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def kept(text: str) -> str:
    """A search text as it may be kept: without numbers and addresses; empty when nothing is left.

    People paste what is on their desk: numbers of persons, of telephones, of cases.
    """
    masked = NUMBERS.sub("#", ADDRESS.sub("#", text.strip().casefold()))
    masked = " ".join(masked.split())
    if len(masked) > KEPT_LONGEST or masked.count("#") > 1:
        return ""
    return masked if fold(masked) else ""


def new_words(text: str) -> str:
    """Words for a synonym; refused when they are none, or hold a number."""
    words = " ".join(text.split())
    if not 2 <= len(words) <= 20 or "#" in words or NUMBERS.search(words):
        raise NoWords({"words": []})
    return words


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
