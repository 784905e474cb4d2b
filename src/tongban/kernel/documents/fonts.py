"""What can be set: our fonts, those a city adds, and the characters they hold."""

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from typst import Fonts

FOLDER: Final = Path(__file__).resolve().parent / "fonts"
OURS: Final = "Tongban Sans"

# By the customs of official documents, first the faces they ask for, which are not free, then ours.
PREFERRED: Final[dict[str, tuple[str, ...]]] = {
    "body": ("FangSong_GB2312", "FangSong", "FZFangSong-Z02", "STFangsong"),  # 仿宋
    "title": ("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "STZhongsong"),  # 小标宋
    "heading": ("SimHei", "FZHei-B01", "STHeiti"),  # 黑体
    "label": (),
}


def folders() -> tuple[Path, ...]:
    """Answer the folder of the city's fonts, if it has one, and ours."""
    added = getattr(settings, "TONGBAN_FONTS", None)
    return (Path(added), FOLDER) if added else (FOLDER,)


@lru_cache(maxsize=4)
def loaded(paths: tuple[Path, ...]) -> Fonts:
    """Load the fonts of these folders, and none of the system: a page must look alike anywhere."""
    return Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in paths],
    )


@lru_cache(maxsize=4)
def families(paths: tuple[Path, ...]) -> dict[str, list[str]]:
    """Answer the families for each part of a page, the preferred ones first."""
    present = set(loaded(paths).families())
    return {
        part: [*(name for name in names if name in present), OURS]
        for part, names in PREFERRED.items()
    }


@lru_cache(maxsize=4)
def coverage(paths: tuple[Path, ...]) -> frozenset[int]:
    """Answer the code points that these fonts hold."""
    points: set[int] = set()
    for path in paths:
        for file in sorted(path.glob("*.[ot]t[fc]")):
            points.update(held_by(file.read_bytes()))
    return frozenset(points)


def held_by(font: bytes) -> Iterator[int]:
    """Answer the code points of a font file or collection, from its `cmap` tables."""
    starts = [0]
    if font[:4] == b"ttcf":
        (count,) = struct.unpack_from(">I", font, 8)
        starts = list(struct.unpack_from(f">{count}I", font, 12))
    for start in starts:
        (tables,) = struct.unpack_from(">H", font, start + 4)
        for number in range(tables):
            tag, _sum, place, _size = struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
            if tag == b"cmap":
                yield from _held_by_table(font, place)


def _held_by_table(font: bytes, table: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", font, table + 2)
    for number in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, table + 4 + 8 * number)
        place = table + offset
        (form,) = struct.unpack_from(">H", font, place)
        if form == 4:
            (double,) = struct.unpack_from(">H", font, place + 6)
            ends = struct.unpack_from(f">{double // 2}H", font, place + 14)
            begins = struct.unpack_from(f">{double // 2}H", font, place + 16 + double)
            for begin, end in zip(begins, ends, strict=True):
                if begin != 0xFFFF:
                    yield from range(begin, end + 1)
        elif form == 12:
            (groups,) = struct.unpack_from(">I", font, place + 12)
            for group in range(groups):
                begin, end = struct.unpack_from(">II", font, place + 16 + 12 * group)
                yield from range(begin, end + 1)
