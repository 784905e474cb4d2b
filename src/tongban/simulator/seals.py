"""Seals for the demo city: every organ has one, proposed by one hand and approved by another."""

from datetime import date

from tongban.domains.seals import actions
from tongban.domains.seals.rules import Kind
from tongban.kernel.actor import part
from tongban.kernel.identity import queries as identity

PROPOSER, APPROVER = part("setup"), part("seals")


def build(*, since: date) -> int:
    """Make them, good for five years; answers how many."""
    organs = identity.organs()
    for organ in organs:
        proposed = actions.propose(
            organ=organ.uscc,
            name=organ.name,
            kind=Kind.OFFICIAL,
            valid_from=since,
            valid_to=since.replace(year=since.year + 5, day=min(since.day, 28)),
            by=PROPOSER,
        )
        actions.approve(code=proposed.code, by=APPROVER)
    return len(organs)
