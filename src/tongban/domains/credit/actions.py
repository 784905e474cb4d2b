"""Note a broken word, and repair it."""

from django.db import transaction

from tongban.domains.credit import queries, rules
from tongban.domains.credit.models import CreditEvent
from tongban.domains.credit.rules import SubjectKind
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def note(
    *,
    subject_kind: str,
    subject: str,
    kind: str,
    law: str,
    case_no: str,
    by: Actor,
    organ: str = "",
) -> CreditEvent:
    """Note a broken word as part of the decision that found it broken; once per case and kind.

    `subject`: the id of an identity.Person as text, or a firm's USCC. `organ`: which office notes
    it; that of the post held now, unless a part of the program acts.
    """
    rules.check_reason(law=law)
    version, found = queries.kind_in_force(kind)
    today = clock.today()
    is_person = SubjectKind(subject_kind) == SubjectKind.PERSON
    row, is_new = CreditEvent.objects.get_or_create(
        case_no=case_no,
        kind=kind,
        subject_hash=queries.subject_hash(subject_kind=subject_kind, subject=subject),
        defaults={
            "definition": version.id,
            "severity": found.severity,
            "subject_kind": SubjectKind(subject_kind),
            "person": int(subject) if is_person else None,
            "entity": "" if is_person else subject,
            "organ": organ or by.organ,
            "law": law.strip()[:300],
            "noted_at": clock.now(),
            "until": rules.months_on(today, found.months),
        },
    )
    if is_new:
        ledger.record(
            "credit.noted",
            row,
            by=by,
            kind=kind,
            about=subject_kind,
            case=case_no,
            severity=str(found.severity),
        )
    return row


@transaction.atomic
def repair(*, event: int, reason: str, law: str, by: Actor) -> CreditEvent:
    """Let an event count no longer: what was owed is done, and the shortest period has passed."""
    by.require("credit.repair")
    row = queries.event(event, by=by)
    rules.check_reason(law=law, reason=reason)
    rules.check_repair(
        noted_on=clock.moment(row.noted_at).date(),
        shortest=queries.kind_of(row).shortest,
        until=row.until,
        repaired_on=clock.moment(row.repaired_at).date() if row.repaired_at else None,
        today=clock.today(),
    )
    won = CreditEvent.objects.filter(pk=row.pk, repaired_at=None).update(
        repaired_at=clock.now(),
        repair_reason=reason.strip()[:300],
        repair_law=law.strip()[:300],
    )
    if not won:
        raise rules.NotCounting()
    row.refresh_from_db()
    ledger.record(
        "credit.repaired", row, by=by, kind=row.kind, about=row.subject_kind, case=row.case_no
    )
    return row
