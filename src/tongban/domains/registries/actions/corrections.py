"""Corrections (数据纠错): whoever finds a value wrong has its source verify it, once for all."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from tongban.domains.registries import queries, rules
from tongban.domains.registries.actions import rows
from tongban.domains.registries.models import Correction, CorrectionReport, RegisterRow
from tongban.domains.registries.rules import Reason, Register, Status
from tongban.kernel import clock, trips
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as clocks
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as matters

PROCESS = "correction"


@transaction.atomic
def open_correction(
    *,
    register: str,
    element: str,
    subject: str,
    by: Actor,
    reason: str = Reason.DISPUTED,
    claimed: Any = None,
    case_no: str = "",
    evidence: str = "",
) -> Correction:
    """Have the source verify a value; what is already being verified takes one more report.

    Reporting twice from one case is harmless.
    """
    about = queries.register(register)
    about.check_fields((element,))
    why = rules.check_reason(reason, claimed)
    row = next(iter(queries.current_rows(register, subject)), None)
    # Of the entry, where there is one: two parents who report one child's value report the same.
    key = row.subject_hash if row else queries.subject_key(subject)
    same = Correction.objects.filter(
        register=register, element=element, subject_hash=key, status=Status.OPEN
    )
    found = same.select_for_update(of=("self",)).first()
    is_new = found is None
    if found is None:
        try:
            with transaction.atomic():
                found = _open(about, element, subject, key, row, why, claimed)
        except IntegrityError:
            # Another case reported the same value in this very moment: join that one.
            found, is_new = same.select_for_update(of=("self",)).get(), False
    _, is_first = CorrectionReport.objects.get_or_create(
        correction=found,
        case_no=case_no,
        defaults={
            "reporter": by.key,
            "claimed_sealed": queries.sealed({"value": claimed}, "correction.value"),
            "evidence": evidence[:400],
            "at": clock.now(),
        },
    )
    if is_new:
        _start(found, about, by=by)
    if is_new or is_first:
        ledger.record(
            "correction.opened" if is_new else "correction.joined",
            found,
            by=by,
            matter=found.matter_id,
            register=register,
            element=element,
            case=case_no,
            **({"reason": str(why)} if is_new else {}),
        )
    return found


@transaction.atomic(savepoint=False)
def adopt_reports(*, case_no: str, by_case: str, by: Actor) -> None:
    """Let reports made from a draft belong to the filing that came of it; part of its decision."""
    table = CorrectionReport._meta.db_table
    trips.write(
        trips.Write(
            f"UPDATE {table} SET case_no = %s WHERE case_no = %s AND correction_id NOT IN"
            f" (SELECT correction_id FROM {table} WHERE case_no = %s)",
            [by_case, case_no, by_case],
        )
    )


def _open(
    about: Register,
    element: str,
    subject: str,
    key: str,
    row: queries.Held | None,
    why: Reason,
    claimed: Any,
) -> Correction:
    held = queries.values_of(row).get(element) if row else None
    return Correction.objects.create(
        register=about.key,
        element=element,
        organ=about.organ,
        subject_hash=key,
        subject_sealed=queries.sealed({"subject": subject}, "correction.subject"),
        row_id=row.id if row else None,
        reason=why,
        held_sealed=queries.sealed({"value": held}, "correction.value"),
        claimed_sealed=queries.sealed({"value": claimed}, "correction.value"),
        opened_at=clock.now(),
    )


def _start(found: Correction, about: Register, *, by: Actor) -> None:
    organ = identity.organ(about.organ)
    process = catalogue.current("process", PROCESS)
    calendar = queries.calendar_of(organ.division)
    matter = processes.start(
        process=process,
        kind="correction",
        subject=ledger.subject_of(found),
        title=f"核实{about.name}中的{about.elements[found.element]}",
        organ=organ.uscc,
        region=organ.division,
        calendar=calendar,
        by=by,
    )
    owed = deadlines.start(
        matter=matter.pk,
        kind="correction",
        budget=int(process.body.get("days", 10)),
        calendar=calendar,
        by=by,
    )
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=by)
    found.matter = matter
    found.save(update_fields=["matter"])


@transaction.atomic
def decide_correction(
    *,
    correction: int,
    outcome: str,
    opinion: str,
    by: Actor,
    value: Any = None,
    version: int | None = None,
) -> Correction:
    """The source says whether the value was wrong; if it was, the register is amended from today.

    Without `value`, the one that was claimed is taken. `version` is the work item's, as seen.
    """
    found = _handled(correction, by=by)
    if found.status != Status.OPEN:
        raise rules.AlreadyDecided()
    if not opinion.strip():
        raise rules.AnswerMissing()
    processes.act(
        item=_item(found, "verify"), outcome=outcome, by=by, version=version, opinion=opinion
    )
    found.status = Status(outcome)
    if found.status == Status.UPHELD:
        _put_right(found, value, by=by)
    found.decided_at, found.decided_by = clock.now(), by.key
    found.save(update_fields=["status", "decided_at", "decided_by"])
    ledger.record(
        "correction.decided",
        found,
        by=by,
        matter=found.matter_id,
        register=found.register,
        element=found.element,
        outcome=outcome,
    )
    return found


def _put_right(found: Correction, value: Any, *, by: Actor) -> None:
    about = queries.register(found.register)
    if value in (None, ""):
        value = queries.opened(found.claimed_sealed, "correction.value").get("value")
    if value in (None, ""):
        raise rules.ValueMissing()
    cause = ledger.subject_of(found)
    subject = queries.opened(found.subject_sealed, "correction.subject")["subject"]
    held = queries.current_rows(found.register, subject)
    if len(held) > 1 and found.row_id is not None:
        # Several entries may bear on one person; the disputed one is meant, or what followed it.
        line = {found.row_id, *_followers(found.row_id)}
        held = [row for row in held if row.id in line]
    if len(held) > 1:
        raise rules.SubjectUnclear(register=about.name)
    if held:
        row = RegisterRow.objects.select_for_update(of=("self",)).get(pk=held[0].id)
        rows.amend(row=row, about=about, values={found.element: value}, by=by, cause=cause)
    else:
        rows.apply_result(
            register=found.register,
            subject=subject,
            values={found.element: value},
            case=cause,
            by=by,
        )


def _followers(row: int) -> Iterable[int]:
    step: int | None = row
    while step is not None:
        step = RegisterRow.objects.filter(follows=step).values_list("pk", flat=True).first()
        if step is not None:
            yield step


@transaction.atomic
def answer_correction(
    *, correction: int, answer: str, by: Actor, version: int | None = None
) -> Correction:
    """Tell those who reported the value what was found (答复); this ends the matter."""
    found = _handled(correction, by=by)
    if not answer.strip():
        raise rules.AnswerMissing()
    processes.act(
        item=_item(found, "answer"), outcome="answered", by=by, version=version, opinion=answer
    )
    for owed in clocks.open_clocks(found.matter_id or 0):
        deadlines.meet(clock=owed, by=by)
    found.answer = answer
    found.save(update_fields=["answer"])
    ledger.record(
        "correction.answered",
        found,
        by=by,
        matter=found.matter_id,
        register=found.register,
        element=found.element,
        outcome=found.status,
    )
    return found


@transaction.atomic
def read_correction(*, correction: int, by: Actor) -> queries.CorrectionView:
    """Open a correction with the values in question; each opening leaves a read record."""
    view = queries.correction(correction, by=by)
    ledger.record(
        "correction.read",
        view.correction,
        by=by,
        matter=view.correction.matter_id,
        register=view.register.key,
        organ=by.organ,
    )
    return view


def _handled(correction: int, *, by: Actor) -> Correction:
    by.require("correction.handle")
    found = (
        Correction.objects.select_for_update(of=("self",))
        .filter(pk=correction, **queries.within(by))
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def _item(found: Correction, stage: str) -> int:
    for item in matters.open_items(found.matter_id or 0):
        if item.stage == stage:
            return item.pk
    raise rules.AlreadyDecided()
