"""How long it took to open a business, from the filings themselves (企业开办一日办结)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules.state import Result
from tongban.domains.enterprise import rules
from tongban.domains.enterprise.queries import published
from tongban.domains.enterprise.rules import Opening, Step
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.identity import queries as identity

LOOKED_BACK = timedelta(days=90)
SHOWN = 200
"""Of so many of the last openings; more say nothing more of the promise."""


@dataclass(frozen=True, slots=True)
class Openings:
    """The openings of the last ninety days, and the last of them step by step."""

    n: int
    within: int
    """How many took a working day at most."""
    median: int
    longest: int
    last: Opening

    @property
    def share(self) -> int:
        return 100 * self.within // self.n


def openings() -> Openings | None:
    """What the promise of one day came to; None where nothing was opened."""
    thing = published.settings().opening
    if not thing:
        return None
    found = Application.objects.filter(
        thing_key=thing, ended_at__gte=clock.now() - LOOKED_BACK
    ).select_related("matter")
    opened = [
        measure(one)
        for one in found.defer("values").order_by("-ended_at")[:SHOWN]
        if all(case.result == Result.GRANTED for case in cases.cases_of(one))
    ]
    if not opened:
        return None
    minutes = [one.minutes for one in opened]
    within = sum(one.is_within_a_day for one in opened)
    return Openings(len(opened), within, int(median(minutes)), max(minutes), opened[0])


def measure(application: Application) -> Opening:
    """One filing, party by party, in the working minutes of its own calendar."""
    is_workday = deadlines.calendar(application.matter.calendar).is_workday
    rows = cases.cases_of(application)

    def between(begun: datetime, ended: datetime | None) -> int:
        until = ended or clock.now()
        return rules.working_minutes(clock.moment(begun), clock.moment(until), is_workday)

    start = application.submitted_at
    steps: Sequence[Step] = sorted(
        (
            Step(
                name=cases.pinned(row).name,
                party=identity.organ(row.organ).short,
                minutes=between(row.submitted_at or start, _ended(row)),
                at=between(start, _ended(row)),
            )
            for row in rows
        ),
        key=lambda step: step.at,
    )
    return Opening(application.number, between(start, application.ended_at), steps)


def _ended(case: Case) -> datetime | None:
    return case.closed_at or case.decided_at
