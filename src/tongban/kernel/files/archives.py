"""What a zip holds, read through once within limits; OFD, DOCX and XLSX are zips too."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

MAX_ENTRIES: Final = 2_000
MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_DIRECTORY: Final = 1024 * 1024
SMALL: Final = 1024 * 1024
"""Below this the ratio says nothing: a page of XML shrinks a hundredfold by itself."""

_ENDINGS: Final = ".zip .rar .7z .gz .bz2 .xz .zst .tar .tgz .jar .cab .iso .ofd .docx .xlsx .pptx"
_ARCHIVE_ENDINGS: Final = frozenset(_ENDINGS.split())
_ARCHIVE_HEADS: Final = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xfd7zXZ", b"MSCF")


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found in an archive."""

    names: frozenset[str] = frozenset()
    damaged: bool = False
    bomb: bool = False
    nested: bool = False
    encrypted: bool = False
    macros: bool = False


def names(data: bytes) -> frozenset[str]:
    """Answer the names inside, by which kinds of zip are told apart; none when damaged."""
    if _has_endless_directory(data):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def survey(data: bytes) -> Survey:
    """Look through the whole archive."""
    if _has_endless_directory(data):
        return Survey(bomb=True)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _survey(archive, len(data))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        OSError,
    ):
        return Survey(damaged=True)


def _has_endless_directory(data: bytes) -> bool:
    """Whether only listing it would take too long: millions of entries fit into an upload.

    The 64-bit form is for archives beyond all our limits, so it counts as endless.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 16:
        return False  # Damaged, as zipfile will find.
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return size > MAX_DIRECTORY or data[max(0, end - 20) : end].startswith(b"PK\x06\x07")


def _survey(archive: zipfile.ZipFile, packed: int) -> Survey:
    entries = archive.infolist()
    found = frozenset(entry.filename for entry in entries)
    if any(_is_outside(name) for name in found) or len(found) != len(entries):
        # Two entries of one name: a check may read the one and a viewer show the other.
        return Survey(damaged=True)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        return Survey(bomb=True)
    if unpacked > max(SMALL, packed * MAX_RATIO):
        return Survey(bomb=True)
    if any(entry.flag_bits & 0x1 for entry in entries):
        return Survey(encrypted=True)
    if any(name.lower().endswith("vbaproject.bin") for name in found):
        return Survey(macros=True)
    nested = [_is_archive(archive, entry) for entry in entries]
    return Survey(names=found, nested=any(nested))


def _is_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _is_archive(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Read the entry to its end, since sizes may lie, and tell whether it is an archive."""
    with archive.open(entry) as file:
        head = file.read(8)
        while file.read(1024 * 1024):
            pass  # Reading checks the declared size and the checksum.
    path = PurePosixPath(entry.filename)
    if "embeddings" in path.parts[:-1]:
        return False  # A table inside a DOCX is itself a workbook; deeper it is not looked at.
    return path.suffix.lower() in _ARCHIVE_ENDINGS or head.startswith(_ARCHIVE_HEADS)
