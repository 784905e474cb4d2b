"""An OFD of ours is what GB/T 33190 asks for, says what its PDF says, and a broken one is told."""

import io
import zipfile
from collections.abc import Callable

import pypdf
import pytest
from lxml import etree

from tongban.kernel.documents import fonts, ofd, pdf_seal, renderer
from tongban.kernel.documents.ofd import embedding, pages, sheets
from tongban.kernel.documents.tests import samples

LETTER, LICENCE = dict(samples.LETTER), dict(samples.LICENCE)


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(("name", "data"), [("letter", LETTER), ("licence", LICENCE)])
def test_its_structure_and_its_words(name: str, data: dict[str, object]) -> None:
    made = ofd.render(name, data)
    assert made == ofd.render(name, data)
    found = ofd.read(made)
    assert (found.title, found.author) == (data["title"], data["organ"])
    assert next(iter(entries(made))) == "OFD.xml"
    text = "".join(found.pages).replace("\n", "")
    pdf = pypdf.PdfReader(io.BytesIO(renderer.render(name, data)))
    printed = "".join(page.extract_text() for page in pdf.pages)
    for word in (str(data["title"]), str(data["number"])):
        assert word in text
        assert word.replace(" ", "") in printed.replace("\n", "").replace(" ", "")
    for content in (one for key, one in found.files.items() if key.endswith(".xml")):
        root = etree.fromstring(content)
        assert etree.QName(root).namespace == "http://www.ofdspec.org/2016"


def test_what_it_uses_of_our_fonts_lies_inside() -> None:
    made = ofd.render("licence", LICENCE)
    inside = {key: one for key, one in entries(made).items() if key.endswith(".otf")}
    assert set(inside) == {"Doc_0/Res/font_0.otf", "Doc_0/Res/font_1.otf"}
    assert all(len(one) < 60_000 for one in inside.values()), "a part, not the whole font"
    title = {ord(one) for one in str(LICENCE["title"])}
    assert title <= set(fonts.held_by(inside["Doc_0/Res/font_1.otf"]))
    assert b"<ofd:FontFile>font_0.otf</ofd:FontFile>" in entries(made)["Doc_0/PublicRes.xml"]


def test_a_text_that_its_font_cannot_set_is_told() -> None:
    made = ofd.render("licence", LICENCE)
    assert ofd.read(made).lacking == ()
    poor = rezip(made, lambda files: files.update({FONT: embedding.cut(pages.BODY, "一")}))
    assert ofd.read(poor).lacking


def test_a_character_that_no_font_holds_is_set_by_name() -> None:
    lacking = chr(0x2A6D6)
    assert not embedding.can_set(pages.BODY, lacking)
    fields = [["字号", f"青禾{lacking}记"]]
    found = ofd.read(ofd.render("licence", {**LICENCE, "fields": fields}))
    assert lacking in found.pages[0]
    resources = found.files["Doc_0/PublicRes.xml"].decode()
    assert 'FontName="宋体"' in resources


def test_every_thing_lies_on_its_page() -> None:
    long = {**LETTER, "paragraphs": ["行政许可决定的理由与依据如下。" * 40] * 4}
    for name, data in (("letter", long), ("licence", LICENCE)):
        pen = sheets.SHEETS[name](data)
        assert len(pen.pages) > 1 or name == "licence"
        for page in pen.pages:
            for one in page.things:
                right = one.x + (sum(one.advances) if isinstance(one, pages.Text) else one.w)
                low = one.y if isinstance(one, pages.Text) else one.y + one.h
                assert one.x >= -0.1 and right <= page.w + 0.1, one
                assert 0 <= low <= page.h, one


def test_a_mark_that_may_not_begin_a_line_does_not() -> None:
    lines = list(pages.broken("一二三四，五六七八。九", 1, 4))
    assert not any(line[0] in pages.NOT_FIRST for line in lines)
    assert "".join(lines) == "一二三四，五六七八。九"


def rezip(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    files = entries(data)
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


PAGE = "Doc_0/Pages/Page_0/Content.xml"
FONT = "Doc_0/Res/font_0.otf"
BREAKS: list[Callable[[dict[str, bytes]], None]] = [
    lambda files: files.pop("OFD.xml") and None,
    lambda files: files.pop("Doc_0/Document.xml") and None,
    lambda files: files.pop("Doc_0/PublicRes.xml") and None,
    lambda files: files.pop(PAGE) and None,
    lambda files: files.update({PAGE: b"<not xml"}),
    lambda files: files.update({PAGE: files[PAGE].replace(b"ofdspec.org/2016", b"other.org")}),
    lambda files: files.update({PAGE: files[PAGE].replace(b'Font="1"', b'Font="99"')}),
    lambda files: files.update({PAGE: files[PAGE].replace(b'DeltaX="', b'DeltaX="1 ')}),
    lambda files: files.update({PAGE: files[PAGE].replace(b'ID="', b'ID="x', 1)}),
    lambda files: files.pop(FONT) and None,
    lambda files: files.update({FONT: b"no font"}),
    lambda files: files.update({FONT: files[FONT][:40]}),
    lambda files: files.update({PAGE: b'<!DOCTYPE a [<!ENTITY b "c">]>' + files[PAGE][39:]}),
]


@pytest.mark.parametrize("change", BREAKS)
def test_a_broken_one_is_told(change: Callable[[dict[str, bytes]], None]) -> None:
    with pytest.raises(ofd.Broken):
        ofd.read(rezip(ofd.render("licence", LICENCE), change))


def test_a_bomb_is_not_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OFD.xml", b"0" * 40_000_000)
    with pytest.raises(ofd.Broken):
        ofd.read(buffer.getvalue())


def test_a_pdf_with_a_signature_is_read_by_another_hand() -> None:
    data = renderer.render("letter", LETTER)
    prepared = pdf_seal.prepare(data, room=300, signer="青禾市人民政府", at=samples.MADE_AT)
    made = prepared.finish(b"\x30\x03\x02\x01\x05")
    reader = pypdf.PdfReader(io.BytesIO(made), strict=True)
    root = reader.trailer["/Root"]
    field = root["/AcroForm"]["/Fields"][0].get_object()
    signature = field["/V"].get_object()
    assert signature["/Name"] == "青禾市人民政府"
    start, first, second, rest = signature["/ByteRange"]
    assert start == 0 and second + rest == len(made)
    assert made[:first] + made[second:] == prepared.signed
    found = pdf_seal.read(made)
    assert found is not None and found.der == b"\x30\x03\x02\x01\x05" and found.covers_all
    assert pdf_seal.read(data) is None
    with pytest.raises(pdf_seal.NotOurs):
        pdf_seal.prepare(made, room=300, signer="x", at=samples.MADE_AT)
    with pytest.raises(pdf_seal.NotOurs):
        prepared.finish(b"\x30" * 301)
