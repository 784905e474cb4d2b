"""Who appears in the tests of identity."""

from datetime import date
from pathlib import Path

from tongban.kernel import actor
from tongban.kernel.actor import Actor
from tongban.kernel.identity import actions, codes, queries
from tongban.kernel.identity.models import Account, Person

CITY = Path(__file__).parent / "cities" / "qing"
SETUP = actor.part("setup")


def person_named(username: str) -> int:
    """The person who signs in by the name."""
    return official(username).person_id


def official(username: str) -> Account:
    """The account of that name, read afresh."""
    found = queries.account(username)
    assert found is not None, username
    return found


def acting(username: str) -> Actor:
    """The official in the first post held today."""
    account = official(username)
    return queries.actor_for(account=account, post=queries.posts_of(account)[0].id)


def citizen(serial: int, name: str = "王建国", *, born_on: date = date(1990, 5, 17)) -> Person:
    """A fictional citizen; an odd serial is a man."""
    number = codes.fictional_person_number("990101", born_on, serial)
    return actions.enrol_person(
        person=actions.NewPerson(name=name, number=number, phone="13800000001"), by=SETUP
    )


def signed_up(person: Person, username: str = "") -> Actor:
    """The citizen with an account of their own."""
    account = actions.open_account(
        person=person.pk, username=username or f"citizen-{person.pk}", by=SETUP
    )
    return queries.actor_for(account=account)
