"""The characters of a document out of our fonts, as a font of its own inside the OFD."""

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from fontTools import subset

from tongban.kernel.documents import fonts

FILES: Final = ("TongbanSans-Regular.otf", "TongbanSans-Bold.otf")


@lru_cache(maxsize=2)
def held(face: int) -> frozenset[int]:
    """The code points that a face of ours can set."""
    return frozenset(fonts.held_by(_path(face).read_bytes()))


def can_set(face: int, text: str) -> bool:
    """Whether a face holds every character of a text."""
    return held(face).issuperset(map(ord, text))


def cut(face: int, characters: Iterable[str]) -> bytes:
    """A font with these characters alone; equal characters give equal bytes."""
    options: Any = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.name_IDs = [1, 2, 6]
    font = subset.load_font(str(_path(face)), options, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(set(characters))))
    cutter.subset(font)
    made = BytesIO()
    subset.save_font(font, made, options)
    return made.getvalue()


def _path(face: int) -> Path:
    return fonts.FOLDER / FILES[face]
