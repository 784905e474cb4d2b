"""Questions about archive packages, and all that belongs into one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tongban.domains.archives import rules
from tongban.domains.archives.models import ArchivePackage
from tongban.domains.archives.rules import State
from tongban.domains.cases import queries as cases
from tongban.domains.licences import queries as licences
from tongban.domains.payments import queries as payments
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.ledger.queries import proving
from tongban.kernel.ledger.rules import moment

__all__ = ["ArchivePackage"]


def settings() -> rules.Settings | None:
    """How this city archives; None where it does not."""
    version = catalogue.find("archives", "archives")
    return catalogue.compiled(version, _settings) if version else None


def _settings(version: catalogue.Version) -> rules.Settings:
    return rules.settings(version.body)


def packages(*, by: Actor, state: str = "", case_no: str = "") -> QuerySet[ArchivePackage]:
    """The packages that the post held now may see, newest first; the archivist sees all."""
    by.require("archive.read")
    found = ArchivePackage.objects.order_by("-id")
    if not by.may("archive.pack"):
        found = found.filter(organ=by.organ)
    if state:
        found = found.filter(state=state)
    return found.filter(case_no=case_no) if case_no else found


def package(case_no: str, *, by: Actor) -> ArchivePackage:
    """One package."""
    found = packages(by=by, case_no=case_no).first()
    if found is None:
        raise NotFound()
    return found


def due(today: date, *, limit: int = 200) -> list[int]:
    """The packages that are to be made by now, the longest waiting first."""
    found = ArchivePackage.objects.filter(state=State.WAITING, due_on__lte=today)
    return list(found.order_by("due_on", "id").values_list("pk", flat=True)[:limit])


def held(*, after: int = 0, limit: int = 500) -> list[ArchivePackage]:
    """What the archive office said that it holds, in order."""
    found = ArchivePackage.objects.filter(state=State.RECEIVED, pk__gt=after)
    return list(found.order_by("pk")[:limit])


def case_no(matter: int) -> str:
    """The number of the case behind a matter."""
    case = cases.by_matter(matter)
    if case is None:
        raise NotFound()
    return case.case_no


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a case, before its documents are set."""

    metadata: Mapping[str, Any]
    form: Mapping[str, Any]
    notices: list[Any]
    materials: list[Any]
    licences: list[Any]
    bills: list[Any]
    required: list[str]
    proof: Mapping[str, Any] = field(repr=False)
    unproved: int


def contents(found: ArchivePackage) -> Contents:
    """Everything that belongs into a package."""
    case = cases.by_matter(found.matter)
    assert case is not None  # it was closed, and cases are never deleted
    item = cases.pinned(case)
    application = case.application
    organ = identity.organ(case.organ)
    notices = [n for n in cases.notices(application) if n.case_id in (None, case.pk)]
    materials = [m for m in cases.materials(case) if m.file]
    bills = [bill for bill in payments.of_case(case.case_no) if bill.paid_at]
    made = cases.determination(case)
    proof, unproved = _proof(found.matter)
    metadata = {
        "归档信息包编号": case.case_no,
        "事项名称": item.name,
        "事项基本编码": item.basic_code,
        "办件编号": case.case_no,
        "申请编号": application.number,
        "申请人": application.addressee,
        "统一社会信用代码": case.entity,
        "办理机关": organ.name,
        "办理机关代码": organ.uscc,
        "行政区划": case.region,
        "申请时间": _text(application.submitted_at),
        "受理时间": _text(case.accepted_at),
        "受理方式": case.accept_basis,
        "决定时间": _text(case.decided_at),
        "办理结果": found.result,
        "决定理由": made.reasons if made else "",
        "决定依据": made.law if made else "",
        "办结时间": _text(case.closed_at),
        "保管期限": f"{found.years} 年" if found.years else "永久",
    }
    return Contents(
        metadata=metadata,
        form=cases.values_of(case),
        notices=notices,
        materials=materials,
        licences=licences.of_case(case.case_no),
        bills=bills,
        required=rules.required(
            result=found.result,
            uploads=[m.key for m in materials],
            gives_licence=any(result.licence_type for result in item.results),
            was_accepted=case.accept_basis == "explicit" and case.purpose == "apply",
            was_filed=case.purpose == "apply",
            fees=bool(bills),
        ),
        proof=proof,
        unproved=unproved,
    )


def _text(value: Any) -> str:
    return value.isoformat(timespec="seconds") if value else ""


def _proof(matter: int) -> tuple[dict[str, Any], int]:
    """Each event of the case with its path to a signed root, and how many have none yet."""
    events = list(ledger.of_matter(matter).values_list("pk", flat=True))
    proofs = proving.prove(events)
    notes = {proof.note.size: proof.note for proof in proofs}
    signers = {note.signature.split("$")[1] for note in notes.values()}
    return {
        "events": [
            {
                "entry": proof.entry.decode(),
                "position": proof.position,
                "size": proof.note.size,
                "proof": [step.hex() for step in proof.path],
            }
            for proof in proofs
        ],
        "checkpoints": {
            str(size): {
                "origin": note.origin,
                "size": note.size,
                "root": note.root,
                "at": moment(note.at),
                "signature": note.signature,
            }
            for size, note in notes.items()
        },
        "keys": {key: vault.public_key(key) for key in sorted(signers)},
    }, len(events) - len(proofs)


def licence_record(licence: Any) -> bytes:
    """The signed record of a licence, readable without us."""
    said = {"record": licences.record(licence), "signature": licence.signature}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()
