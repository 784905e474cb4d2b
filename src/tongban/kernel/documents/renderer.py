"""Set data as a PDF. Data reach the templates as JSON, as text and never as markup."""

import json
import threading
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
from typst import Compiler, TypstError

from tongban.kernel.documents import fonts
from tongban.kernel.documents.shapes import REQUIRED

FOLDER: Final = Path(__file__).resolve().parent / "templates"

# PDF/A-2u: the form archives take (GB/T 33476 allows OFD, DA/T 47 PDF/A), its text extractable.
STANDARD: Final = "a-2u"

SEAL_PPI: Final = 110.0

# 〓, the mark printers have always set for a type they lack. A box could be taken for a character.
LACKING: Final = "〓"


class DocumentFault(Exception):
    """A document cannot be set: the caller gave no such template, or not all of its data."""


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Set a document; `shapes` says which data each template takes."""
    if template not in REQUIRED:
        raise DocumentFault(f"There is no template {template!r}; known: {', '.join(REQUIRED)}.")
    lacking = REQUIRED[template] - data.keys()
    if lacking:
        raise DocumentFault(f"{template}: these data are lacking: {', '.join(sorted(lacking))}.")
    made_at = data["made_at"]
    if not isinstance(made_at, datetime) or made_at.tzinfo is None:
        raise DocumentFault(f"{template}: made_at must be a moment with its zone.")
    return _compile(
        template, data, format="pdf", pdf_standards=[STANDARD], timestamp=int(made_at.timestamp())
    )


def seal_picture(name: str, *, demo: bool) -> bytes:
    """The picture of a seal, as PNG of 42 mm with a clear ground; for the structure around it."""
    return _compile("seal", {"organ": name, "demo": demo}, format="png", ppi=SEAL_PPI)


def _compile(template: str, data: Mapping[str, Any], **how: Any) -> bytes:
    folders = fonts.folders()
    rare: dict[str, None] = {}
    page = {
        name: _settable(value, fonts.coverage(folders), rare)
        for name, value in data.items()
        if name != "made_at" and value is not None
    }
    if data.get("qr"):
        page["qr_image"] = _qr(str(data["qr"]))
    page["rare"] = [f"U+{ord(character):04X}" for character in rare]
    page["families"] = fonts.families(folders)
    inputs = {"data": json.dumps(page, ensure_ascii=False)}
    try:
        # The compiler keeps its inputs between calls, so it serves one caller at a time.
        with _lock:
            made = _compiler(folders).compile(
                input=str(FOLDER / f"{template}.typ"), sys_inputs=inputs, **how
            )
    except TypstError as error:
        raise DocumentFault(f"{template}: {error.message}\n{error.diagnostic}") from error
    if not isinstance(made, bytes):
        raise DocumentFault(f"{template}: nothing was set.")
    return made


def missing_characters(text: str) -> str:
    """Answer the characters that no font here holds, to warn of before a licence is issued."""
    rare: dict[str, None] = {}
    _settable(text, fonts.coverage(fonts.folders()), rare)
    return "".join(rare)


_lock = threading.Lock()


@lru_cache(maxsize=4)
def _compiler(folders: tuple[Path, ...]) -> Compiler:
    return Compiler(root=str(FOLDER), font_paths=fonts.loaded(folders), ignore_system_fonts=True)


def _settable(value: Any, held: frozenset[int], rare: dict[str, None]) -> Any:
    """Answer the value with texts that the fonts can set; what they lack is added to `rare`."""
    match value:
        case str():
            return "".join(_character(each, held, rare) for each in value)
        case datetime() | date():
            return f"{value.year}年{value.month}月{value.day}日"
        case bool() | int() | None:
            return value
        case Mapping():
            return {str(key): _settable(each, held, rare) for key, each in value.items()}
        case list() | tuple():
            return [_settable(each, held, rare) for each in value]
        case _:
            return _settable(str(value), held, rare)


def _character(character: str, held: frozenset[int], rare: dict[str, None]) -> str:
    if character == "\n" or ord(character) in held:
        return character
    category = unicodedata.category(character)
    if category[0] == "Z" or character == "\t":
        return " "
    if category[0] == "C" or category == "Mn":
        # Controls, direction marks and variation selectors; unassigned ones are no text at all.
        return ""
    rare[character] = None
    return LACKING


def _qr(text: str) -> str:
    file = BytesIO()
    segno.make(text, error="m", micro=False).save(
        file, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True
    )
    return file.getvalue().decode("ascii")
