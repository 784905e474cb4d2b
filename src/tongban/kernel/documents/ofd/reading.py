"""Read an OFD and hold it against the standard's structure; nothing in it is trusted."""

import base64
import binascii
import io
import posixpath
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from tongban.kernel.documents import fonts
from tongban.kernel.documents.ofd.package import DIGESTS, NAMESPACE

MOST_FILES: Final = 400
MOST_BYTES: Final = 32 * 1024 * 1024
_OFD: Final = f"{{{NAMESPACE}}}"


class Broken(Exception):
    """It is no OFD, or not as the standard asks; says what."""


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """The signature of an OFD."""

    value: bytes
    """SES_Signature, DER."""
    signed: bytes
    scope: str
    digest_name: str
    references: dict[str, bytes]
    """Path -> the digest that was written down for it."""
    uncovered: tuple[str, ...]
    """Files that no digest covers and that are not the signature itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an OFD holds."""

    title: str
    author: str
    pages: tuple[str, ...]
    """The text of each page, a line per text object."""
    files: dict[str, bytes]
    signature: FoundSignature | None
    lacking: tuple[str, ...] = ()
    """Texts with a character that their embedded font does not hold; of ours none.

    No reason to refuse to read: whoever altered a sealed text must be told that it was altered.
    """


def read(data: bytes) -> Found:
    """Read an OFD. Raises Broken."""
    files = _files(data)
    root = _xml(files, "OFD.xml", "OFD")
    if root.get("Version") is None or root.get("DocType") != "OFD":
        raise Broken("OFD.xml: Version and DocType are needed.")
    body = _one(root, "DocBody")
    info = _one(body, "DocInfo")
    _one(info, "DocID")
    place = _text(_one(body, "DocRoot")).lstrip("/")
    document = _xml(files, place, "Document")
    common = _one(document, "CommonData")
    _box(_one(_one(common, "PageArea"), "PhysicalBox"))
    top = _number(_one(common, "MaxUnitID"))
    seen: set[int] = set()
    faces = _fonts(files, posixpath.dirname(place), common, seen, top)
    pages = _one(document, "Pages").findall(f"{_OFD}Page")
    if not pages:
        raise Broken("Document.xml: there is no page.")
    texts: list[str] = []
    lacking: list[str] = []
    for page in pages:
        _new_id(page, seen, top)
        where = posixpath.join(posixpath.dirname(place), page.get("BaseLoc", "").lstrip("/"))
        content = _xml(files, where, "Page")
        texts.append(_page(content, faces, seen, top))
        lacking += _lacking(content, faces)
    return Found(
        title=info.findtext(f"{_OFD}Title", ""),
        author=info.findtext(f"{_OFD}Author", ""),
        pages=tuple(texts),
        files=files,
        signature=_signature(files, body),
        lacking=tuple(lacking),
    )


