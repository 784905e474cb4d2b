"""A draft: begun, filled from the registers, mended by its owner; no agency sees it yet."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import steps
from tongban.domains.cases.models import Draft
from tongban.domains.cases.rules import filing, needs, state
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import Invalid, Stale
from tongban.kernel.files import actions as files
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def begin(
    *,
    by: Actor,
    thing: str = "",
    item: str = "",
    project: str = "",
    answers: Mapping[str, str] | None = None,
) -> Draft:
    """Begin a filing for oneself, for the one one acts for, or for the visitor at the window.

    A phase of an investment project is begun with its code, and with the answers that the kind of
    project gives; nobody can change those.
    """
    if by.is_official:
        by.require("case.receive")
    person = by.for_person or by.person
    if person is None:
        raise state.NotYours()
    found = services.thing(thing)[1] if thing else None
    if found and found.of_project and not project:
        raise filing.OfAProject()
    members = found.members if found else ()
    steps.check_scope(by, thing, [m.key for m in members] or [item])
    now = clock.now()
    draft = Draft.objects.create(
        key=secrets.token_urlsafe(16),
        person=person,
        made_by=by.key,
        entity=by.for_entity,
        thing=services.offered_thing(thing)[0].id if thing else None,
        item=_item(item, project) if item else None,
        project=project,
        answers=dict(answers or {}),
        channel=by.channel,
        began_at=now,
        saved_at=now,
        expires_at=now + state.DRAFT_LIFE,
        values=queries.sealed({}),
    )
    ledger.record("draft.begun", draft, by=by, thing=thing or item, filled=0, fields=0)
    return draft


def _item(key: str, project: str) -> int:
    """The version of an item; within a project also of one that is not offered by itself."""
    return (services.item(key) if project else services.offered_item(key))[0].id


@transaction.atomic
def answer(*, key: str, answers: Mapping[str, str], by: Actor, partly: bool = False) -> Draft:
    """Keep the answers to the situation questions; an answer that is no option is refused.

    With `partly`, what was not asked yet is no fault: a page asks one question.
    """
    draft = queries.draft(key, by=by, lock=True)
    view = queries.view(draft)
    if draft.project and any(draft.answers.get(key, text) != text for key, text in answers.items()):
        raise filing.FixedByProject()
    kept: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for question in view.questions_for(answers):
        given = answers.get(question.id, "")
        if given in question.values():
            kept[question.id] = given
        elif given or not partly:
            problems[question.id] = [filing.CHOOSE_ONE]
    if problems:
        raise Invalid(problems)
    if kept != draft.answers:
        # Another situation asks other registers: without them, it cannot be filed.
        draft.answers, draft.filled_at = kept, None
    _save(draft, "answers", "filled_at")
    return draft


def fill(*, key: str, by: Actor, chosen: Mapping[str, int] | None = None) -> Draft:
    """Ask the registers for everything the form needs, then keep what they said.

    No transaction is open while they are asked. What the owner typed before stays.
    """
    draft = queries.draft(key, by=by)
    view = queries.view(draft)
    picked = {**draft.chosen, **(chosen or {})}
    gathered = queries.gather(
        view.form,
        answers=draft.answers,
        by=by,
        purpose=f"预填：{view.title}",
        basis=queries.ground(view.items),
        case_no=f"draft:{draft.key}",
        person=draft.person,
        entity=draft.entity,
        chosen=picked,
    )
    if draft.project and (at := filing.row_of(gathered.choices, draft.project)) is not None:
        # Which of the firm's projects is meant is known: whose subject it is, is learnt anew.
        picked = {**picked, "project": at}
        gathered.subjects["project"] = draft.project
    prefilled = eforms.prefill(view.form, gathered.places(view.form, draft.answers, picked))
    return _keep_filled(
        key=key,
        values={**queries.said_before(view), **prefilled.values},
        found=sorted(
            [role, register] for (role, register), a in gathered.answers.items() if a.found
        ),
        unavailable=gathered.unavailable,
        subjects=gathered.subjects,
        choices=gathered.choices,
        chosen=picked,
        by=by,
    )


def choose(*, key: str, chosen: Mapping[str, int], by: Actor) -> Draft:
    """Say which of several is meant: role -> which row, as `DraftView.choices` has them.

    The registers are asked again only where the form now speaks of somebody else.
    """
    draft = queries.draft(key, by=by)
    view = queries.view(draft)
    known = {role: len(rows) for role, rows in view.choices.items()}
    wrong = [role for role, at in chosen.items() if not 0 <= at < known.get(role, 0)]
    if wrong or not chosen:
        raise Invalid({role: [filing.CHOOSE_ONE] for role in wrong or known})
    if draft.filled_at and all(draft.chosen.get(r, 0) == at for r, at in chosen.items()):
        return _keep_choice(key=key, chosen=chosen, by=by)
    return fill(key=key, by=by, chosen=chosen)


@transaction.atomic
def _keep_choice(*, key: str, chosen: Mapping[str, int], by: Actor) -> Draft:
    draft = queries.draft(key, by=by, lock=True)
    draft.chosen = {**draft.chosen, **chosen}
    _save(draft, "chosen")
    return draft


@transaction.atomic
def _keep_filled(
    *,
    key: str,
    values: Mapping[str, eforms.Value],
    found: list[list[str]],
    unavailable: list[str],
    subjects: Mapping[str, str],
    choices: Mapping[str, list[dict[str, Any]]],
    chosen: Mapping[str, int],
    by: Actor,
) -> Draft:
    draft = queries.draft(key, by=by, lock=True)
    before = eforms.load(queries.values_of(draft))
    if queries.opened(draft.subjects) != dict(subjects):
        # It speaks of others now, another child or household: what registers said of the former
        # ones goes, what the owner typed stays.
        before = {key: v for key, v in before.items() if v.source in {"user", "clerk"}}
    draft.values = queries.sealed(eforms.dump(eforms.refresh(before, values)))
    draft.chosen = {role: at for role, at in chosen.items() if role in choices}
    draft.choices = queries.sealed(dict(choices)) if choices else ""
    draft.found = found
    draft.unavailable = unavailable
    draft.subjects = queries.sealed(dict(subjects))
    draft.filled_at = clock.now()
    _save(draft, "values", "chosen", "choices", "found", "unavailable", "subjects", "filled_at")
    return draft


@transaction.atomic
def write(
    *,
    key: str,
    posted: Mapping[str, str],
    by: Actor,
    version: int | None = None,
    partly: bool = True,
) -> Draft:
    """Keep what its owner typed; each value that cannot be taken gets its sentence.

    With `partly`, what is merely missing is not yet a fault.
    """
    draft = queries.draft(key, by=by, lock=True)
    if version is not None and draft.version != version:
        raise Stale()
    view = queries.view(draft)
    values = eforms.parse(view.form, posted, view.values)
    problems = view.problems(values, partly=partly)
    if problems:
        raise Invalid(problems)
    draft.values = queries.sealed(eforms.dump(values))
    _save(draft, "values")
    return draft


@transaction.atomic
def attach(*, key: str, material: str, data: bytes, name: str, by: Actor) -> Draft:
    """Put an uploaded file in the place of a material; its content decides what it is."""
    draft = queries.draft(key, by=by, lock=True)
    view = queries.view(draft)
    if material not in {need.key for need in view.needs}:
        raise state.NothingMarked()
    stored = files.store(data=data, name=name, by=by)
    draft.materials = {
        **draft.materials,
        material: {"way": "upload", "file": stored.sha256, "name": name[:120]},
    }
    _save(draft, "materials")
    return draft


@transaction.atomic
def promise(*, key: str, material: str, by: Actor) -> Draft:
    """Promise a material instead of handing it in, where the item allows it."""
    draft = queries.draft(key, by=by, lock=True)
    view = queries.view(draft)
    if material not in {need.key for need in view.needs if need.may_promise}:
        raise state.NothingMarked()
    if not view.is_trusted:
        raise needs.BadRecord()
    draft.materials = {**draft.materials, material: {"way": "promise"}}
    _save(draft, "materials")
    return draft


@transaction.atomic
def tolerate(*, key: str, material: str, by: Actor) -> Draft:
    """Ask in writing to hand a material in later, where the item tolerates it (容缺, row 8)."""
    draft = queries.draft(key, by=by, lock=True)
    view = queries.view(draft)
    wanted = next((need for need in view.needs if need.key == material), None)
    if wanted is None or not wanted.tolerable:
        raise needs.NotTolerable(name=wanted.name if wanted else material)
    if not view.is_trusted:
        raise needs.BadRecord()
    draft.materials = {**draft.materials, material: {"way": "tolerance"}}
    _save(draft, "materials")
    return draft


@transaction.atomic
def choose_delivery(*, key: str, way: str, by: Actor, to: Mapping[str, str] | None = None) -> Draft:
    """Choose how the result arrives: electronically, at a window, or by post.

    `to`, for the post: {"name", "phone", "address"}.
    """
    draft = queries.draft(key, by=by, lock=True)
    view = queries.view(draft)
    given = {name: str(text).strip()[:200] for name, text in (to or {}).items()}
    problems = filing.check_delivery(way, given, has_paper=bool(view.paper_results))
    if problems:
        raise Invalid(problems)
    draft.delivery = way
    draft.deliver_to = queries.sealed(given) if way == state.Delivery.POST else ""
    _save(draft, "delivery", "deliver_to")
    return draft


@transaction.atomic
def discard(*, key: str, by: Actor) -> None:
    """Throw a draft away; what was filed from it stays."""
    draft = queries.draft(key, by=by, lock=True)
    if draft.application_id:
        raise state.OutOfOrder(act="discard", state="filed", possible="draft")
    ledger.record("draft.discarded", draft, by=by)
    draft.delete()


def _save(draft: Draft, *fields: str) -> None:
    draft.saved_at = clock.now()
    draft.version += 1
    draft.save(update_fields=[*fields, "saved_at", "version"])
