"""Message catalogues: English in the source, Chinese complete, one catalogue per app.

    python tools/i18n.py extract [app …]   gather texts into <app>/locale/zh_Hans/…/django.po
    python tools/i18n.py compile           .po -> .mo (the program does it for itself in a checkout)
    python tools/i18n.py check             nothing untranslated, fuzzy, stale; Chinese punctuation

Texts of files that belong to no app (kernel/errors.py, crypto …) stand in that of kernel/ui.
Existing translations are kept; a text that left the source leaves the catalogue.
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tongban"
HOMELESS = SOURCE / "kernel" / "ui"
NO_APPS = [SOURCE / "cli"]
"""Folders that have a catalogue without being an app (LOCALE_PATHS in settings)."""
LOCALE = "zh_Hans"
KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "N_": None,
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Text(NamedTuple):
    """One text to translate."""

    one: str
    many: str = ""
    context: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.one, self.many) if self.many else self.one


Found = dict[Text, list[str]]


# Gathering


def apps() -> list[Path]:
    """The folders that have a catalogue, the deepest first."""
    found = [*NO_APPS, *(path.parent for path in SOURCE.rglob("apps.py"))]
    return sorted(found, key=lambda folder: (-len(folder.parts), folder))


def gather() -> dict[Path, Found]:
    """Every text of the source, by the app whose catalogue holds it."""
    folders = apps()
    found: dict[Path, Found] = {folder: defaultdict(list) for folder in {*folders, HOMELESS}}
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        parts = path.relative_to(SOURCE).parts
        if {"tests", "migrations", "static", "locale"} & set(parts):
            continue
        if path.suffix == ".txt" and "templates" not in parts:
            continue
        home = next((folder for folder in folders if folder in path.parents), HOMELESS)
        place = path.relative_to(ROOT).as_posix()
        texts = (
            python_texts(path) if path.suffix == ".py" else template_texts(path.read_text("utf-8"))
        )
        for text in texts:
            if place not in found[home][text]:
                found[home][text].append(place)
    return found


def python_texts(path: Path) -> Iterator[Text]:
    """The texts of a Python file."""
    with path.open("rb") as source:
        for _, name, messages, _ in extract_python(source, list(KEYWORDS), [], {}):
            parts = [messages] if isinstance(messages, str) else list(messages or [None])
            context = (
                parts.pop(0) or "" if name in {"pgettext", "pgettext_lazy", "npgettext"} else ""
            )
            one = parts[0] if parts else None
            if one:
                plural = name in {"ngettext", "ngettext_lazy", "npgettext"}
                yield Text(one, (parts[1] or "") if plural else "", context or "")


_CONSTANT = re.compile(r"""_\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\)""")


def template_texts(source: str) -> Iterator[Text]:
    """The texts of a Django template: trans, blocktrans, and `_("…")` as an argument."""
    tokens = iter(Lexer(source).tokenize())
    in_comment = False
    for token in tokens:
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        name, *bits = list(smart_split(token.contents)) or [""]
        if name in {"comment", "endcomment"}:
            in_comment = name == "comment"
        if in_comment:
            continue
        if token.token_type is TokenType.BLOCK and name in {"blocktrans", "blocktranslate"}:
            yield _block(bits, tokens)
            continue
        if token.token_type is TokenType.BLOCK and name in {"trans", "translate"}:
            text = _constant(bits[0])
            if text:
                yield Text(_percent(text), "", _after(bits, "context"))
        for double, single in _CONSTANT.findall(token.contents):
            yield Text(_percent(double or single))


def _block(bits: list[str], tokens: Iterator[Token]) -> Text:
    parts: list[str] = [""]
    for token in tokens:
        if token.token_type is TokenType.TEXT:
            parts[-1] += token.contents.replace("%", "%%")
        elif token.token_type is TokenType.VAR:
            parts[-1] += f"%({token.contents})s"
        elif token.contents.strip() == "plural":
            parts.append("")
        elif token.token_type is TokenType.BLOCK:
            break
    if "trimmed" in bits:
        parts = [trim_whitespace(part) for part in parts]
    return Text(parts[0], parts[1] if len(parts) > 1 else "", _after(bits, "context"))


def _percent(text: str) -> str:
    """Django doubles a percent sign before it looks a text of a template up."""
    return text.replace("%", "%%")


def _constant(bit: str) -> str:
    return bit[1:-1].replace('\\"', '"') if bit[:1] in {'"', "'"} else ""


def _after(bits: list[str], word: str) -> str:
    return _constant(bits[bits.index(word) + 1]) if word in bits[:-1] else ""


# Catalogues


def po_of(app: Path) -> Path:
    """Where an app's catalogue stands."""
    return app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def read(po: Path) -> Catalog:
    """Read a catalogue, an empty one if there is none yet."""
    if not po.exists():
        return Catalog(locale=LOCALE)
    with po.open("rb") as source:
        return read_po(source, locale=LOCALE)


