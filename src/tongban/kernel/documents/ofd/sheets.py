"""The sheets: a letter and a licence set as OFD, from the data that their PDFs are set from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from tongban.kernel.documents.ofd import package
from tongban.kernel.documents.ofd.pages import BLUE, FAINT, GREY, HEAD, POINT, RED, Page, Pen, Text
from tongban.kernel.documents.ofd.pages import measure as measured
from tongban.kernel.documents.shapes import REQUIRED

SEAL: Final = 40.0
"""Millimetres across."""


class NoSheet(Exception):
    """There is no sheet of this name, or not all of its data."""


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Set a letter or a licence as OFD; `shapes` says which data each takes. Raises NoSheet."""
    draw = SHEETS.get(template)
    lacking = REQUIRED.get(template, frozenset()) - data.keys()
    if draw is None or lacking:
        raise NoSheet(f"{template}: {', '.join(sorted(lacking)) or 'no such sheet'}")
    pen = draw(data)
    if data.get("demo"):
        for page in pen.pages:
            _watermark(page)
    made_at: datetime = data["made_at"]
    return package.write(
        pen.pages,
        title=str(data["title"]),
        author=str(data["organ"]),
        made_at=made_at,
        seal_place=package.SealPlace(*pen.seal, SEAL) if pen.seal else None,
    )


def _letter(data: Mapping[str, Any]) -> Pen:
    pen = Pen(w=210, h=297, left=28, right=26, top=37, bottom=35)
    organ = str(data["organ"])
    points = max(18.0, min(36.0, pen.room / POINT / max(len(organ), 1)))
    pen.write(organ, points=points, align="center", face=HEAD, color=RED)
    pen.skip(3)
    pen.write(str(data["number"]), points=16, align="center")
    pen.page.line(pen.left, pen.y, pen.room, stroke=0.5, color=RED)
    pen.skip(6)
    pen.write(str(data["title"]), points=22, align="center", face=HEAD)
    pen.skip(5)
    if data.get("addressee"):
        pen.write(f"{data['addressee']}：", points=16, leading=1.8)
    for words in data["paragraphs"]:
        pen.write(str(words), points=16, leading=1.8, indent=2)
    table = data.get("table")
    if table:
        if table.get("caption"):
            pen.write(str(table["caption"]), points=12, align="center", face=HEAD)
        pen.table(table["head"], table["rows"], points=10.5)
        pen.skip(4)
    for words in data.get("closing", ()):
        pen.write(str(words), points=16, leading=1.8, indent=2)
    signer = str(data.get("signed_by") or organ)
    _signed(pen, (signer, _day(data["date"])), points=16, seal=bool(data.get("seal")))
    for number, page in enumerate(pen.pages, 1):
        text = f"— {number} —"
        size = 14 * POINT
        x = 28 if number % 2 == 0 else 210 - 26 - measured(text, size)
        page.things.append(Text(x, 297 - 28, size, text))
    return pen


def _licence(data: Mapping[str, Any]) -> Pen:
    pen = Pen(w=297, h=210, left=32, right=32, top=25, bottom=26)
    _frame(pen.page)
    pen.write(str(data["title"]), points=34, align="center", face=HEAD)
    if data.get("copy"):
        pen.write(f"（{data['copy']}）", points=14, align="center", face=HEAD)
    pen.write(f"证照编号：{data['number']}", points=12, align="center")
    pen.skip(4)
    fields = [(str(label), str(value)) for label, value in data["fields"]]
    if data.get("valid_until"):
        since = f"自 {_day(data['valid_from'])} 起至 " if data.get("valid_from") else ""
        fields.append(("有效期限", f"{since}{_day(data['valid_until'])}"))
    points = 13.0 if len(fields) <= 9 else 10.5
    label_room = min(12, max(len(label) for label, _ in fields)) * points * POINT + 6
    for label, value in fields:
        top = pen.y
        pen.write(label, points=points, face=HEAD, room=label_room - 4)
        low, pen.y = pen.y, top
        pen.write(value or "—", points=points, x=pen.left + label_room, room=pen.room - label_room)
        pen.y = max(pen.y, low) + 1
    if data.get("only_for"):
        pen.write(str(data["only_for"]), points=12, face=HEAD, color=RED)
    pen.need(34)
    pen.y = max(pen.y, pen.h - pen.bottom - 32)
    if data.get("qr"):
        pen.page.code(pen.left, pen.y, 24, str(data["qr"]))
    lines = (f"发证机关：{data['organ']}", f"发证日期：{_day(data['issued_on'])}")
    _signed(pen, lines, points=14, seal=bool(data.get("seal")), below=False)
    for page in pen.pages:
        if data.get("identifier"):
            text, size = f"电子证照标识：{data['identifier']}", 9 * POINT
            x = (pen.w - measured(text, size)) / 2
            page.things.append(Text(x, pen.h - 17, size, text, color=GREY))
    return pen


SHEETS: Final = {"letter": _letter, "licence": _licence}


def _signed(
    pen: Pen, lines: tuple[str, str], *, points: float, seal: bool, below: bool = True
) -> None:
    """落款, with room for the seal over it (骑年盖月); both stay on one page."""
    if below:
        pen.skip(12)
    pen.need(SEAL if below else 30)
    size = points * POINT
    wide = max(measured(line, size) for line in lines)
    x = pen.w - pen.right - wide - 4 * size
    if seal:
        centre = (x + wide / 2, pen.y + size * 1.6)
        pen.seal = (len(pen.pages) - 1, centre[0] - SEAL / 2, centre[1] - SEAL / 2)
    for line in lines:
        pen.write(line, points=points, leading=1.8, align="center", x=x, room=wide)


def _frame(page: Page) -> None:
    for inset, stroke in ((10.0, 0.9), (12.0, 0.2)):
        page.box(inset, inset, page.w - 2 * inset, page.h - 2 * inset, stroke=stroke, color=BLUE)


def _watermark(page: Page) -> None:
    size = 96 * POINT
    text = "演示"
    x, y = (page.w - measured(text, size)) / 2, page.h / 2 + size * 0.38
    page.things.insert(0, Text(x, y, size, text, HEAD, FAINT))


def _day(value: date | str) -> str:
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)
