"""Who appears in the tests of payments: a citizen, a window of the police, two of the treasury."""

from datetime import date
from pathlib import Path
from typing import Any

from tongban.connectors import payments as connector
from tongban.connectors.payments import SimulatedProvider
from tongban.domains.payments import actions
from tongban.domains.payments.models import Bill, Payment
from tongban.domains.payments.rules import Asked
from tongban.kernel import actor
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions as definitions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import codes, queries

CITY = Path(__file__).parent / "city"
SETUP = actor.part("setup")
CASES = actor.part("cases")
CASE_NO = "QH-20260105-00001"
POLICE = "11990100MB0000031X"


def seed_city() -> None:
    """Organs, officials, the city's settings, an item with fees."""
    identity.seed(folder=CITY, by=SETUP)
    definitions.seed(folder=CITY, by=SETUP)


def citizen(name: str, serial: int) -> Actor:
    """A fictional citizen with an account."""
    number = codes.fictional_person_number("990101", date(1995, 6, 18), serial)
    person = identity.enrol_person(
        person=identity.NewPerson(name=name, number=number, phone="19901000001"), by=SETUP
    )
    account = identity.open_account(person=person.pk, username=f"citizen-{serial}", by=SETUP)
    return queries.actor_for(account=account)


def official(username: str, post: int = 0) -> Actor:
    """The official in one of the posts held today."""
    account = queries.account(username)
    assert account is not None
    return queries.actor_for(account=account, post=queries.posts_of(account)[post].id)


def charged(payer: Actor, *lines: Asked, **changed: Any) -> Bill:
    """A bill as a case charges it: the fee of one identity card."""
    assert payer.person is not None
    asked: dict[str, Any] = {
        "case_no": CASE_NO,
        "item": catalogue.current("service_item", "id-card").id,
        "organ": POLICE,
        "payer_person": payer.person,
        "lines": lines or (Asked("id-card"),),
        "by": CASES,
    }
    return actions.charge(**{**asked, **changed})


def provider() -> SimulatedProvider:
    """The simulated provider that is in use."""
    found = connector.simulated()
    assert found is not None
    return found


def posted(*, late: bool = False) -> int:
    """Hand on what the provider posts; answers how often it did."""
    told = provider().callbacks(late=late)
    for one in told:
        actions.hear(body=one.body, signature=one.signature)
    return len(told)


def paid(bill: Bill, payer: Actor, **how: Any) -> Payment:
    """Pay a bill at the cashier's, callback included."""
    begun = actions.begin(bill=bill.number, by=payer)
    assert provider().pay(begun.order_no, **how)
    posted()
    begun.refresh_from_db()
    return begun
