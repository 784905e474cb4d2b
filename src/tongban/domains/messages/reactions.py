"""Whom messages tell of what happened elsewhere; each notice is told once, by its own id."""

from datetime import date, timedelta
from typing import Any

from tongban.domains.appointments import queries as appointments
from tongban.domains.cases import queries as cases
from tongban.domains.cases.rules import papers
from tongban.domains.enterprise import queries as enterprise
from tongban.domains.licences import queries as licences
from tongban.domains.messages import actions, queries
from tongban.domains.payments import queries as payments
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.queries import Proxy
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


PROXIES = "/sign-in/proxies/"
ACTING = "/sign-in/acting/"
ASKING = "/sign-in/proxies/ask/"


@on("proxy.asked", "proxy.declined", "proxy.request_ended")
def tell_of_a_request_to_act(event: Event) -> None:
    """Whom it asks, and whoever waits for the answer; the page says who and for what."""
    is_answer = event.name == "proxy.declined"
    agent, principal = event.data["agent"], event.data["principal"].partition(":")[2]
    template = {
        "proxy.asked": "proxy_asked",
        "proxy.declined": "proxy_declined",
        "proxy.request_ended": "proxy_taken_back",
    }[event.name]
    actions.tell(
        message_id=f"{template}:{event.id}",
        person=agent if is_answer else int(principal),
        template=template,
        title="亲友代办",
        link=ASKING if is_answer else PROXIES,
        by=actions.SELF,
    )


@on("proxy.given", "proxy.revoked")
def tell_of_a_proxy(event: Event) -> None:
    """Both sides, but for whoever did it: consent that one knows nothing of is none."""
    given = identity.proxy(int(event.subject.rpartition(":")[2]))
    if given.basis == "window":
        return  # for today, by a clerk before whom the principal stands
    verb = event.name.partition(".")[2]
    doer = event.actor
    for side, person in (("agent", given.agent_id), ("principal", _principal_of(given))):
        if person is None or doer == f"person:{person}":
            continue
        actions.tell(
            message_id=f"proxy_{verb}:{side}:{given.pk}",
            person=person,
            entity=_firm_of(given) if side == "principal" else "",
            template=f"proxy_{verb}_{side}",
            title="代办授权",
            link=ACTING if side == "agent" else PROXIES,
            by=actions.SELF,
        )


@on("day.began")
def tell_of_proxies_that_ended(event: Event) -> None:
    """Both should know without trying; days on which nothing ran are made up for."""
    today = _day_of(event)
    for given in identity.proxies_ended(since=today - timedelta(days=7), before=today):
        for side, person in (("agent", given.agent_id), ("principal", _principal_of(given))):
            if person is not None:
                actions.tell(
                    message_id=f"proxy_ended:{side}:{given.pk}",
                    person=person,
                    entity=_firm_of(given) if side == "principal" else "",
                    template=f"proxy_ended_{side}",
                    title="代办授权",
                    link=ASKING if side == "agent" else PROXIES,
                    by=actions.SELF,
                )


def _day_of(event: Event) -> date:
    return date.fromisoformat(event.data["day"])


def _principal_of(given: Proxy) -> int | None:
    firm = given.principal_entity
    return firm.legal_representative_id if firm else given.principal_person_id


def _firm_of(given: Proxy) -> str:
    return given.principal_entity.uscc if given.principal_entity else ""


BOOKED = {
    "appointment.booked": "appointment_booked",
    "appointment.moved": "appointment_moved",
    "appointment.cancelled": "appointment_cancelled",
    "appointment.missed": "appointment_missed",
}


@on(*BOOKED)
def tell_of_an_appointment(event: Event) -> None:
    """Whoever comes, also when somebody else booked for them; the time stands on its page."""
    found = appointments.by_code(event.data["code"])
    _tell_of_appointment(found, BOOKED[event.name], once=event.id)


