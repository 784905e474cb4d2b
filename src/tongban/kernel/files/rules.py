"""What may be stored: the content decides, not the name, and nothing that harms its reader."""

import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from tongban.kernel.errors import N_, Refusal
from tongban.kernel.files import archives, images, pdf


class Kind(StrEnum):
    """What a content really is (文件类型)."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    OFD = "ofd"
    DOCX = "docx"
    XLSX = "xlsx"
    ZIP = "zip"


CONTENT_TYPES: Final[Mapping[Kind, str]] = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.OFD: "application/ofd",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ZIP: "application/zip",
}
ENDINGS: Final[Mapping[str, Kind]] = {
    **{kind.value: kind for kind in Kind},
    "jpg": Kind.JPEG,
}
LIMITS_MB: Final[Mapping[Kind, int]] = {
    Kind.PDF: 50,
    Kind.JPEG: 20,
    Kind.PNG: 20,
    Kind.WEBP: 20,
    Kind.OFD: 50,
    Kind.DOCX: 20,
    Kind.XLSX: 20,
    Kind.ZIP: 100,
}
IMAGES: Final = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
ARCHIVES: Final = frozenset({Kind.OFD, Kind.DOCX, Kind.XLSX, Kind.ZIP})
MATERIALS: Final = frozenset({Kind.PDF, Kind.OFD, *IMAGES})
"""What a material (材料) may be unless its item says otherwise: all can be shown page by page."""

MAX_PIXELS: Final = 64_000_000
"""A telephone takes 50 million; decoded, each is four bytes of the reader's memory."""
MAX_SIDE: Final = 20_000
MEGABYTE: Final = 1024 * 1024


class FileEmpty(Refusal):
    """There is nothing in it."""

    says = N_("The file is empty.")
    hint = N_("Choose it again; perhaps it was still being copied.")
    status = 422


class FileTooLarge(Refusal):
    """It is larger than its kind may be."""

    says = N_("The file is larger than {limit_mb} MB.")
    hint = N_("Scan it at 200 dpi in greyscale, or hand it in as several files.")
    status = 413


class KindNotAccepted(Refusal):
    """It is of no kind that is accepted here."""

    says = N_("Files of this kind cannot be handed in here.")
    hint = N_("Accepted are: {kinds}. Export or photograph the document in one of these.")
    status = 415


class NameContradicts(Refusal):
    """Its name promises another kind than its content is."""

    says = N_("The file is named {name}, but its content is {kind}.")
    hint = N_("Open it and save it anew in the format its name says; do not just rename it.")
    status = 415


class FileDamaged(Refusal):
    """It cannot be read to its end."""

    says = N_("The file is damaged and cannot be opened.")
    hint = N_("Open it on your device; if it looks right there, save it anew and choose it again.")
    status = 422


class FileEncrypted(Refusal):
    """It is locked with a password."""

    says = N_("The file is protected with a password or by permissions.")
    hint = N_("Save it without protection: officials and archives must be able to open it.")
    status = 422


class FileActive(Refusal):
    """It would run a program at its reader's."""

    says = N_("The file holds a program (a script, a macro or a launch action).")
    hint = N_("Print it to a new PDF and hand in that one.")
    status = 422


class ArchiveBlownUp(Refusal):
    """It would fill its reader's disk."""

    says = N_("The file unpacks to far more than it should.")
    hint = N_("Save it anew with fewer or smaller parts.")
    status = 422


class ArchiveNested(Refusal):
    """It holds archives in turn."""

    says = N_("The file holds other archives inside.")
    hint = N_("Unpack them and hand in the documents themselves.")
    status = 422


class ImageTooLarge(Refusal):
    """It would fill its reader's memory."""

    says = N_("The picture measures {width} × {height} pixels, which is too large.")
    hint = N_("Save it with at most {megapixels} million pixels.")
    status = 422


def kind_of(data: bytes) -> Kind | None:
    """Tell what the content is, from the content alone."""
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(archives.names(data))
    return None


def _kind_of_zip(names: frozenset[str]) -> Kind:
    if "OFD.xml" in names:
        return Kind.OFD
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return Kind.DOCX
        if "xl/workbook.xml" in names:
            return Kind.XLSX
    return Kind.ZIP


def limit_mb(kinds: Collection[Kind]) -> int:
    """Answer the most that any of these kinds may weigh; more need not even be read."""
    return max(LIMITS_MB[kind] for kind in kinds)


def check_content(
    data: bytes, *, name: str, kinds: Collection[Kind] = MATERIALS, most_mb: int | None = None
) -> Kind:
    """Answer the kind of a content that may be stored, or refuse it."""
    if not data:
        raise FileEmpty()
    kind = kind_of(data)
    if kind is None or kind not in kinds:
        raise KindNotAccepted(kinds=", ".join(sorted(each.value.upper() for each in kinds)))
    limit = min(LIMITS_MB[kind], most_mb or LIMITS_MB[kind])
    if len(data) > limit * MEGABYTE:
        raise FileTooLarge(limit_mb=limit)
    if ENDINGS.get(_ending(name)) is not kind:
        raise NameContradicts(name=clean_name(name), kind=kind.value.upper())
    if kind is Kind.PDF:
        _check_pdf(data)
    elif kind in IMAGES:
        _check_image(data)
    elif kind in ARCHIVES:
        _check_archive(data)
    return kind


def _check_pdf(data: bytes) -> None:
    findings = pdf.examine(data)
    if findings.encrypted:
        raise FileEncrypted()
    if findings.active:
        raise FileActive()
    if findings.unreadable:
        raise FileDamaged()


def _check_image(data: bytes) -> None:
    size = images.dimensions(data)
    if size is None or 0 in size:
        raise FileDamaged()
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise ImageTooLarge(width=width, height=height, megapixels=MAX_PIXELS // 1_000_000)


def _check_archive(data: bytes) -> None:
    survey = archives.survey(data)
    if survey.bomb:
        raise ArchiveBlownUp()
    if survey.encrypted:
        raise FileEncrypted()
    if survey.macros:
        raise FileActive()
    if survey.damaged:
        raise FileDamaged()
    if survey.nested:
        raise ArchiveNested()


def storage_key(sha256: str) -> str:
    """Answer where a content lies; two levels keep folders small at millions of files."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


MAX_NAME: Final = 120


def clean_name(name: str) -> str:
    """Answer a name fit to be shown and downloaded: no path, no control or direction marks."""
    last = name.replace("\\", "/").rpartition("/")[2]
    # Cf holds the marks that turn text round, with which `fdp.exe` is made to look like `exe.pdf`.
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    kept = " ".join(kept.split()).strip(". ") or "file"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) <= MAX_NAME or not dot:
        return kept[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"[:MAX_NAME]


def _ending(name: str) -> str:
    return PurePosixPath(clean_name(name)).suffix.lower().removeprefix(".")
