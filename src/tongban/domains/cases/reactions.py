"""What cases do when something happens: rules look, items follow each other, terms run out."""

from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, ending, ruling
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.registry import on


@on("case.submitted", outside=True)
def let_the_rule_look(event: Event) -> None:
    """Registers are asked, hence outside any transaction; a case already decided is left alone."""
    ruling.consider(case=queries.pk_of(event.subject), by=ruling.SELF)


@on("case.granted", "case.refused")
def hand_over(event: Event) -> None:
    ending.deliver(case=queries.pk_of(event.subject), by=ruling.SELF)


@on("case.closed", "case.declined", "case.lapsed", "case.withdrawn")
def begin_what_waited(event: Event) -> None:
    case = queries.pk_of(event.subject)
    ending.go_on(case=case, by=ruling.SELF)
    ending.finish(application=queries.application_of(case), by=ruling.SELF)


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
    application = queries.application_of(queries.pk_of(event.subject))
    ending.recompute(application=application, by=ruling.SELF)


@on("clock.breached")
def when_a_term_runs_out(event: Event) -> None:
    case = queries.by_matter(event.matter) if event.matter else None
    if case is None:
        return
    kind = event.data["kind"]
    if kind == "acceptance":
        acceptance.deem_accepted(case=case.pk, by=ruling.SELF)
    elif kind == "supplement":
        acceptance.lapse(case=case.pk, by=ruling.SELF)
    elif kind in {"promised", "statutory"}:
        ending.mark_overdue(matter=case.matter_id, kind=kind, by=ruling.SELF)
