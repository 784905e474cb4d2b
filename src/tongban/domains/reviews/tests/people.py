"""Who appears in the tests of reviews: a mother, who verifies, and two who were rated."""

from datetime import date
from pathlib import Path
from typing import Any

from tongban.domains.reviews import actions
from tongban.domains.reviews.models import Invitation
from tongban.kernel import actor
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions as definitions
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import codes, queries

CITY = Path(__file__).parent / "city"
SETUP = actor.part("setup")
CASES = actor.part("cases")
NUMBER = "QH2026010500001"
HEALTH, POLICE = "11990100MB0000021W", "11990100MB0000031X"


def seed_city() -> None:
    """Organs, officials, the city's settings and the process."""
    identity.seed(folder=CITY, by=SETUP)
    definitions.seed(folder=CITY, by=SETUP)


def citizen(name: str, serial: int, phone: str = "19901000001") -> Actor:
    """A fictional citizen with an account."""
    number = codes.fictional_person_number("990101", date(1995, 6, 18), serial)
    person = identity.enrol_person(
        person=identity.NewPerson(name=name, number=number, phone=phone), by=SETUP
    )
    account = identity.open_account(person=person.pk, username=f"citizen-{serial}", by=SETUP)
    return queries.actor_for(account=account)


def official(username: str) -> Actor:
    """The official in the post held today."""
    account = queries.account(username)
    assert account is not None
    return queries.actor_for(account=account, post=queries.posts_of(account)[0].id)


def invited(by: Actor, encounter: str = NUMBER, **changed: Any) -> Invitation:
    """An invitation as the end of a filing brings it."""
    asked: dict[str, Any] = {
        "encounter": encounter,
        "title": "新生儿出生一件事",
        "person": by.person,
        "organs": [HEALTH, POLICE],
        "region": "990100",
        "calendar": "national",
        "by": CASES,
    }
    found = actions.invite(**{**asked, **changed})
    assert found is not None
    return found
