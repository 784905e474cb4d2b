"""A holder reports an error (证照纠错); the organ that issued it corrects it, or says why not."""

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction

from tongban.domains.licences import queries, rules
from tongban.domains.licences.actions.issuing import change
from tongban.domains.licences.models import LicenceReport
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as clocks
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

SELF = part("licences")
PROCESS = "licence-correction"


@transaction.atomic
def report(*, identifier: str, pointers: Collection[str], words: str, by: Actor) -> LicenceReport:
    """Say what is wrong; a matter is opened for the organ that issued it."""
    licence = queries.own(identifier, by=by)
    known = [one.pointer for one in queries.statements_of(licence)]
    kept = rules.check_report(pointers, words, known)
    try:
        with transaction.atomic():
            found = LicenceReport.objects.create(
                licence=licence,
                person=by.person or licence.keeper,
                pointers=sorted(set(pointers)),
                words=vault.encrypt(kept, purpose=queries.REPORT),
                reported_at=clock.now(),
            )
    except IntegrityError:
        raise rules.ReportOpen() from None
    organ = identity.organ(licence.organ)
    definition = catalogue.current("process", PROCESS)
    matter = processes.start(
        process=definition,
        kind=queries.KIND,
        subject=ledger.subject_of(found),
        number=licence.number[:50],
        title=licence.name,
        badge="证照纠错",
        organ=organ.uscc,
        region=organ.division,
        calendar=catalogue.current("city", "city").body["calendar"],
        by=SELF,
        records=False,
    )
    item = flow.open_items(matter.pk)[0]
    stage = flow.graph(definition.id).stages[item.stage]
    owed = deadlines.start(
        matter=matter.pk,
        kind=f"licence.{item.stage}",
        budget=stage.days,
        calendar=matter.calendar,
        item=item.pk,
        by=SELF,
    )
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=SELF)
    found.matter = matter
    found.save(update_fields=["matter"])
    ledger.record(
        "licence.reported",
        found,
        by=by,
        matter=matter.pk,
        type=licence.type,
        identifier=identifier,
        lines=len(found.pointers),
    )
    return found


@transaction.atomic
def answer(
    *,
    report: int,
    outcome: str,
    answer: str,
    by: Actor,
    values: Mapping[str, str] | None = None,
    law: str = "《中华人民共和国个人信息保护法》第四十六条",
    version: int | None = None,
) -> LicenceReport:
    """Correct the licence, which makes its next version, or say why it stands."""
    by.require("licence.correct")
    found = queries.report_to_answer(report, by=by)
    if found.answered_at is not None:
        raise rules.ReportAnswered()
    given = dict(values or {})
    known = queries.record(found.licence)["fields"]
    decided = rules.check_answer(outcome, answer, given, known)
    item = flow.open_items(found.matter_id or 0)[0]
    step = processes.act(
        item=item.pk,
        outcome=decided,
        by=by,
        version=version,
        event="licence.report_answered",
        data={"identifier": found.licence.identifier, "answer": str(decided)},
    )
    for owed in clocks.open_clocks(step.matter.pk):
        deadlines.meet(clock=owed, by=by)
    if decided is rules.Outcome.CORRECTED:
        change(
            identifier=found.licence.identifier,
            values=given,
            reasons="更正",
            law=law,
            case_no=f"JC{found.pk:08d}",
            by=by,
        )
    found.outcome = decided
    found.answer = vault.encrypt(answer.strip(), purpose=queries.REPORT)
    found.answered_at = clock.now()
    found.save(update_fields=["outcome", "answer", "answered_at"])
    return found
