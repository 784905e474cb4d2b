"""Who appears in the tests of the registries: one family, one firm, two keepers of data."""

from datetime import date
from pathlib import Path
from typing import Any

from tongban.domains.registries import actions, queries
from tongban.domains.registries.queries import Answer
from tongban.domains.registries.rules import Row
from tongban.kernel import actor
from tongban.kernel.actor import Actor
from tongban.kernel.identity import codes
from tongban.kernel.identity import queries as identity

CITY = Path(__file__).parent / "city"
SETUP = actor.part("setup")
CASES = actor.part("cases")

MOTHER = codes.fictional_person_number("990101", date(1995, 6, 18), 202)
FATHER = codes.fictional_person_number("990101", date(1993, 2, 11), 301)
STRANGER = codes.fictional_person_number("990101", date(1970, 2, 11), 305)
CHILD = "X990000001"
SECOND_CHILD = "X990000002"
FIRM = codes.fictional_uscc("990101", 7)


def load_family() -> None:
    """Rows of a mother, a father, their child and their firm."""
    actions.load(
        register="population",
        rows=[
            Row({"name": "林小雨", "phone": "13800000001", "address": "云麓区禾泽路1号"}, MOTHER),
            Row({"name": "陈大川", "phone": "13800000002", "address": "云麓区禾泽路1号"}, FATHER),
        ],
        by=SETUP,
    )
    actions.load(register="birth", rows=[birth()], by=SETUP)
    actions.load(
        register="entity",
        rows=[Row({"name": "青禾小馆", "status": "存续"}, FIRM, links=(("owner", MOTHER),))],
        by=SETUP,
    )


def birth(child: str = CHILD, on: date = date(2025, 12, 20)) -> Row:
    """A birth as the hospital reported it."""
    return Row(
        {
            "birth_no": child,
            "name": "陈安安",
            "sex": "female",
            "born_on": on.isoformat(),
            "weight": 3200,
            "mother_number": MOTHER,
            "father_number": FATHER,
        },
        valid_from=on,
    )


def keeper(username: str) -> Actor:
    """The official who keeps a register's data."""
    account = identity.account(username)
    assert account is not None
    return identity.actor_for(account=account, post=identity.posts_of(account)[0].id)


def ask(register: str = "birth", subject: str = MOTHER, **changed: Any) -> Answer:
    """Ask as a case does, with everything a lookup must state."""
    asked: dict[str, Any] = {
        "by": CASES,
        "purpose": "birth-registration",
        "basis": "《户口登记条例》第七条",
        "case_no": "C-1",
        "initiator": "person:1",
        "register": register,
        "subject": subject,
        "fields": ["name"],
    }
    return queries.lookup(**{**asked, **changed})
