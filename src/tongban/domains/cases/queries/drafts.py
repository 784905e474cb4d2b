"""A draft as its pages show it: situation, one form, one set of materials, one plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tongban.domains.cases.models import Draft
from tongban.domains.cases.queries.gathering import forms
from tongban.domains.cases.queries.rows import opened
from tongban.domains.cases.rules.needs import Need
from tongban.domains.cases.rules.needs import needs as needed
from tongban.domains.licences import queries as licences
from tongban.domains.services import queries as services
from tongban.domains.services.rules import (
    Edge,
    Item,
    OneThing,
    Planned,
    Question,
    active_items,
    asked,
    plan,
)
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.identity import queries as identity


@dataclass
class DraftView:
    """What follows from a draft; computed, never stored."""

    draft: Draft
    thing: OneThing | None
    item: Item | None

    @property
    def title(self) -> str:
        return self.thing.name if self.thing else self.item.name if self.item else ""

    @property
    def title_en(self) -> str:
        found = self.thing or self.item
        return (found.name_en or found.name) if found else ""

    def questions_for(self, answers: Mapping[str, str]) -> list[Question]:
        """The questions to ask, given the answers so far."""
        if self.thing:
            return asked(self.thing, answers, services.holds)
        return [
            Question(
                id=row["id"],
                text=row["text"],
                text_en=row.get("text_en", row["text"]),
                why=row.get("why", ""),
                options=tuple(row["options"]),
            )
            for row in (self.item.body.get("situation", ()) if self.item else ())
        ]

    @cached_property
    def questions(self) -> list[Question]:
        return self.questions_for(self.draft.answers)

    @property
    def is_answered(self) -> bool:
        return all(q.id in self.draft.answers for q in self.questions)

    @cached_property
    def items(self) -> list[Item]:
        """The items that the situation needs."""
        if self.item:
            return [self.item]
        assert self.thing is not None
        keys = active_items(self.thing, self.draft.answers, services.holds)
        return [services.item(key)[1] for key in keys]

    @cached_property
    def edges(self) -> list[Edge]:
        here = {item.key for item in self.items}
        return [e for e in (self.thing.edges if self.thing else ()) if {e.of, e.to} <= here]

    @cached_property
    def form(self) -> eforms.Form:
        return forms(self.items)

    @cached_property
    def values(self) -> dict[str, eforms.Value]:
        return eforms.load(opened(self.draft.values))

    @cached_property
    def facts(self) -> dict[str, Any]:
        return {"q": dict(self.draft.answers), "today": clock.today()}

    @cached_property
    def fields(self) -> tuple[eforms.Field, ...]:
        """The fields that are asked as things are."""
        return eforms.visible(self.form, self.values, self.facts, condition=services.holds)

    def problems(
        self, values: Mapping[str, eforms.Value] | None = None, *, partly: bool = False
    ) -> dict[str, list[Any]]:
        """What cannot be taken, by field."""
        return eforms.check(
            self.form,
            self.values if values is None else values,
            self.facts,
            condition=services.holds,
            partly=partly,
        )

    @cached_property
    def needs(self) -> list[Need]:
        """The materials of the filing, with what the owner did about those that are left."""
        facts = eforms.facts_of(self.form, self.values, self.facts)
        rows = needed(
            self.items,
            self.edges,
            facts,
            services.holds,
            licences=self._licences(),
            found={(role, register) for role, register in self.draft.found},
        )
        return rows

    def _licences(self) -> dict[tuple[str, str], str]:
        wanted = {
            (key, m.role)
            for item in self.items
            for m in item.materials
            for kind, key in m.satisfied_by
            if kind == "licence"
        }
        subjects = opened(self.draft.subjects)
        return licences.in_force(
            [(key, role, subjects.get(role, "")) for key, role in sorted(wanted)],
            keeper=self.draft.person,
            entity=self.draft.entity,
        )

    @property
    def missing(self) -> list[Need]:
        """What is still to be handed in or promised."""
        return [n for n in self.needs if not n.is_free and n.key not in self.draft.materials]

    @cached_property
    def plan(self) -> dict[str, Planned]:
        """Who does what when, in working days from the filing."""
        return plan(
            [i.key for i in self.items], self.edges, {i.key: i.promised_days for i in self.items}
        )

    @property
    def days(self) -> int:
        return max((row.finish for row in self.plan.values()), default=0)

    @cached_property
    def counts(self) -> eforms.Counts:
        """How many fields are filled, to confirm, to type."""
        return eforms.counts(self.form, self.values, self.facts, condition=services.holds)

    @cached_property
    def person_name(self) -> str:
        return identity.person(self.draft.person).name

    @property
    def addressee(self) -> str:
        """To whom documents are addressed: the firm, or the person."""
        if self.draft.entity:
            return identity.entity(self.draft.entity).name
        return self.person_name

    @property
    def promises(self) -> list[Item]:
        """The items that a promise would have granted at once."""
        return [i for i in self.items if i.promise]


def view(draft: Draft) -> DraftView:
    """The draft with all that follows from it."""
    return DraftView(
        draft=draft,
        thing=services.thing_of(draft.thing) if draft.thing else None,
        item=services.item_of(draft.item) if draft.item else None,
    )


def versions(items: Iterable[Item]) -> dict[str, catalogue.Version]:
    """The versions that the filing's cases will keep."""
    return {item.key: services.item(item.key)[0] for item in items}
