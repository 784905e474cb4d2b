"""Whom messages tell of what happened elsewhere; each notice is told once, by its own id."""

from tongban.domains.cases import queries as cases
from tongban.domains.cases.rules import papers
from tongban.domains.licences import queries as licences
from tongban.domains.messages import actions, queries
from tongban.domains.payments import queries as payments
from tongban.kernel import clock
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.jobs.registry import Handle, job
from tongban.kernel.ledger.registry import Event, on

TOLD = {
    "application.submitted": papers.Kind.RECEIPT,
    "case.accepted": papers.Kind.ACCEPTANCE,
    "case.supplement_asked": papers.Kind.SUPPLEMENT,
    "application.supplement_told": papers.Kind.SUPPLEMENTS,
    "case.reminded": papers.Kind.REMINDER,
    "case.declined": papers.Kind.DECLINED,
    "case.special_started": papers.Kind.SPECIAL,
    "case.extended": papers.Kind.EXTENSION,
    "case.granted": papers.Kind.GRANTED,
    "case.refused": papers.Kind.REFUSED,
    "case.lapsed": papers.Kind.LAPSED,
    "case.withdrawn": papers.Kind.WITHDRAWN,
    "case.blocked": papers.Kind.BLOCKED,
    "case.cancelled": papers.Kind.CANCELLED,
    "case.suspended": papers.Kind.SUSPENDED,
    "case.resumed": papers.Kind.RESUMED,
    "case.terminated": papers.Kind.TERMINATED,
    "case.overdue": papers.Kind.OVERDUE,
    "case.delivery_owed": papers.Kind.PICKUP,
    "case.dispatched": papers.Kind.DISPATCHED,
    "case.hearing_offered": papers.Kind.HEARING,
    "case.linked": papers.Kind.LINKED,
}
"""Of which document a message tells."""

HELD_BACK = "messages.send-owed"


@on(*TOLD)
def tell_the_applicant(event: Event) -> None:
    """That a document lies ready; the message holds nothing of it."""
    assert event.matter is not None  # every event of a case tells its matter
    for note in cases.notes_of(event.matter, TOLD[event.name]):
        actions.tell(
            message_id=note.message_id,
            person=note.person,
            entity=note.entity,
            template=TOLD[event.name],
            title=note.title,
            number=note.number,
            link=f"/my/{note.number}/",
            by=actions.SELF,
        )


@on("bill.charged")
def tell_the_payer(event: Event) -> None:
    for bill in payments.of_case(event.data["case_no"]):
        if event.subject == f"payments.bill:{bill.pk}":
            actions.tell(
                message_id=f"bill:{bill.number}",
                person=bill.payer_person,
                entity=bill.payer_entity,
                template="bill",
                title=bill.title,
                number=bill.number,
                link=f"/payments/{bill.number}/",
                by=actions.SELF,
            )


RUNNING = {"licence.running_out": "licence_running_out", "licence.expired": "licence_expired"}


@on(*RUNNING)
def tell_the_keeper(event: Event) -> None:
    """That a licence runs out, in time to renew it (行政许可法 第五十条), and that it did."""
    template = RUNNING[event.name]
    actions.tell(
        message_id=f"{template}:{event.subject.rpartition(':')[2]}",
        person=event.data["keeper"],
        entity=event.data["entity"],
        template=template,
        title=licences.type_in_force(event.data["type"])[1].name,
        link=f"/licences/{event.data['identifier']}/",
        by=actions.SELF,
    )


@on("remark.answered")
def tell_of_the_answer(event: Event) -> None:
    thread = queries.thread(event.data["case_no"])
    assert thread is not None  # the answer stands in it
    actions.tell(
        message_id=f"remark:{event.id}",
        person=thread.person,
        entity=thread.entity,
        template="answer",
        title=thread.case_no,
        number=thread.case_no,
        link=f"/messages/case/{thread.case_no}/",
        by=actions.SELF,
    )


@on("message.queued", "message.retried", outside=True)
def bring_it_to_the_gateway(event: Event) -> None:
    """What the quiet hours hold back goes out with a job at their end."""
    message = int(event.subject.rpartition(":")[2])
    actions.send(message=message, by=actions.SELF)
    if (later := queries.held_back(message)) is not None:
        jobs.enqueue(kind=HELD_BACK, by=actions.SELF, after=later - clock.now())


@job(HELD_BACK)
def send_what_was_held_back(handle: Handle) -> dict[str, int]:
    return {"sent": actions.send_owed(by=actions.SELF)}
