"""What projects do when something happens to their cases."""

from tongban.domains.investments import actions, queries
from tongban.kernel.actor import part
from tongban.kernel.ledger.registry import Event, on

SELF = part("investments")


@on("case.accepted")
def open_its_joint_review(event: Event) -> None:
    if event.matter:
        actions.open_joint(matter=event.matter, by=SELF)


@on("case.granted", "case.refused", "case.withdrawn", "case.terminated", "case.cancelled")
def close_its_joint_review(event: Event) -> None:
    if event.matter:
        actions.close_joint(matter=event.matter, by=SELF)


@on("case.granted")
def see_which_phases_are_done(event: Event) -> None:
    case = queries.case_of(event.matter)
    if case and queries.by_code(case.application.project):
        actions.follow(code=case.application.project, by=SELF)
