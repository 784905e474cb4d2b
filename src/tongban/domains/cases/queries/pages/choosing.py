"""Before the form is filled: who is meant, and what the registers suggest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.domains.cases.models import (
    Draft,
)
from tongban.domains.cases.queries.drafts import DraftView
from tongban.domains.cases.queries.gathering import gather, ground
from tongban.domains.cases.queries.rows import drafts, opened
from tongban.domains.registries import queries as registries
from tongban.domains.services import queries as services
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.eforms import rules as eforms

TELLING = 4
"""So many fields tell one row of a register from another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A role for which a register has several rows: one of them is meant."""

    role: str
    name: str
    name_en: str
    rows: list[list[tuple[eforms.Field, Any]]]


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers say before the form is filled."""

    choices: list[Choice] = field(default_factory=list)
    suggestions: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Question -> (answer, name of the register), where there is only one possible."""


def open_draft(*, by: Actor, thing: str = "", item: str = "") -> Draft | None:
    """The draft of the same service that its owner began before and has not filed."""
    rows = drafts(by=by)
    kind, key = ("one_thing", thing) if thing else ("service_item", item)
    for row in rows:
        version = row.thing if thing else row.item
        if version and (found := catalogue.by_id(version)).kind == kind and found.key == key:
            return row
    return None


def suggestions(view: DraftView, *, by: Actor) -> dict[str, tuple[str, str]]:
    """Answers to the situation questions that a register gives without doubt."""
    if view.thing is None:
        return {}
    wanted: dict[str, tuple[str, str, str]] = {}
    for question in view.thing.questions:
        register, _, rest = question.prefill.partition(".")
        element, _, role = rest.partition("@")
        if element:
            wanted[question.id] = (role or "applicant", register, element)
    if not wanted:
        return {}
    form = _asking(set(wanted.values()))
    found = gather(
        form,
        answers=view.draft.answers,
        by=by,
        purpose=f"情形引导：{view.title}",
        basis=_ground(view),
        case_no=f"draft:{view.draft.key}",
        person=view.draft.person,
        entity=view.draft.entity,
    )
    options = {q.id: q.values() for q in view.thing.questions}
    sure: dict[str, tuple[str, str]] = {}
    for question_id, (role, register, element) in wanted.items():
        answer = found.answers.get((role, register))
        if answer is None or len(answer.rows) != 1:
            continue
        value = str(answer.rows[0].get(element, ""))
        if value in options[question_id]:
            sure[question_id] = (value, answer.register_name)
    return sure


def choices(view: DraftView) -> list[Choice]:
    """The roles for which a register has several rows, with what tells them apart."""
    shown = []
    for role, found in view.choices.items():
        fields = [
            row
            for row in view.form.fields
            if row.role.key == role and any(s.role == role for s in row.sources)
        ]
        differing = [f for f in fields if len({_held(f, row, role) for row in found}) > 1]
        # What differs tells them apart; the name comes first where there is one.
        told = sorted(fields, key=lambda f: (f.element.key != "name", f not in differing))[:TELLING]
        if fields:
            shown.append(
                Choice(
                    role=role,
                    name=fields[0].role.name,
                    name_en=fields[0].role.name_en,
                    rows=[[(f, _held(f, row, role)) for f in told] for row in found],
                )
            )
    return shown


def _held(wanted: eforms.Field, row: Mapping[str, Any], role: str) -> Any:
    source = next((s for s in wanted.sources if s.role == role), None)
    value = row.get(source.element) if source else None
    return value.isoformat() if isinstance(value, date) else value


def _asking(places: set[tuple[str, str, str]]) -> eforms.Form:
    """A form that asks nothing but these data, for one look at the registers."""
    fields = [
        {"role": role, "element": element, "source": f"{register}.{element}@{role}"}
        for role, register, element in sorted(places)
    ]
    return eforms.merge([("", fields)], services.elements(), services.roles())


def _ground(view: DraftView) -> str:
    assert view.thing is not None
    return ground([services.item(m.key)[1] for m in view.thing.members])


def source_of(view: DraftView, key: str) -> tuple[str, str, str] | None:
    """Where a field's value comes from, and whose it is: (register, element, subject)."""
    wanted, value = view.form.by_key.get(key), view.values.get(key)
    said = [value, *(value.against if value else ())]
    held = next((v for v in said if v is not None and v.register), None)
    if wanted is None or held is None:
        return None
    source = next((s for s in wanted.sources if s.register == held.register), None)
    subject = opened(view.draft.subjects).get(source.role, "") if source else ""
    if source is None or not subject:
        return None
    return held.register, held.element or source.element, subject


def reported(view: DraftView) -> set[tuple[str, str]]:
    """(register, element) whose values this draft has already had questioned."""
    rows = registries.corrections_of(f"draft:{view.draft.key}")
    return {(row.register, row.element) for row in rows}


def register_names() -> dict[str, str]:
    """What each register is called."""
    return {v.key: str(v.body.get("name", v.key)) for v in catalogue.all_current("register")}


def without_entry(view: DraftView) -> list[str]:
    """The registers that answered and hold nothing of what the form wants from them."""
    names = register_names()
    found = {(role, register) for role, register in view.draft.found}
    asked = set(eforms.needed(view.form))
    missing = {names[r] for role, r in asked - found if r in names}
    return sorted(missing - set(view.draft.unavailable))
