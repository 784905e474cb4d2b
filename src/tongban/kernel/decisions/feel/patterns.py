"""Regular expressions of FEEL (XPath 3.1, built on XML Schema) rewritten for Python's `re`."""

import re
from functools import lru_cache

from tongban.kernel.decisions.feel.errors import FeelError

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": 0, "q": 0}
_INITIAL = "A-Z_a-z:\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff"
_NAME = _INITIAL + r"\-.0-9\u00b7"
_CLASSES = {"i": _INITIAL, "c": _NAME}
_BLOCKS = {
    "IsBasicLatin": "\\x00-\\x7f",
    "IsLatin-1Supplement": "\\x80-\\xff",
    "IsLatinExtended-A": "\u0100-\u017f",
    "IsLatinExtended-B": "\u0180-\u024f",
    "IsGreek": "\u0370-\u03ff",
    "IsGreekandCoptic": "\u0370-\u03ff",
    "IsCyrillic": "\u0400-\u04ff",
    "IsHebrew": "\u0590-\u05ff",
    "IsArabic": "\u0600-\u06ff",
    "IsGeneralPunctuation": "\u2000-\u206f",
    "IsCurrencySymbols": "\u20a0-\u20cf",
    "IsCJKSymbolsandPunctuation": "\u3000-\u303f",
    "IsHiragana": "\u3040-\u309f",
    "IsKatakana": "\u30a0-\u30ff",
    "IsCJKUnifiedIdeographs": "\u4e00-\u9fff",
    "IsHangulSyllables": "\uac00-\ud7af",
}
# General categories, as far as Python's own classes or short ranges can say them.
_CATEGORIES = {
    "L": "^\\W\\d_",
    "Lu": "A-Z\u00c0-\u00d6\u00d8-\u00de\u0391-\u03a9\u0410-\u042f",
    "Ll": "a-z\u00df-\u00f6\u00f8-\u00ff\u03b1-\u03c9\u0430-\u044f",
    "N": "\\d",
    "Nd": "\\d",
    "P": "!-#%-*,-/:;?@\\[-\\]_{}\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u2010-\u2027"
    "\u3001-\u3003\u3008-\u3011\uff01-\uff0f",
    "S": "$+<->\\^`|~\u00a2-\u00a9\u00ac\u00ae-\u00b1\u00b4\u00d7\u00f7\u20a0-\u20cf",
    "Sc": "$\u00a2-\u00a5\u20a0-\u20cf\uffe5",
    "Z": "\\s",
    "Zs": " \u00a0\u2000-\u200a\u3000",
}
_PLAIN_ESCAPES = frozenset("\\|.-^?*+{}()[]$")
_SHARED_ESCAPES = frozenset("nrtdDsSwW")


