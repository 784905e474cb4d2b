"""The content decides what a file is, and harmful contents are refused with what to do."""

import io
import random
import zipfile

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongban.kernel.errors import Refusal
from tongban.kernel.files import pdf, rules
from tongban.kernel.files.rules import Kind
from tongban.kernel.files.tests import contents

ALL = frozenset(Kind)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (contents.a_pdf(), "营业执照.PDF", Kind.PDF),
        (contents.a_png(), "a.png", Kind.PNG),
        (contents.a_jpeg(), "a.jpg", Kind.JPEG),
        (contents.a_jpeg(before=b"\xff\xff\xff\x01"), "a.jpeg", Kind.JPEG),
        (contents.a_webp("VP8X"), "a.webp", Kind.WEBP),
        (contents.a_webp("VP8L"), "a.webp", Kind.WEBP),
        (contents.a_webp("VP8 "), "a.webp", Kind.WEBP),
        (contents.an_ofd(), "公文.ofd", Kind.OFD),
        (contents.a_docx(), "a.docx", Kind.DOCX),
        (contents.an_xlsx(), "a.xlsx", Kind.XLSX),
        (contents.a_zip({"a.txt": b"a"}), "a.zip", Kind.ZIP),
    ],
)
def test_good_contents_are_known(content: bytes, name: str, kind: Kind) -> None:
    assert rules.check_content(content, name=name, kinds=ALL) is kind


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.pdf", rules.FileEmpty),
        (b"MZ\x90\0", "a.pdf", rules.KindNotAccepted),
        (b"<html>", "a.html", rules.KindNotAccepted),
        (b"junk" + contents.a_pdf(), "a.pdf", rules.KindNotAccepted),
        (contents.a_docx(), "a.docx", rules.KindNotAccepted),
        (contents.a_pdf(), "a.jpg", rules.NameContradicts),
        (contents.a_pdf(), "a.pdf.exe", rules.NameContradicts),
        (contents.a_pdf(), "pdf", rules.NameContradicts),
        (b"%PDF-1.7 nothing more", "a.pdf", rules.FileDamaged),
        (contents.a_png()[:18], "a.png", rules.FileDamaged),
        (b"\xff\xd8\xff\xe0\0", "a.jpg", rules.FileDamaged),
        (b"RIFF....WEBPVP9 ", "a.webp", rules.FileDamaged),
        (contents.a_png(0, 8), "a.png", rules.FileDamaged),
        (contents.a_png(60_000, 60_000), "a.png", rules.ImageTooLarge),
        (contents.a_png(30_000, 2), "a.png", rules.ImageTooLarge),
        (contents.a_jpeg(65_000, 65_000), "a.jpg", rules.ImageTooLarge),
        (contents.a_webp("VP8X", 16_000, 16_000), "a.webp", rules.ImageTooLarge),
        (contents.a_webp("VP8L", 16_000, 16_000), "a.webp", rules.ImageTooLarge),
        (contents.a_webp("VP8 ", 16_000, 16_000), "a.webp", rules.ImageTooLarge),
    ],
)
def test_bad_contents_are_refused(content: bytes, name: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as caught:
        rules.check_content(content, name=name)
    assert caught.value.sentence()


def test_size_is_limited_by_kind_and_by_the_caller() -> None:
    content = contents.a_pdf() + b" " * rules.MEGABYTE
    with pytest.raises(rules.FileTooLarge, match="1 MB"):
        rules.check_content(content, name="a.pdf", most_mb=1)
    with pytest.raises(rules.FileTooLarge, match="20 MB"):
        rules.check_content(contents.a_png() + bytes(21 * rules.MEGABYTE), name="a.png")


@pytest.mark.parametrize(
    "objects",
    [
        b"4 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n",
        b"4 0 obj\n<< /S /J#61vaScript /JS (app.alert(1)) >>\nendobj\n",
        b"4 0 obj\n<< /S /Rendition /#4aS (app.alert(1)) >>\nendobj\n",
        b"4 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n",
        b"4 0 obj\n<< /XFA [ (a) 5 0 R ] >>\nendobj\n",
        # Behind a comment that pretends to begin a stream.
        b"% << >>\n%>>stream\n4 0 obj\n<< /S /JavaScript >>\nendobj\n",
        contents.an_object_stream(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>"),
        contents.an_object_stream(b"4 0 << /S /Rendition /JS (app.alert(1)) >>"),
        contents.an_object_stream(b"4 0 << /S /Launch >>", b"/Filter [ /FlateDecode ]"),
        b"%>>stream\n4 0 obj\n<< /S /Rendition /JS (x) >>\nendobj\n%endstream\n",
    ],
)
def test_a_pdf_that_runs_something_is_refused(objects: bytes) -> None:
    with pytest.raises(rules.FileActive):
        rules.check_content(contents.a_pdf(objects), name="a.pdf")


@pytest.mark.parametrize(
    "entries",
    [
        b"/Filter [/ASCIIHexDecode /FlateDecode]",
        b"/Filter 9 0 R",
        b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
    ],
)
def test_an_object_stream_that_cannot_be_looked_into_is_refused(entries: bytes) -> None:
    hidden = contents.an_object_stream(b"4 0 << /S /JavaScript >>", entries)
    with pytest.raises(rules.FileDamaged):
        rules.check_content(contents.a_pdf(hidden), name="a.pdf")


@pytest.mark.parametrize("disguise", [b"%>>stream\n", b"%c\nstream\r"])
def test_an_object_stream_in_disguise_is_refused(disguise: bytes) -> None:
    hidden = contents.an_object_stream(b"4 0 << /S /JavaScript >>")
    if disguise.endswith(b"\r"):
        hidden = hidden.replace(b"stream\n", disguise, 1)
    else:
        hidden = disguise + hidden
    with pytest.raises(rules.FileDamaged):
        rules.check_content(contents.a_pdf(hidden), name="a.pdf")


def test_an_object_stream_that_blows_up_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_OBJECT_STREAMS", 1000)
    with pytest.raises(rules.FileDamaged):
        rules.check_content(contents.a_pdf(contents.an_object_stream(bytes(1001))), name="a.pdf")


def test_letters_that_occur_by_chance_in_a_picture_are_no_script() -> None:
    noise = random.Random(1).randbytes(100_000) + b"/JS (" + random.Random(2).randbytes(1000)
    objects = b"5 0 obj\n<< /Length 9 >>\nstream\n" + noise + b"\nendstream\nendobj\n"
    objects += contents.an_object_stream(b"4 0 << /Type /Font /JSon 1 >>")
    assert rules.check_content(contents.a_pdf(objects), name="a.pdf") is Kind.PDF


def test_pdfs_by_another_library() -> None:
    def written(writer: PdfWriter) -> bytes:
        file = io.BytesIO()
        writer.write(file)
        return file.getvalue()

    plain = PdfWriter()
    plain.add_blank_page(100, 100)
    assert rules.check_content(written(plain), name="a.pdf") is Kind.PDF
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    action = DictionaryObject({NameObject(name): value for name, value in script.items()})
    plain.root_object[NameObject("/OpenAction")] = action
    with pytest.raises(rules.FileActive):
        rules.check_content(written(plain), name="a.pdf")
    locked = PdfWriter()
    locked.add_blank_page(100, 100)
    locked.encrypt("secret", algorithm="RC4-128")
    with pytest.raises(rules.FileEncrypted):
        rules.check_content(written(locked), name="a.pdf")


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (contents.a_zip({"a.xml": bytes(30 * 1024 * 1024)}), "a.zip", rules.ArchiveBlownUp),
        (
            contents.a_zip({f"{number}.txt": b"" for number in range(2001)}),
            "a.zip",
            rules.ArchiveBlownUp,
        ),
        (
            contents.a_zip({f"{number:0>200}": b"" for number in range(5000)}),
            "a.zip",
            rules.ArchiveBlownUp,
        ),
        (contents.a_zip({"b.zip": b"x"}), "a.zip", rules.ArchiveNested),
        (contents.a_zip({"b.dat": contents.a_zip({"c": b""})}), "a.zip", rules.ArchiveNested),
        (contents.an_ofd(inner=contents.a_zip({"c": b""})), "a.ofd", rules.ArchiveNested),
        (contents.a_zip({"../../etc/x": b"x"}), "a.zip", rules.FileDamaged),
        (contents.a_zip({"C:\\x": b"x"}), "a.zip", rules.FileDamaged),
        (contents.a_docx({"word/vbaProject.bin": b"x"}), "a.docx", rules.FileActive),
        (contents.a_zip({"a.txt": b"a"})[:-30], "a.zip", rules.FileDamaged),
    ],
)
def test_bad_archives_are_refused(content: bytes, name: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rules.check_content(content, name=name, kinds=ALL)


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(contents.an_ofd(big=b"a" * 5000))
    place = content.find((5000).to_bytes(4, "little"), content.find(b"PK\x01\x02"))
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(rules.FileDamaged):
        rules.check_content(bytes(content), name="a.ofd")


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(contents.an_ofd())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        content[place + offset] |= 1
    with pytest.raises(rules.FileEncrypted):
        rules.check_content(bytes(content), name="a.ofd")


def test_two_entries_of_one_name_are_refused() -> None:
    file = io.BytesIO(contents.an_ofd())
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("OFD.xml", b"<other/>")
    with pytest.raises(rules.FileDamaged):
        rules.check_content(file.getvalue(), name="a.ofd")


def test_a_table_inside_a_letter_is_allowed() -> None:
    content = contents.a_docx({"word/embeddings/Sheet1.xlsx": contents.an_xlsx()})
    assert rules.check_content(content, name="a.docx", kinds=ALL) is Kind.DOCX


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("C:\\Users\\li\\身份证.jpg", "身份证.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        ("...", "file"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_made_harmless(name: str, cleaned: str) -> None:
    assert rules.clean_name(name) == cleaned
