"""Pages as OFD has them: texts and paths at places in millimetres, and a pen that fills them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import segno

POINT: Final = 25.4 / 72
BODY, HEAD, NAMED = 0, 1, 2
FACES: Final = (("TongbanSans-Regular", "Tongban Sans"), ("TongbanSans-Bold", "Tongban Sans"))
"""Embedded, what a document uses of them."""
FALLBACK: Final = ("宋体", "SimSun")
"""By name only, for a character that no face of ours holds: every office desk has it."""

BLACK, RED, GREY, BLUE, FAINT = "0 0 0", "200 22 29", "85 85 85", "31 95 139", "235 235 235"
# 避头尾: what may not begin a line.
NOT_FIRST: Final = frozenset("，。、；：？！）》」』”’〉】%")
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    size: float
    text: str
    face: int = BODY
    color: str = BLACK

    @property
    def advances(self) -> list[float]:
        return [self.size * width(one) for one in self.text]


@dataclass(frozen=True, slots=True)
class Path:
    """A path; `data` in the abbreviated form, in coordinates of its own box."""

    x: float
    y: float
    w: float
    h: float
    data: str
    stroke: float = 0.0
    """Line width; a path without one is filled."""
    color: str = BLACK


@dataclass(slots=True)
class Page:
    """One page, in millimetres."""

    w: float
    h: float
    things: list[Text | Path] = field(default_factory=list)

    def line(
        self, x: float, y: float, w: float, *, stroke: float = 0.4, color: str = BLACK
    ) -> None:
        self.things.append(Path(x, y, w, 0.1, f"M 0 0 L {w:g} 0", stroke, color))

    def box(
        self, x: float, y: float, w: float, h: float, *, stroke: float = 0.0, color: str = BLACK
    ) -> None:
        data = f"M 0 0 L {w:g} 0 L {w:g} {h:g} L 0 {h:g} C"
        self.things.append(Path(x, y, w, h, data, stroke, color))

    def code(self, x: float, y: float, side: float, address: str) -> None:
        """A QR code, its dark modules as squares of one path."""
        rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
        step = side / len(rows)
        data = " ".join(
            _square(c * step, r * step, step)
            for r, row in enumerate(rows)
            for c, dark in enumerate(row)
            if dark
        )
        self.things.append(Path(x, y, side, side, data))


def _square(left: float, top: float, step: float) -> str:
    right, low = left + step, top + step
    return (
        f"M {left:.3f} {top:.3f} L {right:.3f} {top:.3f} L {right:.3f} {low:.3f}"
        f" L {left:.3f} {low:.3f} C"
    )


def width(character: str) -> float:
    """How wide a character is set, in ems: Latin half, all else whole."""
    return 0.5 if ord(character) < 0x2000 and character != "·" else 1.0


def measure(text: str, size: float) -> float:
    return size * sum(map(width, text))


def broken(text: str, size: float, room: float, *, indent: float = 0.0) -> Iterator[str]:
    """The lines of a paragraph; a mark that may not begin a line stays on the one before."""
    for paragraph in text.split("\n"):
        line, used = "", indent
        for one in paragraph:
            wide = size * width(one)
            if line and used + wide > room + 1e-6 and one not in NOT_FIRST:
                yield line
                line, used = "", 0.0
            line += one
            used += wide
        yield line


@dataclass(slots=True)
class Pen:
    """Writes from the top down, and begins a page where one is full."""

    w: float
    h: float
    left: float
    right: float
    top: float
    bottom: float
    pages: list[Page] = field(default_factory=list)
    y: float = 0.0
    seal: tuple[int, float, float] | None = None
    """Where the seal stands: page, left, top."""

    def __post_init__(self) -> None:
        self.new_page()

    @property
    def page(self) -> Page:
        return self.pages[-1]

    @property
    def room(self) -> float:
        return self.w - self.left - self.right

    def new_page(self) -> None:
        self.pages.append(Page(self.w, self.h))
        self.y = self.top

    def need(self, height: float) -> None:
        """Begin a page unless so much room is left."""
        if self.y + height > self.h - self.bottom and self.page.things:
            self.new_page()

    def skip(self, height: float) -> None:
        self.y += height

    def write(
        self,
        text: str,
        *,
        points: float,
        leading: float = 1.5,
        align: Align = "left",
        indent: int = 0,
        face: int = BODY,
        color: str = BLACK,
        x: float | None = None,
        room: float | None = None,
    ) -> None:
        """Set a paragraph; `indent` in characters, for its first line."""
        size = points * POINT
        start, space = self.left if x is None else x, self.room if room is None else room
        shift = indent * size
        for place, line in enumerate(broken(text, size, space, indent=shift)):
            self.need(size * leading)
            wide = measure(line, size)
            at = start + (shift if not place else 0.0)
            if align == "center":
                at = start + (space - wide) / 2
            elif align == "right":
                at = start + space - wide
            if line:
                self.page.things.append(Text(at, self.y + size * 0.88, size, line, face, color))
            self.y += size * leading

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], *, points: float) -> None:
        """A table with lines around each cell; a row does not break."""
        size, pad = points * POINT, 1.6
        count = max(len(head), 1)
        longest = [
            min(24, max(4, *(len(row[n]) for row in (head, *rows) if n < len(row))))
            for n in range(count)
        ]
        wide = [self.room * one / sum(longest) for one in longest]
        for number, row in enumerate((head, *rows)):
            cells = [
                list(broken(row[n] if n < len(row) else "", size, wide[n] - 2 * pad))
                for n in range(count)
            ]
            tall = max(map(len, cells)) * size * 1.4 + 2 * pad
            self.need(tall)
            x = self.left
            for n, lines in enumerate(cells):
                self.page.box(x, self.y, wide[n], tall, stroke=0.2)
                for k, line in enumerate(lines):
                    if line:
                        y = self.y + pad + size * (0.88 + 1.4 * k)
                        self.page.things.append(
                            Text(x + pad, y, size, line, HEAD if not number else BODY)
                        )
                x += wide[n]
            self.y += tall
