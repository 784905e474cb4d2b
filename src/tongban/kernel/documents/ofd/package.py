"""The package of an OFD: a zip of XML files, its metadata, and its signatures."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tongban.kernel.documents.ofd import embedding
from tongban.kernel.documents.ofd.pages import (
    FACES,
    FALLBACK,
    NAMED,
    Page,
    Path,
    Text,
)
from tongban.kernel.documents.ofd.pages import (
    HEAD as BOLD,
)

NAMESPACE: Final = "http://www.ofdspec.org/2016"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
DIGESTS: Final = {"sha-256": "2.16.840.1.101.3.4.2.1", "sm3": "1.2.156.10197.1.401"}
METHODS: Final = {"ed25519": "1.3.101.112", "sm2sm3": "1.2.156.10197.1.501"}
SIGNS: Final = "Doc_0/Signs"
SIGNATURES: Final = f"{SIGNS}/Signatures.xml"
DESCRIPTION: Final = f"{SIGNS}/Sign_0/Signature.xml"
VALUE: Final = f"{SIGNS}/Sign_0/SignedValue.dat"
SEAL: Final = f"{SIGNS}/Sign_0/Seal.esl"


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Where the seal's picture stands: page from 0, left, top and side in millimetres."""

    page: int
    x: float
    y: float
    side: float


def write(
    pages: Sequence[Page],
    *,
    title: str,
    author: str,
    made_at: datetime,
    seal_place: SealPlace | None = None,
) -> bytes:
    """Write the package; equal pages give equal bytes."""
    ids = _Ids()
    fonts = [ids.next() for _ in (*FACES, FALLBACK)]
    used = _used(pages)
    numbers = [ids.next() for _ in pages]
    files: dict[str, str] = {}
    for number, page in enumerate(pages):
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = _content(page, fonts, ids)
    listed = "".join(
        f'<ofd:Page ID="{key}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number, key in enumerate(numbers)
    )
    first = pages[0]
    files["Doc_0/PublicRes.xml"] = _root(
        "Res",
        "<ofd:Fonts>"
        + "".join(_font(key, face, used) for face, key in enumerate(fonts))
        + "</ofd:Fonts>",
        ' BaseLoc="Res"',
    )
    place = ""
    if seal_place:
        # 签章位置 travels with the document, so that sealing needs no second layout.
        place = (
            f'<ofd:CustomDatas><ofd:CustomData Name="SealPlace">{numbers[seal_place.page]}'
            f" {seal_place.x:.2f} {seal_place.y:.2f} {seal_place.side:.2f} {seal_place.side:.2f}"
            "</ofd:CustomData></ofd:CustomDatas>"
        )
    # The last: only now is the highest number known.
    files["Doc_0/Document.xml"] = _root(
        "Document",
        f"<ofd:CommonData><ofd:MaxUnitID>{ids.last}</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {first.w:g} {first.h:g}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>",
    )
    body = "".join(files[name] for name in sorted(files))
    files["OFD.xml"] = _root(
        "OFD",
        "<ofd:DocBody><ofd:DocInfo>"
        f"<ofd:DocID>{hashlib.sha256(f'{title}{body}'.encode()).hexdigest()[:32]}</ofd:DocID>"
        f"<ofd:Title>{escape(title)}</ofd:Title><ofd:Author>{escape(author)}</ofd:Author>"
        f"<ofd:CreationDate>{made_at:%Y-%m-%d}</ofd:CreationDate>"
        f"<ofd:Creator>Tongban</ofd:Creator>{place}</ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
        ' Version="1.0" DocType="OFD"',
    )
    whole = {name: text.encode() for name, text in files.items()}
    for face in (face for face in used if face != NAMED):
        whole[f"Doc_0/Res/{_file(face)}"] = embedding.cut(face, used[face])
    return _zipped(whole, made_at)


def _face(one: Text) -> int:
    """The face of a text; one with a character that ours lacks is set in one by name."""
    return one.face if embedding.can_set(one.face, one.text) else NAMED


def _used(pages: Sequence[Page]) -> dict[int, set[str]]:
    """Which characters are set in which face."""
    used: dict[int, set[str]] = {}
    for page in pages:
        for one in page.things:
            if isinstance(one, Text):
                used.setdefault(_face(one), set()).update(one.text)
    return used


def _file(face: int) -> str:
    return f"font_{face}.otf"


