"""Make the fonts that documents are set in, and the list of characters they must hold.

    python tools/subset_font.py characters Unihan_OtherMappings.txt
    python tools/subset_font.py fonts NotoSansCJK-Regular.ttc NotoSansCJK-Bold.ttc

The list comes from the Unicode Han database, whose field kTGH gives each character's place in the
Table of General Standard Chinese Characters (通用规范汉字表, 国发〔2013〕23号).
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).resolve().parents[1] / "src/tongban/kernel/documents/fonts"
CHARACTERS = FONTS / "characters.txt"
LEVELS = ((1, 1, 3500), (2, 3501, 6500), (3, 6501, 8105))
FAMILY = "Tongban Sans"
FACE = "Noto Sans CJK SC"

# What official documents need beside the table: document numbers 〔2026〕1号, list marks, units,
# the zero of written-out years, full-width forms, and what a form prints (boxes and ticks).
RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    (0x2030, 0x203B),
    (0x2150, 0x218B),  # fractions, Roman numerals
    (0x2190, 0x2193),
    (0x2460, 0x249B),  # ① – ⒛
    (0x2500, 0x257F),
    (0x3000, 0x301F),  # CJK punctuation, 〇
    (0x3220, 0x3229),  # ㈠ – ㈩
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
)
SINGLES = (
    "℃℉№™‰′″※€£¥₩×÷±≈≠≤≥∞∑√∠⊥∥∽≌π°·•●○◎◆◇■□▲△▼▽★☆☐☑☒✓✔✕←→↑↓㎎㎏㎜㎝㎞㎡㏄㏎㏑㏒㏕﹏﹣Ωμαβγδλσφω"
)
# Ideographs outside the table that names of people and places still bear.
NAMES = "〆喆堃犇昇玥珺祎芃媺嫚镕钘烺薳翀甯邨溦骉骎麤龘鱻淼焱垚蓥燊瞐嘦嫑巭氼嘂瘋"


def write_characters(mappings: Path) -> None:
    """Write the table of 8,105, one level a line, in the table's own order."""
    places: dict[int, str] = {}
    for line in mappings.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "\tkTGH\t" not in line:
            continue
        code, _field, value = line.split("\t")
        year, _, place = value.partition(":")
        if year != "2013" or int(place) in places:
            raise SystemExit(f"This line is not understood: {line}")
        places[int(place)] = chr(int(code[2:], 16))
    if sorted(places) != list(range(1, 8106)):
        raise SystemExit(f"Expected places 1 to 8105, found {len(places)}.")
    lines = [
        "".join(places[place] for place in range(first, last + 1)) for _, first, last in LEVELS
    ]
    CHARACTERS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def wanted() -> set[int]:
    """Answer every code point the fonts shall hold."""
    lines = CHARACTERS.read_text(encoding="utf-8").splitlines()
    sizes = [len(line) for line in lines]
    if sizes != [3500, 3000, 1605]:
        raise SystemExit(f"The list of characters is damaged: levels of {sizes}.")
    points = {ord(character) for line in (*lines, SINGLES, NAMES) for character in line}
    for first, last in RANGES:
        points.update(range(first, last + 1))
    # GB/T 2312 whole, for what older systems hand over: 125 of its ideographs left the table.
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            points.update(map(ord, bytes([row, cell]).decode("gb2312", errors="ignore")))
    return points


def simplified_face(collection: Path) -> TTFont:
    """Answer the mainland (SC) face: the shapes that 通用规范汉字表 prescribes."""
    for font in TTCollection(str(collection), lazy=True).fonts:
        if font["name"].getDebugName(1) == FACE:
            return font
    raise SystemExit(f"{collection} has no face named {FACE}.")


def rename(font: TTFont, style: str) -> None:
    """Give the family our own name: Noto is a trademark, and this is a modified version."""
    compact = FAMILY.replace(" ", "")
    names = {
        1: FAMILY,
        2: style,
        3: f"{compact}-{style}",
        4: f"{FAMILY} {style}",
        6: f"{compact}-{style}",
    }
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in {0, 5, 8, 9, 13, 14}]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff.topDictIndex[0]
    font["CFF "].cff.fontNames = [names[6]]
    top.FullName, top.FamilyName = names[4], names[1]


def write_font(collection: Path, style: str) -> None:
    """Write one face, cut down to what is wanted."""
    font = simplified_face(collection)
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "vert", "halt", "palt"]
    options.hinting = False  # Documents are printed or shown at high resolution.
    options.desubroutinize = False
    options.name_IDs = ["*"]
    options.notdef_outline = True  # A missing character must be seen as a box, not as nothing.
    options.glyph_names = False
    options.drop_tables += ["VORG", "BASE", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font, style)
    # One source, one result: the moment of making would make each run differ.
    font.recalcTimestamp = False
    path = FONTS / f"TongbanSans-{style}.otf"
    font.save(path)
    held = set(TTFont(path).getBestCmap())
    table = {ord(each) for each in CHARACTERS.read_text(encoding="utf-8") if each != "\n"}
    missing = "".join(map(chr, sorted(table - held)))
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes, {len(held)} characters")
    sys.stdout.write(f", missing from the table: {missing or 'none'}\n")


def main() -> None:
    """Run one of the two commands above."""
    match sys.argv[1:]:
        case ["characters", mappings]:
            write_characters(Path(mappings))
        case ["fonts", regular, bold]:
            write_font(Path(regular), "Regular")
            write_font(Path(bold), "Bold")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
