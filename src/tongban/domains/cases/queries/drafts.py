"""A draft as its pages show it: situation, one form, one set of materials, one plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tongban.domains.cases.models import Draft
from tongban.domains.cases.queries.gathering import forms
from tongban.domains.cases.queries.rows import digest, opened
from tongban.domains.cases.rules import filing
from tongban.domains.cases.rules.needs import Need
from tongban.domains.cases.rules.needs import needs as needed
from tongban.domains.credit import queries as credit
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
        return [self._at(key, version) for key, (version, _) in self.pins.items()]

    @cached_property
    def pins(self) -> dict[str, tuple[int, int | None]]:
        """The versions that its cases will keep: of the item, and of the region's differences."""
        if self.item and self.draft.item:
            numbers = {self.item.key: self.draft.item}
        else:
            assert self.thing is not None
            keys = active_items(self.thing, self.draft.answers, services.holds)
            numbers = {key: services.item(key)[0].id for key in keys}
        variant = {key: row["variant"] for key, row in self.draft.places.items()}
        return {key: (number, variant.get(key)) for key, number in numbers.items()}

    def _at(self, key: str, version: int) -> Item:
        """An item as it holds where it is to be handled."""
        variant = self.pins[key][1]
        return services.item_of(version) if variant is None else services.pinned(version, variant)

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
    def choices(self) -> dict[str, list[dict[str, Any]]]:
        """The roles for which a register holds several rows: role -> rows, element -> value."""
        return opened(self.draft.choices)

    @property
    def unclear(self) -> list[str]:
        """The roles of which the owner has not said yet who is meant."""
        return [role for role in self.choices if role not in self.draft.chosen]

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

    @cached_property
    def is_trusted(self) -> bool:
        """Whether promises and tolerance are open to its owner: no bad credit record counts."""
        kind, subject = (
            ("entity", self.draft.entity)
            if self.draft.entity
            else ("person", str(self.draft.person))
        )
        return not credit.has_bad_record(subject_kind=kind, subject=subject)

    @property
    def rests_on_trust(self) -> bool:
        """Whether something was promised, or is to be handed in later."""
        wanted = {need.key for need in self.needs if not need.is_free}
        given = self.draft.materials.items()
        return any(key in wanted and row.get("way") in filing.TRUSTING for key, row in given)

    @cached_property
    def promises(self) -> list[filing.Promise]:
        """The texts that its owner signs instead of handing something in (告知承诺书)."""
        facts = eforms.facts_of(self.form, self.values, self.facts)
        promised = {key for key, row in self.draft.materials.items() if row.get("way") == "promise"}
        rows = [
            filing.promise(
                item,
                [n.name for n in self.needs if n.key in promised and item.key in n.items],
                facts=facts,
                holds=services.holds,
                name=self.person_name,
            )
            for item in self.items
        ]
        return [row for row in rows if row]

    @property
    def paper_results(self) -> list[str]:
        """What the applicant may hold in the hand at the end, so that one chooses how."""
        return [name for item in self.items for name in filing.paper_results(item)]


def view(draft: Draft) -> DraftView:
    """The draft with all that follows from it."""
    return DraftView(
        draft=draft,
        thing=services.thing_of(draft.thing) if draft.thing else None,
        item=services.item_of(draft.item) if draft.item else None,
    )


def stands(shown: DraftView) -> str:
    """The hash of all that a draft says, as it would be filed now: who confirms, confirms this."""
    draft = shown.draft
    return digest(
        {
            "draft": draft.key,
            "answers": draft.answers,
            "places": {key: row["region"] for key, row in draft.places.items()},
            "values": opened(draft.values),
            "materials": draft.materials,
            "delivery": [draft.delivery, opened(draft.deliver_to)],
        }
    )
