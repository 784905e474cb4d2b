"""Each document says what it was given, word for word, and looks the same every time."""

import io
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pypdf import PdfReader

from tongban.kernel.documents import fonts, renderer
from tongban.kernel.documents.shapes import REQUIRED
from tongban.kernel.documents.tests.samples import LETTER, LICENCE, MADE_AT, SAMPLES
from tongban.kernel.files import rules

HOSTILE = [
    '#eval("1+1")',
    "$x^2$ *b* _i_ `c`",
    '#read("/etc/passwd")',
    '"] #image("x.png")',
    "\\ \\u{41} #{1 + 1}",
    "= heading",
    "- list",
    "// comment",
    "/* comment",
    "<label> @cite",
    "https://example.com/#a",
    "~ -- --- ...",
]


def words_of(document: bytes) -> str:
    """The text of the document without any spacing, which extraction makes up by itself."""
    pages = PdfReader(io.BytesIO(document)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("template", SAMPLES)
def test_each_document_says_what_it_was_given(template: str) -> None:
    data: dict[str, Any] = dict(SAMPLES[template])
    words = words_of(renderer.render(template, data))
    for name in ("organ", "number", "title", "item", "applicant", "phone", "identifier"):
        assert squeezed(data.get(name, "")) in words
    assert "2026年1月5日" in words or template == "receipt"


@pytest.mark.parametrize("template", SAMPLES)
def test_equal_data_give_equal_bytes_and_a_file_that_may_be_stored(template: str) -> None:
    data = dict(SAMPLES[template])
    document = renderer.render(template, data)
    assert renderer.render(template, data) == document
    assert renderer.render(template, data | {"number": "2", "item": "2"}) != document
    assert renderer.render(template, data | {"made_at": MADE_AT + timedelta(days=1)}) != document
    assert rules.check_content(document, name="a.pdf") is rules.Kind.PDF
    assert len(document) < 100_000
    assert b"pdfaid:part" in document


@pytest.mark.parametrize("hostile", HOSTILE)
def test_data_are_never_markup(hostile: str) -> None:
    letter = LETTER | {
        "title": hostile,
        "organ": hostile,
        "paragraphs": [hostile],
        "table": {"head": [hostile], "rows": [[hostile]]},
        "attachments": [hostile],
    }
    assert words_of(renderer.render("letter", letter)).count(squeezed(hostile)) >= 5
    licence = LICENCE | {"fields": [[hostile, hostile]], "qr": hostile}
    assert squeezed(hostile) in words_of(renderer.render("licence", licence))


def test_line_breaks_hold_and_control_characters_vanish() -> None:
    fields = [["经营场所", "一号\n二号\r\n三号\x00\x1b[31m\u202e"]]
    words = words_of(renderer.render("licence", LICENCE | {"fields": fields}))
    assert "一号二号三号[31m" in words


def test_a_character_in_no_font_is_marked_and_named() -> None:
    name = "\U0002a6a5\U00020bb7田"
    assert renderer.missing_characters(name + "𫚭龘𠙶") == name[:2]
    words = words_of(renderer.render("licence", LICENCE | {"fields": [["姓名", name]]}))
    assert "〓〓田" in words
    assert "U+2A6A5、U+20BB7" in words
    for template, data in SAMPLES.items():
        assert "U+1F600" in words_of(renderer.render(template, dict(data) | {"number": "😀"}))


def test_variation_selectors_do_not_hide_their_character() -> None:
    words = words_of(renderer.render("licence", LICENCE | {"fields": [["姓名", "葛\U000e0100"]]}))
    assert "姓名葛" in words


def test_a_long_letter_goes_on_with_its_page_numbers() -> None:
    letter = LETTER | {"paragraphs": ["本机关决定如下。" * 40] * 8}
    pages = PdfReader(io.BytesIO(renderer.render("letter", letter))).pages
    assert len(pages) >= 4
    assert "—3—" in squeezed(pages[2].extract_text())


def test_all_that_may_be_left_out_may_be_left_out() -> None:
    for template, names in REQUIRED.items():
        data = {name: dict(SAMPLES[template])[name] for name in names}
        assert "演示" not in words_of(renderer.render(template, data))


def test_an_endless_licence_is_marked_as_having_no_end() -> None:
    words = words_of(renderer.render("licence", LICENCE | {"valid_until": "长期"}))
    assert "自2026年1月5日起，长期" in words


def test_a_caller_who_forgets_something_is_told() -> None:
    with pytest.raises(renderer.DocumentFault, match="letter, licence"):
        renderer.render("../settings", {})
    with pytest.raises(renderer.DocumentFault, match="paragraphs, title"):
        renderer.render("letter", {"organ": "", "number": "", "date": "", "made_at": MADE_AT})
    with pytest.raises(renderer.DocumentFault, match="zone"):
        renderer.render("letter", LETTER | {"made_at": datetime(2026, 1, 5)})  # noqa: DTZ001
    with pytest.raises(renderer.DocumentFault, match="licence"):
        renderer.render("licence", LICENCE | {"fields": [["only a label"]]})


def test_many_at_once_do_not_mix() -> None:
    made: dict[int, bytes] = {}

    def make(number: int) -> None:
        made[number] = renderer.render("licence", LICENCE | {"number": f"N{number}E"})

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"N{number}E" in words_of(document) for number, document in made.items())
    assert len(made) == 8


def test_the_table_of_characters_is_whole_and_our_fonts_hold_it() -> None:
    text = (fonts.FOLDER / "characters.txt").read_text(encoding="utf-8")
    levels = text.splitlines()
    assert [len(level) for level in levels] == [3500, 3000, 1605]
    assert len(set("".join(levels))) == 8105
    assert levels[0].startswith("一乙二十丁厂七")
    wanted = "".join(levels) + "①⑳℃㎡×·—…〔〕《》〇〓ａＺ０，。：；！？“”‘’（）【】、￥■□✓"
    assert renderer.missing_characters(wanted) == ""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    older = "".join(row.decode("gb2312", errors="ignore") for row in rows)
    assert len(older) == 6763
    assert renderer.missing_characters(older) == ""
    assert fonts.loaded(fonts.folders()).families() == [fonts.OURS]


@pytest.fixture
def city_fonts(tmp_path: Path) -> Iterator[Path]:
    with override_settings(TONGBAN_FONTS=tmp_path):
        yield tmp_path


def test_a_city_may_add_fonts(city_fonts: Path) -> None:
    shutil.copy(fonts.FOLDER / "TongbanSans-Bold.otf", city_fonts)
    assert fonts.folders() == (city_fonts, fonts.FOLDER)
    assert renderer.render("letter", LETTER)
