"""What is offered, and how it is found; read from the definitions in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.domains.services import rules
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.decisions import engine
from tongban.kernel.errors import NotFound
from tongban.kernel.processes.actions import holds

__all__ = ["holds"]


def _item(version: catalogue.Version) -> rules.Item:
    return rules.item(version.body)


def _thing(version: catalogue.Version) -> rules.OneThing:
    return rules.thing(version.body)


def _model(version: catalogue.Version) -> engine.Model:
    return engine.load_grid(version.body)


def item(key: str, on: date | None = None) -> tuple[catalogue.Version, rules.Item]:
    """The item in force, with the version that a case will pin."""
    version = catalogue.current("service_item", key, on)
    return version, catalogue.compiled(version, _item)


def item_of(version: int) -> rules.Item:
    """The item as a case pinned it."""
    return catalogue.compiled(catalogue.by_id(version), _item)


def thing(key: str, on: date | None = None) -> tuple[catalogue.Version, rules.OneThing]:
    """The one-thing in force, with its version."""
    version = catalogue.current("one_thing", key, on)
    return version, catalogue.compiled(version, _thing)


def thing_of(version: int) -> rules.OneThing:
    """The one-thing as a run pinned it."""
    return catalogue.compiled(catalogue.by_id(version), _thing)


def offered_thing(key: str) -> tuple[catalogue.Version, rules.OneThing]:
    """A one-thing that citizens may begin; what cannot yet be finished is not offered."""
    version, found = thing(key)
    if not found.ready:
        raise NotFound()
    return version, found


def offered_item(key: str) -> tuple[catalogue.Version, rules.Item]:
    """An item that may be filed alone."""
    version, found = item(key)
    if not found.ready:
        raise NotFound()
    return version, found


def items() -> list[rules.Item]:
    """Every item in force."""
    return [catalogue.compiled(v, _item) for v in catalogue.all_current("service_item")]


def things(*, ready_only: bool = True) -> list[rules.OneThing]:
    """Every one-thing in force, those on offer unless told otherwise."""
    found = [catalogue.compiled(v, _thing) for v in catalogue.all_current("one_thing")]
    return [t for t in found if t.ready or not ready_only]


def city() -> Mapping[str, Any]:
    """What the city says of itself: name, code, hotline, calendar."""
    return catalogue.current("city", "city").body


def roles() -> dict[str, Mapping[str, Any]]:
    """The roles of forms by key."""
    return {v.key: v.body for v in catalogue.all_current("role")}


def elements() -> dict[str, Mapping[str, Any]]:
    """The standard data elements by key."""
    return {v.key: v.body for v in catalogue.all_current("element")}


def decision(key: str) -> tuple[catalogue.Version, engine.Model]:
    """A decision table in force, compiled."""
    version = catalogue.current("decision", key)
    return version, catalogue.compiled(version, _model)


def decision_of(version: int) -> engine.Model:
    """A decision table as a determination pinned it."""
    return catalogue.compiled(catalogue.by_id(version), _model)


def search(text: str) -> list[rules.Entry]:
    """Services that answer everyday words; an item found only in one-things is shown as such."""
    entries = [
        rules.Entry("one_thing", t.key, t.name, (*t.words, t.name_en), t.ready) for t in things()
    ]
    entries += [rules.Entry("service_item", i.key, i.name, (i.name_en,), i.ready) for i in items()]
    means: dict[str, list[str]] = {}
    for group in catalogue.all_current("synonyms"):
        for key in group.body.get("means", ()):
            means.setdefault(key, []).extend(group.body["words"])
    return rules.search(entries, text, means)


def used_by(key: str) -> Sequence[rules.OneThing]:
    """The one-things on offer that include the item."""
    return [t for t in things() if any(m.key == key for m in t.members)]


def main_situation(found: rules.OneThing) -> dict[str, str]:
    """The situation that most people are in, by which the numbers on a card are counted."""
    main: Mapping[str, str] = found.body.get("main_situation", {})
    wanted = {q.id for q in rules.asked(found, main, holds)}
    return {key: value for key, value in main.items() if key in wanted}


def offer(
    found: rules.OneThing,
    answers: Mapping[str, str] | None = None,
    *,
    undecided: bool = False,
) -> rules.Offer:
    """A one-thing as it is for a situation; the main one unless told otherwise.

    With `undecided`, what hangs on a question without an answer counts as needed: each answer can
    only take away.
    """
    given = main_situation(found) if answers is None else answers
    members = {m.key: item(m.key)[1] for m in found.members}
    unknown = [f"q.{q.id}" for q in found.questions if undecided and q.id not in given]

    def may_hold(text: str, facts: Mapping[str, Any]) -> bool:
        return any(name in text for name in unknown) or holds(text, facts)

    return rules.offer(found, given, members, may_hold)
