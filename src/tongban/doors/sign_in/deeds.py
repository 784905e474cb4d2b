"""What an agent did in somebody's name, told to that person: when, in which matter, what."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from tongban.domains.cases import queries as cases
from tongban.kernel.actor import part
from tongban.kernel.errors import N_
from tongban.kernel.identity.queries import Proxy
from tongban.kernel.ledger import queries as ledger

ACTS = {
    "application.submitted": N_("applied"),
    "case.supplemented": N_("supplied what was asked for"),
    "case.supplied": N_("handed a paper in later"),
    "case.promised": N_("signed a promise"),
    "case.withdrawn": N_("took the application back"),
    "case.hearing_asked": N_("asked for a hearing"),
    "case.linked": N_("objected, or asked for a correction"),
}
"""The acts of applicants; what follows from them by itself is not theirs."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Deed:
    """One act by a proxy."""

    at: datetime
    title: str
    number: str
    words: str


def of(given: Proxy) -> list[Deed]:
    """What the agent of a person's proxy did by it, the newest first; at most a hundred acts."""
    person = given.principal_person_id
    if person is None:
        return []
    found = {}
    for application in cases.applications(by=part("proxies").acting_for(person=person)):
        for matter in (application.matter_id, *(c.matter_id for c in application.cases.all())):
            found[matter] = application
    events = ledger.acts_in(
        list(found),
        actor=f"person:{given.agent_id}",
        on_behalf=f"person:{person}",
        names=list(ACTS),
    ).filter(at__gte=given.given_at)
    if given.revoked_at:
        events = events.filter(at__lte=given.revoked_at)
    return [
        Deed(
            at=event.at,
            title=found[event.matter].title,
            number=found[event.matter].number,
            words=gettext(ACTS[event.name]),
        )
        for event in events.order_by("-pk")[:MOST]
        if event.matter is not None
    ]
