"""What a PDF holds besides its pages, found without a PDF library, which would itself be a target.

Names may be written with escapes (`/J#61vaScript`) and objects may hide in compressed object
streams, so both are undone before looking. In doubt a PDF is unreadable, and refused.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Final

MAX_OBJECT_STREAMS: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a PDF."""

    encrypted: bool = False
    active: bool = False
    unreadable: bool = False


def _name(name: str) -> bytes:
    """Answer a pattern for a PDF name in which any letter may be written as `#` and its code."""
    letters = (f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)
    return ("/" + "".join(letters) + r"(?![A-Za-z0-9#_-])").encode("ascii")


_ENCRYPT: Final = re.compile(_name("Encrypt") + rb"\s*(?:<<|\d+\s+\d+\s+R)")
# Long enough never to occur by chance inside compressed bytes, so looked for everywhere.
_ACTIVE: Final = re.compile(b"|".join(map(_name, ("JavaScript", "Launch", "RichMedia"))))
# Three letters do occur by chance, so these are looked for outside of streams only.
_ACTIVE_SHORT: Final = re.compile(b"|".join(map(_name, ("JS", "XFA"))))
_OBJECT_STREAM: Final = re.compile(_name("ObjStm"))
_FLATE_ONLY: Final = re.compile(
    _name("Filter") + rb"\s*(?:\[\s*)?" + _name("FlateDecode") + rb"\s*(?:\]|/|>|$)"
)
_FILTER: Final = re.compile(_name("Filter"))
_PREDICTOR: Final = re.compile(_name("Predictor") + rb"\s*(?!1\b)\d")
_STREAM: Final = re.compile(rb">>\s*stream\r?\n")
_END: Final = b"endstream"
_OBJECT: Final = re.compile(rb"\d\s+\d+\s+obj\b")


def examine(data: bytes) -> Findings:
    """Tell what the PDF holds besides its pages."""
    if b"%%EOF" not in data[-4096:] or b"startxref" not in data:
        return Findings(unreadable=True)
    if _ENCRYPT.search(data):
        return Findings(encrypted=True)
    if _ACTIVE.search(data):
        return Findings(active=True)
    return _look_through_streams(data)


def _look_through_streams(data: bytes) -> Findings:
    budget = MAX_OBJECT_STREAMS
    unpacked = place = 0
    while found := _STREAM.search(data, place):
        outside = data[place : found.start() + 2]
        # A stream's dictionary begins after the last object's beginning.
        dictionary = outside[outside.rfind(b"obj") :]
        end = data.find(_END, found.end())
        place = len(data) if end < 0 else end
        body = data[found.end() : place]
        if _ACTIVE_SHORT.search(outside):
            return Findings(active=True)
        # A comment may pretend to begin a stream, so that objects behind it pass for its body.
        if _OBJECT.search(body) and _ACTIVE_SHORT.search(body):
            return Findings(active=True)
        if _OBJECT_STREAM.search(dictionary):
            objects = _unpack(dictionary, body, budget)
            if objects is None:
                return Findings(unreadable=True)
            if _ACTIVE.search(objects) or _ACTIVE_SHORT.search(objects):
                return Findings(active=True)
            budget -= len(objects)
            unpacked += 1
    # Every object stream must have been looked into, however its beginning was disguised.
    hidden = len(_OBJECT_STREAM.findall(data)) != unpacked
    return Findings(active=_ACTIVE_SHORT.search(data, place) is not None, unreadable=hidden)


def _unpack(dictionary: bytes, body: bytes, budget: int) -> bytes | None:
    """Answer the objects in an object stream, or None when they cannot be read or are too many."""
    if not _FILTER.search(dictionary):
        return body
    if not _FLATE_ONLY.search(dictionary) or _PREDICTOR.search(dictionary):
        return None
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(body, budget)
    except zlib.error:
        return None
    return objects if unpacker.eof else None
