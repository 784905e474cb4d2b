"""What keeps a one-thing from being finished by anybody, each with the line to mend; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tongban.domains.services.rules.checks import check_feel
from tongban.domains.services.rules.items import Item, item
from tongban.domains.services.rules.simulation import simulate
from tongban.domains.services.rules.things import (
    JOINT_LIMIT,
    QUESTIONS_AT_MOST,
    OneThing,
    plan,
    thing,
)
from tongban.domains.services.rules.workable import ORGAN, dead_ends
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault

ON_REFUSE = ("block", "go_on", "cancel")
ASKED = re.compile(r"\bq\.([A-Za-z_]\w*)", re.ASCII)


def check_thing(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a one-thing from being finished by anybody."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("key", "name", "lead", "item")
        if not body.get(name)
    ]
    faults += _check_rows(body)
    if faults:
        return faults
    found = thing(body)
    faults = [*_check_members(found, known), *_check_edges(found)]
    faults += _check_questions(found)
    if faults:
        return faults
    items = {m.key: item(known.get("service_item", m.key) or {}) for m in found.members}
    for n, member in enumerate(found.members):
        faults += dead_ends(items[member.key], known, f"item[{n}].key")
    faults += _check_plan(found, items)
    return faults or list(simulate(found, items, known).faults)


def warn_thing(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """What the second person should look at."""
    found = thing(body)
    items = {m.key: item(known.get("service_item", m.key) or {}) for m in found.members}
    return [*_warn_members(found, items), *simulate(found, items, known).warnings]


def _check_rows(body: Mapping[str, Any]) -> Iterator[Fault]:
    needed = {"item": ("key",), "edge": ("from", "to"), "question": ("id", "text", "options")}
    for table, names in needed.items():
        for n, row in enumerate(body.get(table, ())):
            for name in names:
                if not row.get(name):
                    yield Fault(f"{table}[{n}].{name}", N_("This is missing."), N_("Write it."))
    for n, row in enumerate(body.get("question", ())):
        if not all(option.get("value") for option in row.get("options", ())):
            yield Fault(
                f"question[{n}].options",
                N_("Each answer needs a value."),
                N_("Write it before the words, in small letters."),
            )


def _check_members(found: OneThing, known: Known) -> Iterator[Fault]:
    if known.answers_for(ORGAN) and known.get(ORGAN, found.lead) is None:
        yield Fault("lead", N_("There is no organ “{organ}”."), N_("Name one that exists."),
                    {"organ": found.lead})  # fmt: skip
    seen: set[str] = set()
    for n, member in enumerate(found.members):
        if not known.has("service_item", member.key):
            yield Fault(f"item[{n}].key", N_("There is no such item."), N_("Name one."))
        if member.key in seen:
            yield Fault(f"item[{n}].key", N_("This item stands here twice."), N_("Remove one."))
        seen.add(member.key)


def _check_edges(found: OneThing) -> Iterator[Fault]:
    keys = {member.key for member in found.members}
    seen: set[tuple[str, str, str]] = set()
    for n, edge in enumerate(found.edges):
        if edge.of not in keys or edge.to not in keys:
            yield Fault(
                f"edge[{n}]",
                N_("This edge names an item that does not belong here."),
                N_("Name two of its items."),
            )
        if edge.of == edge.to:
            yield Fault(
                f"edge[{n}].to", N_("An item cannot wait for itself."), N_("Name another item.")
            )
        if (edge.of, edge.to, edge.output) in seen:
            yield Fault(f"edge[{n}]", N_("This edge stands here twice."), N_("Remove one."))
        seen.add((edge.of, edge.to, edge.output))
        if edge.on_refuse not in ON_REFUSE:
            yield Fault(f"edge[{n}].on_refuse", N_("This is unknown."), N_("block, go_on, cancel."))


def _check_questions(found: OneThing) -> Iterable[Fault]:
    if len(found.questions) > QUESTIONS_AT_MOST:
        yield Fault(
            "question", N_("Nobody should be asked more than six questions."), N_("Merge some.")
        )
    ids = [question.id for question in found.questions]
    for n, question in enumerate(found.questions):
        if question.id in ids[:n]:
            yield Fault(
                f"question[{n}].id", N_("Two questions have the same id."), N_("Rename one.")
            )
        values = question.values()
        if len(values) < 2 or len(set(values)) != len(values):
            yield Fault(
                f"question[{n}].options",
                N_("A question needs at least two different answers."),
                N_("Give each answer a value of its own."),
            )
    conditions = [(f"item[{n}].when", m.when) for n, m in enumerate(found.members) if m.when]
    conditions += [(f"question[{n}].when", q.when) for n, q in enumerate(found.questions) if q.when]
    yield from check_feel(conditions)
    for where, text in conditions:
        for name in sorted(set(ASKED.findall(text)) - set(ids)):
            yield Fault(
                where,
                N_("The condition asks for “{name}”, and no question has that id."),
                N_("Ask the question, or mend the condition."),
                {"name": name},
            )


def _check_plan(found: OneThing, items: Mapping[str, Item]) -> Iterable[Fault]:
    days = {key: one.promised_days for key, one in items.items()}
    try:
        planned = plan([m.key for m in found.members], found.edges, days)
    except ValueError as circle:
        left = str(circle).split(", ")
        n = next(n for n, e in enumerate(found.edges) if e.of in left and e.to in left)
        yield Fault(
            f"edge[{n}]",
            N_("The items wait for each other in a circle: {items}"),
            N_("Take one edge away."),
            {"items": str(circle)},
        )
        return
    total = max((row.finish for row in planned.values()), default=0)
    if found.promised_days and total > found.promised_days:
        yield Fault(
            "promised_days",
            N_("The longest path takes {days} days, more than are promised."),
            N_("Promise more, or shorten an item."),
            {"days": total},
        )
    if total > JOINT_LIMIT:
        yield Fault(
            "edge",
            N_("Joint handling takes at most 45 days, not {days}."),
            N_("See 行政许可法 第四十二条."),
            {"days": total},
        )
    for n, edge in enumerate(found.edges):
        if edge.output and edge.output not in {row.key for row in items[edge.of].results}:
            yield Fault(
                f"edge[{n}].output",
                N_("The item has no such result."),
                N_("Name one of its results."),
            )


def _warn_members(found: OneThing, items: Mapping[str, Item]) -> Iterator[Fault]:
    ids = {question.id for question in found.questions}
    for n, member in enumerate(found.members):
        one = items[member.key]
        texts = [m.need for m in one.materials]
        texts += [str(row.get(name, "")) for row in one.fields for name in ("required", "when")]
        for name in sorted({name for text in texts for name in ASKED.findall(text)} - ids):
            yield Fault(
                f"item[{n}].key",
                N_("“{item}” asks for the answer “{name}”, which nobody is asked here."),
                N_("Ask the question here too, or what hangs on it falls away."),
                {"item": one.name, "name": name},
            )
    for n, edge in enumerate(found.edges):
        wanted = {key for m in items[edge.to].materials for kind, key in m.satisfied_by
                  if kind == "output"}  # fmt: skip
        if edge.output and edge.output not in wanted:
            yield Fault(
                f"edge[{n}].output",
                N_("No material of “{item}” is satisfied by this result."),
                N_("It only orders the two; name the result as a way of the material to use it."),
                {"item": items[edge.to].name},
            )
