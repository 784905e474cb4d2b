"""Events of a part that exists only in tests, and who records them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tongban.kernel.actor import Actor, part
from tongban.kernel.ledger import actions, registry
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.registry import Reaction

BY = part("test")
CLERK = Actor(kind="official", key="official:1@post:1", name="李敏")
OPERATOR = Actor(
    kind="official",
    key="official:2@post:9",
    name="王强",
    grants=frozenset({"delivery.handle", "job.handle"}),
)

registry.declare("test", {"test.happened": "Something. data: no", "test.other": "Else. data: no"})


def happened(*, subject: str = "test.thing:1", name: str = "test.happened", **data: Any) -> Event:
    with transaction.atomic():
        return actions.record(name, subject, by=BY, **data)


@contextmanager
def heard(reaction: Reaction, *names: str, outside: bool = False) -> Iterator[None]:
    """A reaction that listens for the length of a test."""
    registry.on(*(names or ("test.happened",)), outside=outside)(reaction)
    try:
        yield
    finally:
        registry.forget(reaction)
