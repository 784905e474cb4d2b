"""Definitions for the tests of other parts, published through the real actions."""

from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions, queries
from tongban.kernel.catalogue.kinds import Body
from tongban.kernel.catalogue.queries import Version

GRANTS = frozenset({"definition.draft", "definition.publish"})
AUTHOR = Actor(kind="official", key="official:901@post:1", name="An", person=901, grants=GRANTS)
SECOND = Actor(kind="official", key="official:902@post:2", name="Bo", person=902, grants=GRANTS)


def published(kind: str, key: str, body: Body) -> Version:
    """One published version, written by one official and signed by another."""
    row = actions.draft(kind=kind, key=key, body=body, by=AUTHOR)
    actions.submit(definition=row.pk, by=AUTHOR)
    actions.publish(definition=row.pk, by=SECOND)
    return queries.by_id(row.pk)