def extract(names: list[str]) -> list[Path]:
    """Bring the catalogues of the named apps (or of all) in line with the source."""
    written = []
    for app, found in sorted(gather().items()):
        label = app.relative_to(SOURCE).as_posix()
        if names and not any(name in {label, app.name} for name in names):
            continue
        po = po_of(app)
        if not found and not po.exists():
            continue
        old, new = (
            read(po),
            Catalog(
                locale=LOCALE,
                header_comment=f"# Chinese texts of tongban/{label}.",
                project="Tongban",
                msgid_bugs_address="",
                version="1",
                creation_date=datetime(2026, 1, 1, tzinfo=UTC),
                revision_date=datetime(2026, 1, 1, tzinfo=UTC),
                last_translator="Tongban",
                language_team="zh_Hans",
                fuzzy=False,
            ),
        )
        for text, places in found.items():
            before = old.get(text.one, context=text.context or None)
            new.add(
                text.key,
                string=_kept(before, text),
                locations=[(place, 0) for place in sorted(places)],
                context=text.context or None,
                flags=before.flags & {"fuzzy"} if before else (),
            )
        po.parent.mkdir(parents=True, exist_ok=True)
        with po.open("wb") as target:
            write_po(target, new, width=100, sort_output=True, include_lineno=False)
        written.append(po)
    return written


def _kept(before: Message | None, text: Text) -> str | tuple[str, ...]:
    string = before.string if before else ""
    if text.many:
        return tuple(string) if isinstance(string, list | tuple) else (string,)
    return string[0] if isinstance(string, list | tuple) else string


# Checking

_HALF_WIDTH = re.compile(r"[\u3400-\u9fff\uff00-\uffef][,:;?!()]")
_PERCENT = re.compile(r"%\(\w+\)[sd]")
_BRACE = re.compile(r"(?<!\{)\{(\w+)[^{}]*\}(?!\})")


def check() -> list[str]:
    """Everything that is not as it should be, with what to do about it."""
    faults = []
    for app, found in sorted(gather().items()):
        po = po_of(app)
        place = po.relative_to(ROOT)
        catalogue = read(po)
        held = {_text(message): message for message in catalogue if message.id}
        faults += [
            f"{place}: {text.one!r} is missing; run: python tools/i18n.py extract"
            for text in found
            if text not in held
        ]
        for text, message in held.items():
            if text not in found:
                faults.append(
                    f"{place}: {text.one!r} has left the source; run: python tools/i18n.py extract"
                )
            faults += [f"{place}: {text.one!r} {says}" for says in _faults_of(text, message)]
    return faults + disagreements() + punctuation()


def disagreements() -> list[str]:
    """Texts that two parts put into other words: the catalogues are one, and one of them wins."""
    said: dict[Text, dict[str, str]] = {}
    for po in sorted(SOURCE.rglob("locale/*/LC_MESSAGES/*.po")):
        for message in read(po):
            if message.id and isinstance(message.string, str) and message.string:
                said.setdefault(_text(message), {}).setdefault(
                    message.string, str(po.relative_to(ROOT))
                )
    return [
        f"{text.one!r} is {' and '.join(f'{word} in {po}' for word, po in words.items())};"
        " say the same, or tell the two apart in English"
        for text, words in sorted(said.items())
        if len(words) > 1
    ]


def _text(message: Message) -> Text:
    one, many = message.id if isinstance(message.id, list | tuple) else (message.id, "")
    return Text(one, many, message.context or "")


def _faults_of(text: Text, message: Message) -> Iterator[str]:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    if not all(strings):
        yield "has no Chinese"
        return
    if message.fuzzy:
        yield "is fuzzy; look at it and take the mark away"
    for string in strings:
        source = text.many or text.one
        if set(_PERCENT.findall(string)) != set(_PERCENT.findall(source)):
            yield "names other %(values)s in Chinese than in English"
        if set(_BRACE.findall(string)) != set(_BRACE.findall(source)):
            yield "names other {values} in Chinese than in English"
        if match := _HALF_WIDTH.search(string):
            yield f"has half-width punctuation after Chinese: {match[0]!r}"


def punctuation() -> list[str]:
    """Half-width punctuation behind a Chinese character, in templates and in the cities' data."""
    faults = []
    for path in sorted(SOURCE.rglob("*.html")):
        text = re.sub(
            r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", "", path.read_text("utf-8"), flags=re.S
        )
        if match := _HALF_WIDTH.search(text):
            faults.append(
                f"{path.relative_to(ROOT)}: half-width punctuation after Chinese: {match[0]!r}"
            )
    for path in sorted([*(ROOT / "cities").rglob("*.toml"), *SOURCE.rglob("*.toml")]):
        faults += [
            f"{path.relative_to(ROOT)}: half-width punctuation after Chinese:"
            f" {text[max(0, match.start() - 8) : match.end() + 8]!r}"
            for text in _strings(tomllib.loads(path.read_text("utf-8")))
            if (match := _HALF_WIDTH.search(text))
        ]
    return faults


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def compile_all() -> list[Path]:
    """Compile every catalogue."""
    sys.path.insert(0, str(ROOT / "src"))
    from tongban.kernel.ui import catalogues  # noqa: PLC0415  tools run without an installed package

    return [catalogues.compile_one(po) for po in sorted(SOURCE.rglob("locale/*/LC_MESSAGES/*.po"))]


def main(arguments: list[str]) -> int:
    """Run one command."""
    command, *names = arguments or ["check"]
    if command == "extract":
        lines = [str(po.relative_to(ROOT)) for po in extract(names)]
    elif command == "compile":
        lines = [str(mo.relative_to(ROOT)) for mo in compile_all()]
    else:
        lines = check()
    sys.stdout.write("\n".join(lines or ["Every text has its Chinese."]) + "\n")
    return int(command == "check" and bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
