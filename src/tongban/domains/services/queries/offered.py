"""What is offered, read from the definitions in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.domains.services import rules
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.decisions import engine
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes.queries import holds


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
    """Every one-thing in force, those on offer unless told otherwise; no phases of projects."""
    found = [catalogue.compiled(v, _thing) for v in catalogue.all_current("one_thing")]
    return [t for t in found if not t.of_project and (t.ready or not ready_only)]


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


def grid_model(body: Mapping[str, Any]) -> engine.Model:
    """A decision table that is not in force, compiled; to be tried."""
    return engine.load_grid(body)


def grid_of(version: int) -> Mapping[str, Any]:
    """A decision table as it was written: rows, thresholds, golden cases."""
    return catalogue.by_id(version).body


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


def situation(found: rules.Item, given: Mapping[str, str]) -> dict[str, str]:
    """An answer to each situation question of an item: the given one, or else the first."""
    answers = {}
    for question in rules.questions_of(found):
        value = given.get(question.id, "")
        answers[question.id] = value if value in question.values() else question.values()[0]
    return answers


def papers_for(found: rules.Item, answers: Mapping[str, str]) -> list[rules.Paper]:
    """The materials of an item in a situation."""
    return rules.papers_of(found, answers, holds)


def organ_with_posts(key: str) -> Mapping[str, Any] | None:
    """What checks of definitions may know of an organ: its posts, their grants, their holders.

    None where there is no such organ; `posts` is None while the city has no organ at all yet.
    """
    try:
        found = identity.organ(key)
    except NotFound:
        return {"name": key, "posts": None} if not identity.organs() else None
    posts = [
        {"key": p.key, "name": p.name, "grants": p.grants, "holders": len(p.holders)}
        for p in identity.posts_in(found.uscc)
    ]
    return {"name": found.name, "posts": posts}