@on("day.began")
def tell_of_appointments_tomorrow(event: Event) -> None:
    for found in appointments.on_day(_day_of(event) + timedelta(days=1)):
        _tell_of_appointment(found, "appointment_tomorrow", once=found.pk)


def _tell_of_appointment(found: Any, template: str, *, once: int) -> None:
    actions.tell(
        message_id=f"{template}:{once}",
        person=found.person,
        entity=found.entity,
        template=template,
        title=appointments.item(found.item).name,
        number=found.code,
        link=f"/appointments/{found.code}/",
        by=actions.SELF,
    )


FITS = {"fits": "policy_fits", "prove": "policy_prove"}
"""Outcomes worth a message; what nearly fits stands in the zone for who looks."""


@on("policy.matched")
def tell_of_a_policy(event: Event) -> None:
    """Once for each firm, policy and outcome while the policy stays as it was published."""
    template = FITS.get(event.data["outcome"])
    if template is None:
        return
    version, policy = enterprise.policy(event.data["policy"])
    _tell_firm(
        event.data["firm"],
        template,
        once=f"{version.id}:{event.data['firm']}",
        title=policy.name,
        link=f"/enterprise/policies/{policy.key}/",
    )


@on("batch.approved")
def tell_whom_it_grants(event: Event) -> None:
    """Nobody applied, so only a message tells the firm that it must name its account in time."""
    for award in enterprise.granted_in(int(event.subject.rpartition(":")[2])):
        _tell_of_award(award, "award_granted", once=award.pk)


AWARDS = {
    "award.paid": "award_paid",
    "award.failed": "award_failed",
    "award.lapsed": "award_lapsed",
}


@on(*AWARDS)
def tell_of_an_award(event: Event) -> None:
    award = enterprise.award_known(int(event.subject.rpartition(":")[2]))
    # It may fail again after another account was named: each time is told.
    _tell_of_award(award, AWARDS[event.name], once=event.id)


def _tell_of_award(award: Any, template: str, *, once: int) -> None:
    _tell_firm(
        award.entity,
        template,
        once=str(once),
        title=enterprise.policy_of(award.match.definition).name,
        link=f"/enterprise/awards/{award.pk}/",
    )


@on("firm.answered")
def tell_the_firm_of_the_answer(event: Event) -> None:
    assert event.matter is not None  # an answer ends its matter
    found = enterprise.question_of_matter(event.matter)
    actions.tell(
        message_id=f"firm_answered:{found.pk}",
        person=found.person,
        entity=found.entity,
        template="firm_answered",
        title=enterprise.topic_name(found.topic),
        link=f"/enterprise/questions/{found.pk}/",
        by=actions.SELF,
    )


def _tell_firm(uscc: str, template: str, *, once: str, title: str, link: str) -> None:
    """Into the firm's inbox, and to the telephone of its legal representative."""
    person = identity.entity(uscc).legal_representative_id
    if person is None:
        return
    actions.tell(
        message_id=f"{template}:{once}",
        person=person,
        entity=uscc,
        template=template,
        title=title,
        link=link,
        by=actions.SELF,
    )


@on("message.queued", "message.retried", outside=True)
def bring_it_to_the_gateway(event: Event) -> None:
    """What the quiet hours hold back goes out with a job at their end."""
    message = int(event.subject.rpartition(":")[2])
    actions.send(message=message, by=actions.SELF)
    if (later := queries.held_back(message)) is not None:
        jobs.enqueue(kind=HELD_BACK, by=actions.SELF, after=later - clock.now())


@on("day.began", outside=True)
def compare_with_the_gateway(event: Event) -> None:
    """Yesterday's messages beside the gateway's report."""
    yesterday = date.fromisoformat(event.data["day"]) - timedelta(days=1)
    actions.compare(day=yesterday, by=actions.SELF)


@job(HELD_BACK)
def send_what_was_held_back(handle: Handle) -> dict[str, int]:
    return {"sent": actions.send_owed(by=actions.SELF)}
