"""A signature inside a PDF of ours: an update after its end, over every byte but its own.

The form is that of ISO 32000-1, 12.8: a signature dictionary with a byte range, whose contents are
an impression (SES_Signature). Readers that know no such impression still show that there is one,
and that it covers the whole file. Only PDFs that `renderer` made are signed here: their catalogue
and cross-reference table stand in the clear.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

SUBFILTER: Final = "GBT38540.SES_Signature"

_TRAILER: Final = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)\s+%%EOF\s*$", re.DOTALL)
_PAGE: Final = re.compile(rb"(?m)^(\d+) 0 obj\r?\n(<</Type/Page/.*?>>)\r?\nendobj", re.DOTALL)
_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})")
_BLANK: Final = b"0000000000"


class NotOurs(Exception):
    """The PDF is not of the form that `renderer` writes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A PDF with room for a signature; what is signed is `signed`."""

    before: bytes
    after: bytes
    room: int

    @property
    def signed(self) -> bytes:
        return self.before + self.after

    def finish(self, der: bytes) -> bytes:
        """The PDF with its signature."""
        if len(der) > self.room:
            raise NotOurs(f"A signature of {len(der)} bytes has room of {self.room}.")
        return (
            self.before + b"<" + der.hex().encode().ljust(2 * self.room, b"0") + b">" + self.after
        )


@dataclass(frozen=True, slots=True)
class Embedded:
    """A signature found in a PDF."""

    der: bytes
    signed: bytes
    covers_all: bool
    """Whether nothing stands outside what it covers but the signature itself."""


def prepare(pdf: bytes, *, room: int, signer: str, at: datetime) -> Prepared:
    """Make room for a signature of at most `room` bytes. Raises NotOurs."""
    trailer = _TRAILER.search(pdf)
    pages = list(_PAGE.finditer(pdf))
    root = re.search(rb"/Root\s+(\d+)\s+0\s+R", trailer[1]) if trailer else None
    size = re.search(rb"/Size\s+(\d+)", trailer[1]) if trailer else None
    if trailer is None or root is None or size is None or not pages:
        raise NotOurs("There is no plain cross-reference table.")
    catalogue = re.search(rb"(?m)^%s 0 obj\r?\n<<(.*?)>>\r?\nendobj" % root[1], pdf, re.DOTALL)
    if catalogue is None or b"/AcroForm" in catalogue[1] or b"/Annots" in pages[-1][2]:
        raise NotOurs("It has a form already.")
    number, page = int(size[1]), pages[-1]
    signature, field = number, number + 1
    head = b"" if pdf.endswith(b"\n") else b"\n"
    body = bytearray(head)
    places: dict[int, int] = {}

    def put(key: int, content: bytes) -> None:
        places[key] = len(pdf) + len(body)
        body.extend(b"%d 0 obj\n%s\nendobj\n" % (key, content))

    put(int(root[1]), b"<<%s/AcroForm<</Fields[%d 0 R]/SigFlags 3>>>>" % (catalogue[1], field))
    put(int(page[1]), page[2][:-2] + b"/Annots[%d 0 R]>>" % field)
    put(
        field,
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/Rect[0 0 0 0]/F 132/P %s 0 R/V %d 0 R>>"
        % (page[1], signature),
    )
    blank = b"[0 %s %s %s]" % (_BLANK, _BLANK, _BLANK)
    name = b"<feff%s>" % signer.encode("utf-16-be").hex().encode()
    stamp = f"{at:%Y%m%d%H%M%S}".encode() + _zone(at)
    start = b"<</Type/Sig/Filter/Tongban.Seal/SubFilter/%s/Name%s/M(D:%s)/ByteRange%s/Contents" % (
        SUBFILTER.encode(),
        name,
        stamp,
        blank,
    )
    put(signature, start + b"<" + b"0" * (2 * room) + b">>>")
    table = len(pdf) + len(body)
    rows = b"".join(
        b"%d 1\n%010d 00000 n\r\n" % (key, place) for key, place in sorted(places.items())
    )
    kept = re.sub(rb"/Size\s+\d+", b"", trailer[1])
    body += b"xref\n%strailer\n<</Size %d%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        rows, number + 2, kept, trailer[2], table,
    )  # fmt: skip
    whole = pdf + bytes(body)
    begin = whole.rindex(start) + len(start)
    end = begin + 2 * room + 2
    spans = b"[0 %010d %010d %010d]" % (begin, end, len(whole) - end)
    before = whole[:begin].replace(blank, spans)
    return Prepared(before, whole[end:], room)


def read(pdf: bytes) -> Embedded | None:
    """The signature in a PDF; None where there is none of ours."""
    mark = pdf.rfind(b"/SubFilter/" + SUBFILTER.encode())
    found = _RANGE.search(pdf, mark) if mark >= 0 else None
    if found is None:
        return None
    first, begin, end, rest = map(int, found.groups())
    if first or not 0 < begin < end <= len(pdf) or end + rest > len(pdf):
        return Embedded(b"", b"", covers_all=False)
    hole = pdf[begin:end]
    if not re.fullmatch(rb"<[0-9a-f]*>", hole):
        return Embedded(b"", b"", covers_all=False)
    der = bytes.fromhex(hole[1:-1].decode("ascii")) if len(hole) % 2 == 0 else b""
    return Embedded(
        _cut(der),
        pdf[:begin] + pdf[end : end + rest],
        covers_all=end + rest == len(pdf) and found.end() <= begin,
    )


def _cut(der: bytes) -> bytes:
    """The signature without the blanks that fill its room: its own length says where it ends."""
    if len(der) < 2:
        return b""
    count = der[1] & 0x7F if der[1] & 0x80 else 0
    size = int.from_bytes(der[2 : 2 + count], "big") if count else der[1]
    return der[: 2 + count + size]


def _zone(at: datetime) -> bytes:
    minutes = int((at.utcoffset() or at - at).total_seconds()) // 60
    return (
        f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}'".encode()
    )
