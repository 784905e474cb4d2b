"""Make the package of a closed case: gather, check four ways, sign, close."""

import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.db import transaction

from tongban.client import archives as client
from tongban.domains.archives import queries, rules
from tongban.domains.archives.models import ArchivePackage
from tongban.domains.archives.queries import Contents
from tongban.domains.archives.rules import Failed, Piece, State
from tongban.domains.cases.actions import notices
from tongban.domains.licences import actions as licences
from tongban.domains.payments import actions as payments
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.crypto import vault
from tongban.kernel.errors import Refusal
from tongban.kernel.files import actions as files
from tongban.kernel.files import queries as stored
from tongban.kernel.files import rules as contents
from tongban.kernel.files.rules import Kind
from tongban.kernel.ledger import actions as ledger

SELF = part("archives")
README = """归档信息包说明

本包为一个政务服务办件的全部电子文件，结构参照 DA/T 85-2019、DA/T 48。
manifest.json  文件清单与每个文件的 SHA-256；manifest.sig 为平台对清单的签名，key.pem 为验签公钥。
metadata.xml   归档元数据；form.json 为申请时填报的数据及每项数据的来源。
ledger.json    办理过程的每一条记录，及其在存证日志中的包含性证明（RFC 9162）。
verify.py      校验程序，仅需 Python 3.11 自带的标准库：python verify.py 本包.zip --key 平台公钥.pem
"""


@transaction.atomic
def enrol(*, case_no: str, matter: int, item: str, organ: str, result: str, by: Actor) -> None:
    """Note that a closed case is to be packed; twice is once. Nothing where a city does not."""
    found = queries.settings()
    if found is None:
        return
    closed_on = clock.today()
    years = found.years(result, services.item(item)[1].body)
    made, is_new = ArchivePackage.objects.get_or_create(
        case_no=case_no,
        defaults={
            "matter": matter,
            "item_key": item,
            "organ": organ,
            "result": result,
            "closed_on": closed_on,
            "due_on": found.due_on(closed_on),
            "years": years,
            "keep_until": rules.keep_until(closed_on, years),
        },
    )
    if is_new:
        ledger.record(
            "archive.due", made, by=by, matter=matter, case_no=case_no, on=made.due_on.isoformat()
        )


def pack(*, package: int, by: Actor) -> ArchivePackage:
    """Make a package and close it; what fails a check is kept as faulty, with its reasons.

    Outside any transaction: documents are set here that nobody opened before, and the ledger is
    sealed first, so that every event of the case can be proved.
    """
    if by.is_official:
        by.require("archive.pack")
    found = ArchivePackage.objects.get(pk=package)
    if found.state in {State.PACKED, State.RECEIVED}:
        if by.is_official:
            raise rules.PackedAlready()
        return found
    while ledger.seal(by=SELF):
        pass
    held = queries.contents(found)
    pieces = _pieces(held, result=found.result, by=by)
    failed = rules.examine(
        pieces, needed=held.required, unproved=held.unproved, unsafe=_unsafe(pieces)
    )
    if failed:
        return _fault(package=package, failed=failed, by=by)
    data = _sealed(found, held, pieces)
    return _close(package=package, data=data, count=len(pieces), by=by)


def _pieces(held: Contents, *, result: str, by: Actor) -> list[Piece]:
    pieces = [
        Piece("说明.txt", "readme", "text", README.encode()),
        Piece("verify.py", "verifier", "text", Path(client.__file__).read_bytes()),
        Piece("metadata.xml", "metadata", "xml", _xml(held.metadata)),
        Piece("form.json", "form", "json", _json(held.form)),
        Piece("ledger.json", "ledger", "json", _json(held.proof)),
    ]
    for no, material in enumerate(held.materials, 1):
        file = stored.stored(sha256=material.file)
        pieces.append(
            Piece(
                f"申请材料/{no:02}-{contents.clean_name(material.name)}.{file.kind}",
                f"material:{material.key}",
                file.kind,
                stored.read_file(file),
            )
        )
    for no, notice in enumerate(held.notices, 1):
        pieces.append(
            Piece(
                f"办理文书/{no:02}-{notice.kind}.pdf",
                rules.notice_role(notice.kind, result),
                "pdf",
                notices.pdf(notice=notice, by=by),
            )
        )
    for no, licence in enumerate(held.licences, 1):
        copy = licences.pdf(licence=licence, by=by, base_url=settings.BASE_URL)
        pieces += [
            Piece(f"办理结果/{no:02}-licence.pdf", "licence", "pdf", copy),
            Piece(
                f"办理结果/{no:02}-licence.json",
                "licence-record",
                "json",
                queries.licence_record(licence),
            ),
        ]
    for no, bill in enumerate(held.bills, 1):
        pieces.append(
            Piece(f"缴费票据/{no:02}.pdf", "receipt", "pdf", payments.pdf(bill=bill, by=by))
        )
    return pieces


