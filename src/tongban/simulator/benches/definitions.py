"""Publishing a one-thing, and merging the forms of nine items into one."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.domains.services import rules
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions, queries
from tongban.simulator.benches.world import median, report, row, wall, world
from tongban.simulator.city import found

PUBLISHED, MERGED, ITEMS = 7, 30, 9
GRANTS = frozenset({"definition.draft", "definition.publish"})
AUTHOR = Actor(key="official:1@post:1", name="author", kind="official", person=1, grants=GRANTS)
SECOND = Actor(key="official:2@post:2", name="second", kind="official", person=2, grants=GRANTS)


def measure() -> dict[str, Any]:
    """The demo city's definitions; its largest one-thing; the nine items with the most fields."""
    with world(), clock.at("2026-09-07 09:00"):
        found(folder=Path(settings.TONGBAN_CITY), on=date(2026, 9, 1))
        times = [wall(lambda n=n: publish(n)) for n in range(PUBLISHED)]  # type: ignore[misc]
        members = widest(ITEMS)
        merged = median(wall(lambda: merge(members)) for _ in range(MERGED))
        fields = len(merge(members).fields)
        return report(
            "definitions",
            [
                row("submitting and publishing a one-thing, all checks", median(times), "s"),
                row(f"merging the forms of {len(members)} items: {fields} fields", merged, "s"),
            ],
        )


def publish(no: int) -> None:
    """A new version of the one-thing with the most items, signed by a second person."""
    largest = max(queries.all_current("one_thing"), key=lambda one: len(one.body.get("item", ())))
    body = {**largest.body, "words": [*largest.body.get("words", ()), f"词{no}"]}
    draft = actions.begin(kind="one_thing", key=largest.key, body=largest.body, by=AUTHOR)
    draft = actions.keep(definition=draft.pk, body=body, expected=draft.content_hash, by=AUTHOR)
    draft = actions.submit(definition=draft.pk, by=AUTHOR)
    actions.publish(definition=draft.pk, by=SECOND, expected=draft.content_hash)


def widest(count: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """The items with the most fields."""
    bodies = [version.body for version in queries.all_current("service_item")]
    bodies.sort(key=lambda body: -len(body.get("field", ())))
    return [(body["key"], list(body.get("field", ()))) for body in bodies[:count]]


def merge(members: list[tuple[str, list[dict[str, Any]]]]) -> Any:
    """One form of them, read from the bodies as they lie in the catalogue."""
    return rules.form_of(members, queries.known())
