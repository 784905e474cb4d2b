"""Contents to hand in, good and bad, built by hand so that each shows one thing."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


def a_pdf(objects: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one empty page, with more objects or trailer entries."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
        + objects
        + b"\ntrailer\n<< /Size 9 /Root 1 0 R "
        + trailer
        + b">>\nstartxref\n9\n%%EOF\n"
    )


def an_object_stream(objects: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    """Objects hidden in a compressed object stream, as PDF 1.5 allows."""
    body = zlib.compress(objects)
    return b"7 0 obj\n<< /Type /ObjStm /N 1 %s >>\nstream\n%s\nendstream\nendobj\n" % (
        entries,
        body,
    )


def a_png(width: int = 8, height: int = 8) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + struct.pack(">I", 0)
        + b"IEND\xaeB`\x82"
    )


def a_jpeg(width: int = 8, height: int = 8, before: bytes = b"") -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\1\x11\0" * 3
    return b"\xff\xd8" + app + before + frame + b"\xff\xd9"


def a_webp(form: str = "VP8X", width: int = 8, height: int = 8) -> bytes:
    match form:
        case "VP8X":
            sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
            chunk = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + sides
        case "VP8L":
            bits = (width - 1) | (height - 1) << 14
            chunk = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", bits)
        case _:
            start = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
            chunk = b"VP8 " + struct.pack("<I", len(start)) + start
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def a_zip(entries: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            # The same bytes whenever they are made: workers must agree on a test's name.
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 1, 5, 10, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return file.getvalue()


def an_ofd(**more: bytes) -> bytes:
    return a_zip({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<doc/>", **more})


def a_docx(entries: Mapping[str, bytes] | None = None) -> bytes:
    return a_zip({"[Content_Types].xml": b"<t/>", "word/document.xml": b"<w/>", **(entries or {})})


def an_xlsx() -> bytes:
    return a_zip({"[Content_Types].xml": b"<t/>", "xl/workbook.xml": b"<x/>"})
