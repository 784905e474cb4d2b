"""A one-thing tried in every situation before it is published (发布前模拟); pure.

For each set of answers: what is asked, what is fetched, what must be brought, and how the items lie
on the time axis.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from tongban.domains.services.rules.items import ANSWERS, Item, item
from tongban.domains.services.rules.offers import Paper, papers
from tongban.domains.services.rules.things import (
    OneThing,
    Planned,
    active_items,
    asked,
    plan,
    thing,
)
from tongban.domains.services.rules.workable import form_of
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Fault

SITUATIONS_AT_MOST = 1024
"""Six questions with three answers each are 729; beyond this the rest is said to be untried."""


@dataclass(frozen=True)
class Outlook:
    """What happens in one situation (情形推演)."""

    answers: Mapping[str, str]
    items: tuple[str, ...]
    fields: tuple[eforms.Field, ...]
    papers: tuple[Paper, ...]
    plan: Mapping[str, Planned]
    apart: int
    """How many fields the same items would ask, each with a form of its own."""

    @property
    def days(self) -> int:
        """Working days from the filing to the last result: the longest path."""
        return max((row.finish for row in self.plan.values()), default=0)

    @cached_property
    def fetched(self) -> dict[str, int]:
        """Register -> how many fields it fills; the first source of each counts."""
        found: dict[str, int] = {}
        for one in self.fields:
            register = next((s.register for s in one.sources if s.register != ANSWERS), "")
            if register:
                found[register] = found.get(register, 0) + 1
        return found

    @property
    def derived(self) -> int:
        """Fields that an answer to a question fills."""
        return sum(
            bool(one.sources) and all(s.register == ANSWERS for s in one.sources)
            for one in self.fields
        )

    @property
    def prefilled(self) -> int:
        return sum(self.fetched.values()) + self.derived

    @property
    def to_fill(self) -> int:
        """Fields that people type, because no source knows them."""
        return len(self.fields) - self.prefilled

    @property
    def to_hand_in(self) -> int:
        return sum(paper.is_asked for paper in self.papers)

    @property
    def replaced(self) -> int:
        return len(self.papers) - self.to_hand_in

    @property
    def critical(self) -> tuple[str, ...]:
        """The items on the longest path, in order."""
        rows = sorted(self.plan.values(), key=lambda row: (row.start, row.finish))
        return tuple(row.key for row in rows if row.is_critical)

    @property
    def shape(self) -> tuple[Any, ...]:
        """What distinguishes this outlook from others, apart from the answers that led to it."""
        brought = tuple(paper.material.key for paper in self.papers if paper.is_asked)
        return (self.items, self.days, tuple(f.key for f in self.fields), len(self.papers), brought)


@dataclass(frozen=True)
class Simulation:
    """A one-thing in every situation."""

    thing: OneThing
    items: Mapping[str, Item]
    outlooks: tuple[Outlook, ...]
    is_whole: bool
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    @cached_property
    def kinds(self) -> list[tuple[Outlook, list[Outlook]]]:
        """Outlooks that differ, each with all that are like it; the longest first."""
        found: dict[tuple[Any, ...], list[Outlook]] = {}
        for one in self.outlooks:
            found.setdefault(one.shape, []).append(one)
        return sorted(
            ((rows[0], rows) for rows in found.values()),
            key=lambda pair: (-pair[0].days, -len(pair[0].items)),
        )

    @property
    def days(self) -> tuple[int, int]:
        """The shortest and the longest of all situations, in working days."""
        found = [one.days for one in self.outlooks] or [0]
        return min(found), max(found)


def situations(found: OneThing) -> Iterator[dict[str, str]]:
    """Every set of answers that people can give, a further question only where it is asked."""

    def more(answers: dict[str, str], left: tuple[str, ...]) -> Iterator[dict[str, str]]:
        here = [q for q in asked(found, answers, eforms.holds) if q.id in left]
        if not here:
            yield answers
            return
        question = here[0]
        rest = tuple(name for name in left if name != question.id)
        for value in question.values():
            yield from more({**answers, question.id: value}, rest)

    yield from more({}, tuple(q.id for q in found.questions))


def simulate(found: OneThing, items: Mapping[str, Item], known: Known) -> Simulation:
    """Try the one-thing in every situation (at most 1024 of them)."""
    tried = list(islice(situations(found), SITUATIONS_AT_MOST + 1))
    is_whole = len(tried) <= SITUATIONS_AT_MOST
    forms: dict[tuple[str, ...], eforms.Form] = {}
    outlooks = []
    for answers in tried[:SITUATIONS_AT_MOST]:
        active = tuple(active_items(found, answers, eforms.holds))
        if active not in forms:
            forms[active] = form_of([(key, items[key].fields) for key in active], known)
        outlooks.append(_outlook(found, answers, active, items, forms[active]))
    return Simulation(
        thing=found,
        items=items,
        outlooks=tuple(outlooks),
        is_whole=is_whole,
        faults=tuple(_faults(found, forms.values())),
        warnings=tuple(_warnings(found, outlooks, is_whole)),
    )


def simulate_item(body: Mapping[str, Any], known: Known) -> Simulation:
    """One item by itself, in the situations of its own questions."""
    one = item(body)
    alone = thing(
        {
            "key": one.key,
            "name": one.name,
            "lead": one.organ,
            "promised_days": one.promised_days,
            "item": [{"key": one.key}],
            "question": list(body.get("situation", ())),
        }
    )
    return simulate(alone, {one.key: one}, known)


def _outlook(
    found: OneThing,
    answers: Mapping[str, str],
    active: tuple[str, ...],
    items: Mapping[str, Item],
    form: eforms.Form,
) -> Outlook:
    facts = {"q": dict(answers)}
    here = [items[key] for key in active]
    edges = [e for e in found.edges if {e.of, e.to} <= set(active)]
    fields = eforms.visible(form, {}, facts)
    return Outlook(
        answers=dict(answers),
        items=active,
        fields=fields,
        papers=tuple(papers(here, edges, facts, eforms.holds)),
        plan=plan(active, edges, {one.key: one.promised_days for one in here}),
        apart=sum(len(one.asks) for one in fields),
    )


def _faults(found: OneThing, forms: Any) -> Iterator[Fault]:
    """Items that contradict each other wherever they meet; the line is that of the last of them."""
    place = {member.key: n for n, member in enumerate(found.members)}
    seen: set[tuple[str, str]] = set()
    for form in forms:
        for fault in form.faults:
            if (fault.where, fault.says) in seen:
                continue
            seen.add((fault.where, fault.says))
            last = max(place.get(key, 0) for key in form.by_key[fault.where].items)
            yield Fault(f"item[{last}].key", fault.says, fault.hint, fault.facts)


def _warnings(found: OneThing, outlooks: Sequence[Outlook], is_whole: bool) -> Iterator[Fault]:
    if not is_whole:
        yield Fault(
            "question",
            N_("Only the first {most} situations were tried."),
            N_("Fewer questions, or fewer answers, can be tried as a whole."),
            {"most": SITUATIONS_AT_MOST},
        )
        return
    ever = {key for one in outlooks for key in one.items}
    for n, member in enumerate(found.members):
        if member.key not in ever:
            yield Fault(
                f"item[{n}].when",
                N_("No situation needs this item."),
                N_("Mend its condition, or take it out."),
            )
    answered = {name for one in outlooks for name in one.answers}
    for n, question in enumerate(found.questions):
        if question.id not in answered:
            yield Fault(
                f"question[{n}].when",
                N_("Nobody is ever asked this question."),
                N_("Mend its condition, or take it out."),
            )
    idle = next((one for one in outlooks if not one.items), None)
    if idle is not None:
        said = "，".join(f"{name} = {value}" for name, value in idle.answers.items())
        yield Fault(
            "item",
            N_("Nothing is done for people in the situation {situation}."),
            N_("Say so in the question, or let an item be always needed."),
            {"situation": said},
        )
