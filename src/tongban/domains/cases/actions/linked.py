"""Linked cases (另案): what a finished case needs afterwards is a case of its own (row 20).

更正, 撤销, 注销, 复核: each with its own numbers, matter and clocks. The old one is never reopened,
so what was decided then stays readable as it was decided.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import notices, numbers
from tongban.domains.cases.actions.acceptance import taking
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules import filing, papers, state
from tongban.domains.cases.rules.state import Purpose, State
from tongban.domains.credit import actions as credit
from tongban.domains.licences import actions as licences
from tongban.domains.licences import queries as wallet
from tongban.domains.services import queries as services
from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes

REASONS = "linked.reasons"
"""Under this key of its values a linked case keeps, sealed, why it was asked for."""

OF_APPLICANTS = frozenset({Purpose.CORRECT, Purpose.ANNUL, Purpose.RECONSIDER})


@transaction.atomic
def ask(
    *,
    case_no: str,
    purpose: str,
    reasons: str,
    by: Actor,
    values: Mapping[str, Any] | None = None,
) -> Case:
    """The applicant asks for a correction, an annulment, or that a person looks again (异议).

    `values`: pointer -> what should read instead, of the fields that were filed.
    """
    about = queries.own(case_no, by=by)
    if purpose not in OF_APPLICANTS:
        raise state.NotYours()
    return open_case(about=about, purpose=purpose, reasons=reasons, values=values or {}, by=by)


@transaction.atomic
def begin(
    *,
    case_no: str,
    purpose: str,
    reasons: str,
    by: Actor,
    values: Mapping[str, Any] | None = None,
) -> Case:
    """The agency itself opens a correction, a revocation or an annulment (依职权)."""
    about = queries.case(case_no, by=by)
    by.require("case.examine")
    if purpose == Purpose.RECONSIDER or about.organ != by.organ:
        raise state.NotYours()
    return open_case(about=about, purpose=purpose, reasons=reasons, values=values or {}, by=by)


@transaction.atomic
def open_case(
    *, about: Case, purpose: str, reasons: str, values: Mapping[str, Any], by: Actor
) -> Case:
    """Open the linked case; of the same purpose one at a time."""
    if purpose not in papers.PURPOSES:
        raise state.NoSuchGround(possible="、".join(papers.PURPOSES))
    about = queries.locked(about.matter_id)
    state.check(str(purpose), about.state)
    if not reasons.strip():
        raise state.OpinionMissing()
    made = queries.determination(about)
    if purpose == Purpose.RECONSIDER and (made is None or made.decision is None):
        raise state.NotByRule()
    same = vault.keyed_hash(f"{purpose}:{about.case_no}", purpose="case.same")
    if already := queries.open_linked(same):
        raise state.FiledAlready(number=already.case_no)
    filed = queries.values_of(about)
    unknown = [key for key in values if key not in filed]
    if unknown:
        raise state.NotAField(fields="、".join(unknown))
    for key, value in values.items():
        filed[key] = {"value": value, "source": "user", "against": [filed[key]]}
    filed[REASONS] = {"value": reasons.strip()[:2000], "source": "user"}
    found = _write(about, Purpose(purpose), filed, same, by=by)
    notices.send(
        kind=papers.Kind.LINKED,
        application=found.application,
        case=found,
        paragraphs=papers.linked(
            purpose=purpose,
            title=found.matter.title,
            case_no=found.case_no,
            about=about.case_no,
            is_asked=not (by.is_official or by.kind == "part"),
        ),
        by=by,
    )
    ledger.record(
        "case.linked",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        item=found.item_key,
        purpose=str(purpose),
        about=about.case_no,
    )
    taking.bring(case=found, by=by)
    return found


@transaction.atomic(savepoint=False)
def _write(about: Case, purpose: Purpose, filed: dict[str, Any], same: str, *, by: Actor) -> Case:
    item = queries.pinned(about)
    organ = identity.organ(about.organ)
    title = f"{papers.PURPOSES[purpose]}：{item.name}"[:200]
    day = f"{clock.today():%Y%m%d}"
    first = about.application
    letters = services.city().get("letters", "TB")
    number = f"{letters}{day}{numbers.take(series=f'application:{day}', by=by):05d}"
    whole = processes.start(
        process=None,
        kind="application",
        subject=f"cases.application:{number}",
        title=title,
        number=number,
        detail=about.matter.detail,
        organ=organ.uscc,
        region=organ.division,
        calendar=about.matter.calendar,
        by=by,
        opens=False,
        records=False,
    )
    is_ours = by.is_official or by.kind == "part"
    application = Application.objects.create(
        number=number,
        matter=whole,
        title=title,
        person=first.person,
        addressee=first.addressee,
        entity=first.entity,
        agent=by.person if not is_ours and by.person != first.person else None,
        channel="system" if is_ours else by.channel,
        answers=first.answers,
        values=queries.sealed(filed),
        form_hash=queries.digest(filed),
        submitted_at=clock.now(),
    )
    code = f"{organ.uscc}{organ.level}{item.basic_code}"
    case_no = filing.case_number(code, day, numbers.take(series=f"case:{code}:{day}", by=by))
    matter = processes.start(
        process=catalogue.current("process", "linked-case"),
        kind="case",
        subject=f"cases.case:{case_no}",
        title=title,
        number=case_no,
        detail=about.matter.detail,
        badge=papers.PURPOSES[purpose],
        parent=whole,
        organ=organ.uscc,
        region=organ.division,
        calendar=about.matter.calendar,
        by=by,
        opens=False,
        records=False,
    )
    return Case.objects.create(
        case_no=case_no,
        application=application,
        matter=matter,
        item=about.item,
        variant=about.variant,
        item_key=about.item_key,
        organ=about.organ,
        region=about.region,
        person=about.person,
        entity=about.entity,
        state=State.WAITING,
        values=queries.sealed(filed),
        form_hash=queries.digest(filed),
        same_as=same,
        by_person="另案由工作人员办理",
        purpose=purpose,
        about=about,
    )


@transaction.atomic(savepoint=False)
def put_right(*, case: Case, values: Mapping[str, str], by: Actor) -> None:
    """Put other values in the place of those that a correction or an objection is about.

    It belongs to the decision that `by` makes, whose event tells of it; what the applicant had
    asked for instead stays readable beside it.
    """
    if case.purpose not in {Purpose.CORRECT, Purpose.RECONSIDER}:
        raise state.NotAField(fields="、".join(values))
    filed = queries.values_of(case)
    if unknown := [key for key in values if key not in filed or key == REASONS]:
        raise state.NotAField(fields="、".join(unknown))
    for key, value in values.items():
        filed[key] = {"value": value, "source": "clerk", "against": [filed[key]]}
    rows.change_row(case, values=queries.sealed(filed), form_hash=queries.digest(filed))


@transaction.atomic(savepoint=False)
def carry_out(*, case: Case, reasons: str, law: str, by: Actor) -> str:
    """Do to the licences of the old case what this one decided; answers one that is new, if any."""
    reasons = reasons.strip() or papers.PURPOSES[Purpose(case.purpose)]
    changed = ""
    for licence in queries.standing_licences(case):
        identifier = licence.identifier
        if case.purpose == Purpose.REVOKE:
            licences.revoke(
                identifier=identifier, reasons=reasons, law=law, by=by, case_no=case.case_no
            )
        elif case.purpose == Purpose.ANNUL:
            licences.cancel(
                identifier=identifier, reasons=reasons, law=law, by=by, case_no=case.case_no
            )
        elif differing := _differing(case, wallet.record(licence)["fields"]):
            changed = licences.change(
                identifier=identifier,
                values=differing,
                by=by,
                case_no=case.case_no,
                result_key=licence.result_key,
                reasons=reasons,
                law=law,
            ).identifier
    return changed


def _differing(case: Case, fields: Mapping[str, Any]) -> dict[str, Any]:
    values = queries.values_of(case)
    return {
        pointer: values[pointer]["value"]
        for pointer, held in fields.items()
        if pointer in values and values[pointer].get("against") and values[pointer]["value"] != held
    }


@transaction.atomic
def follow_broken_promise(*, case_no: str, by: Actor) -> Case:
    """Open the revocation of what was granted on a promise that was not true, and note it.

    行政许可法 第六十九条第二款: what was obtained by deceit is revoked; a decision of its own.
    """
    about = queries.case(case_no, by=by)
    credit.note(
        subject_kind="entity" if about.entity else "person",
        subject=about.entity or str(about.person),
        kind="false_promise",
        law=papers.PROMISE_LAW,
        case_no=about.case_no,
        organ=about.organ,
        by=by,
    )
    return open_case(
        about=about, purpose=Purpose.REVOKE, reasons="事后核查发现承诺不实。", values={}, by=by
    )