def _files(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(e.file_size for e in entries) > MOST_BYTES:
                raise Broken("It is larger than any document.")
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                raise Broken("A file stands twice in it.")
            return {name: archive.read(name) for name in names if not name.endswith("/")}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Broken(f"It is no zip: {type(error).__name__}.") from None
    except ValueError as error:
        raise Broken(f"It is no zip: {error}.") from None


Held = frozenset[int] | None
"""The code points of an embedded font; None of one that is only named."""


def _fonts(
    files: dict[str, bytes], folder: str, common: etree._Element, seen: set[int], top: int
) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for place in common.findall(f"{_OFD}PublicRes"):
        resources = _xml(files, posixpath.join(folder, _text(place).lstrip("/")), "Res")
        base = posixpath.join(folder, resources.get("BaseLoc", ""))
        for font in resources.iter(f"{_OFD}Font"):
            if not font.get("FontName"):
                raise Broken("A font has no name.")
            _new_id(font, seen, top)
            file = font.find(f"{_OFD}FontFile")
            held = None if file is None else _held(files, posixpath.join(base, _text(file)))
            found[font.get("ID", "")] = held
    return found


def _held(files: dict[str, bytes], name: str) -> frozenset[int]:
    data = files.get(name)
    if data is None:
        raise Broken(f"{name} is named and is not there.")
    if data[:4] not in (b"OTTO", b"\0\1\0\0", b"true"):
        raise Broken(f"{name} is no font.")
    try:
        return frozenset(fonts.held_by(data))
    except (struct.error, ValueError, IndexError):
        raise Broken(f"{name} is no font that can be read.") from None


def _page(page: etree._Element, faces: dict[str, Held], seen: set[int], top: int) -> str:
    lines = []
    for layer in _one(page, "Content").findall(f"{_OFD}Layer"):
        _new_id(layer, seen, top)
        for thing in layer:
            _new_id(thing, seen, top)
            _box(thing, thing.get("Boundary", ""))
            name = etree.QName(thing).localname
            if name == "TextObject":
                lines.append(_line(thing, faces))
            elif name == "PathObject":
                if not thing.findtext(f"{_OFD}AbbreviatedData"):
                    raise Broken("A path has no data.")
            else:
                raise Broken(f"{name} is not read here.")
    return "\n".join(lines)


def _lacking(page: etree._Element, faces: dict[str, Held]) -> Iterator[str]:
    for thing in page.iter(f"{_OFD}TextObject"):
        held, text = faces[thing.get("Font", "")], thing.findtext(f"{_OFD}TextCode") or ""
        if held is not None and not held.issuperset(map(ord, text)):
            yield text


def _line(thing: etree._Element, faces: dict[str, Held]) -> str:
    if thing.get("Font") not in faces:
        raise Broken(f"Font {thing.get('Font')} is not among the resources.")
    if float(thing.get("Size", "0")) <= 0:
        raise Broken("A text has no size.")
    code = _one(thing, "TextCode")
    text = code.text or ""
    steps = (code.get("DeltaX") or "").split()
    if len(steps) != max(len(text) - 1, 0):
        raise Broken("A text has not a step for each character.")
    return text


def _signature(files: dict[str, bytes], body: etree._Element) -> FoundSignature | None:
    listed = body.find(f"{_OFD}Signatures")
    if listed is None:
        return None
    entries = _xml(files, _text(listed).lstrip("/"), "Signatures")
    places = entries.findall(f"{_OFD}Signature")
    if len(places) != 1:
        raise Broken("Exactly one signature is read here.")
    where = places[0].get("BaseLoc", "").lstrip("/")
    signature = _xml(files, where, "Signature")
    info = _one(signature, "SignedInfo")
    references = _one(info, "References")
    names = {dotted: name for name, dotted in DIGESTS.items()}
    method = references.get("CheckMethod", "")
    if method not in names:
        raise Broken(f"The digest {method} is not known here.")
    value = _text(_one(signature, "SignedValue")).lstrip("/")
    if value not in files:
        raise Broken("The value of the signature is missing.")
    covered: dict[str, bytes] = {}
    for one in references.findall(f"{_OFD}Reference"):
        try:
            check = base64.b64decode(_text(_one(one, "CheckValue")), validate=True)
        except (binascii.Error, ValueError):
            raise Broken("A digest is not written as one.") from None
        covered[one.get("FileRef", "").lstrip("/")] = check
    return FoundSignature(
        value=files[value],
        signed=files[where],
        scope=f"/{where}",
        digest_name=names[method],
        references=covered,
        uncovered=tuple(sorted(set(files) - set(covered) - {where, value})),
    )


def _xml(files: dict[str, bytes], name: str, root: str) -> etree._Element:
    if name not in files:
        raise Broken(f"{name} is named and is not there.")
    if b"<!DOCTYPE" in files[name]:
        raise Broken(f"{name} has a document type.")
    # No entities, no network: an upload is an attack until it is read.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        found = etree.fromstring(files[name], parser)
    except etree.XMLSyntaxError:
        raise Broken(f"{name} is no XML.") from None
    if found.tag != f"{_OFD}{root}":
        raise Broken(f"{name}: the root is not {root} of {NAMESPACE}.")
    return found


def _one(parent: etree._Element, name: str) -> etree._Element:
    found = parent.find(f"{_OFD}{name}")
    if found is None:
        raise Broken(f"{etree.QName(parent).localname} lacks {name}.")
    return found


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _number(element: etree._Element) -> int:
    try:
        return int(_text(element))
    except ValueError:
        raise Broken(f"{etree.QName(element).localname} is no number.") from None


def _new_id(element: etree._Element, seen: set[int], top: int) -> None:
    text = element.get("ID", "")
    if not text.isdecimal() or int(text) in seen or not 0 < int(text) <= top:
        raise Broken(f"The number {text!r} is missing, used twice, or above MaxUnitID.")
    seen.add(int(text))


def _box(element: etree._Element, text: str | None = None) -> None:
    try:
        sides = [float(one) for one in (_text(element) if text is None else text).split()]
    except ValueError:
        sides = []
    if len(sides) != 4 or sides[2] <= 0 or sides[3] <= 0:
        raise Broken(f"{etree.QName(element).localname} has no box.")