def _unsafe(pieces: list[Piece]) -> dict[str, str]:
    """Contents from outside are looked into once more: what is harmless is learnt over time."""
    found = {}
    for piece in pieces:
        if not piece.role.startswith("material:"):
            continue
        try:
            contents.check_content(piece.content, name=piece.path)
        except Refusal as refusal:
            found[piece.path] = refusal.sentence()
    return found


def _xml(metadata: Mapping[str, Any]) -> bytes:
    root = ElementTree.Element("政务服务事项电子文件元数据", {"version": "DA/T 85-2019"})
    for name, value in metadata.items():
        ElementTree.SubElement(root, name).text = str(value)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _sealed(found: ArchivePackage, held: Contents, pieces: list[Piece]) -> bytes:
    """The zip: equal contents give equal bytes, so that packing again proves nothing was lost."""
    manifest = _json(
        {
            "version": client.VERSION,
            "standard": "DA/T 85-2019",
            "case_no": found.case_no,
            "matter": found.matter,
            "result": found.result,
            "closed_on": found.closed_on,
            "retention_years": found.years,
            "required": held.required,
            "files": [
                {
                    "path": piece.path,
                    "role": piece.role,
                    "kind": piece.kind,
                    "size": len(piece.content),
                    "sha256": vault.sha256_hex(piece.content),
                }
                for piece in pieces
            ],
        }
    )
    signature = vault.sign(manifest)
    listed = [
        ("manifest.json", manifest),
        ("manifest.sig", str(signature).encode()),
        ("key.pem", vault.public_key(signature.key_id).encode()),
        *((piece.path, piece.content) for piece in pieces),
    ]
    buffer = BytesIO()
    day = (found.closed_on.year, found.closed_on.month, found.closed_on.day, 0, 0, 0)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in listed:
            archive.writestr(zipfile.ZipInfo(path, day), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@transaction.atomic
def _fault(*, package: int, failed: list[Failed], by: Actor) -> ArchivePackage:
    found = ArchivePackage.objects.select_for_update(of=("self",)).get(pk=package)
    if found.state in {State.PACKED, State.RECEIVED}:
        return found
    found.state, found.failed = State.FAULTY, [[f.check, f.says] for f in failed]
    found.save(update_fields=["state", "failed"])
    ledger.record(
        "archive.faulty",
        found,
        by=by,
        matter=found.matter,
        case_no=found.case_no,
        checks=sorted({str(f.check) for f in failed}),
    )
    return found


@transaction.atomic
def _close(*, package: int, data: bytes, count: int, by: Actor) -> ArchivePackage:
    kept = files.keep(content=data, kind=Kind.ZIP, by=by)
    open_states = [State.WAITING, State.FAULTY, State.REJECTED]
    won = ArchivePackage.objects.filter(pk=package, state__in=open_states).update(
        state=State.PACKED,
        file=kept.sha256,
        files=count,
        size=len(data),
        packed_at=clock.now(),
        failed=[],
        rejection="",
    )
    found = ArchivePackage.objects.get(pk=package)
    if won:
        ledger.record(
            "archive.packed",
            found,
            by=by,
            matter=found.matter,
            case_no=found.case_no,
            sha256=kept.sha256,
            files=count,
        )
    return found


@transaction.atomic
def take_out(*, case_no: str, purpose: str, by: Actor) -> bytes:
    """Open a package for a purpose; each opening is recorded."""
    found = queries.package(case_no, by=by)
    if not purpose.strip():
        raise rules.PurposeMissing()
    if not found.file:
        raise rules.NotPacked()
    ledger.record(
        "archive.opened",
        found,
        by=by,
        matter=found.matter,
        case_no=case_no,
        purpose=purpose.strip()[:80],
    )
    return stored.read_file(stored.stored(sha256=found.file))
