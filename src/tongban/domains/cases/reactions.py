"""What cases do when something happens: rules look, items follow each other, terms run out."""

from tongban.connectors import messages
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, ending, ruling
from tongban.domains.cases.rules import papers
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.registry import on

TOLD = {
    "application.submitted": papers.Kind.RECEIPT,
    "case.accepted": papers.Kind.ACCEPTANCE,
    "case.supplement_asked": papers.Kind.SUPPLEMENT,
    "case.declined": papers.Kind.DECLINED,
    "case.special_started": papers.Kind.SPECIAL,
    "case.extended": papers.Kind.EXTENSION,
    "case.granted": papers.Kind.GRANTED,
    "case.refused": papers.Kind.REFUSED,
    "case.lapsed": papers.Kind.LAPSED,
    "case.withdrawn": papers.Kind.WITHDRAWN,
    "case.blocked": papers.Kind.BLOCKED,
}
"""Of which document a message tells."""


@on("case.submitted", outside=True)
def let_the_rule_look(event: Event) -> None:
    """Registers are asked, hence outside any transaction; a case already decided is left alone."""
    ruling.consider(matter=_matter(event), by=ruling.SELF)


@on("case.granted", "case.refused")
def hand_over(event: Event) -> None:
    ending.deliver(matter=_matter(event), by=ruling.SELF)


@on("case.closed", "case.declined", "case.lapsed", "case.withdrawn", "case.blocked")
def begin_what_waited(event: Event) -> None:
    case = ending.go_on(matter=_matter(event), by=ruling.SELF)
    ending.finish(application=case.application_id, by=ruling.SELF)


@on(
    "case.submitted",
    "case.accepted",
    "case.supplement_asked",
    "case.supplemented",
    "case.special_started",
    "case.special_ended",
    "case.extended",
    "case.closed",
)
def recompute_the_whole(event: Event) -> None:
    ending.recompute(application=queries.application_of(_matter(event)), by=ruling.SELF)


@on(*TOLD, outside=True)
def tell_the_applicant(event: Event) -> None:
    """A message that a document lies ready: at least once, with the id that drops a repeat."""
    for message_id, phone, title in queries.messages_of(_matter(event), TOLD[event.name]):
        messages.send(
            message_id=message_id, to=phone, template=TOLD[event.name], facts={"title": title}
        )


@on("matter.moved")
def follow_a_new_calendar(event: Event) -> None:
    ending.recompute_all(calendar=event.data["calendar"], by=ruling.SELF)


@on("clock.breached")
def when_a_term_runs_out(event: Event) -> None:
    case = queries.by_matter(event.matter) if event.matter else None
    if case is None:
        return
    kind = event.data["kind"]
    if kind == "acceptance":
        acceptance.deem_accepted(matter=case.matter_id, by=ruling.SELF)
    elif kind == "supplement":
        acceptance.lapse(matter=case.matter_id, by=ruling.SELF)
    elif kind in {"promised", "statutory"}:
        ending.mark_overdue(matter=case.matter_id, kind=kind, by=ruling.SELF)


def _matter(event: Event) -> int:
    assert event.matter is not None  # every event of a case tells its matter
    return event.matter