class _Reader:
    """One pass over a pattern."""

    def __init__(self, pattern: str, spread: bool, dot_is_all: bool) -> None:
        self.text = pattern
        self.place = 0
        self.spread = spread
        self.dot = "." if dot_is_all else "[^\\n\\r]"
        self.groups = 0
        self.open_groups: list[int] = []

    def wrong(self, says: str) -> FeelError:
        return FeelError(f"The pattern {self.text!r} is wrong: {says}.")

    def take(self) -> str:
        if self.place >= len(self.text):
            raise self.wrong("it ends too early")
        self.place += 1
        return self.text[self.place - 1]

    def run(self) -> str:
        out = []
        while self.place < len(self.text):
            character = self.take()
            if self.spread and character.isspace():
                continue
            out.append(self._piece(character))
        return "".join(out)

    def _piece(self, character: str) -> str:
        if character == "\\":
            return self._escape(inside=False)
        if character == "[":
            return self._character_class()
        if character == "(":
            return self._group()
        if character == ")":
            if self.open_groups:
                self.open_groups.pop()
            return ")"
        return self.dot if character == "." else character

    def _group(self) -> str:
        if self.text.startswith("?:", self.place):
            self.place += 2
            self.open_groups.append(0)
            return "(?:"
        if self.text.startswith("?", self.place):
            raise self.wrong("only (?: may follow an opening bracket")
        self.groups += 1
        self.open_groups.append(self.groups)
        return "("

    def _escape(self, inside: bool) -> str:
        if self.spread:
            while self.place < len(self.text) and self.text[self.place].isspace():
                self.place += 1
        character = self.take()
        if character in _SHARED_ESCAPES:
            return "\\" + character
        if character in "pP":
            return self._property(character == "P", inside)
        if character in "icIC":
            body = _CLASSES[character.lower()]
            if inside:
                return body
            return f"[^{body}]" if character.isupper() else f"[{body}]"
        if character.isdigit():
            return self._reference(character, inside)
        if character in _PLAIN_ESCAPES:
            return re.escape(character)
        raise self.wrong(f"\\{character} means nothing")

    def _reference(self, digits: str, inside: bool) -> str:
        number = int(digits)
        while self.text[self.place : self.place + 1].isdigit():
            longer = number * 10 + int(self.text[self.place])
            if longer > self.groups:
                break
            number = longer
            self.place += 1
        if inside or number == 0 or number > self.groups or number in self.open_groups:
            raise self.wrong(f"\\{digits} refers to no group")
        return f"(?:\\{number})"

    def _property(self, negated: bool, inside: bool) -> str:
        if self.take() != "{":
            raise self.wrong("\\p needs a name in braces")
        end = self.text.find("}", self.place)
        name = self.text[self.place : end]
        self.place = end + 1
        if self.spread:
            name = "".join(name.split())
        body = _BLOCKS.get(name) or _CATEGORIES.get(name)
        if end < 0 or body is None:
            raise self.wrong(f"there is no character class {name!r}")
        if body.startswith("^"):
            if inside:
                letters = "A-Za-z\u00c0-\u024f\u0370-\u1fff\u3041-\ud7ff"
                return "\\W\\d_" if negated else letters
            return "[\\W\\d_]" if negated else "[^\\W\\d_]"
        if inside:
            if negated:
                raise self.wrong("\\P inside brackets is not supported")
            return body
        return f"[^{body}]" if negated else f"[{body}]"

    def _character_class(self) -> str:
        negated = self.text.startswith("^", self.place)
        self.place += negated
        body: list[str] = []
        minus = ""
        while True:
            character = self.take()
            if character == "]" and body:
                break
            if character == "-" and self.text.startswith("[", self.place) and body:
                self.place += 1
                minus = f"(?!{self._character_class()})"
                if self.take() != "]":
                    raise self.wrong("after a subtracted class comes ]")
                break
            if character == "\\":
                body.append(self._escape(inside=True))
            elif character in "[]":
                raise self.wrong(f"{character} must be escaped inside brackets")
            else:
                body.append("\\" + character if character in "^&~|" else character)
        return f"{minus}[{'^' if negated else ''}{''.join(body)}]"


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """The Python pattern, or FeelError."""
    value = 0
    for flag in flags:
        if flag not in _FLAGS:
            raise FeelError(f"{flag!r} is not a flag of a pattern; use s, m, i, x or q.")
        value |= _FLAGS[flag]
    if "q" in flags:
        return re.compile(re.escape(pattern), value & re.IGNORECASE)
    text = _Reader(pattern, "x" in flags, "s" in flags).run()
    if "m" not in flags:
        text = _anchored(text)
    try:
        return re.compile(text, value)
    except re.error as error:
        raise FeelError(f"The pattern {pattern!r} is wrong: {error.msg}.") from error


def _anchored(text: str) -> str:
    """Python's "$" also matches before a last line break; XPath's does not."""
    out = []
    inside = False
    place = 0
    while place < len(text):
        character = text[place]
        if character == "\\":
            out.append(text[place : place + 2])
            place += 2
            continue
        if character == "[":
            inside = True
        elif character == "]":
            inside = False
        out.append("\\Z" if character == "$" and not inside else character)
        place += 1
    return "".join(out)


def replacement(text: str, groups: int) -> str:
    """An XPath replacement ("$1") as a Python template."""
    out = []
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == "\\":
            if text[place : place + 1] not in ("\\", "$"):
                raise FeelError("In a replacement \\ is followed by \\ or $.")
            out.append(text[place].replace("\\", "\\\\"))
            place += 1
        elif character == "$":
            digits = ""
            while text[place : place + 1].isdigit() and (
                not digits or int(digits + text[place]) <= groups
            ):
                digits += text[place]
                place += 1
            if not digits:
                raise FeelError("In a replacement $ is followed by a number.")
            out.append(f"\\g<{digits}>" if int(digits) <= groups else "")
        else:
            out.append(character)
    return "".join(out)