def _font(key: int, face: int, used: Mapping[int, set[str]]) -> str:
    if face == NAMED:
        name, family = FALLBACK
        return f'<ofd:Font ID="{key}" FontName={quoteattr(name)} FamilyName={quoteattr(family)}/>'
    name, family = FACES[face]
    bold = ' Bold="true"' if face == BOLD else ""
    head = f'<ofd:Font ID="{key}" FontName={quoteattr(name)} FamilyName={quoteattr(family)}{bold}'
    if face not in used:
        return f"{head}/>"
    return f"{head}><ofd:FontFile>{_file(face)}</ofd:FontFile></ofd:Font>"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An OFD with all but the value of its signature; what is signed is `signed`."""

    files: dict[str, bytes]
    made_at: datetime

    @property
    def signed(self) -> bytes:
        """The description of the signature, which holds a digest of every file."""
        return self.files[DESCRIPTION]

    @property
    def scope(self) -> str:
        return f"/{DESCRIPTION}"

    def finish(self, value: bytes) -> bytes:
        """The OFD with its signature."""
        return _zipped({**self.files, VALUE: value}, self.made_at)


def prepare(
    data: bytes,
    *,
    seal: bytes,
    algorithm: str,
    digest_name: str,
    digest: Callable[[bytes], bytes],
    at: datetime,
) -> Prepared:
    """Describe a signature over an OFD of ours; readers show the picture in `seal`, the SESeal."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    entry = files["OFD.xml"].decode()
    _, found, rest = entry.partition('<ofd:CustomData Name="SealPlace">')
    place = rest.partition("<")[0].split() if found else []
    files["OFD.xml"] = entry.replace(
        "</ofd:DocRoot>", f"</ofd:DocRoot><ofd:Signatures>{SIGNATURES}</ofd:Signatures>"
    ).encode()
    files[SEAL] = seal
    files[SIGNATURES] = _root(
        "Signatures",
        '<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Seal"'
        f' BaseLoc="/{DESCRIPTION}"/>',
    ).encode()
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{base64.b64encode(digest(content)).decode('ascii')}</ofd:CheckValue></ofd:Reference>"
        for name, content in sorted(files.items())
    )
    stamp = ""
    if len(place) == 5:
        stamp = f'<ofd:StampAnnot ID="1" PageRef="{place[0]}" Boundary="{" ".join(place[1:])}"/>'
    files[DESCRIPTION] = _root(
        "Signature",
        '<ofd:SignedInfo><ofd:Provider ProviderName="Tongban" Version="1" Company="Tongban"/>'
        f"<ofd:SignatureMethod>{METHODS[algorithm]}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{at.astimezone(UTC):%Y%m%d%H%M%S}Z</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{DIGESTS[digest_name]}">{references}</ofd:References>'
        f"{stamp}<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{VALUE}</ofd:SignedValue>",
    ).encode()
    return Prepared(files, at)


class _Ids:
    """Numbers, each once in a document."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _content(page: Page, fonts: Sequence[int], ids: _Ids) -> str:
    layer = ids.next()
    things = "".join(
        _text(one, fonts, ids) if isinstance(one, Text) else _path(one, ids) for one in page.things
    )
    return _root(
        "Page",
        f"<ofd:Area><ofd:PhysicalBox>0 0 {page.w:g} {page.h:g}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{things}</ofd:Layer></ofd:Content>',
    )


def _text(one: Text, fonts: Sequence[int], ids: _Ids) -> str:
    advances = one.advances
    top, tall = one.y - one.size, one.size * 1.25
    steps = " ".join(f"{step:.3f}".rstrip("0").rstrip(".") for step in advances[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    return (
        f'<ofd:TextObject ID="{ids.next()}" Font="{fonts[_face(one)]}" Size="{one.size:.3f}"'
        f' Boundary="{one.x:.3f} {top:.3f} {sum(advances):.3f} {tall:.3f}">'
        f'<ofd:FillColor Value="{one.color}"/>'
        f'<ofd:TextCode X="0" Y="{one.size:.3f}"{delta}>{escape(one.text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def _path(one: Path, ids: _Ids) -> str:
    how, tag = (
        (f'LineWidth="{one.stroke:g}" Stroke="true" Fill="false"', "StrokeColor")
        if one.stroke
        else ('Stroke="false" Fill="true"', "FillColor")
    )
    return (
        f'<ofd:PathObject ID="{ids.next()}"'
        f' Boundary="{one.x:.3f} {one.y:.3f} {one.w:.3f} {one.h:.3f}" {how}>'
        f'<ofd:{tag} Value="{one.color}"/>'
        f"<ofd:AbbreviatedData>{one.data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _root(name: str, body: str, attributes: str = "") -> str:
    return f'{HEAD}<ofd:{name} xmlns:ofd="{NAMESPACE}"{attributes}>{body}</ofd:{name}>'


def _zipped(files: dict[str, bytes], made_at: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # OFD.xml first: it is what tells a reader that this is an OFD.
        for name in sorted(files, key=lambda one: (one != "OFD.xml", one)):
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return buffer.getvalue()
