"""Cards, and the events and grants they declare."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import (
    ROOT,
    calls,
    card,
    constants,
    name_of,
    nodes,
    none,
    part_of,
    parts,
    place,
    role_of,
    roles,
    sources,
    texts,
    tree,
)
from tongban.kernel.catalogue import kinds


def test_every_part_has_a_card_that_imports_nothing() -> None:
    faults = []
    for part in parts():
        path = part / "__init__.py"
        if not ast.get_docstring(tree(path)):
            faults.append(f"{place(path)}: write the card: what it is, Words, Life, Limits, Hears")
        faults += [
            f"{place(path, node)}: a card imports nothing; it is read before everything else"
            for node in nodes(path)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        if {"actions", "models"} & roles(part) and not any(
            isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "EVENTS"
            for node in tree(path).body
        ):
            faults.append(f"{place(path)}: write `EVENTS: dict[str, str] = {{…}}`, even if empty")
    none(faults)


def test_a_word_of_a_card_belongs_to_one_card() -> None:
    for name in ("EVENTS", "GRANTS"):
        seen: dict[str, Path] = {}
        for part in parts():
            for word in card(part, name):
                assert word not in seen, (
                    f"{place(part / '__init__.py')}: {word} is declared by {place(seen[word])} too"
                )
                seen[word] = part


def declared(name: str) -> set[str]:
    return {word for part in parts() for word in card(part, name)}


def recorded(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """The events that a module records: by `record("…")`, or by an act that is given its event."""
    for call in calls(path):
        if name_of(call) == "record" and call.args:
            for text in constants(call.args[0]):
                yield call, text
        for keyword in call.keywords:
            if keyword.arg == "event":
                for text in constants(keyword.value):
                    yield call, text


def test_an_event_is_declared_in_the_card_of_its_own_part() -> None:
    none(
        f"{place(path, call)}: {event!r} is not in EVENTS of {place(part / '__init__.py')}; "
        "declare it there with its meaning and its data"
        for path in sources()
        if (part := part_of(path)) is not None
        for call, event in recorded(path)
        if event not in card(part, "EVENTS")
    )


def test_an_event_that_is_declared_happens() -> None:
    faults = []
    for part in parts():
        said = {
            text
            for path in sources()
            if part_of(path) == part and path != part / "__init__.py"
            for text in texts(path)
        }
        faults += [
            f"{place(part / '__init__.py')}: nothing records {event!r}; record it or take it out"
            for event in card(part, "EVENTS")
            if event not in said
        ]
    none(faults)


def test_what_a_reaction_hears_is_declared() -> None:
    none(
        f"{place(path, call)}: no card declares {event!r}; hear one that is declared"
        for path in sources()
        for call in calls(path)
        if name_of(call) == "on" and role_of(path) == "reactions"
        for argument in call.args
        for event in constants(argument)
        if event not in declared("EVENTS")
    )


GRANT = re.compile(r"[a-z_]+\.[a-z_]+")


def demanded() -> Iterator[tuple[str, str]]:
    """(where, grant) in code and in the cities."""
    for path in sources():
        for call in calls(path):
            texts = list(call.args) if name_of(call) in {"require", "may", "demands"} else []
            texts += [k.value for k in call.keywords if k.arg in {"grant", "ground"}]
            for text in (one for argument in texts for one in constants(argument)):
                if GRANT.fullmatch(text):
                    yield place(path, call), text
    yield from demanded_by_cities()


def demanded_by_cities() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "cities").glob("*/processes/*.toml")):
        for stage in tomllib.loads(path.read_text(encoding="utf-8"))["stage"]:
            yield f"{place(path)}: stage {stage['id']}", stage["grant"]
    for path in sorted((ROOT / "cities").glob("*/organs.toml")):
        for organ in tomllib.loads(path.read_text(encoding="utf-8"))["organ"]:
            for post in (post for unit in organ.get("unit", ()) for post in unit.get("post", ())):
                for grant in post["grants"]:
                    yield f"{place(path)}: {organ['key']}, post {post['key']}", grant


def test_a_grant_is_declared_in_a_card() -> None:
    none(
        f"{where}: no card declares the grant {grant!r}; write it in GRANTS of its part, or mend it"
        for where, grant in demanded()
        if grant not in declared("GRANTS")
    )


def test_a_grant_that_is_declared_is_demanded() -> None:
    used = {grant for _, grant in demanded()}
    used |= {text for path in sources() if path.name != "__init__.py" for text in texts(path)}
    none(
        f"{place(part / '__init__.py')}: nobody demands {grant!r}; take it out"
        for part in parts()
        for grant in card(part, "GRANTS")
        if grant not in used
    )


def test_every_kind_of_definition_has_a_name_for_pages() -> None:
    nameless = [kind.name for kind in kinds.all_kinds() if not kind.label]
    assert nameless == [], "give its Kind in apps.py a label=N_(…), in the plural"
